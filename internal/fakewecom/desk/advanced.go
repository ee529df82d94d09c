package desk

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// Kinds of advanced-API orders (数据与智能专区).
const (
	advNew = iota
	advSeats
	advRenewal
	advUpgrade
)

// Editions of the chat-content data API.
const (
	advEditionChats = 2
	advEditionCalls = 3
)

const (
	advType      = 1
	advYearDays  = 365
	advRenewDays = 60
	advMaxFen    = 5_000_000_00
)

type advPeriod struct {
	Begin int64 `json:"begin_time"`
	End   int64 `json:"end_time"`
}

type advChat struct {
	Edition    int64      `json:"edition"`
	OldEdition int64      `json:"old_edition"`
	Count      int64      `json:"purchase_count"`
	Start      int64      `json:"take_effect_time"`
	Old        *advPeriod `json:"old_edition_info"`
	Target     *advPeriod `json:"target_edition_info"`
}

// advancedOrder is one order, and the period it buys once paid.
type advancedOrder struct {
	id            string
	kind, status  int
	corp          *licenseCorp
	buyer         string
	made          int64
	edition       int64
	count         int64
	period        advPeriod
	days          int64
	price         int64
	originalPrice int64          // upgrades
	old           *advancedOrder // whose period is extended in seats or replaced
	gone          bool           // upgraded to another edition
}

type advCreateReq struct {
	Type   *int64   `json:"advanced_api_type"`
	CorpId string   `json:"custom_corpid"`
	Buyer  string   `json:"buyer_userid"`
	Kind   *int64   `json:"order_type"`
	Chat   *advChat `json:"chat_archive_api"`
}

func advancedCreate(d *desk, in advCreateReq) (obj, error) {
	if in.Type != nil && *in.Type != advType {
		return nil, platform.BadParam("invalid advanced_api_type")
	}
	if in.Chat == nil {
		return nil, licErr(codeAdvMissing)
	}
	c, err := d.customer(in.CorpId)
	if err != nil {
		return nil, err
	}
	if !d.mayBuy(in.Buyer) {
		return nil, licErr(codeNoBuyer)
	}
	o := &advancedOrder{corp: c, buyer: in.Buyer, edition: in.Chat.Edition, count: in.Chat.Count}
	switch {
	case in.Kind != nil:
		o.kind = int(*in.Kind)
	case len(d.boughtBy(c)) > 0:
		return nil, platform.BadParam("missing order_type")
	}
	if code := d.checkAdvanced(o, *in.Chat); code != codeOK {
		return nil, licErr(code)
	}
	o.id, o.made = d.newId("AO"), d.unix()
	d.advanced[o.id] = o
	d.advList = append(d.advList, o)
	d.changed(c.Id, o.id)
	return obj{"order_id": o.id}, nil
}

type advOrderReq struct {
	OrderId string `json:"order_id"`
	Payer   string `json:"payer_userid"`
}

// advancedOf finds an order. The code for an unknown one is undocumented.
func (d *desk) advancedOf(id string) (*advancedOrder, error) {
	if o := d.advanced[id]; o != nil {
		return o, nil
	}
	return nil, licErr(codeNoSuchOrder)
}

func advancedCancel(d *desk, in advOrderReq) (obj, error) {
	o, err := d.advancedOf(in.OrderId)
	if err != nil {
		return nil, err
	}
	if o.status != orderUnpaid {
		return nil, licErr(codeAdvNotUnpaid)
	}
	o.status = orderCancelled
	d.tellAdvanced("advanced_api_cancel", o.corp, platform.Text("OrderId", o.id))
	return nil, nil
}

