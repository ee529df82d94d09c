package clock_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/gothird/wecom/internal/clock"
)

func TestShift(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		assert.Equal(t, begin, clock.Now())
		clock.Shift(time.Hour)
		assert.Equal(t, begin.Add(time.Hour), clock.Now())
		assert.Equal(t, time.Hour, clock.Since(begin))
		assert.Equal(t, -time.Hour, clock.Until(begin))
		clock.Shift(-2 * time.Hour)
		assert.Equal(t, begin.Add(-time.Hour), clock.Now())
		clock.Shift(time.Hour)
		assert.Equal(t, begin, clock.Now())
	})
}

func TestSleep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		assert.NoError(t, clock.Sleep(t.Context(), time.Minute))
		assert.Equal(t, time.Minute, time.Since(begin))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		assert.ErrorIs(t, clock.Sleep(ctx, time.Hour), context.DeadlineExceeded)
		assert.Equal(t, time.Minute+time.Second, time.Since(begin))
	})
}
