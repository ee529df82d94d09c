package keylock

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLocksLeaveNothingBehind(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var k Locks
		unlock, err := k.Lock(t.Context(), "k")
		require.NoError(t, err)

		ctx, cancel := context.WithCancel(t.Context())
		gaveUp := make(chan error)
		go func() {
			_, err := k.Lock(ctx, "k")
			gaveUp <- err
		}()
		got := make(chan func())
		go func() {
			unlock, _ := k.Lock(t.Context(), "k")
			got <- unlock
		}()
		synctest.Wait()
		assert.Equal(t, 3, k.locks["k"].users)

		cancel()
		assert.ErrorIs(t, <-gaveUp, context.Canceled)
		_, err = k.Lock(ctx, "other")
		assert.ErrorIs(t, err, context.Canceled)
		unlock()
		unlock()
		next := <-got
		assert.Len(t, k.locks, 1)
		next()
		assert.Empty(t, k.locks)
	})
}
