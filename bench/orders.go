package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/token"
)

const (
	ordersFrom = 1_700_000_000
	window     = 31 * 24 * 3600 // that one list may cover
	windows    = 4
	pageSize   = 1000
)

// orderBook is a WeCom with many orders, of which it makes each page when it is asked for.
type orderBook struct {
	stub
	perWindow int
}

// RoundTrip implements [http.RoundTripper].
func (o *orderBook) RoundTrip(req *http.Request) (*http.Response, error) {
	if !strings.HasSuffix(req.URL.Path, "/list_order") {
		return o.stub.RoundTrip(req)
	}
	var cond order.ListCond
	body, err := io.ReadAll(req.Body)
	if err == nil {
		err = json.Unmarshal(body, &cond)
	}
	if err != nil {
		return nil, err
	}
	return (&stub{answer: answerOf(o.page(cond))}).RoundTrip(req)
}

// page gives the orders of a window; at its end, where the next one begins, was none.
func (o *orderBook) page(cond order.ListCond) order.OrderListResult {
	if cond.EndTime-cond.StartTime < 2 {
		return order.OrderListResult{}
	}
	first, _ := strconv.Atoi(cond.Cursor) // "" is the beginning
	last := min(o.perWindow, first+pageSize)
	out := order.OrderListResult{NextCursor: strconv.Itoa(last)}
	if last < o.perWindow {
		out.HasMore = 1
	}
	for i := first; i < last; i++ {
		out.OrderList = append(out.OrderList, order.OrderInfo{OrderId: fmt.Sprintf("OI%d%014d", cond.StartTime, i), OrderType: 1})
	}
	return out
}

// addOrders adds rows of the memory that a walk over many orders takes, which is the same for
// any number.
func addOrders(b *bench) error {
	if _, err := walk(b.size(10_000)); err != nil { // so that the first row does not pay for what happens once
		return err
	}
	for _, size := range []int{10_000, 100_000, 1_000_000} {
		memory, err := walk(b.size(size))
		if err != nil {
			return err
		}
		b.table.Count(fmt.Sprintf("%d orders, iterator: memory", size), memory, "KiB", 256)
	}
	return nil
}

// walk returns the most memory in use on the way, in KiB.
func walk(n int) (most float64, err error) {
	n = max(n, windows*2)
	book := &orderBook{perWindow: n / windows}
	api, err := newApi(func(cfg *token.Config) { cfg.HTTPClient = &http.Client{Transport: book} })
	if err != nil {
		return 0, err
	}
	before, seen := liveHeap(), 0
	for _, err := range order.ORAllOrders(api, order.ListCond{StartTime: ordersFrom, EndTime: ordersFrom + windows*window}) {
		if err != nil {
			return 0, err
		}
		if seen++; seen%(max(n/8, 2)) == n/16 {
			most = max(most, liveHeap()-before)
		}
	}
	if want := windows * book.perWindow; seen != want {
		return 0, fmt.Errorf("%d of %d orders came", seen, want)
	}
	return most / 1024, nil
}
