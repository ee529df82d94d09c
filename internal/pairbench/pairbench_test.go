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

// Calls longer than a slice are measured in fewer pairs, so that a table has an end.
func TestSlowCallsGetFewerPairs(t *testing.T) {
	t.Parallel()
	var clock time.Duration
	now := func() time.Duration { return clock }
	for cost, want := range map[time.Duration]int{
		time.Microsecond:      maxPairs,
		slice:                 maxPairs,
		20 * slice:            50,
		500 * slice:           minPairs,
		20 * time.Microsecond: maxPairs,
	} {
		f := work(&clock, cost)
		n := calibrate(now, f)
		assert.Equal(t, want, pairsFor(now, [3]func(){f, f, f}, [3]int{n, n, n}), "%s", cost)
	}
}

func TestCompareGivesCosts(t *testing.T) {
	t.Parallel()
	var clock time.Duration
	got := compare(func() time.Duration { return clock }, work(&clock, 8*time.Microsecond), work(&clock, 12*time.Microsecond))
	assert.Equal(t, 8*time.Microsecond, got.Base.Time)
	assert.Equal(t, 12*time.Microsecond, got.Contender.Time)
}

// It runs beside no other test, whose allocations would count.
func TestAllocs(t *testing.T) {
	var kept [][]byte
	keep := func(n int) func() {
		return func() {
			kept = kept[:0]
			for range n {
				kept = append(kept, make([]byte, 1<<10))
			}
		}
	}
	for _, n := range []int{0, 1, 7} {
		assert.Equal(t, n, Allocs(50, keep(n)))
	}
	elsewhere := func() {
		done := make(chan struct{})
		go func() { defer close(done); keep(20)() }()
		<-done
	}
	assert.GreaterOrEqual(t, Allocs(50, elsewhere), 20, "of a goroutine that works for it")
	var clock time.Duration
	tick := func(f func()) func() { return func() { clock += time.Millisecond; f() } }
	got := counted(func() time.Duration { return clock }, tick(keep(2)), tick(keep(5)))
	assert.Equal(t, [2]int{2, 5}, [2]int{got.Base.Allocs, got.Contender.Allocs})
}

func TestCompareCPUOnTheRealClock(t *testing.T) {
	t.Parallel()
	var sum int
	spin := func(n int) func() {
		return func() {
			for i := range n {
				sum += i * i
			}
		}
	}
	got := CompareCPU(spin(10_000), spin(100_000))
	assert.Greater(t, got.Ratio, 2.0)
	assert.NotZero(t, sum)
}
