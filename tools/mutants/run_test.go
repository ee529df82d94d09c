package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sampled gives options for the module in testdata/sample.
func sampled(t *testing.T, args ...string) options {
	t.Helper()
	return parse(append([]string{"-root=testdata/sample", "-packages=calc", "-cache=" + t.TempDir(), "-parallel=2", "-min=0"}, args...))
}

func output(t *testing.T, o options) (string, error) {
	t.Helper()
	var out strings.Builder
	err := o.run(t.Context(), &out)
	return out.String(), err
}

func TestSurvivorsAreListed(t *testing.T) {
	t.Parallel()
	out, err := output(t, sampled(t, "-equivalent=testdata/equivalent.txt", "-spare=2s"))
	assert.EqualError(t, err, "internal/calc: 1 of 12 mutants listed as equivalent, more than 3 %")
	assert.Equal(t, `internal/calc        12 mutants: 5 killed, 2 timed out, 2 survived, 2 not covered, 1 equivalent; score 63.6 %
  internal/calc/calc.go:6: `+"`json:\"a\"` → `json:\"b\"`"+`
  internal/calc/calc.go:20: n + 1 → n - 1
  internal/calc/calc.go:25: n / 4 → n * 4 (not covered)
  internal/calc/calc.go:25: n / 4 → n / 5 (not covered)
`, out)
}

func TestOtherPackagesMayNotice(t *testing.T) {
	t.Parallel()
	o := sampled(t, "-at=internal/calc/calc.go:25", "-with=user,calc", "-v", "-min=100")
	for range 2 { // the second time with what was kept of the first
		out, err := output(t, o)
		assert.NoError(t, err)
		assert.Contains(t, out, "n / 4 → n * 4: killed TestSixteenth\n")
		assert.Contains(t, out, "2 mutants: 2 killed")
	}
	kept, err := os.ReadDir(o.cache)
	require.NoError(t, err)
	assert.Len(t, kept, 1)
}

func TestOneKind(t *testing.T) {
	t.Parallel()
	out, err := output(t, sampled(t, "-only=tags", "-min=1"))
	assert.EqualError(t, err, "internal/calc: 0.0 % is below 1 %")
	assert.Contains(t, out, "1 mutants: 0 killed, 0 timed out, 1 survived")

	out, err = output(t, sampled(t, "-only=arithmetic", "-list", "-at=internal/calc/calc.go:20,internal/calc/calc.go:31"))
	assert.NoError(t, err)
	assert.Equal(t, `internal/calc/calc.go:20: n + 1 → n - 1 [arithmetic]
internal/calc/calc.go:31: n-- → n++ [arithmetic]
`, out)
}

func TestRunRefuses(t *testing.T) {
	t.Parallel()
	for want, o := range map[string]options{
		"no such kind":          sampled(t, "-only=tag"),
		"-packages is missing":  sampled(t, "-packages="),
		"package internal/none": sampled(t, "-packages=none"),
		"no tests":              sampled(t, "-packages=untested"),
		"fails without":         sampled(t, "-packages=failing"),
	} {
		_, err := output(t, o)
		assert.ErrorContains(t, err, want)
	}
}

func TestSampleSkipsWhatDoesNotCompile(t *testing.T) {
	t.Parallel()
	tree, err := copyTree("testdata/sample")
	require.NoError(t, err)
	t.Cleanup(tree.remove)
	p, err := tree.pkg(t.Context(), "calc")
	require.NoError(t, err)
	mutants, err := p.mutants()
	require.NoError(t, err)
	bad := mutants[0]
	bad.edits = []edit{{0, 0, "?"}}
	a := &attempt{tree: tree, programs: []*pkg{p}, coverage: &coverage{}}
	var told []outcome
	results, err := a.sample(t.Context(), []mutant{bad, mutants[1], mutants[2]}, 1, 1, func(r result) { told = append(told, r.outcome) })
	require.NoError(t, err)
	require.Len(t, results, 1)
	assert.Equal(t, mutants[1].key(), results[0].key())
	assert.Equal(t, []outcome{broken, notCovered}, told)
}

func TestRunEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	o := sampled(t)
	assert.ErrorContains(t, o.run(ctx, os.Stderr), context.Canceled.Error())
}

func TestBatches(t *testing.T) {
	t.Parallel()
	timed := func(took ...float64) (all []test) {
		for _, s := range took {
			all = append(all, test{Took: time.Duration(s * float64(time.Second))})
		}
		return all
	}
	assert.Empty(t, batches(nil))
	assert.Equal(t, [][]test{timed(0.2, 0.8), timed(1, 1), timed(5), timed(6)}, batches(timed(6, 0.8, 1, 0.2, 1, 5)))
}