func advancedPay(d *desk, in advOrderReq) (obj, error) {
	o, err := d.advancedOf(in.OrderId)
	if err != nil {
		return nil, err
	}
	switch {
	case o.status != orderUnpaid:
		return nil, licErr(codeNotUnpaid)
	case !d.mayBuy(in.Payer):
		return nil, licErr(codeNoPayRight)
	case !d.prepaid:
		return nil, licErr(codeNoPrepaid)
	case d.policy.SinglePayLimit > 0 && o.price > d.policy.SinglePayLimit:
		return nil, licErr(codeAboveOnePayment)
	case o.price > d.balance:
		return nil, licErr(codeLowBalance)
	}
	d.balance -= o.price
	d.payAdvanced(o)
	return nil, nil
}

func (d *desk) payAdvanced(o *advancedOrder) {
	o.status = orderPaid
	if o.kind == advUpgrade {
		o.old.gone = true
	}
	d.tellAdvanced("advanced_api_pay_success", o.corp, platform.Text("OrderId", o.id), platform.Text("BuyerUserId", o.buyer))
}

func (d *desk) tellAdvanced(infoType string, c *licenseCorp, fields ...platform.Field) {
	d.changed(c.Id, "")
	d.tell(infoType, c.Id, append([]platform.Field{platform.Text("AdvanceApiType", fmt.Sprint(advType))}, fields...)...)
}

type advListReq struct {
	CorpId string `json:"custom_corpid"`
	Start  *int64 `json:"start_time"`
	End    *int64 `json:"end_time"`
	Type   *int64 `json:"advanced_api_type"`
	platform.PageReq
}

func advancedListOrders(d *desk, in advListReq) (obj, error) {
	inside, err := window(in.Start, in.End, 0, false)
	if err != nil {
		return nil, err
	}
	if in.Type != nil && *in.Type != advType {
		return nil, platform.BadParam("invalid advanced_api_type")
	}
	var all []obj
	for _, o := range d.advList {
		if (in.CorpId == "" || o.corp == d.corp(in.CorpId)) && inside(o.made) {
			all = append(all, obj{"order_id": o.id, "order_type": o.kind, "order_status": o.status, "create_time": o.made})
		}
	}
	key := fmt.Sprint("advanced ", in.CorpId, instant(in.Start), instant(in.End))
	part, next, err := platform.Page(in.PageReq, key, all, licLimitMax, licLimitDefault)
	if err != nil {
		return nil, err
	}
	return platform.Paged("order_list", next, part), nil
}

func advancedGet(d *desk, in advOrderReq) (obj, error) {
	o, err := d.advancedOf(in.OrderId)
	if err != nil {
		return nil, err
	}
	chat := obj{
		"edition": o.edition, "purchase_count": o.count, "purchase_duration_days": o.days,
		"take_effect_time": o.period.Begin, "end_time": o.period.End,
	}
	if o.kind == advUpgrade {
		chat["original_price"] = o.originalPrice
	}
	return obj{"order": obj{
		"advanced_api_type": advType, "order_id": o.id, "order_type": o.kind, "order_status": o.status,
		"custom_corpid": o.corp.Id, "create_time": o.made, "buyer_userid": o.buyer,
		"paid_price": o.price, "chat_archive_api": chat,
	}}, nil
}

// advancedBuyInfo: bought periods per edition; expired ones only if nothing
// newer of that edition was bought.
func advancedBuyInfo(d *desk, in advCreateReq) (obj, error) {
	c, err := d.customer(in.CorpId)
	if err != nil {
		return nil, err
	}
	if in.Type == nil || *in.Type != advType {
		return nil, platform.BadParam("invalid advanced_api_type")
	}
	now := d.unix()
	list := []obj{}
	for _, p := range d.periods(c) {
		newer := slices.ContainsFunc(d.periods(c), func(q advBought) bool { return q.edition == p.edition && q.End > p.End })
		if p.End > now || !newer {
			list = append(list, obj{"edition": p.edition, "purchase_count": p.count, "begin_time": p.Begin, "end_time": p.End})
		}
	}
	slices.SortStableFunc(list, func(a, b obj) int { return cmp.Compare(a["edition"].(int64), b["edition"].(int64)) })
	return obj{"chat_archive_api_buy_info": obj{"edition_list": list}}, nil
}
