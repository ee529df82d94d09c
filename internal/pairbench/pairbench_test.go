package pairbench

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// work takes a given time of a clock that nothing else moves.
func work(clock *time.Duration, d time.Duration) func() {
	return func() { *clock += d }
}

func TestCompare(t *testing.T) {
	t.Parallel()
	var clock time.Duration
	now := func() time.Duration { return clock }
	for _, ratio := range []float64{0.25, 1, 1.5, 3} {
		contender := time.Duration(ratio * float64(8*time.Microsecond))
		got := compare(now, work(&clock, 8*time.Microsecond), work(&clock, contender))
		assert.InDelta(t, ratio, got.Ratio, 1e-9)
		assert.InDelta(t, 1, got.Control, 1e-9)
	}
}

func TestCompareIgnoresDisturbances(t *testing.T) {
	t.Parallel()
	var clock time.Duration
	calls := 0
	disturbed := func() {
		clock += 8 * time.Microsecond
		if calls++; calls%2000 == 0 {
			clock += time.Second
		}
	}
	got := compare(func() time.Duration { return clock }, disturbed, work(&clock, 16*time.Microsecond))
	assert.InDelta(t, 2, got.Ratio, 0.01)
}

func TestCalibrate(t *testing.T) {
	t.Parallel()
	var clock time.Duration
	now := func() time.Duration { return clock }
	assert.Equal(t, 200, calibrate(now, work(&clock, 10*time.Microsecond)))
	assert.Equal(t, 1, calibrate(now, work(&clock, time.Hour)), "longer than a slice")
}

func TestMedian(t *testing.T) {
	t.Parallel()
	assert.Equal(t, 2.0, median([]float64{3, 1, 2}))
	assert.Equal(t, 2.5, median([]float64{4, 1, 3, 2}))
}

func TestCompareOnTheRealClock(t *testing.T) {
	t.Parallel()
	spin := func(d time.Duration) func() {
		return func() {
			for start := time.Now(); time.Since(start) < d; {
			}
		}
	}
	got := Compare(spin(20*time.Microsecond), spin(200*time.Microsecond))
	assert.Greater(t, got.Ratio, 2.0)
}
