package desk

import (
	"fmt"
	"slices"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// States of a cashier order.
const (
	cashUnpaid = iota + 1
	cashPaid
	cashCancelled
	cashExpired
	cashRefunding
	cashRefunded
	cashFinished
	cashWaiting // for the corp's confirmation
	cashPartly
)

// Who pays.
const (
	cashByClient = iota
	cashByProvider
	cashFree
)

type cashierOrder struct {
	id           string
	status       int
	made, paidAt int64
	corpId       string
	price        int64 // 0: not determinable
	req          cashierReq
}

func cashierOpen(d *desk, in cashierReq) (obj, error) {
	if err := d.cashierFormed(in); err != nil {
		return nil, err
	}
	if code := d.cashierAllowed(in); code != codeOK {
		return nil, licErr(code)
	}
	o := &cashierOrder{
		id: d.newId("N0"), status: cashUnpaid, made: d.unix(), corpId: in.CorpId,
		price: in.total(), req: in,
	}
	if in.PayType != cashByClient {
		o.status = cashWaiting
	}
	d.cashier.orders[o.id] = o
	d.cashier.list = append(d.cashier.list, o)
	d.changed(o.corpId, o.id)
	out := obj{"order_id": o.id, "order_url": "https://open.work.weixin.qq.com/payforapp/" + o.id}
	if o.price > 0 {
		out["origin_price"], out["paid_price"] = o.price, o.due()
	}
	return out, nil
}

func (o *cashierOrder) due() int64 {
	if o.req.PayType == cashFree {
		return 0
	}
	return o.price
}

func (d *desk) cashierAllowed(in cashierReq) int {
	if in.PayType != cashFree && !d.cashier.merchant {
		return codeNoMerchant
	}
	if in.BusinessType == businessCustomised && !d.allInstalled(in) {
		return codeAppNotInstalled
	}
	for _, o := range d.cashier.list {
		if o.status == cashUnpaid && in.CorpId != "" && o.corpId == in.CorpId && o.req.shares(in) {
			return codeAppOrderUnpaid
		}
	}
	return codeOK
}

// allInstalled reports whether the corp has every app that a request is about.
func (d *desk) allInstalled(in cashierReq) bool {
	c := d.corp(in.CorpId)
	return c != nil && !slices.ContainsFunc(in.product().List, func(item cashierItem) bool {
		return d.host.Install(item.SuiteId, c.Id) == nil
	})
}

// shares reports whether two requests are about the same app.
func (r cashierReq) shares(other cashierReq) bool {
	return slices.ContainsFunc(r.product().List, func(item cashierItem) bool {
		return slices.ContainsFunc(other.product().List, func(x cashierItem) bool { return x.SuiteId == item.SuiteId })
	})
}

func (d *desk) cashierOrder(id string) (*cashierOrder, error) {
	if o := d.cashier.orders[id]; o != nil {
		return o, nil
	}
	return nil, licErr(codeNoAppOrder)
}

// cashierClose: closing a closed order is refused with a code of the list
// that no page assigns.
func cashierClose(d *desk, in orderReq) (obj, error) {
	o, err := d.cashierOrder(in.OrderId)
	if err != nil {
		return nil, err
	}
	switch o.status {
	case cashUnpaid, cashWaiting:
		o.status = cashCancelled
		d.changed(o.corpId, o.id)
		return nil, nil
	case cashCancelled, cashExpired:
		return nil, licErr(codeAppOrderClosed)
	}
	return nil, licErr(codeAppOrderPaid)
}

type cashierListReq struct {
	BusinessType int64  `json:"business_type"`
	Start        *int64 `json:"start_time"`
	End          *int64 `json:"end_time"`
	platform.PageReq
}

const cashierLimitMax = 2000

func cashierListOrders(d *desk, in cashierListReq) (obj, error) {
	inside, err := window(in.Start, in.End, 0, false)
	if err != nil {
		return nil, err
	}
	var all []obj
	for _, o := range d.cashier.list {
		if (in.BusinessType == 0 || o.req.BusinessType == in.BusinessType) && inside(o.made) {
			all = append(all, o.head())
		}
	}
	key := fmt.Sprint("cashier ", in.BusinessType, instant(in.Start), instant(in.End))
	part, next, err := platform.Page(in.PageReq, key, all, cashierLimitMax, cashierLimitMax)
	if err != nil {
		return nil, err
	}
	return platform.Paged("pay_order_list", next, part), nil
}

const orderFromProvider = 2

func (o *cashierOrder) head() obj {
	return obj{
		"order_id": o.id, "create_time": o.made, "custom_corpid": o.corpId, "buy_content": o.req.product().name(),
		"origin_price": o.price, "paid_price": o.due(), "order_status": o.status, "order_from": orderFromProvider,
		"creator": o.req.Creator, "pay_type": o.req.PayType,
	}
}

func cashierDetail(d *desk, in orderReq) (obj, error) {
	o, err := d.cashierOrder(in.OrderId)
	if err != nil {
		return nil, err
	}
	out := o.head()
	out["business_type"], out["product_list"] = o.req.BusinessType, o.req.show()
	if c := d.corp(o.corpId); c != nil {
		out["custom_corp_name"] = c.Name
	}
	if o.paidAt != 0 {
		out["pay_channel"], out["channel_order_id"], out["paid_time"] = 1, "4200"+o.id, o.paidAt
	}
	return obj{"pay_order": out}, nil
}

// confirmDue lets provider-paid and free orders confirm themselves.
func (d *desk) confirmDue(now int64) {
	for _, o := range d.cashier.list {
		if o.status == cashWaiting && now >= o.made+int64(cashierConfirm.Seconds()) {
			o.status, o.paidAt = cashFinished, now
			d.changed(o.corpId, o.id)
		}
	}
}

// cashierOf finds the desk whose cashier has the order; nil: none has.
func (ds *Desks) cashierOf(orderId string) (found *desk) {
	ds.host.Locked(func() {
		for _, d := range ds.desks {
			if d.cashier.orders[orderId] != nil {
				found = d
			}
		}
	})
	return found
}

// payCashier pays an open cashier order, or confirms one that the provider pays.
func (d *desk) payCashier(orderId string) error {
	o := d.cashier.orders[orderId]
	switch o.status {
	case cashUnpaid:
		o.status = cashPaid
	case cashWaiting:
		o.status = cashFinished
	default:
		return fmt.Errorf("fakewecom: cashier order %s is in state %d", orderId, o.status)
	}
	o.paidAt = d.unix()
	d.changed(o.corpId, o.id)
	return nil
}
