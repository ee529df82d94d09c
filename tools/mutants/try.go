package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// outcome is what became of a mutant.
type outcome int

const (
	broken outcome = iota // does not compile, does not count
	killed
	timedOut
	survived
	notCovered
)

func (o outcome) String() string {
	return [...]string{"does not compile", "killed", "timed out", "survived", "not covered"}[o]
}

type result struct {
	mutant
	outcome outcome
	by      string // the test that noticed
}

// attempt tries mutants of one package.
type attempt struct {
	*tree
	programs []*pkg // whose tests may notice, the package itself first
	coverage *coverage
	spare    time.Duration
}

// try runs the tests that reach m, the quickest first, until one fails.
func (a *attempt) try(ctx context.Context, m mutant) (result, error) {
	dir, err := os.MkdirTemp(a.temp, "mutant")
	if err != nil {
		return result{}, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	overlay, err := a.overlay(dir, m)
	if err != nil {
		return result{}, err
	}
	tests := a.coverage.of(m)
	for i, p := range a.programs {
		own := slices.DeleteFunc(slices.Clone(tests), func(t test) bool { return t.Program != i })
		if i > 0 && len(own) == 0 {
			continue
		}
		program := filepath.Join(dir, fmt.Sprintf("%d.test", i))
		r, err := a.ask(ctx, p, program, overlay, own)
		if r.mutant = m; r.outcome != survived || err != nil {
			return r, err
		}
	}
	if len(tests) == 0 {
		return result{mutant: m, outcome: notCovered}, nil
	}
	return result{mutant: m, outcome: survived}, nil
}

// ask builds the mutant into the test program of p and runs tests of it.
func (a *attempt) ask(ctx context.Context, p *pkg, program, overlay string, tests []test) (result, error) {
	switch err := a.build(ctx, p, program, "-overlay="+overlay); {
	case errors.Is(err, errCompile):
		return result{outcome: broken}, nil
	case err != nil:
		return result{}, err
	}
	for _, batch := range batches(tests) {
		if r, err := a.runBatch(ctx, p, program, batch); r.outcome != survived || err != nil {
			return r, err
		}
	}
	return result{outcome: survived}, nil
}

// overlay tells the compiler to read the changed file in place of the original.
func (a *attempt) overlay(dir string, m mutant) (string, error) {
	original := filepath.Join(a.root, m.file)
	src, err := os.ReadFile(original)
	if err != nil {
		return "", err
	}
	changed := filepath.Join(dir, filepath.Base(m.file))
	if err := os.WriteFile(changed, m.apply(src), 0o644); err != nil {
		return "", err
	}
	text, err := json.Marshal(map[string]map[string]string{"Replace": {original: changed}})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(dir, "overlay.json")
	return overlay, os.WriteFile(overlay, text, 0o644)
}

// batches divides tests, the quickest first: a second of them, then two, four, and so on.
// Most mutants fall in the first batch, and each batch can have a timeout that fits it.
func batches(tests []test) (all [][]test) {
	tests = slices.SortedFunc(slices.Values(tests), func(a, b test) int { return cmp.Compare(a.Took, b.Took) })
	for limit := time.Second; len(tests) > 0; limit *= 2 {
		n, sum := 1, tests[0].Took
		for n < len(tests) && sum+tests[n].Took <= limit {
			sum += tests[n].Took
			n++
		}
		all = append(all, tests[:n])
		tests = tests[n:]
	}
	return all
}

var failedTest = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)

func (a *attempt) runBatch(ctx context.Context, p *pkg, program string, batch []test) (result, error) {
	names, took := make([]string, len(batch)), time.Duration(0)
	for i, t := range batch {
		names[i] = t.Name
		took += t.Took
	}
	said, late, err := a.run(ctx, p, 3*took+a.spare, program, "-test.failfast", "-test.run=^("+strings.Join(names, "|")+")$")
	switch {
	case ctx.Err() != nil:
		return result{}, ctx.Err()
	case late:
		return result{outcome: timedOut, by: strings.Join(names, " ")}, nil
	case err == nil:
		return result{outcome: survived}, nil
	}
	by := "a panic or an early end"
	if m := failedTest.FindSubmatch(said); m != nil {
		by = string(m[1])
	}
	return result{outcome: killed, by: by}, nil
}

// sample tries mutants in their order until n of them have counted.
func (a *attempt) sample(ctx context.Context, mutants []mutant, n, parallel int, tell func(result)) (counted []result, err error) {
	for len(mutants) > 0 && len(counted) < n {
		round := make([]result, min(n-len(counted), len(mutants)))
		var one sync.Mutex
		err := inParallel(parallel, len(round), func(i int) (err error) {
			round[i], err = a.try(ctx, mutants[i])
			one.Lock()
			defer one.Unlock()
			if err == nil {
				tell(round[i])
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		mutants = mutants[len(round):]
		counted = append(counted, slices.DeleteFunc(round, func(r result) bool { return r.outcome == broken })...)
	}
	return counted, nil
}

// inParallel calls do for 0 to n-1, so many at once, and stops after the first error.
func inParallel(parallel, n int, do func(i int) error) (first error) {
	var (
		mu   sync.Mutex
		next int
		wg   sync.WaitGroup
	)
	take := func() int {
		mu.Lock()
		defer mu.Unlock()
		if first != nil || next == n {
			return -1
		}
		next++
		return next - 1
	}
	for range min(parallel, n) {
		wg.Go(func() {
			for i := take(); i >= 0; i = take() {
				if err := do(i); err != nil {
					mu.Lock()
					if first == nil {
						first = err
					}
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	return first
}
