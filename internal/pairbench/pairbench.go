// Package pairbench says how much slower one piece of code is than another.
//
// On a shared machine two separate benchmark runs differ by 10 to 35 %. Short slices of both,
// in turn and in random order, meet the same disturbances; the median of many ratios is
// steady to about one percent.
package pairbench

import (
	"math/rand/v2"
	"slices"
	"time"
)

const (
	pairs = 300
	slice = 2 * time.Millisecond
)

// Result holds medians over all pairs.
type Result struct {
	Ratio   float64 // time of the contender by that of the base
	Control float64 // base by base in the same run: as far from 1 as Ratio may be wrong
}

// Compare takes about two seconds.
func Compare(base, contender func()) Result {
	start := time.Now()
	return compare(func() time.Duration { return time.Since(start) }, base, contender)
}

func compare(now func() time.Duration, base, contender func()) Result {
	runs := [...]func(){base, contender, base}
	baseLoops := calibrate(now, base)
	loops := [len(runs)]int{baseLoops, calibrate(now, contender), baseLoops}
	var ratios, controls []float64
	for range pairs {
		var cost [len(runs)]float64
		for _, i := range rand.Perm(len(runs)) {
			cost[i] = float64(measure(now, runs[i], loops[i])) / float64(loops[i])
		}
		ratios = append(ratios, cost[1]/cost[0])
		controls = append(controls, cost[2]/cost[0])
	}
	return Result{Ratio: median(ratios), Control: median(controls)}
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
	return max(1, int(float64(n)*float64(slice)/float64(best)))
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
