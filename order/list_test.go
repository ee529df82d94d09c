package order_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/gothird/wecom/internal/heap"
	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/internal/testworld"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const window = 31 * 86400

// orders is a WeCom whose orders were made at the times given; both ends of a window
// belong to it if closed.
func orders(t *testing.T, closed bool, times ...int64) (api *token.Api, asked *[]order.ListCond) {
	asked = &[]order.ListCond{}
	return testworld.Api(t.Context(), spectest.Canned(func(_ string, body []byte) string {
		var in order.ListCond
		if !assert.NoError(t, json.Unmarshal(body, &in)) {
			return ""
		}
		*asked = append(*asked, in)
		var ids []int
		for i, made := range times {
			if made >= in.StartTime && (made < in.EndTime || closed && made == in.EndTime) {
				ids = append(ids, i)
			}
		}
		// One order a page.
		page := 0
		if in.Cursor != "" {
			_, err := fmt.Sscanf(in.Cursor, "p%d", &page)
			assert.NoError(t, err)
		}
		if page >= len(ids) {
			return `{"errcode":0,"has_more":0}`
		}
		more := 0
		if page+1 < len(ids) {
			more = 1
		}
		return fmt.Sprintf(`{"order":{"order_id":"o"},"has_more":%d,"next_cursor":"p%d","order_list":[{"order_id":"O%d","order_type":1}]}`, more, page+1, ids[page])
	})), asked
}

func collect(t *testing.T, api *token.Api, cond order.ListCond) (ids []string) {
	t.Helper()
	for order, err := range order.ORAllOrders(api, cond) {
		require.NoError(t, err)
		ids = append(ids, order.OrderId)
	}
	return ids
}

// G: order/windows
func TestAllOrdersSplitsWindows(t *testing.T) {
	t.Parallel()
	const start = 1770166800
	times := []int64{start, start + 1, start + window - 1, start + window, start + window + 1, start + 2*window, start + 2*window + 5}
	want := []string{"O0", "O1", "O2", "O3", "O4", "O5", "O6"}
	for _, closed := range []bool{false, true} {
		api, asked := orders(t, closed, times...)
		got := collect(t, api, order.ListCond{CorpId: corp, StartTime: start, EndTime: start + 2*window + 10, Limit: 7})
		assert.Equal(t, want, got, "each order once, whether or not ends belong to a window")
		for _, in := range *asked {
			assert.LessOrEqual(t, in.EndTime-in.StartTime, int64(window))
			assert.Less(t, in.StartTime, in.EndTime, "a window of no length may be refused")
			assert.Equal(t, corp, in.CorpId)
			assert.Equal(t, 7, in.Limit)
		}
	}
}

// G: order/windows
func TestAllOrdersAsksOnceForWhatFits(t *testing.T) {
	t.Parallel()
	for _, cond := range []order.ListCond{{}, {StartTime: 100, EndTime: 100 + window}, {StartTime: 100, EndTime: 100}} {
		api, asked := orders(t, true)
		assert.Empty(t, collect(t, api, cond))
		require.Len(t, *asked, 1)
		cond.Limit = 1000
		assert.Equal(t, cond, (*asked)[0])
	}
}

// G: order/windows
func TestAllOrdersStartsAtACursor(t *testing.T) {
	t.Parallel()
	api, asked := orders(t, false, 100, 101, 102, 100+window, 101+window)
	got := collect(t, api, order.ListCond{StartTime: 100, EndTime: 200 + window, Cursor: "p1"})
	assert.Equal(t, []string{"O1", "O2", "O3", "O4"}, got)
	assert.Empty(t, (*asked)[0].Cursor, "the border of the windows")
	assert.Equal(t, "p1", (*asked)[1].Cursor)
}

// What a walk remembers must not grow with what it walks. (It measures the heap, so nothing
// runs beside it.)
// G: order/windows
func TestAllOrdersHoldsNoMoreForMoreOrders(t *testing.T) {
	const windows, page = 4, 1000
	for _, pages := range []int{1, 5, 25} { // in each window
		made := 0
		api := testworld.Api(t.Context(), spectest.Canned(func(_ string, body []byte) string {
			var in order.ListCond
			assert.NoError(t, json.Unmarshal(body, &in))
			if in.EndTime-in.StartTime <= 1 {
				return `{"order_list":[{"order_id":"OI-border","order_type":1}]}`
			}
			at, more := 1, 0
			if in.Cursor != "" {
				_, err := fmt.Sscanf(in.Cursor, "cursor-of-a-page-%d", &at)
				assert.NoError(t, err)
			}
			if at < pages {
				more = 1
			}
			var list strings.Builder
			for range page {
				made++
				fmt.Fprintf(&list, `,{"order_id":"OI-%020d","order_type":1}`, made)
			}
			return fmt.Sprintf(`{"order_list":[%s],"has_more":%d,"next_cursor":"cursor-of-a-page-%d"}`, list.String()[1:], more, at+1)
		}))
		n, before, held := 0, heap.Live(), int64(0)
		for _, err := range order.ORAllOrders(api, order.ListCond{StartTime: 1, EndTime: 1 + windows*window}) {
			require.NoError(t, err)
			if n++; n == windows*pages*page {
				held = heap.Live() - before
			}
		}
		require.Equal(t, windows*pages*page, n)
		t.Logf("%d orders: %d KiB held after the last one", n, held>>10)
		assert.Less(t, held, int64(1<<20), "the ids of 100,000 orders take ten times that")
	}
}

