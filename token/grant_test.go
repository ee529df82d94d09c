package token

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/internal/clock/clocktest"
)

// A token is renewed five to six minutes before its end, a short one in its last tenth; not
// by all processes at the same moment.
// G: token/renewal
func TestRenewalsAreSpread(t *testing.T) {
	t.Parallel()
	clocktest.Hold(t)
	for _, row := range []struct{ life, first, last time.Duration }{
		{2 * time.Hour, 2*time.Hour - 6*time.Minute, 2*time.Hour - 5*time.Minute},
		{50 * time.Minute, 44 * time.Minute, 45 * time.Minute},
		{100 * time.Second, 88 * time.Second, 90 * time.Second},
		{0, 52800 * time.Millisecond, 54 * time.Second},
	} {
		low, high := row.last, row.first
		for range 1000 {
			g := newGrant("token", clock.Now(), row.life)
			low, high = min(low, g.renewAt), max(high, g.renewAt)
		}
		spread := row.last - row.first
		assert.GreaterOrEqual(t, low, row.first)
		assert.LessOrEqual(t, high, row.last)
		assert.Greater(t, high-low, spread/2, row.life) // of a thousand one is early and one is late
	}
}

// A token is used until five seconds before its end, a short one for nineteen twentieths of
// its life; the seconds left are rounded, and are neither more than its life nor less than
// nothing.
// G: token/renewal
func TestSecondsLeft(t *testing.T) {
	t.Parallel()
	clocktest.Hold(t)
	synctest.Test(t, func(t *testing.T) {
		g := newGrant("token", clock.Now(), 2*time.Hour)
		assert.Equal(t, 2*time.Hour-5*time.Second, g.usable())
		assert.Equal(t, 19*time.Second, newGrant("token", clock.Now(), 20*time.Second).usable())
		for age, left := range map[time.Duration]int64{
			-time.Hour: 7200, 0: 7200, 499 * time.Millisecond: 7200, 501 * time.Millisecond: 7199,
			7199 * time.Second: 1, 2 * time.Hour: 0, 3 * time.Hour: 0,
		} {
			assert.Equal(t, left, g.value(age).ExpiresIn, age)
		}
		time.Sleep(2*time.Hour - 5*time.Second - 1)
		assert.True(t, g.alive())
		assert.False(t, g.fresh())
		time.Sleep(time.Nanosecond)
		assert.False(t, g.alive())
	})
}

// Nothing overflows, whatever life WeCom or the Store names.
// G: token/renewal
func TestLifeOfAnyNumber(t *testing.T) {
	t.Parallel()
	const month = 30 * 24 * time.Hour
	for _, unit := range []time.Duration{time.Second, time.Millisecond} {
		for n, want := range map[int64]time.Duration{
			-1 << 63: 0, -1: 0, 0: 0, 1: unit, 7200: 7200 * unit,
			int64(month/unit) - 1: month - unit, int64(month/unit) + 1: month, 1<<63 - 1: month,
		} {
			assert.Equal(t, want, lifeOf(n, unit), n)
		}
	}
}
