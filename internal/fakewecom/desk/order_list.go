package desk

import (
	"fmt"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

type listOrderReq struct {
	CorpId string `json:"corpid"`
	Start  *int64 `json:"start_time"`
	End    *int64 `json:"end_time"`
	platform.PageReq
}

func listOrder(d *desk, in listOrderReq) (obj, error) {
	inside, err := window(in.Start, in.End, int64(licListSpan.Seconds()), d.policy.ListClosedEnd)
	if err != nil {
		return nil, err
	}
	var of *licenseCorp
	if in.CorpId != "" {
		if of, err = d.customer(in.CorpId); err != nil {
			return nil, err
		}
	}
	found := d.ordersOf(of, inside)
	key := fmt.Sprint("list_order ", in.CorpId, instant(in.Start), instant(in.End))
	part, next, err := platform.Page(in.PageReq, key, found, licLimitMax, licLimitDefault)
	if err != nil {
		return nil, err
	}
	var list []obj
	for _, o := range part {
		list = append(list, obj{"order_id": o.id, "order_type": o.kind})
	}
	return platform.Paged("order_list", next, list), nil
}

// ordersOf lists a corp's orders, or those of all. A test corp selects its test orders,
// everything else formal ones.
func (d *desk) ordersOf(of *licenseCorp, inside func(t int64) bool) (found []*licenseOrder) {
	wantTest := of != nil && of.Test
	for _, o := range d.history {
		if o.parent == nil && (of == nil || o.corp == of) && o.test == wantTest && inside(o.made) {
			found = append(found, o)
		}
	}
	return found
}

type orderReq struct {
	OrderId string `json:"order_id"`
	platform.PageReq
}

// oneCorp finds an order that is no parent of others.
func (d *desk) oneCorp(orderId string) (*licenseOrder, error) {
	o := d.orders[orderId]
	switch {
	case o == nil:
		return nil, licErr(codeNoSuchOrder)
	case o.kind == orderUnion:
		return nil, licErr(codeParentOrder)
	}
	return o, nil
}

func getOrder(d *desk, in orderReq) (obj, error) {
	o, err := d.oneCorp(in.OrderId)
	if err != nil {
		return nil, err
	}
	out := o.head()
	out["corpid"] = o.corp.Id
	out["account_count"] = o.count()
	out["account_duration"] = o.duration()
	return obj{"order": out}, nil
}

func (o *licenseOrder) head() obj {
	out := obj{
		"order_id": o.id, "order_type": o.kind, "order_status": o.status,
		"price": o.price, "create_time": o.made,
	}
	if o.paid != 0 && o.kind != orderLegacy && o.kind != orderContract {
		out["pay_time"] = o.paid
	}
	return out
}

func (o *licenseOrder) count() obj {
	return obj{"base_count": o.base, "external_contact_count": o.interop}
}

func (o *licenseOrder) duration() obj {
	out := obj{}
	for key, v := range map[string]int64{"months": int64(o.months), "days": int64(o.days), "new_expire_time": o.newExpire} {
		if v != 0 {
			out[key] = v
		}
	}
	return out
}

func getUnionOrder(d *desk, in orderReq) (obj, error) {
	o := d.orders[in.OrderId]
	if o == nil || o.kind != orderUnion {
		return nil, licErr(codeNoSuchOrder)
	}
	part, next, err := platform.Page(in.PageReq, "union "+o.id, o.subs, licLimitMax, licLimitDefault)
	if err != nil {
		return nil, err
	}
	var list []obj
	for _, sub := range part {
		list = append(list, obj{
			"sub_order_id": sub.id, "corpid": sub.corp.Id,
			"account_count": sub.count(), "account_duration": obj{"months": sub.months, "days": sub.days},
		})
	}
	out := platform.Paged("buy_list", next, list)
	out["order"] = o.head()
	return out, nil
}

func listOrderAccount(d *desk, in orderReq) (obj, error) {
	o, err := d.oneCorp(in.OrderId)
	switch {
	case err != nil:
		return nil, err
	case o.kind != orderRenewal && o.paid == 0 && !d.policy.UnpaidAccountsEmpty:
		return nil, licErr(codeNotPaid)
	case o.ready > d.unix():
		return nil, licErr(codeGenerating)
	}
	var all []obj
	for _, seat := range o.accounts {
		all = append(all, obj{"userid": seat.userId, "type": seat.kind})
	}
	for _, c := range o.codes {
		all = append(all, obj{"active_code": c.code, "type": c.kind})
	}
	part, next, err := platform.Page(in.PageReq, "accounts "+o.id, all, licLimitMax, licLimitDefault)
	if err != nil {
		return nil, err
	}
	return platform.Paged("account_list", next, part), nil
}
