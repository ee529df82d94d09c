// Command mutants measures how much the tests notice. It makes many small changes to the
// code of a package, one at a time, and runs the tests that reach the changed code. A
// change that no test notices is a survivor: either a test is missing, or the code.
//
//	mutants -root ../.. -packages "token wexml" -n 120 -seed 1
//	mutants -root ../.. -packages token -only tags
//	mutants -root ../.. -packages token -at token/cell.go:120 -v
//
// Survivors that behave exactly like the original stand in equivalent.txt, with the reason.
// Each entry is a paragraph: the file, the text of the line, the change as it is printed
// here, the reason. At most 3 % of a package's mutants may stand there.
//
// The module stays untouched: mutants run in a copy. Needs a Unix.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// options are the flags.
type options struct {
	root, packages, with, only, at, equivalent, cache string

	n, parallel   int
	spare         time.Duration
	seed          uint64
	min           float64
	list, verbose bool
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	o := parse(os.Args[1:])
	err := o.run(ctx, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(1)
	}
}

func parse(args []string) (o options) {
	fs := flag.NewFlagSet("mutants", flag.ExitOnError)
	fs.StringVar(&o.root, "root", ".", "folder of the module")
	fs.StringVar(&o.packages, "packages", "", "folders of packages, with or without internal/")
	fs.StringVar(&o.with, "with", "", "further packages whose tests may notice")
	fs.StringVar(&o.only, "only", "", "all mutants of one kind, no sample: "+strings.Join(kinds, ", "))
	fs.StringVar(&o.at, "at", "", "all mutants of these places, no sample: FILE or FILE:LINE")
	fs.StringVar(&o.equivalent, "equivalent", "", "list of equivalent mutants (default ROOT/tools/mutants/equivalent.txt)")
	fs.StringVar(&o.cache, "cache", "", "folder for what the tests reach (default wecom-mutants in the user's cache)")
	fs.DurationVar(&o.spare, "spare", 10*time.Second, "what tests may take beyond three times their usual time")
	fs.IntVar(&o.n, "n", 120, "mutants for each package")
	fs.IntVar(&o.parallel, "parallel", 1, "mutants at once")
	fs.Uint64Var(&o.seed, "seed", 1, "chooses the sample")
	fs.Float64Var(&o.min, "min", 93, "least score, in per cent")
	fs.BoolVar(&o.list, "list", false, "print the mutants, run nothing; some may not compile")
	fs.BoolVar(&o.verbose, "v", false, "print each mutant as it is tried, and the test that noticed")
	_ = fs.Parse(args)
	if o.cache == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			user = os.TempDir()
		}
		o.cache = filepath.Join(user, "wecom-mutants")
	}
	if o.equivalent == "" {
		o.equivalent = filepath.Join(o.root, "tools", "mutants", "equivalent.txt")
	}
	return o
}

func fields(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}

func (o options) check() error {
	if o.only != "" && !slices.Contains(kinds, o.only) {
		return fmt.Errorf("no such kind of mutants: %s", o.only)
	}
	if len(fields(o.packages)) == 0 {
		return errors.New("-packages is missing")
	}
	return nil
}

func (o options) run(ctx context.Context, out io.Writer) error {
	if err := o.check(); err != nil {
		return err
	}
	listed, err := readEquivalents(o.equivalent)
	if err != nil {
		return err
	}
	t, err := copyTree(o.root)
	if err != nil {
		return err
	}
	defer t.remove()
	var failures []error
	for _, name := range fields(o.packages) {
		if err := o.one(ctx, out, t, name, listed); err != nil {
			failures = append(failures, err)
		}
		if ctx.Err() != nil {
			break
		}
	}
	return errors.Join(failures...)
}

// one measures one package.
func (o options) one(ctx context.Context, out io.Writer, t *tree, name string, listed equivalents) error {
	p, err := t.pkg(ctx, name)
	if err != nil {
		return err
	}
	mutants, err := p.mutants()
	if err != nil {
		return err
	}
	if err := listed.check(p, mutants); err != nil {
		return err
	}
	mutants, n := o.choose(mutants)
	if o.list {
		slices.SortFunc(mutants, byPlace)
		for _, m := range mutants {
			_, _ = fmt.Fprintf(out, "%s [%s]\n", m, m.kind)
		}
		return nil
	}
	a, err := o.attempt(ctx, t, p)
	if err != nil {
		return err
	}
	results, err := a.sample(ctx, mutants, n, o.parallel, func(r result) {
		if o.verbose {
			_, _ = fmt.Fprintf(out, "  %s: %s %s\n", r.mutant, r.outcome, r.by)
		}
	})
	if err != nil {
		return err
	}
	return o.report(out, p, results, listed)
}

func (o options) attempt(ctx context.Context, t *tree, p *pkg) (*attempt, error) {
	a := &attempt{tree: t, programs: []*pkg{p}, spare: o.spare}
	for _, name := range fields(o.with) {
		other, err := t.pkg(ctx, name)
		if err != nil {
			return nil, err
		}
		if other.name != p.name {
			a.programs = append(a.programs, other)
		}
	}
	var err error
	a.coverage, err = t.cover(ctx, p, a.programs, o.parallel, o.cache)
	return a, err
}

// choose gives the mutants that are asked for, in the order in which they are tried, and
// how many of them to count.
func (o options) choose(mutants []mutant) ([]mutant, int) {
	places := fields(o.at)
	mutants = slices.DeleteFunc(mutants, func(m mutant) bool {
		line := fmt.Sprintf("%s:%d", m.file, m.at.Line)
		return o.only != "" && m.kind != o.only ||
			o.at != "" && !slices.Contains(places, m.file) && !slices.Contains(places, line)
	})
	shuffle(mutants, o.seed)
	if o.only != "" || o.at != "" {
		return mutants, len(mutants)
	}
	return mutants, o.n
}
