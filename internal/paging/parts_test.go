package paging_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/gothird/wecom/internal/paging"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// G: endpoint/pages
func TestOffsets(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	for _, test := range []struct {
		total, failAt int
		want          []int // offsets
	}{
		{0, -1, []int{0}}, {2, -1, []int{0}}, {3, -1, []int{0, 3}}, {7, -1, []int{0, 3, 6}}, {7, 3, []int{0, 3}},
	} {
		var offsets []int
		n := 0
		var last error
		for item, err := range paging.Offsets(t.Context(), 3, func(offset int) ([]int, error) {
			offsets = append(offsets, offset)
			if offset == test.failAt {
				return nil, boom
			}
			var page []int
			for i := offset; i < min(offset+3, test.total); i++ {
				page = append(page, i)
			}
			return page, nil
		}) {
			if last = err; err == nil {
				assert.Equal(t, n, item)
				n++
			}
		}
		assert.Equal(t, test.want, offsets)
		if test.failAt < 0 {
			require.NoError(t, last)
			assert.Equal(t, test.total, n)
		} else {
			require.ErrorIs(t, last, boom)
		}
	}
}

// Two lists go side by side where they can; the order of the items stays.
// G: batch/how-far
func TestSumOfTwo(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	join := func(all, more *string) { *all += *more }
	for _, test := range []struct {
		one, other, failAt int
		want               string
		err                error
	}{
		{one: 2, other: 2, want: "[0 1]+[0 1] "},
		{one: 3, want: "[0 1]+[] [2]+[] "},
		{other: 4, want: "[]+[0 1 2] []+[3] "},
		{one: 3, other: 4, want: "[0 1]+[] [2]+[0 1 2] []+[3] "},
		{one: 3, other: 4, failAt: 1, err: ended{0, 2, boom}},
		{one: 3, other: 4, failAt: 2, want: "[0 1]+[] ", err: ended{2, 4, boom}},
		{one: 3, other: 4, failAt: 3, want: "[0 1]+[] [2]+[0 1 2] ", err: ended{6, 1, boom}},
	} {
		calls := 0
		got, err := paging.SumOfTwo(numbers(test.one), 2, numbers(test.other), 3, join, func(one, other []int) (*string, error) {
			if calls++; calls == test.failAt {
				return nil, boom
			}
			s := fmt.Sprintf("%v+%v ", one, other)
			return &s, nil
		}, partial)
		assert.Equal(t, test.err, err)
		if test.want == "" {
			assert.Nil(t, got)
		} else if assert.NotNil(t, got) {
			assert.Equal(t, test.want, *got)
		}
	}
}

func numbers(n int) (list []int) {
	for i := range n {
		list = append(list, i)
	}
	return list
}

func TestSum(t *testing.T) {
	t.Parallel()
	got, err := paging.Sum(numbers(5), 2, func(all, more *int) { *all += *more }, func(part []int) (*int, error) {
		sum := 100
		for _, n := range part {
			sum += n
		}
		return &sum, nil
	}, partial)
	require.NoError(t, err)
	assert.Equal(t, 310, *got)
}
