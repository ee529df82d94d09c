package order

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/gothird/wecom/internal/check"
)

// What a cashier order is for, in [PaytoolOrder.BusinessType].
const (
	PaytoolThirdApp   = 1 // 第三方应用
	PaytoolCustomized = 2 // 代开发应用
	PaytoolPromotion  = 3 // 行业解决方案
)

// Who pays a cashier order, in [PaytoolOrder.PayType].
const (
	PaytoolByClient   = 0
	PaytoolByProvider = 1
	PaytoolFree       = 2
)

// Kinds of a cashier order, in [PaytoolProduct.OrderType].
const (
	PaytoolNew       = 0
	PaytoolMoreUsers = 1
	PaytoolRenewal   = 2
)

const (
	maxPayItems    = 20
	maxPayDays     = 1825
	maxPayDiscount = 10000000
	maxPayPrice    = 5_000_000_00 // fen
	maxPayId       = 64           // bytes
	maxPayEdition  = 128          // bytes
	maxPayRemarks  = 256          // bytes
)

// PaytoolOrder is a new cashier order.
type PaytoolOrder struct {
	BusinessType       int             `json:"business_type"`
	CustomCorpId       string          `json:"custom_corpid,omitempty"` // the client; needed for customised apps
	PayType            int             `json:"pay_type"`
	BankReceiptMediaId string          `json:"bank_receipt_media_id,omitempty"` // if the provider pays: the uploaded receipt
	Creator            string          `json:"creator,omitempty"`
	ProductList        PaytoolProducts `json:"product_list"`
}

// PaytoolProducts holds the one product that BusinessType names.
type PaytoolProducts struct {
	ThirdApp      *PaytoolProduct `json:"third_app,omitempty"`
	CustomizedApp *PaytoolProduct `json:"customized_app,omitempty"`
	PromotionCase *PaytoolProduct `json:"promotion_case,omitempty"`
}

// PaytoolProduct is what is bought. The case and its edition, days and date are for
// solutions only; apps have days and dates on their items.
type PaytoolProduct struct {
	OrderType            int           `json:"order_type"` // PaytoolNew …
	BuyInfoList          []PaytoolItem `json:"buy_info_list"`
	NotifyCustomCorp     *int          `json:"notify_custom_corp,omitempty"` // 0: the client is not notified, 1 or nil: it is
	CaseId               string        `json:"case_id,omitempty"`
	PromotionEditionName string        `json:"promotion_edition_name,omitempty"`
	DurationDays         int           `json:"duration_days,omitempty"`    // 1 to 1825; not needed for PaytoolMoreUsers
	TakeEffectDate       string        `json:"take_effect_date,omitempty"` // YYYYMMDD, after today, within a year
}

// PaytoolItem is one app of a product. Which fields it takes depends on the product.
type PaytoolItem struct {
	SuiteId        string           `json:"suiteid"`
	AppId          *int64           `json:"appid,omitempty"`            // of old multi-app suites
	EditionId      string           `json:"edition_id,omitempty"`       // of third-party apps
	UserCount      int              `json:"user_count,omitempty"`       // 1 to 1000000; for more users, the increase
	DurationDays   int              `json:"duration_days,omitempty"`    // of apps: 1 to 1825; not needed for PaytoolMoreUsers
	TakeEffectDate string           `json:"take_effect_date,omitempty"` // YYYYMMDD
	DiscountInfo   *PaytoolDiscount `json:"discount_info,omitempty"`    // of third-party apps
	TotalPrice     int64            `json:"total_price,omitempty"`      // of customised apps: fen, at most 5 million yuan
	OriginPrice    int64            `json:"origin_price,omitempty"`     // in answers
	PaidPrice      int64            `json:"paid_price,omitempty"`       // in answers
}

// PaytoolDiscount lowers a price by an amount in fen (type 1) or to a percentage (type 2).
type PaytoolDiscount struct {
	DiscountType    int    `json:"discount_type"`
	DiscountAmount  int    `json:"discount_amount,omitempty"` // 1 to 10000000
	DiscountRatio   int    `json:"discount_ratio,omitempty"`  // 10 to 99
	DiscountRemarks string `json:"discount_remarks"`          // up to 256 bytes
}

// product returns the product of the kind that BusinessType names, if it is the only one.
func (o PaytoolOrder) product() (string, *PaytoolProduct, error) {
	p := o.ProductList
	all := []struct {
		name    string
		product *PaytoolProduct
	}{{"third_app", p.ThirdApp}, {"customized_app", p.CustomizedApp}, {"promotion_case", p.PromotionCase}}
	for i, candidate := range all {
		if (candidate.product != nil) != (i+1 == o.BusinessType) {
			return "", nil, fmt.Errorf("wecom: product_list needs %s alone for business_type %d", all[o.BusinessType-1].name, o.BusinessType)
		}
	}
	found := all[o.BusinessType-1]
	return "product_list." + found.name, found.product, nil
}

func (o PaytoolOrder) check() error {
	err := cmp.Or(
		check.Between("business_type", o.BusinessType, PaytoolThirdApp, PaytoolPromotion),
		check.Between("pay_type", o.PayType, PaytoolByClient, PaytoolFree),
		check.Bytes("custom_corpid", o.CustomCorpId, maxPayId))
	if err != nil {
		return err
	}
	name, p, err := o.product()
	switch {
	case err != nil:
		return err
	case o.BusinessType == PaytoolCustomized && o.CustomCorpId == "":
		return errors.New("wecom: custom_corpid is empty: customised apps need it")
	case o.PayType == PaytoolByProvider && o.BankReceiptMediaId == "":
		return errors.New("wecom: bank_receipt_media_id is empty: it is needed when the provider pays")
	}
	return p.check(name, o)
}

