package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// tally counts what became of the mutants of a package.
type tally struct {
	counts     [notCovered + 1]int
	equivalent int
	survivors  []string
	wrong      []string // why the run fails
}

func (t *tally) add(r result, claimed bool) {
	lives := r.outcome == survived || r.outcome == notCovered
	if claimed && lives {
		t.equivalent++
		return
	}
	t.counts[r.outcome]++
	switch {
	case claimed:
		t.wrong = append(t.wrong, fmt.Sprintf("%s: listed as equivalent, but %s noticed", r.mutant, r.by))
	case r.outcome == notCovered:
		t.survivors = append(t.survivors, r.String()+" (not covered)")
	case lives:
		t.survivors = append(t.survivors, r.String())
	}
}

func (t *tally) score(mutants int) float64 {
	if mutants == t.equivalent {
		return 100
	}
	return 100 * float64(t.counts[killed]+t.counts[timedOut]) / float64(mutants-t.equivalent)
}

// report prints one line on the package and one on each survivor.
func (o options) report(out io.Writer, p *pkg, results []result, listed equivalents) error {
	const mostEquivalent = 3 // per cent
	slices.SortFunc(results, func(a, b result) int { return byPlace(a.mutant, b.mutant) })
	var t tally
	for _, r := range results {
		_, claimed := listed[r.key()]
		t.add(r, claimed)
	}
	score := t.score(len(results))
	_, _ = fmt.Fprintf(out, "%-20s %d mutants: %d killed, %d timed out, %d survived, %d not covered, %d equivalent; score %.1f %%\n",
		p.name, len(results), t.counts[killed], t.counts[timedOut], t.counts[survived], t.counts[notCovered], t.equivalent, score)
	for _, line := range t.survivors {
		_, _ = fmt.Fprintln(out, " ", line)
	}
	if score < o.min {
		t.wrong = append(t.wrong, fmt.Sprintf("%s: %.1f %% is below %g %%", p.name, score, o.min))
	}
	if 100*t.equivalent > mostEquivalent*len(results) {
		t.wrong = append(t.wrong, fmt.Sprintf("%s: %d of %d mutants listed as equivalent, more than %d %%",
			p.name, t.equivalent, len(results), mostEquivalent))
	}
	if t.wrong != nil {
		return errors.New(strings.Join(t.wrong, "\n"))
	}
	return nil
}
