package platform_test

import (
	"testing"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPageCursors(t *testing.T) {
	t.Parallel()
	items := []int{1, 2, 3, 4, 5}
	part, next, err := platform.Page(platform.PageReq{Limit: 2}, "k", items, 10, 4)
	require.NoError(t, err)
	assert.Equal(t, []int{1, 2}, part)
	_, _, err = platform.Page(platform.PageReq{Cursor: next}, "other", items, 10, 4)
	assert.Error(t, err)
	_, _, err = platform.Page(platform.PageReq{Cursor: next}, "k", items[:1], 10, 4)
	assert.Error(t, err, "a cursor behind the end")
	part, next, err = platform.Page(platform.PageReq{Cursor: next}, "k", items, 10, 4)
	require.NoError(t, err)
	assert.Equal(t, []int{3, 4, 5}, part)
	assert.Empty(t, next)
}

func FuzzPageCursor(f *testing.F) {
	f.Add("abc", int64(3))
	f.Add("", int64(-1))
	_, next, _ := platform.Page(platform.PageReq{Limit: 1}, "k", make([]int, 9), 10, 4)
	f.Add(next, int64(10))
	f.Fuzz(func(t *testing.T, cursor string, limit int64) {
		part, _, err := platform.Page(platform.PageReq{Cursor: cursor, Limit: limit}, "k", make([]int, 9), 10, 4)
		if err == nil && len(part) > 10 {
			t.Fatal("page too long")
		}
	})
}
