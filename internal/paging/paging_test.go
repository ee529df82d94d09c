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
	for item, err := range paging.All(ctx, page) {
		if err != nil {
			last = err
			errs++
			continue
		}
		items = append(items, item)
	}
	return items, errs, last
}

func TestAllReachesTheLastPage(t *testing.T) { // T-36
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

func TestAllStopsOnError(t *testing.T) { // T-36
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

func TestAllRefusesARepeatedCursor(t *testing.T) { // T-36
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

func TestAllObeysTheContext(t *testing.T) { // T-36
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
	for item := range paging.All(t.Context(), func(string) ([]int, string, error) {
		calls++
		return []int{1, 2, 3}, "next" + strconv.Itoa(calls), nil
	}) {
		if item == 2 {
			break
		}
	}
	assert.Equal(t, 1, calls)
}

func TestAllCanBeWalkedTwice(t *testing.T) {
	t.Parallel()
	seq := paging.All(t.Context(), func(cursor string) ([]string, string, error) {
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

func TestMore(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "c", paging.More(1, "c"))
	assert.Empty(t, paging.More(0, "c"), "has_more 0 ends, whatever the cursor says")
	assert.Empty(t, paging.More(1, ""), "so does an empty cursor")
}

func TestInParts(t *testing.T) {
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
		got, err := paging.InParts(items, test.size, func(part []int) ([]int, error) {
			parts = append(parts, len(part))
			return part, nil
		})
		require.NoError(t, err)
		assert.Equal(t, want, got)
		assert.Equal(t, test.parts, parts, "%d items by %d", test.items, test.size)
	}
}

func TestInPartsKeepsWhatWasDone(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	calls := 0
	got, err := paging.InParts([]int{1, 2, 3, 4, 5, 6}, 2, func(part []int) ([]int, error) {
		if calls++; calls == 2 {
			return part[:1], boom
		}
		return part, nil
	})
	require.ErrorIs(t, err, boom)
	assert.Equal(t, []int{1, 2, 3}, got)
	assert.Equal(t, 2, calls, "nothing after the failed part is sent")
}

func TestDuplicate(t *testing.T) { // T-81
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

// A part of which every item failed is passed over, as long as its results came.
func TestInPartsPast(t *testing.T) { // T-81
	t.Parallel()
	errAll, errOther := errors.New("all failed"), errors.New("other")
	for _, test := range []struct {
		fail  map[int]error
		empty bool // no results come with an error
		want  []int
		err   error
	}{
		{fail: map[int]error{}, want: []int{1, 2, 3, 4, 5}},
		{fail: map[int]error{3: errAll}, want: []int{1, 2, 3, 4, 5}},
		{fail: map[int]error{1: errAll, 3: errAll, 5: errAll}, want: []int{1, 2, 3, 4, 5}, err: errAll},
		{fail: map[int]error{3: errOther}, want: []int{1, 2, 3, 4}, err: errOther},
		{fail: map[int]error{3: errAll}, empty: true, want: []int{1, 2}, err: errAll},
		{fail: map[int]error{1: errAll, 3: errOther}, want: []int{1, 2, 3, 4}, err: errOther},
	} {
		got, err := paging.InPartsPast([]int{1, 2, 3, 4, 5}, 2, errAll, func(part []int) ([]int, error) {
			err := test.fail[part[0]]
			if err != nil && test.empty {
				return nil, err
			}
			return part, err
		})
		assert.Equal(t, test.want, got)
		require.ErrorIs(t, err, test.err)
	}
	_, err := paging.InPartsPast([]int{1}, 2, nil, func([]int) ([]int, error) { return []int{1}, errOther })
	require.ErrorIs(t, err, errOther, "no error stands for all items")
}