// G: endpoint/pages
func TestAllOrdersStops(t *testing.T) {
	t.Parallel()
	calls, failAt, id := 0, 4, "" // the border and the orders of a window, twice
	api := testworld.Api(t.Context(), spectest.Canned(func(string, []byte) string {
		if calls++; calls == failAt {
			return `{"errcode":40058,"errmsg":"bad"}`
		}
		return `{"has_more":0,"order_list":[{"order_id":"` + id + `"}]}`
	}))
	for _, id = range []string{"O1", ""} { // an entry without an id hides no error
		calls = 0
		var got []string
		var errs []error
		for order, err := range order.ORAllOrders(api, order.ListCond{StartTime: 1, EndTime: math.MaxInt64}) {
			if err != nil {
				errs = append(errs, err)
				continue
			}
			got = append(got, order.OrderId)
		}
		assert.Equal(t, []string{id}, got)
		require.Len(t, errs, 1)
		require.ErrorIs(t, errs[0], token.Code(40058))
		assert.Equal(t, failAt, calls, "no window after the one that failed")
	}

	calls, failAt = 0, 0
	for range order.ORAllOrders(api, order.ListCond{StartTime: 1, EndTime: math.MaxInt64}) {
		break
	}
	assert.Equal(t, 2, calls, "nor after the caller has enough")

	calls, failAt = 0, 1
	require.ErrorIs(t, last(order.ORAllOrders(api, order.ListCond{StartTime: 1, EndTime: math.MaxInt64})), token.Code(40058), "of the border")
	assert.Equal(t, 1, calls)
}

// G: endpoint/pages endpoint/cursor
func TestWalkersReachTheLastPage(t *testing.T) {
	t.Parallel()
	page := 0
	api := testworld.Api(t.Context(), spectest.Canned(func(_ string, body []byte) string {
		if page == 0 {
			assert.NotContains(t, string(body), `"cursor"`)
		} else {
			assert.Contains(t, string(body), fmt.Sprintf(`"cursor":"c%d"`, page))
		}
		page++
		more := 1
		if page == 3 {
			more = 0
		}
		return fmt.Sprintf(`{"order":{"order_id":"o"},"has_more":%d,"next_cursor":"c%d","account_list":[{"active_code":"c"}],"buy_list":[{"corpid":"c"}],
			"order_list":[{"order_id":"c"}],"pay_order_list":[{"order_id":"c"}],"invoice_list":[{"order_id":"c"}]}`, more, page)
	}))
	for name, walk := range map[string]func() (int, error){
		"ORAllAccounts":      func() (int, error) { return count(order.ORAllAccounts(api, "o")) },
		"ORUnionAll":         func() (int, error) { return count(order.ORUnionAll(api, "o")) },
		"AdvancedAllOrders":  func() (int, error) { return count(order.AdvancedAllOrders(api, order.AdvancedListCond{})) },
		"PaytoolAllOrders":   func() (int, error) { return count(order.PaytoolAllOrders(api, cashierKey, order.PaytoolListCond{})) },
		"PaytoolAllInvoices": func() (int, error) { return count(order.PaytoolAllInvoices(api, order.InvoiceListCond{})) },
	} {
		page = 0
		n, err := walk()
		require.NoError(t, err, name)
		assert.Equal(t, 3, n, name)
	}
	stuck := testworld.Api(t.Context(), spectest.Canned(func(string, []byte) string { return `{"has_more":1,"next_cursor":"same"}` }))
	require.ErrorIs(t, last(order.ORAllAccounts(stuck, "o")), paging.ErrCursor)
	require.ErrorIs(t, last(order.ORAllOrders(stuck, order.ListCond{})), paging.ErrCursor)
}

// A page that says more without saying where is no end of the list: who takes it for one
// orders twice.
// G: endpoint/cursor
func TestWalkersTellALostCursor(t *testing.T) {
	t.Parallel()
	api := testworld.Api(t.Context(), spectest.Canned(func(string, []byte) string { return `{"order":{"order_id":"o"},"has_more":1,"next_cursor":""}` }))
	for name, err := range map[string]error{
		"ORAllOrders":        last(order.ORAllOrders(api, order.ListCond{})),
		"ORAllAccounts":      last(order.ORAllAccounts(api, "o")),
		"ORUnionAll":         last(order.ORUnionAll(api, "o")),
		"AdvancedAllOrders":  last(order.AdvancedAllOrders(api, order.AdvancedListCond{})),
		"PaytoolAllOrders":   last(order.PaytoolAllOrders(api, cashierKey, order.PaytoolListCond{})),
		"PaytoolAllInvoices": last(order.PaytoolAllInvoices(api, order.InvoiceListCond{})),
	} {
		assert.ErrorIs(t, err, paging.ErrNoCursor, name)
	}
}

func count[T any](seq func(func(T, error) bool)) (n int, err error) {
	for _, e := range seq {
		if err = e; err == nil {
			n++
		}
	}
	return n, err
}
