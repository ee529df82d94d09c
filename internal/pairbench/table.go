package pairbench

import (
	"fmt"
	"io"
	"math"
	"text/tabwriter"
	"time"
)

// Goal is the most that a contender may cost by its floor. What is zero has no goal.
type Goal struct {
	Ratio  float64
	Allocs *int // more than the floor
}

// String gives the goal as the table shows it.
func (g Goal) String() string {
	s := ""
	if g.Ratio != 0 {
		s = fmt.Sprintf("≤ %.2f", g.Ratio)
	}
	if g.Allocs != nil {
		if s != "" {
			s += ", "
		}
		s += fmt.Sprintf("allocs ≤ +%d", *g.Allocs)
	}
	return s
}

// More is for Goal.Allocs.
func More(allocs int) *int { return &allocs }

// surely is by how much a ratio is beyond a goal at least, if it is more than chance.
const surely = 1.01

// missed says whether r is beyond the goal by more than the control is beyond 1.
func (g Goal) missed(r Result) bool {
	noise := max(r.Control, 1/r.Control, surely)
	return g.Ratio != 0 && r.Ratio > g.Ratio*noise ||
		g.Allocs != nil && r.Contender.Allocs > r.Base.Allocs+*g.Allocs
}

// Table collects the lines that `make bench` prints.
type Table struct{ lines []string }

// Add takes a comparison in.
func (t *Table) Add(name string, r Result, goal Goal) {
	t.lines = append(t.lines, fmt.Sprintf("%s\t%s\t%s\t%.2f\t%.2f\t%d/%d\t%s\t%s", name, short(r.Base.Time), short(r.Contender.Time),
		r.Ratio, r.Control, r.Base.Allocs, r.Contender.Allocs, goal, verdict(goal.String(), goal.missed(r))))
}

// Count takes in a number that has no floor, such as of requests, with the most it may be;
// infinity is no goal.
func (t *Table) Count(name string, got float64, unit string, most float64) {
	goal := ""
	if !math.IsInf(most, 1) {
		goal = fmt.Sprintf("≤ %.4g", most)
	}
	t.lines = append(t.lines, fmt.Sprintf("%s\t\t%.4g %s\t\t\t\t%s\t%s", name, got, unit, goal, verdict(goal, got > most)))
}

func verdict(goal string, missed bool) string {
	switch {
	case goal == "":
		return ""
	case missed:
		return "missed"
	}
	return "met"
}

func short(d time.Duration) string {
	switch {
	case d < 10*time.Microsecond:
		return fmt.Sprintf("%d ns", d.Nanoseconds())
	case d < 10*time.Millisecond:
		return fmt.Sprintf("%.1f µs", float64(d)/float64(time.Microsecond))
	}
	return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond))
}

// Write prints the lines under their headings; nothing when there are none.
func (t *Table) Write(w io.Writer) error {
	if len(t.lines) == 0 {
		return nil
	}
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "\nrow\tfloor\tours\tratio\tA/A\tallocs\tgoal\t")
	for _, line := range t.lines {
		fmt.Fprintln(tw, line)
	}
	return tw.Flush()
}
