package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// test is a top-level test of one of the test programs.
type test struct {
	Program int // 0 is the package's own
	Name    string
	Took    time.Duration
}

// span is a piece of a file that coverage counts.
type span struct {
	File     string
	From, To place
}

func (s span) holds(file string, at place) bool {
	return s.File == file && !at.before(s.From) && at.before(s.To)
}

// coverage says which tests reach which span of a package.
type coverage struct {
	Tests []test
	Spans []covered
}

type covered struct {
	span
	Tests []int // empty: no test
}

// of gives the tests that may notice m. Code that coverage does not count, as the
// expressions of a case, goes with its function; what is in no function with all tests.
func (c *coverage) of(m mutant) (tests []test) {
	file := filepath.Base(m.file)
	var innermost *covered
	var around, reached []int
	for i, s := range c.Spans {
		if s.holds(file, m.at) && (innermost == nil || innermost.From.before(s.From)) {
			innermost = &c.Spans[i]
		}
		if (span{file, m.fn[0], m.fn[1]}).holds(s.File, s.From) {
			around = append(around, s.Tests...)
		}
	}
	switch {
	case innermost != nil:
		reached = innermost.Tests
	case m.fn == [2]place{}:
		return c.Tests
	default:
		reached = around
	}
	for i, t := range c.Tests {
		if slices.Contains(reached, i) {
			tests = append(tests, t)
		}
	}
	return tests
}

// cover runs each test of the programs alone and notes what it reaches of p. The result
// is kept for the next run that builds the same programs.
func (t *tree) cover(ctx context.Context, p *pkg, programs []*pkg, parallel int, cache string) (*coverage, error) {
	key := sha256.New()
	built := make([]string, len(programs))
	for i, from := range programs {
		built[i] = filepath.Join(t.temp, fmt.Sprintf("cover%d.test", i))
		if err := t.build(ctx, from, built[i], "-cover", "-covermode=set", "-coverpkg="+p.ImportPath); err != nil {
			return nil, err
		}
		if err := hashAll(key, built[i], filepath.Join(from.Dir, "testdata")); err != nil {
			return nil, err
		}
	}
	kept := filepath.Join(cache, hex.EncodeToString(key.Sum(nil))+".json")
	var c coverage
	if text, err := os.ReadFile(kept); err == nil && json.Unmarshal(text, &c) == nil {
		return &c, nil
	}
	if err := t.measure(ctx, &c, programs, built, parallel); err != nil {
		return nil, err
	}
	return &c, keep(kept, &c)
}

func keep(name string, c *coverage) error {
	text, err := json.Marshal(c)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, text, 0o644)
}

func hashAll(to interface{ Write([]byte) (int, error) }, names ...string) error {
	for _, name := range names {
		err := filepath.WalkDir(name, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			text, err := os.ReadFile(name)
			_, _ = fmt.Fprintf(to, "%d %s\n%s", len(text), d.Name(), text)
			return err
		})
		if err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	return nil
}

func (t *tree) measure(ctx context.Context, c *coverage, programs []*pkg, built []string, parallel int) error {
	for i, p := range programs {
		said, _, err := t.run(ctx, p, time.Minute, built[i], "-test.list=.")
		if err != nil {
			return fmt.Errorf("list the tests of %s: %w\n%s", p.name, err, said)
		}
		for name := range strings.Lines(string(said)) {
			if name = strings.TrimSpace(name); isTest.MatchString(name) {
				c.Tests = append(c.Tests, test{Program: i, Name: name})
			}
		}
	}
	profiles := make([]string, len(c.Tests))
	err := inParallel(parallel, len(c.Tests), func(i int) error {
		tst := &c.Tests[i]
		profile := filepath.Join(t.temp, fmt.Sprintf("%d.profile", i))
		began := time.Now()
		said, _, err := t.run(ctx, programs[tst.Program], 5*time.Minute, built[tst.Program],
			"-test.run=^"+tst.Name+"$", "-test.coverprofile="+profile)
		if err != nil {
			return fmt.Errorf("%s of %s fails without a mutant: %w\n%s", tst.Name, programs[tst.Program].name, err, said)
		}
		tst.Took = time.Since(began)
		text, err := os.ReadFile(profile)
		profiles[i] = string(text)
		return err
	})
	if err == nil {
		c.Spans = spans(profiles)
	}
	return err
}

var (
	isTest      = regexp.MustCompile(`^(Test|Fuzz|Example)`)
	profileLine = regexp.MustCompile(`(?m)^.*/([^/:]+):(\d+)\.(\d+),(\d+)\.(\d+) \d+ (\d+)$`)
)

// spans gathers the profiles of the tests.
func spans(profiles []string) (all []covered) {
	known := map[span]int{}
	for i, profile := range profiles {
		for _, m := range profileLine.FindAllStringSubmatch(profile, -1) {
			var n [5]int
			for j := range n {
				n[j], _ = strconv.Atoi(m[j+2])
			}
			s := span{m[1], place{n[0], n[1]}, place{n[2], n[3]}}
			at, ok := known[s]
			if !ok {
				at = len(all)
				known[s] = at
				all = append(all, covered{span: s})
			}
			if n[4] > 0 {
				all[at].Tests = append(all[at].Tests, i)
			}
		}
	}
	return all
}
