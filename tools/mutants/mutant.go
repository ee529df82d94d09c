package main

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

// edit replaces the bytes from to to of a file.
type edit struct {
	from, to int
	text     string
}

// place is a position in a file, counted from 1.
type place struct{ Line, Col int }

func (p place) before(q place) bool {
	return p.Line < q.Line || p.Line == q.Line && p.Col < q.Col
}

// mutant is one small change to one file.
type mutant struct {
	file   string // below the root, with slashes
	at     place
	fn     [2]place // the function around it, zero outside of functions
	kind   string
	line   string // the text of the line
	change string // old → new
	nth    int    // counts mutants of equal file, line and change
	edits  []edit
}

// key is what an entry of the list of equivalent mutants must repeat. It has no line
// number, so that it holds when the code around it changes.
func (m mutant) key() string { return m.file + "\n" + m.line + "\n" + m.change }

func (m mutant) String() string { return fmt.Sprintf("%s:%d: %s", m.file, m.at.Line, m.change) }

func (m mutant) apply(src []byte) []byte { return []byte(apply(string(src), 0, m.edits)) }

// apply changes text, which begins at offset base of its file. Edits are in order.
func apply(text string, base int, edits []edit) string {
	for _, e := range slices.Backward(edits) {
		text = text[:e.from-base] + e.text + text[e.to-base:]
	}
	return text
}

// shuffle puts mutants into an order that depends on the seed alone. The place of a mutant
// comes from its own text: a change elsewhere leaves most of a sample as it was.
func shuffle(mutants []mutant, seed uint64) {
	rank := func(m mutant) string {
		sum := sha256.Sum256(fmt.Appendf(binary.BigEndian.AppendUint64(nil, seed), "%s\n%d", m.key(), m.nth))
		return string(sum[:])
	}
	slices.SortFunc(mutants, func(a, b mutant) int { return strings.Compare(rank(a), rank(b)) })
}

func byPlace(a, b mutant) int {
	if c := strings.Compare(a.file, b.file); c != 0 {
		return c
	}
	if a.at != b.at {
		if a.at.before(b.at) {
			return -1
		}
		return 1
	}
	return strings.Compare(a.change, b.change)
}
