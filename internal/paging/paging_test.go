package paging_test

import (
	"context"
	"errors"
	"strconv"
	"testing"

	"github.com/gothird/wecom/internal/paging"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// collect walks pages and returns the items, the error yielded last and how many errors came.
func collect(ctx context.Context, page func(string) ([]int, string, error)) (items []int, errs int, last error) {
	for item, err := range paging.All(ctx, "", page) {
		if err != nil {
			last = err
			errs++
			continue
		}
		items = append(items, item)
	}
	return items, errs, last
}

// G: endpoint/pages
func TestAllReachesTheLastPage(t *testing.T) {
	t.Parallel()
	var cursors []string
	items, _, err := collect(t.Context(), func(cursor string) ([]int, string, error) {
		cursors = append(cursors, cursor)
		n := len(cursors)
		next := ""
		if n < 4 {
			next = "c" + strconv.Itoa(n)
		}
		if n == 2 {
			return nil, next, nil // an empty page in the middle ends nothing
		}
		return []int{n, n * 10}, next, nil
	})
	require.NoError(t, err)
	assert.Equal(t, []int{1, 10, 3, 30, 4, 40}, items)
	assert.Equal(t, []string{"", "c1", "c2", "c3"}, cursors)
}

// G: endpoint/pages
func TestAllStopsOnError(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	calls := 0
	items, errs, err := collect(t.Context(), func(string) ([]int, string, error) {
		if calls++; calls == 2 {
			return []int{7}, "more", boom
		}
		return []int{calls}, "next", nil
	})
	require.ErrorIs(t, err, boom)
	assert.Equal(t, 1, errs, "an error is yielded once")
	assert.Equal(t, []int{1, 7}, items, "what came with the error is not lost")
	assert.Equal(t, 2, calls)
}

// G: endpoint/cursor
func TestAllRefusesARepeatedCursor(t *testing.T) {
	t.Parallel()
	for name, chain := range map[string]map[string]string{
		"itself": {"": "a", "a": "a"},
		"circle": {"": "a", "a": "b", "b": "c", "c": "a"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			calls := 0
			_, errs, err := collect(t.Context(), func(cursor string) ([]int, string, error) {
				calls++
				return []int{calls}, chain[cursor], nil
			})
			require.ErrorIs(t, err, paging.ErrCursor)
			assert.ErrorContains(t, err, `"a"`)
			assert.Equal(t, 1, errs)
			assert.Equal(t, len(chain), calls, "each page is asked for once")
		})
	}
}

// G: endpoint/pages
func TestAllObeysTheContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	calls := 0
	items, _, err := collect(ctx, func(string) ([]int, string, error) {
		calls++
		cancel()
		return []int{1, 2}, "next", nil
	})
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, []int{1, 2}, items, "the page that is there is delivered")
	assert.Equal(t, 1, calls)

	_, _, err = collect(ctx, func(string) ([]int, string, error) {
		t.Error("asked for a page although the context had ended")
		return nil, "", nil
	})
	require.ErrorIs(t, err, context.Canceled)
}

func TestAllStopsWhenTheCallerDoes(t *testing.T) {
	t.Parallel()
	calls := 0
	for item := range paging.All(t.Context(), "", func(string) ([]int, string, error) {
		calls++
		return []int{1, 2, 3}, "next" + strconv.Itoa(calls), nil
	}) {
		if item == 2 {
			break
		}
	}
	assert.Equal(t, 1, calls)
}

// G: endpoint/pages
func TestAllCanBeWalkedTwice(t *testing.T) {
	t.Parallel()
	seq := paging.All(t.Context(), "", func(cursor string) ([]string, string, error) {
		if cursor == "" {
			return []string{"first"}, "c", nil
		}
		return []string{"second"}, "", nil
	})
	for range 2 {
		var got []string
		for item, err := range seq {
			require.NoError(t, err)
			got = append(got, item)
		}
		assert.Equal(t, []string{"first", "second"}, got)
	}
}

// G: endpoint/cursor
func TestNext(t *testing.T) {
	t.Parallel()
	next, err := paging.Next(true, "c")
	require.NoError(t, err)
	assert.Equal(t, "c", next)
	next, err = paging.Next(false, "c")
	require.NoError(t, err)
	assert.Empty(t, next, "the last page ends the walk, whatever its cursor says")
	next, err = paging.Next(false, "")
	require.NoError(t, err)
	assert.Empty(t, next)
}

