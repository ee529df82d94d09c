// Package paging walks WeCom's cursors and cuts lists into the parts that one request may
// hold.
package paging

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"iter"
	"slices"
)

// ErrCursor means that WeCom answered with a cursor it had given before. Following it would
// never end, so the walk stops.
var ErrCursor = errors.New("wecom: the server repeated a cursor")

// ErrNoCursor means that a page says that there are more, but not where. What was walked so
// far is not everything.
var ErrNoCursor = errors.New("wecom: the page says that there are more, but gives no cursor")

// All yields the items of every page. page gets the cursor of the page before, "" first,
// and returns "" as next after the last page.
//
// The walk ends at the first error, which is yielded once with a zero item after the items
// that came with it. Between pages it looks at ctx.
func All[T any](ctx context.Context, page func(cursor string) (items []T, next string, err error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		seen := newCursors()
		for cursor := ""; ; {
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

// cursors remembers which cursors have come, as hashes: a walk over millions of items meets
// thousands of them.
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

// Next turns what a page says about the next one into the next argument of [All]: "" after
// the last page, whatever cursor it gives, and [ErrNoCursor] if there are more pages but no
// cursor.
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
// ends at the first error, which partial turns into that of the batch: the items of done
// were answered, the next sent ones went into the request that failed. Their results are
// not returned.
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

// BatchesTolerating is [Batches] for items that fail one by one. A part of which every item
// failed, for which call returns an error that tolerated knows beside the results, is no
// reason to leave out the next one; the error is returned, as it is, if no part did better.
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

// Duplicate finds the first two items with the same key.
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
