package desk

import (
	"testing"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestListOrderWindow(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	start := int(w.unix())
	var ids []string
	for range 5 {
		id := w.place(faketest.Corp, 1, 0, 1, 0)
		require.NoError(t, w.ExpireOrder(t.Context(), id))
		ids = append(ids, id)
		w.Clock.Add(day)
	}
	find := func(in obj) (found []string) {
		t.Helper()
		for _, o := range faketest.List(w.ok("list_order", in), "order_list") {
			found = append(found, o["order_id"].(string))
			assert.Equal(t, orderPurchase, faketest.Num(o, "order_type"))
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
		w.refused(platform.CodeBadParam, "list_order", bad)
	}
	w.refused(platform.CodeBadCorp, "list_order", obj{"corpid": "wpNobody"})
	assert.Empty(t, find(obj{"corpid": testCorp2}))
	assert.Equal(t, ids, find(obj{"corpid": faketest.Corp}))

	w.policy(func(p *LicensePolicy) { p.ListClosedEnd = true })
	assert.Equal(t, ids[:3], find(span(0, 2*dayInSecs)))
}

// TestListOrderPages walks the cursors to the end.
func TestListOrderPages(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	var want, got []string
	for range 7 {
		id := w.place(faketest.Corp, 1, 0, 1, 0)
		require.NoError(t, w.ExpireOrder(t.Context(), id))
		want = append(want, id)
	}
	in := obj{"limit": 3}
	for pages := 1; ; pages++ {
		out := w.ok("list_order", in)
		for _, o := range faketest.List(out, "order_list") {
			got = append(got, o["order_id"].(string))
		}
		in["cursor"] = out["next_cursor"]
		if faketest.Num(out, "has_more") == 0 {
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
	all := faketest.List(w.ok("list_order", obj{}), "order_list")
	assert.Equal(t, []obj{{"order_id": parent, "order_type": 8.0}}, all, "sub orders stay inside")
	assert.Empty(t, faketest.List(w.ok("list_order", obj{"corpid": faketest.Corp}), "order_list"), "parents only without a corp")
}
