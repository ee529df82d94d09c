package desk

import (
	"cmp"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// Business types of cashier orders.
const (
	businessThirdApp = iota + 1
	businessCustomised
	businessSolution
)

const (
	cashierItemsMax = 20
	cashierDaysMax  = 1825
	cashierIdMax    = 64
	remarksMax      = 256
	discountMax     = 10_000_000
)

type cashierReq struct {
	BusinessType int64  `json:"business_type"`
	CorpId       string `json:"custom_corpid"`
	PayType      int64  `json:"pay_type"`
	Receipt      string `json:"bank_receipt_media_id"`
	Creator      string `json:"creator"`
	Products     struct {
		ThirdApp   *cashierProduct `json:"third_app"`
		Customised *cashierProduct `json:"customized_app"`
		Solution   *cashierProduct `json:"promotion_case"`
	} `json:"product_list"`
}

type cashierProduct struct {
	Kind    int64         `json:"order_type"`
	List    []cashierItem `json:"buy_info_list"`
	CaseId  string        `json:"case_id"`
	Edition string        `json:"promotion_edition_name"`
	Days    int64         `json:"duration_days"`
	Start   string        `json:"take_effect_date"`
}

type cashierItem struct {
	SuiteId  string           `json:"suiteid"`
	Edition  string           `json:"edition_id"`
	Users    int64            `json:"user_count"`
	Days     int64            `json:"duration_days"`
	Start    string           `json:"take_effect_date"`
	Total    int64            `json:"total_price"`
	Discount *cashierDiscount `json:"discount_info"`
}

type cashierDiscount struct {
	Type    int64  `json:"discount_type"`
	Amount  int64  `json:"discount_amount"`
	Ratio   int64  `json:"discount_ratio"`
	Remarks string `json:"discount_remarks"`
}

// product is the member that fits the business type; nil if it is missing.
func (r cashierReq) product() *cashierProduct {
	switch r.BusinessType {
	case businessThirdApp:
		return r.Products.ThirdApp
	case businessCustomised:
		return r.Products.Customised
	case businessSolution:
		return r.Products.Solution
	}
	return nil
}

func (p *cashierProduct) name() string {
	if p.Edition != "" {
		return p.Edition
	}
	return p.List[0].SuiteId
}

// total is the price where the request says it: for customised apps.
func (r cashierReq) total() int64 {
	var sum int64
	for _, item := range r.product().List {
		sum += item.Total
	}
	return sum
}

// cashierFormed checks a request by itself; the code is undocumented.
func (d *desk) cashierFormed(r cashierReq) error {
	bad := func(field string) error { return platform.BadParam("invalid %s", field) }
	p := r.product()
	switch {
	case !within(r.BusinessType, businessThirdApp, businessSolution):
		return bad("business_type")
	case p == nil:
		return bad("product_list")
	case !within(r.PayType, cashByClient, cashFree):
		return bad("pay_type")
	case !r.corpFormed():
		return bad("custom_corpid")
	case r.PayType == cashByProvider && r.Receipt == "":
		return bad("bank_receipt_media_id")
	}
	if field := d.badProduct(r, *p); field != "" {
		return bad(field)
	}
	return nil
}

// badProduct names the first wrong field of what is sold.
func (d *desk) badProduct(r cashierReq, p cashierProduct) string {
	switch {
	case !within(p.Kind, 0, 2):
		return "order_type"
	case !within(len(p.List), 1, cashierItemsMax):
		return "buy_info_list"
	}
	for _, item := range p.List {
		if field := d.badItem(r, p, item); field != "" {
			return field
		}
	}
	return ""
}

func (r cashierReq) corpFormed() bool {
	return len(r.CorpId) <= cashierIdMax && (r.CorpId != "" || r.BusinessType != businessCustomised)
}

// Kinds of orders at the cashier.
const (
	cashNew       = 0
	cashMoreUsers = 1
)

// badItem names the first wrong field of an item. A missing user_count may mean
// a fixed price, so it passes.
func (d *desk) badItem(r cashierReq, p cashierProduct, item cashierItem) string {
	days, start := r.span(p, item)
	switch {
	case len(item.SuiteId) > cashierIdMax:
		return "suiteid"
	case !within(item.Users, 0, licMaxCount):
		return "user_count"
	case !within(days, 1, cashierDaysMax):
		return "duration_days"
	case !d.goodStart(start):
		return "take_effect_date"
	case r.BusinessType == businessCustomised && !within(item.Total, 1, advMaxFen):
		return "total_price"
	case item.Discount != nil && !item.Discount.good(r.CorpId != "" || p.Kind == cashNew):
		return "discount_info"
	}
	return ""
}

// span is how long an item is used, and from when. More users need no time of their own.
func (r cashierReq) span(p cashierProduct, item cashierItem) (days int64, start string) {
	days, start = item.Days, item.Start
	if r.BusinessType == businessSolution {
		days, start = p.Days, cmp.Or(start, p.Start)
	}
	if p.Kind == cashMoreUsers && days == 0 {
		days = 1
	}
	return days, start
}

// goodStart: none, or after today, within a year, in Beijing.
func (d *desk) goodStart(date string) bool {
	beijing := time.FixedZone("Beijing", 8*3600)
	t, err := time.ParseInLocation("20060102", date, beijing)
	now := d.host.Now()
	return date == "" || err == nil && t.After(now) && t.Before(now.AddDate(1, 0, 0))
}

func (x cashierDiscount) good(fixedAllowed bool) bool {
	if x.Remarks == "" || len(x.Remarks) > remarksMax {
		return false
	}
	switch x.Type {
	case 1:
		return fixedAllowed && x.Amount >= 1 && x.Amount <= discountMax
	case 2:
		return x.Ratio >= 10 && x.Ratio <= 99
	}
	return false
}

// show is the product as order details carry it.
func (r cashierReq) show() obj {
	p := r.product()
	list := []obj{}
	for _, item := range p.List {
		x := obj{"suiteid": item.SuiteId, "user_count": item.Users, "take_effect_date": item.Start}
		if r.BusinessType != businessSolution {
			x["duration_days"], x["origin_price"], x["paid_price"] = item.Days, item.Total, item.Total
		}
		if item.Edition != "" {
			x["edition_id"] = item.Edition
		}
		list = append(list, x)
	}
	out := obj{"order_type": p.Kind, "buy_info_list": list}
	switch r.BusinessType {
	case businessThirdApp:
		return obj{"third_app": out}
	case businessCustomised:
		return obj{"customized_app": out}
	}
	out["case_id"], out["promotion_edition_name"], out["duration_days"] = p.CaseId, p.Edition, p.Days
	return obj{"promotion_case": out}
}