// checkDays returns an error for a duration that is too long, or missing although it is
// needed: only PaytoolMoreUsers needs none.
func checkDays(field string, days, orderType int, counts bool) error {
	least := 0
	if counts && orderType != PaytoolMoreUsers {
		least = 1
	}
	return check.Between(field, days, least, maxPayDays)
}

// checkDate returns an error for a text that is not a date such as 20260401.
func checkDate(field, date string) error {
	if _, err := time.Parse("20060102", date); date != "" && err != nil {
		return fmt.Errorf("wecom: %s is %q: it must be a date such as 20260401", field, date)
	}
	return nil
}

func (p PaytoolProduct) check(name string, o PaytoolOrder) error {
	solution := o.BusinessType == PaytoolPromotion
	var err error
	if solution {
		err = cmp.Or(
			check.Id(name+".case_id", p.CaseId, maxPayId),
			check.Id(name+".promotion_edition_name", p.PromotionEditionName, maxPayEdition))
	}
	err = cmp.Or(err,
		check.Between(name+".order_type", p.OrderType, PaytoolNew, PaytoolRenewal),
		check.Optional(name+".notify_custom_corp", p.NotifyCustomCorp, 0, 1),
		checkDays(name+".duration_days", p.DurationDays, p.OrderType, solution),
		checkDate(name+".take_effect_date", p.TakeEffectDate),
		check.Between(name+".buy_info_list, in items,", len(p.BuyInfoList), 1, maxPayItems))
	if err != nil {
		return err
	}
	for i, item := range p.BuyInfoList {
		if err := item.check(o, p.OrderType); err != nil {
			return check.At(name+".buy_info_list", i, err)
		}
	}
	return nil
}

func (i PaytoolItem) check(o PaytoolOrder, orderType int) error {
	err := cmp.Or(
		check.Id("suiteid", i.SuiteId, maxPayId),
		check.Between("user_count", i.UserCount, 0, maxAccounts),
		checkDays("duration_days", i.DurationDays, orderType, o.BusinessType != PaytoolPromotion),
		checkDate("take_effect_date", i.TakeEffectDate))
	switch {
	case err != nil:
		return err
	case o.BusinessType == PaytoolThirdApp:
		err = check.Id("edition_id", i.EditionId, maxPayId)
	case o.BusinessType == PaytoolCustomized:
		err = check.Between("total_price", i.TotalPrice, 1, maxPayPrice)
	}
	if err != nil || i.DiscountInfo == nil {
		return err
	}
	return i.DiscountInfo.check(o, orderType)
}

// check returns an error for a discount that WeCom does not allow for the order.
func (d PaytoolDiscount) check(o PaytoolOrder, orderType int) error {
	if err := d.checkAmount(); err != nil {
		return err
	}
	if d.DiscountType == 1 && orderType != PaytoolNew && o.CustomCorpId == "" {
		return errors.New("wecom: custom_corpid is empty: a discount by an amount needs it, except for new orders")
	}
	return nil
}

func (d PaytoolDiscount) checkAmount() error {
	err := check.Between("discount_info.discount_type", d.DiscountType, 1, 2)
	switch {
	case err != nil:
		return err
	case d.DiscountType == 1:
		err = check.Between("discount_info.discount_amount", d.DiscountAmount, 1, maxPayDiscount)
	default:
		err = check.Between("discount_info.discount_ratio", d.DiscountRatio, 10, 99)
	}
	return cmp.Or(err, check.Id("discount_info.discount_remarks", d.DiscountRemarks, maxPayRemarks))
}

// PaytoolOrderSummary is a cashier order in a list.
type PaytoolOrderSummary struct {
	OrderId      string `json:"order_id"`
	CreateTime   int64  `json:"create_time"`
	CustomCorpId string `json:"custom_corpid"`
	BuyContent   string `json:"buy_content"`
	OriginPrice  int64  `json:"origin_price"`
	PaidPrice    int64  `json:"paid_price"`   // 0 for free orders
	OrderStatus  int    `json:"order_status"` // 1 unpaid, 2 paid, 3 cancelled, 4 expired, 5 refund asked, 6 refunded, 7 finished, 8 waiting for the corp, 9 partly refunded
	OrderFrom    int    `json:"order_from"`   // 1 client, 2 provider
	Creator      string `json:"creator"`
	PayType      int    `json:"pay_type"`
}

// PaytoolOrderDetail is one cashier order. The fields of payment and income are zero until there
// is one.
type PaytoolOrderDetail struct {
	PaytoolOrderSummary
	CustomCorpName string          `json:"custom_corp_name"`
	PayChannel     int             `json:"pay_channel"`      // 1 WeChat pay, 2 bank
	ChannelOrderId string          `json:"channel_order_id"` // number of the payment
	PaidTime       int64           `json:"paid_time"`
	BusinessType   int             `json:"business_type"`
	IncomeType     int             `json:"income_type"` // 1 WeChat merchant, 2 Tenpay merchant
	IncomeTime     int64           `json:"income_time"`
	IncomeAmount   int64           `json:"income_amount"`
	PayFrom        int             `json:"pay_from"` // as PayType; not always there
	ProductList    PaytoolProducts `json:"product_list"`
}
