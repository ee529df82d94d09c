// Package paging walks WeCom's cursors and cuts lists into the parts that one request may
// hold.
package paging

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
)

// ErrCursor means that WeCom answered with a cursor it had given before. Following it would
// never end, so the walk stops.
var ErrCursor = errors.New("wecom: the server repeated a cursor")

// All yields the items of every page. page gets the cursor of the page before, "" first,
// and returns "" as next after the last page.
//
// The walk ends at the first error, which is yielded once with a zero item after the items
// that came with it. Between pages it looks at ctx.
func All[T any](ctx context.Context, page func(cursor string) (items []T, next string, err error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		seen := map[string]bool{"": true}
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
			case seen[next]:
				yield(zero, fmt.Errorf("%w: %q", ErrCursor, next))
				return
			}
			seen[next], cursor = true, next
		}
	}
}

// More turns a page's has_more and next_cursor into the next argument of [All]: "" unless
// both say that there is more.
func More(hasMore int, next string) string {
	if hasMore == 0 {
		return ""
	}
	return next
}

// InParts calls call with at most size items at a time and joins the results in order. When
// a part fails it returns the results so far, those of the failed part included, with the
// error; parts after it are not tried.
func InParts[In, Out any](items []In, size int, call func(part []In) ([]Out, error)) ([]Out, error) {
	var all []Out
	for part := range slices.Chunk(items, size) {
		out, err := call(part)
		all = append(all, out...)
		if err != nil {
			return all, err
		}
	}
	return all, nil
}

// InPartsPast is [InParts] for batches in which items fail one by one. A part of which all
// items failed, for which call returns an error that is allFailed beside their results, is
// no reason to leave out the next one; the error is returned if no part did better.
func InPartsPast[In, Out any](items []In, size int, allFailed error, call func(part []In) ([]Out, error)) ([]Out, error) {
	var failed error
	worked := false
	all, err := InParts(items, size, func(part []In) ([]Out, error) {
		out, err := call(part)
		if err != nil && errors.Is(err, allFailed) && len(out) > 0 {
			failed = err
			return out, nil
		}
		worked = worked || err == nil
		return out, err
	})
	if err == nil && !worked {
		err = failed
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
