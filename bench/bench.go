package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"regexp"
	"runtime"
	"sync"
	"time"

	"github.com/gothird/wecom/internal/pairbench"
)

// way is one way to do a job, once.
type way func() error

// pair is a job in two ways: by hand, and with this module.
type pair struct{ floor, ours way }

// bench is a run: how it measures, and the table so far.
type bench struct {
	table     pairbench.Table
	cpu, wall func(base, contender func()) pairbench.Result
	divisor   int // of the sizes, in a test
	progress  io.Writer
}

// print runs the groups whose names are wanted, and prints the rows of those that work.
func (b *bench) print(out io.Writer, wanted *regexp.Regexp) error {
	var errs []error
	for _, g := range groups() {
		if !wanted.MatchString(g.name) {
			continue
		}
		begin := time.Now()
		if err := g.add(b); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", g.name, err))
		}
		fmt.Fprintf(b.progress, "%s: %s\n", g.name, time.Since(begin).Round(time.Second))
	}
	return errors.Join(append(errs, b.table.Write(out))...)
}

// size is how many of something a row has.
func (b *bench) size(n int) int { return max(1, n/b.divisor) }

// compare adds the row of a pair whose ways use the processor.
func (b *bench) compare(name string, goal pairbench.Goal, p pair) error {
	return b.compareBy(b.cpu, name, goal, p)
}

// compareWall adds the row of a pair whose ways wait, for a disk or for an answer.
func (b *bench) compareWall(name string, goal pairbench.Goal, p pair) error {
	return b.compareBy(b.wall, name, goal, p)
}

func (b *bench) compareBy(measure func(base, contender func()) pairbench.Result, name string, goal pairbench.Goal, p pair) error {
	var failed error
	never := func(w way) func() {
		return func() {
			if err := w(); err != nil && failed == nil {
				failed = err
			}
		}
	}
	r := measure(never(p.floor), never(p.ours))
	if failed != nil {
		return fmt.Errorf("%s: %w", name, failed)
	}
	b.table.Add(name, r, goal)
	return nil
}

// growth adds a row for each size. A row whose figure is more than slack times that of the
// first misses the goal.
func (b *bench) growth(sizes []int, what, unit string, slack float64, get func(n int) (float64, error)) error {
	most := math.Inf(1)
	for _, n := range sizes {
		got, err := get(b.size(n))
		if err != nil {
			return fmt.Errorf("%d %s: %w", n, what, err)
		}
		b.table.Count(fmt.Sprintf("%d %s", n, what), got, unit, most)
		if math.IsInf(most, 1) {
			most = slack * got
		}
	}
	return nil
}

// costOf is the processor's time for each of n, in µs.
func costOf(n int, f func() error) (float64, error) {
	begin := pairbench.CPUTime()
	err := f()
	return float64(pairbench.CPUTime()-begin) / float64(time.Microsecond) / float64(n), err
}

// atOnce calls f from n goroutines that start together, and joins what went wrong.
func atOnce(n int, f func(i int) error) error {
	errs := make([]error, n)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			errs[i] = f(i)
		})
	}
	close(start)
	wg.Wait()
	return errors.Join(errs...)
}

// liveHeap is the memory in use, in bytes.
func liveHeap() float64 {
	runtime.GC()
	runtime.GC() // what the first one only unlinked
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

// inFolder gives f a folder that is removed afterwards.
func inFolder(f func(dir string) error) error {
	dir, err := os.MkdirTemp("", "wecom-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	return f(dir)
}
