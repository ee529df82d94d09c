package order

import (
	"cmp"
	"iter"
	"slices"
	"time"
)

const (
	// settleTime is how long after it was sent an order may still be on its way.
	settleTime = 10 * time.Second
	// clockSlack is how far our clock and WeCom's may differ.
	clockSlack = 24 * time.Hour
)

// recent walks the corp's orders that may have been made since the purchase began ordering.
func (p *purchase) recent() iter.Seq2[OrderInfo, error] {
	slack := int64(clockSlack / time.Second)
	return ORAllOrders(p.api, ListCond{
		CorpId: p.Order.CorpId, StartTime: p.Since - slack, EndTime: max(p.Since, time.Now().Unix()) + slack,
	})
}

// resume finds out whether the order that may have been sent was made, and orders if not.
// Should the search come too early all the same, WeCom refuses a second unpaid order of a
// corp (701032), and the next call searches again.
func (p *purchase) resume() error {
	sent := time.Unix(p.Sent, 0)
	if err := pause(p.api.Context(), min(settleTime, time.Until(sent.Add(settleTime)))); err != nil {
		return err
	}
	id, err := p.find()
	switch {
	case err != nil:
		return err
	case id == "":
		return p.order()
	}
	p.OrderId = id
	return p.enter(PurchaseOrdered)
}

// find returns the order that the purchase has made, or "". Of several that fit it takes
// the one that is not closed.
func (p *purchase) find() (string, error) {
	var closed string
	for order, err := range p.recent() {
		if err != nil {
			return "", err
		}
		if order.OrderType != OrderPurchase || slices.Contains(p.Known, order.OrderId) {
			continue
		}
		detail, err := ORGetDetail(p.api, order.OrderId)
		if err != nil {
			return "", err
		}
		if !p.fits(detail) {
			continue
		}
		if detail.Err() == nil {
			return order.OrderId, nil
		}
		closed = cmp.Or(closed, order.OrderId)
	}
	return closed, nil
}

// fits reports whether an order is for what the purchase buys. Its buyer is not told.
func (p *purchase) fits(d *OrderDetail) bool {
	return d.AccountCount == p.Order.AccountCount && d.AccountDuration.days() == p.Order.AccountDuration.days()
}
