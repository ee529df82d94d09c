package purchase

import (
	"cmp"
	"fmt"
	"iter"
	"time"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/order"
)

const (
	// settleTime is how long an order may take to appear in the list after it was sent.
	settleTime = 10 * time.Second
	// clockSlack is how far our clock and WeCom's may differ.
	clockSlack = 24 * time.Hour
)

// recent yields the corp's orders that may have been created since ordering began, each
// once: the list without a time range, which does not depend on our clock, and the list
// since that time.
func (f *flow) recent() iter.Seq2[order.OrderInfo, error] {
	now, slack := clock.Now().Unix(), int64(clockSlack/time.Second)
	ours := order.ListCond{CorpId: f.corpId, StartTime: max(1, min(f.Since, now)-slack), EndTime: now + slack}
	return func(yield func(order.OrderInfo, error) bool) {
		seen := map[string]bool{}
		for _, cond := range []order.ListCond{{CorpId: f.corpId}, ours} {
			for o, err := range order.ORAllOrders(f.api, cond) {
				if err == nil && seen[o.OrderId] {
					continue
				}
				seen[o.OrderId] = true
				if !yield(o, err) {
					return
				}
			}
		}
	}
}

// find returns the order that was created, or "". Of several that fit it returns the one
// that is not closed. If all are closed it returns a closed one: it was sent and cancelled
// since, so nothing is ordered in its place. It waits for settleTime first, as clocks cannot
// tell how long ago the order was sent.
func (f *flow) find() (string, error) {
	if err := clock.Sleep(f.api.Context(), settleTime); err != nil {
		return "", err
	}
	var closed string
	known := set(f.Known)
	for o, err := range f.recent() {
		if err != nil {
			return "", err
		}
		if known[o.OrderId] || !f.mayBe(o) {
			continue
		}
		detail, err := order.ORGetDetail(f.api, o.OrderId)
		switch {
		case err != nil:
			return "", err
		case detail.AccountCount == (order.AccountCount{}):
			return "", fmt.Errorf("the answer about order %s does not say what it is for, so that it may be the one that was sent", o.OrderId)
		case !f.plan.fits(detail):
		case detail.Err() == nil:
			return o.OrderId, nil
		default:
			closed = cmp.Or(closed, o.OrderId)
		}
	}
	return closed, nil
}

// mayBe reports whether an entry of the list may be the order. An entry without a type may.
func (f *flow) mayBe(o order.OrderInfo) bool { return o.OrderType == f.kind || o.OrderType == 0 }

// set makes a set of a list.
func set(ids []string) map[string]bool {
	in := make(map[string]bool, len(ids))
	for _, id := range ids {
		in[id] = true
	}
	return in
}
