package fakewecom

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestListOrderWindow(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	start := int(w.unix())
	var ids []string
	for range 5 {
		id := w.place(testCorp, 1, 0, 1, 0)
		require.NoError(t, w.ExpireOrder(t.Context(), id))
		ids = append(ids, id)
		w.clock.add(day)
	}
	find := func(in obj) (found []string) {
		t.Helper()
		for _, o := range list(w.ok("list_order", in), "order_list") {
			found = append(found, o["order_id"].(string))
			assert.Equal(t, orderPurchase, num(o, "order_type"))
			assert.Len(t, o, 2)
		}
		return found
	}
	span := func(from, to int) obj { return obj{"start_time": start + from, "end_time": start + to} }
	assert.Equal(t, ids, find(obj{}), "no window: everything")
	assert.Equal(t, ids[:2], find(span(0, 2*dayInSecs)), "half-open")
	assert.Equal(t, ids[1:2], find(span(dayInSecs, dayInSecs+1)))
	assert.Empty(t, find(span(dayInSecs, dayInSecs)))
	assert.Equal(t, ids, find(span(0, 31*dayInSecs)))
	for _, bad := range []obj{
		span(0, 31*dayInSecs+1), span(1, 0), span(-start-1, 0),
		{"start_time": start}, {"end_time": start},
		{"limit": 1001}, {"limit": -1}, {"cursor": "abc"},
	} {
		w.refused(CodeBadParam, "list_order", bad)
	}
	w.refused(CodeBadCorp, "list_order", obj{"corpid": "wpNobody"})
	assert.Empty(t, find(obj{"corpid": testCorp2}))
	assert.Equal(t, ids, find(obj{"corpid": testCorp}))

	w.policy(func(p *LicensePolicy) { p.ListClosedEnd = true })
	assert.Equal(t, ids[:3], find(span(0, 2*dayInSecs)))
}

// TestListOrderPages walks the cursors to the end.
func TestListOrderPages(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	var want, got []string
	for range 7 {
		id := w.place(testCorp, 1, 0, 1, 0)
		require.NoError(t, w.ExpireOrder(t.Context(), id))
		want = append(want, id)
	}
	in := obj{"limit": 3}
	for pages := 1; ; pages++ {
		out := w.ok("list_order", in)
		for _, o := range list(out, "order_list") {
			got = append(got, o["order_id"].(string))
		}
		in["cursor"] = out["next_cursor"]
		if num(out, "has_more") == 0 {
			assert.Equal(t, 3, pages)
			assert.Empty(t, out["next_cursor"])
			break
		}
		require.NotEmpty(t, out["next_cursor"])
	}
	assert.Equal(t, want, got)
}

func TestListOrderOfUnionOrders(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	parent := w.union()
	all := list(w.ok("list_order", obj{}), "order_list")
	assert.Equal(t, []obj{{"order_id": parent, "order_type": 8.0}}, all, "sub orders stay inside")
	assert.Empty(t, list(w.ok("list_order", obj{"corpid": testCorp}), "order_list"), "parents only without a corp")
}

func TestPageCursors(t *testing.T) {
	t.Parallel()
	items := []int{1, 2, 3, 4, 5}
	part, next, err := Page(PageReq{Limit: 2}, "k", items, 10, 4)
	require.NoError(t, err)
	assert.Equal(t, []int{1, 2}, part)
	_, _, err = Page(PageReq{Cursor: next}, "other", items, 10, 4)
	assert.Error(t, err)
	_, _, err = Page(PageReq{Cursor: next}, "k", items[:1], 10, 4)
	assert.Error(t, err, "a cursor behind the end")
	part, next, err = Page(PageReq{Cursor: next}, "k", items, 10, 4)
	require.NoError(t, err)
	assert.Equal(t, []int{3, 4, 5}, part)
	assert.Empty(t, next)
}

func FuzzPageCursor(f *testing.F) {
	f.Add("abc", int64(3))
	f.Add("", int64(-1))
	_, next, _ := Page(PageReq{Limit: 1}, "k", make([]int, 9), 10, 4)
	f.Add(next, int64(10))
	f.Fuzz(func(t *testing.T, cursor string, limit int64) {
		part, _, err := Page(PageReq{Cursor: cursor, Limit: limit}, "k", make([]int, 9), 10, 4)
		if err == nil && len(part) > 10 {
			t.Fatal("page too long")
		}
	})
}