func TestCoverageOf(t *testing.T) {
	t.Parallel()
	c := coverage{Tests: []test{{Name: "A"}, {Name: "B"}, {Name: "C"}}, Spans: spans([]string{
		"mode: set\np/f.go:10.5,20.2 1 1\np/f.go:12.5,13.2 1 0\np/g.go:12.1,13.2 1 0\n",
		"mode: set\np/f.go:10.5,20.2 1 0\np/f.go:12.5,13.2 1 1\np/g.go:12.1,13.2 1 1\n",
		"mode: set\np/f.go:10.5,20.2 1 0\np/f.go:12.5,13.2 1 0\np/g.go:12.1,13.2 1 0\n",
	})}
	fn := [2]place{{10, 1}, {21, 1}}
	for want, m := range map[string]mutant{
		"A ":     {file: "p/f.go", at: place{20, 1}, fn: fn},
		"B ":     {file: "p/f.go", at: place{12, 5}, fn: fn}, // the inner one
		"A B ":   {file: "p/f.go", at: place{10, 3}, fn: fn}, // not counted, in a function
		"A B C ": {file: "p/f.go", at: place{1, 1}},          // in none
		"":       {file: "p/f.go", at: place{30, 1}, fn: [2]place{{29, 1}, {31, 1}}},
	} {
		got := ""
		for _, t := range c.of(m) {
			got += t.Name + " "
		}
		assert.Equal(t, want, got)
	}
}

func TestReport(t *testing.T) {
	t.Parallel()
	m := func(line int, o outcome) result {
		return result{mutant{file: "p/f.go", at: place{line, 1}, line: "l"}, o, "TestA"}
	}
	results := make([]result, 0, 38)
	for range 38 {
		results = append(results, m(1, killed))
	}
	p := &pkg{name: "p"}
	for _, test := range []struct {
		results []result
		listed  equivalents
		want    string
	}{
		{append(results, m(2, timedOut), m(3, survived)), nil, ""},
		{append(results, m(2, survived), m(3, notCovered)), nil, "p: 95.0 % is below 97 %"},
		{append(results, m(2, timedOut)), equivalents{m(2, killed).key(): "x"}, "listed as equivalent, but TestA noticed"},
		{[]result{m(2, survived)}, equivalents{m(2, killed).key(): "x"}, "1 of 1 mutants listed as equivalent, more than 3 %"},
	} {
		err := options{min: 97}.report(&strings.Builder{}, p, test.results, test.listed)
		if test.want == "" {
			assert.NoError(t, err)
		} else {
			assert.ErrorContains(t, err, test.want)
		}
	}
}

func TestEquivalents(t *testing.T) {
	t.Parallel()
	read := func(text string) (equivalents, error) {
		name := filepath.Join(t.TempDir(), "list.txt")
		require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
		return readEquivalents(name)
	}
	const one = "p/f.go\n\tx++\nx++ → (deleted)\nBecause\nof it.\n"
	listed, err := read("# Why.\n\n" + one + "\n\n")
	require.NoError(t, err)
	m := mutant{file: "p/f.go", line: "x++", change: "x++ → (deleted)"}
	assert.Equal(t, equivalents{m.key(): "Because of it."}, listed)
	assert.NoError(t, listed.check(&pkg{name: "p"}, []mutant{m}))
	assert.NoError(t, listed.check(&pkg{name: "q"}, nil))
	assert.ErrorContains(t, listed.check(&pkg{name: "p"}, nil), m.key())

	_, err = read(one + "\n" + one)
	assert.ErrorContains(t, err, "paragraph 2 repeats")
	_, err = read("p/f.go\nx++\nx++ → (deleted)\n")
	assert.ErrorContains(t, err, "paragraph 1 needs")
	_, err = readEquivalents(filepath.Join(t.TempDir(), "none"))
	assert.NoError(t, err)
}

func TestInParallelStopsAfterAnError(t *testing.T) {
	t.Parallel()
	wrong := errors.New("wrong")
	calls := 0
	err := inParallel(1, 10, func(int) error { calls++; return wrong })
	assert.Equal(t, wrong, err)
	assert.Equal(t, 1, calls)
	seen := make([]int, 10)
	assert.NoError(t, inParallel(3, 10, func(i int) error { seen[i]++; return nil }))
	assert.Equal(t, []int{1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, seen)
}
