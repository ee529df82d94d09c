// Package pairbench says how much slower one piece of code is than another.
//
// On a shared machine two separate benchmark runs differ by 10 to 35 %. Short slices of both,
// in turn and in random order, meet the same disturbances; the median of many ratios is
// steady to about one percent. Where other programs load the machine, the time that this
// process was on a processor is steadier than the time on the wall.
package pairbench

import (
	"math/rand/v2"
	"runtime"
	"slices"
	"time"
)

const (
	maxPairs = 300
	minPairs = 21
	slice    = 2 * time.Millisecond
	pairTime = 6 * time.Second // of one comparison: calls longer than a slice get fewer pairs
	runs     = 100             // over which allocations are counted
)

// Cost is what one call takes.
type Cost struct {
	Time   time.Duration // median
	Allocs int
}

// Result holds medians over all pairs.
type Result struct {
	Ratio           float64 // time of the contender by that of the base
	Control         float64 // base by base in the same run: as far from 1 as Ratio may be wrong
	Base, Contender Cost
}

// Compare takes the time on the wall, for about two seconds, or some more if a call is
// longer than a slice.
func Compare(base, contender func()) Result {
	start := time.Now()
	return counted(func() time.Duration { return time.Since(start) }, base, contender)
}

// CompareCPU is Compare on the time that all threads of this process are on a processor,
// so that it holds on a loaded machine, and what runs in the background is not free. Where
// the system does not tell, it takes the time on the wall.
func CompareCPU(base, contender func()) Result { return counted(CPUTime, base, contender) }

func counted(now func() time.Duration, base, contender func()) Result {
	r := compare(now, base, contender)
	r.Base.Allocs = Allocs(callsFor(r.Base.Time), base)
	r.Contender.Allocs = Allocs(callsFor(r.Contender.Time), contender)
	return r
}

// callsFor keeps the counting of slow calls short.
func callsFor(cost time.Duration) int { return int(min(runs, max(2, 100*slice/max(cost, 1)))) }

// Allocs counts the allocations of one call of f, those of other goroutines that work for
// it included. Like [testing.AllocsPerRun] it gives a whole number, to leave out what the
// runtime does now and then; unlike it, it runs beside parallel tests too.
func Allocs(calls int, f func()) int {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	f() // what is allocated once is not counted
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range calls {
		f()
	}
	runtime.ReadMemStats(&after)
	return int((after.Mallocs - before.Mallocs) / uint64(calls))
}

func compare(now func() time.Duration, base, contender func()) Result {
	fs := [...]func(){base, contender, base}
	baseLoops := calibrate(now, base)
	loops := [len(fs)]int{baseLoops, calibrate(now, contender), baseLoops}
	var ratios, controls []float64
	var costs [2][]float64
	for n := pairsFor(now, fs, loops); n > 0; n-- {
		var cost [len(fs)]float64
		for _, i := range rand.Perm(len(fs)) {
			cost[i] = float64(measure(now, fs[i], loops[i])) / float64(loops[i])
		}
		ratios = append(ratios, cost[1]/cost[0])
		controls = append(controls, cost[2]/cost[0])
		for i := range costs {
			costs[i] = append(costs[i], cost[i])
		}
	}
	return Result{
		Ratio: median(ratios), Control: median(controls),
		Base:      Cost{Time: time.Duration(median(costs[0]))},
		Contender: Cost{Time: time.Duration(median(costs[1]))},
	}
}

// pairsFor says how many pairs fit into the pairTime.
func pairsFor(now func() time.Duration, fs [3]func(), loops [3]int) int {
	var pair time.Duration
	for i, f := range fs {
		pair += measure(now, f, loops[i])
	}
	return int(min(maxPairs, max(minPairs, pairTime/max(pair, 1))))
}

// calibrate finds how many calls fill a slice when nothing disturbs them: a longer slice is
// more likely to be interrupted, so that unequal ones would not compare.
func calibrate(now func() time.Duration, f func()) int {
	n := 1
	for measure(now, f, n) < slice {
		n *= 2
	}
	best := measure(now, f, n)
	for range 9 {
		best = min(best, measure(now, f, n))
	}
	return max(1, int(float64(n)*float64(slice)/float64(max(best, 1))))
}

func measure(now func() time.Duration, f func(), n int) time.Duration {
	start := now()
	for range n {
		f()
	}
	return now() - start
}

func median(x []float64) float64 {
	slices.Sort(x)
	return (x[(len(x)-1)/2] + x[len(x)/2]) / 2
}
