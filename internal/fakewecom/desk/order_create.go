package desk

import "github.com/gothird/wecom/internal/fakewecom/platform"

type orderCount struct {
	Base    int64 `json:"base_count"`
	Interop int64 `json:"external_contact_count"`
}

type orderDuration struct {
	Months    int64 `json:"months"`
	Days      int64 `json:"days"`
	NewExpire int64 `json:"new_expire_time"`
}

// purchaseReq is one corp's share of a purchase; create_new_order and
// create_new_order_job have it in common.
type purchaseReq struct {
	CorpId   string        `json:"corpid"`
	Buyer    string        `json:"buyer_userid"`
	Count    orderCount    `json:"account_count"`
	Duration orderDuration `json:"account_duration"`
	Auto     *int64        `json:"auto_active_status"`
}

// formed checks what no state of the platform can make right. The code for it
// is undocumented.
func (r purchaseReq) formed() error {
	inRange := func(n, low, high int64) bool { return n >= low && n <= high }
	total := r.Duration.Months*licMonthDays + r.Duration.Days
	switch {
	case !inRange(r.Count.Base, 0, licMaxCount), !inRange(r.Count.Interop, 0, licMaxCount):
		return platform.BadParam("invalid account_count")
	case r.Count.Base+r.Count.Interop == 0:
		return platform.BadParam("account_count is 0")
	case !inRange(r.Duration.Months, 0, licMaxDays), !inRange(r.Duration.Days, 0, licMaxDays),
		!inRange(total, licMinDays, licMaxDays), r.Duration.NewExpire != 0:
		return platform.BadParam("invalid account_duration")
	case r.Auto != nil && !inRange(*r.Auto, 0, 1):
		return platform.Refuse(codeBadAutoStatus, "invalid auto_active_status")
	}
	return nil
}

func (r purchaseReq) wish(c *licenseCorp) orderWish {
	w := orderWish{
		corp: c, base: int(r.Count.Base), interop: int(r.Count.Interop),
		months: int(r.Duration.Months), days: int(r.Duration.Days),
	}
	w.span = licDays(w.months*licMonthDays + w.days)
	return w
}

func createNewOrder(d *desk, in purchaseReq) (obj, error) {
	return d.purchase(in, wishByCorp)
}

// purchase places an order for one corp, by API or in the console.
func (d *desk) purchase(in purchaseReq, wish int) (obj, error) {
	if err := in.formed(); err != nil {
		return nil, err
	}
	if !d.mayBuy(in.Buyer) {
		return nil, licErr(codeNoBuyer)
	}
	c := d.corp(in.CorpId)
	if c == nil {
		return nil, licErr(codeNotInstalled)
	}
	w := in.wish(c)
	w.wish = wish
	code, warn := d.checkOrder(w)
	if code != codeOK {
		return nil, licWarnErr(code, warn)
	}
	o := d.addOrder(w.purchaseOrder(in.Buyer))
	o.price = d.purchasePrice(o)
	return licWarn(obj{"order_id": o.id}, warn), nil
}

func (w orderWish) purchaseOrder(buyer string) *licenseOrder {
	return &licenseOrder{
		kind: orderPurchase, corp: w.corp, test: w.test(), buyer: buyer,
		base: w.base, interop: w.interop, months: w.months, days: w.days,
	}
}

type cancelOrderReq struct {
	OrderId string `json:"order_id"`
	CorpId  string `json:"corpid"`
}

func cancelOrder(d *desk, in cancelOrderReq) (obj, error) {
	return nil, d.cancel(in.OrderId, in.CorpId)
}
