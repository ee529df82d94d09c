// Package paging reads pages with WeCom's cursors and splits lists into the parts that one
// request may hold.
package paging

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"iter"
	"slices"
)

// ErrCursor means that WeCom answered with a cursor it had given before. The loop would
// never end, so it stops.
var ErrCursor = errors.New("wecom: the server repeated a cursor")

// ErrNoCursor means that a page says that there are more pages, but gives no cursor. The
// items so far are not all.
var ErrNoCursor = errors.New("wecom: the page says that there are more, but gives no cursor")

// All yields the items of every page. page gets the cursor of the page before, start first,
// and returns "" as next after the last page. A page that leads back to start is a repeated
// cursor like any other.
//
// It ends at the first error, which is yielded once with a zero item, after the items of its
// page. Between pages it checks ctx.
func All[T any](ctx context.Context, start string, page func(cursor string) (items []T, next string, err error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		seen := newCursors()
		seen.add(start)
		for cursor := start; ; {
			if err := ctx.Err(); err != nil {
				yield(zero, err)
				return
			}
			items, next, err := page(cursor)
			for _, item := range items {
				if !yield(item, nil) {
					return
				}
			}
			switch {
			case err != nil:
				yield(zero, err)
				return
			case next == "":
				return
			case !seen.add(next):
				yield(zero, fmt.Errorf("%w: %q", ErrCursor, next))
				return
			}
			cursor = next
		}
	}
}

// cursors remembers the cursors so far, as hashes: millions of items have thousands of
// cursors.
type cursors struct {
	seed maphash.Seed
	seen map[uint64]struct{}
}

func newCursors() *cursors {
	return &cursors{maphash.MakeSeed(), map[uint64]struct{}{}}
}

// add reports whether cursor is new.
func (c *cursors) add(cursor string) bool {
	sum := maphash.String(c.seed, cursor)
	if _, ok := c.seen[sum]; ok {
		return false
	}
	c.seen[sum] = struct{}{}
	return true
}

// Next returns the cursor for [All] from the fields of a page: "" after the last page,
// whatever cursor it gives, and [ErrNoCursor] if there are more pages but no cursor.
func Next(more bool, cursor string) (string, error) {
	switch {
	case !more:
		return "", nil
	case cursor == "":
		return "", ErrNoCursor
	}
	return cursor, nil
}

// Batches calls call with at most size items at a time and joins the results in order. It
// ends at the first error, which partial turns into the error of the batch: the first done
// items were answered, the next sent items were in the failed request. Results of a failed
// request are not returned.
func Batches[In, Out any](items []In, size int, call func(part []In) ([]Out, error), partial func(done, sent int, err error) error) ([]Out, error) {
	var all []Out
	done := 0
	for part := range slices.Chunk(items, size) {
		out, err := call(part)
		if err != nil {
			return all, partial(done, len(part), err)
		}
		all = append(all, out...)
		done += len(part)
	}
	return all, nil
}

// BatchesTolerating is [Batches] for items that fail one by one. If every item of a part
// fails, call returns an error that tolerated accepts, with the results. Then the next part
// is sent all the same. That error is returned unchanged if all parts failed so.
func BatchesTolerating[In, Out any](items []In, size int, tolerated func(error) bool, call func(part []In) ([]Out, error), partial func(done, sent int, err error) error) ([]Out, error) {
	var allFailed error
	worked := false
	all, err := Batches(items, size, func(part []In) ([]Out, error) {
		out, err := call(part)
		if err != nil && tolerated(err) {
			allFailed = err
			return out, nil
		}
		worked = worked || err == nil
		return out, err
	}, partial)
	if err == nil && !worked {
		err = allFailed
	}
	return all, err
}

// Duplicate returns the first two items with the same key.
func Duplicate[T any, K comparable](items []T, key func(T) K) (first, second int, found bool) {
	at := make(map[K]int, len(items))
	for i, item := range items {
		k := key(item)
		if j, ok := at[k]; ok {
			return j, i, true
		}
		at[k] = i
	}
	return 0, 0, false
}