// A walk that breaks off in the middle is not taken for a whole one.
// G: endpoint/cursor
func TestAPageWithoutTheCursorOfTheNextIsAnError(t *testing.T) {
	t.Parallel()
	items, errs, err := collect(t.Context(), func(cursor string) ([]int, string, error) {
		if cursor == "" {
			next, err := paging.Next(true, "c")
			return []int{1}, next, err
		}
		next, err := paging.Next(true, "")
		return []int{2}, next, err
	})
	require.ErrorIs(t, err, paging.ErrNoCursor)
	assert.Equal(t, 1, errs)
	assert.Equal(t, []int{1, 2}, items, "what came is delivered first")
}

// ended is how far a batch came.
type ended struct {
	done, sent int
	err        error
}

func (e ended) Error() string { return e.err.Error() }
func (e ended) Unwrap() error { return e.err }

func partial(done, sent int, err error) error { return ended{done, sent, err} }

func TestBatches(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		items, size int
		parts       []int
	}{
		{0, 3, nil}, {1, 3, []int{1}}, {3, 3, []int{3}}, {4, 3, []int{3, 1}}, {7, 3, []int{3, 3, 1}},
	} {
		var parts, want []int
		items := make([]int, test.items)
		for i := range items {
			items[i] = i
			want = append(want, i)
		}
		got, err := paging.Batches(items, test.size, func(part []int) ([]int, error) {
			parts = append(parts, len(part))
			return part, nil
		}, partial)
		require.NoError(t, err)
		assert.Equal(t, want, got)
		assert.Equal(t, test.parts, parts, "%d items by %d", test.items, test.size)
	}
}

// G: batch/how-far
func TestBatchesSayHowFarTheyCame(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	for failAt, want := range map[int]ended{1: {0, 2, boom}, 2: {2, 2, boom}, 3: {4, 1, boom}} {
		calls := 0
		got, err := paging.Batches([]int{1, 2, 3, 4, 5}, 2, func(part []int) ([]int, error) {
			if calls++; calls == failAt {
				return part[:1], boom
			}
			return part, nil
		}, partial)
		require.ErrorIs(t, err, boom)
		assert.Equal(t, want, err)
		assert.Equal(t, []int{1, 2, 3, 4, 5}[:want.done], append([]int{}, got...), "as many results as items were answered")
		assert.Equal(t, failAt, calls, "nothing after the failed part is sent")
	}
}

// G: batch/duplicates
func TestDuplicate(t *testing.T) {
	t.Parallel()
	same := func(s string) string { return s }
	for _, test := range []struct {
		items         []string
		first, second int
		found         bool
	}{
		{nil, 0, 0, false},
		{[]string{"a"}, 0, 0, false},
		{[]string{"a", "b", "A"}, 0, 0, false},
		{[]string{"x", "a", "b", "a", "b"}, 1, 3, true},
		{[]string{"", ""}, 0, 1, true},
	} {
		first, second, found := paging.Duplicate(test.items, same)
		assert.Equal(t, test.found, found, "%q", test.items)
		assert.Equal(t, [2]int{test.first, test.second}, [2]int{first, second}, "%q", test.items)
	}
}

// A part of which every item failed is passed over.
// G: batch/goes-on
func TestBatchesTolerating(t *testing.T) {
	t.Parallel()
	errAll, errOther := errors.New("all failed"), errors.New("other")
	all := []int{1, 2, 3, 4, 5}
	for _, test := range []struct {
		fail map[int]error
		want []int
		err  error
	}{
		{fail: map[int]error{}, want: all},
		{fail: map[int]error{3: errAll}, want: all},
		{fail: map[int]error{1: errAll}, want: all},
		{fail: map[int]error{1: errAll, 3: errAll, 5: errAll}, want: all, err: errAll},
		{fail: map[int]error{3: errOther}, want: all[:2], err: ended{2, 2, errOther}},
		{fail: map[int]error{1: errAll, 3: errOther}, want: all[:2], err: ended{2, 2, errOther}},
	} {
		tolerated := func(err error) bool { return errors.Is(err, errAll) }
		got, err := paging.BatchesTolerating(all, 2, tolerated, func(part []int) ([]int, error) {
			return part, test.fail[part[0]]
		}, partial)
		assert.Equal(t, test.want, got)
		assert.Equal(t, test.err, err)
	}
}
