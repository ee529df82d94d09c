package console

import "strings"

// shownMost is how many rows a list shows; a search finds the others.
const shownMost = 200

// found is what a search has left of a list.
type found[T any] struct {
	Rows []T
	All  int // that it has left, shown or not
	Q    string
}

// Cut reports whether some are not shown.
func (f found[T]) Cut() bool { return f.All > len(f.Rows) }

// Whole reports whether the page has the whole list, so that the browser can search it.
func (f found[T]) Whole() bool { return f.Q == "" && !f.Cut() }

// search shows those whose text has all words of q.
func search[T any](q string, all []T, text func(T) string) found[T] {
	out := found[T]{Rows: matching(q, all, text), Q: strings.TrimSpace(q)}
	out.All = len(out.Rows)
	out.Rows = out.Rows[:min(out.All, shownMost)]
	return out
}

// matching leaves those whose text has all words of q.
func matching[T any](q string, all []T, text func(T) string) (list []T) {
	words := strings.Fields(strings.ToLower(q))
	for _, x := range all {
		if hasAll(strings.ToLower(text(x)), words) {
			list = append(list, x)
		}
	}
	return list
}

func hasAll(text string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}
