package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// equivalents maps the key of a mutant that no test can notice to the reason.
type equivalents map[string]string

// readEquivalents reads a file of paragraphs: the file, the text of the line, the change,
// and the reason in one or more lines.
func readEquivalents(name string) (equivalents, error) {
	text, err := os.ReadFile(name)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	listed := equivalents{}
	for i, paragraph := range strings.Split(string(text), "\n\n") {
		var lines []string
		for line := range strings.SplitSeq(paragraph, "\n") {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
				lines = append(lines, line)
			}
		}
		if len(lines) == 0 {
			continue
		}
		if len(lines) < 4 {
			return nil, fmt.Errorf("%s: paragraph %d needs a file, a line, a change and a reason", name, i+1)
		}
		key := strings.Join(lines[:3], "\n")
		if listed[key] != "" {
			return nil, fmt.Errorf("%s: paragraph %d repeats another", name, i+1)
		}
		listed[key] = strings.Join(lines[3:], " ")
	}
	return listed, nil
}

// check fails if an entry for the package belongs to none of its mutants.
func (e equivalents) check(p *pkg, mutants []mutant) error {
	known := map[string]bool{}
	for _, m := range mutants {
		known[m.key()] = true
	}
	var stale []string
	for key := range e {
		rest, ok := strings.CutPrefix(key, p.name+"/")
		file, _, _ := strings.Cut(rest, "\n")
		if ok && !strings.Contains(file, "/") && !known[key] {
			stale = append(stale, key)
		}
	}
	if len(stale) == 0 {
		return nil
	}
	slices.Sort(stale)
	return fmt.Errorf("the list of equivalent mutants has entries that fit no mutant:\n\n%s", strings.Join(stale, "\n\n"))
}
