package paging

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strconv"
)

// Offsets is [All] for pages that are asked for by the number of items before them: a page
// of less than size items is the last. A page like the one before, of a server that does not
// heed the offset, is a repeated cursor.
func Offsets[T comparable](ctx context.Context, size int, page func(offset int) ([]T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var before []T
		All(ctx, "0", func(cursor string) ([]T, string, error) {
			offset, _ := strconv.Atoi(cursor) // what this function wrote
			items, err := page(offset)
			switch {
			case err != nil || len(items) < size:
				return items, "", err
			case slices.Equal(items, before):
				return nil, "", fmt.Errorf("%w: the page at offset %d is the one before", ErrCursor, offset)
			}
			before = items
			return items, strconv.Itoa(offset + len(items)), nil
		})(yield)
	}
}

// Sum is [Batches] for answers that are added up. When a request fails, what was answered so
// far comes with the error, nil if nothing was.
func Sum[In, T any](items []In, size int, add func(all, more *T), call func(part []In) (*T, error), partial func(done, sent int, err error) error) (*T, error) {
	return SumOfTwo(items, size, []struct{}(nil), 1, add, func(part []In, _ []struct{}) (*T, error) { return call(part) }, partial)
}

// SumOfTwo is [Sum] for requests that take two lists side by side: at most size of one, and
// most of other. partial counts the items of both, those of one first.
func SumOfTwo[A, B, T any](one []A, size int, other []B, most int, add func(all, more *T), call func([]A, []B) (*T, error), partial func(done, sent int, err error) error) (*T, error) {
	var all *T
	done := 0
	for _, p := range pairs(one, size, other, most) {
		sent := len(p.one) + len(p.other)
		answer, err := call(p.one, p.other)
		if err != nil {
			return all, partial(done, sent, err)
		}
		if done += sent; all == nil {
			all = answer
		} else {
			add(all, answer)
		}
	}
	return all, nil
}

type pair[A, B any] struct {
	one   []A
	other []B
}

// pairs splits two lists. The last part of one is sent with the first of other, so that the
// order of the items stays.
func pairs[A, B any](one []A, size int, other []B, most int) (parts []pair[A, B]) {
	for part := range slices.Chunk(one, size) {
		parts = append(parts, pair[A, B]{one: part})
	}
	n := max(len(parts)-1, 0)
	for part := range slices.Chunk(other, most) {
		if n == len(parts) {
			parts = append(parts, pair[A, B]{})
		}
		parts[n].other = part
		n++
	}
	return parts
}
