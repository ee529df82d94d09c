package order

import (
	"cmp"
	"errors"
	"fmt"
	"iter"

	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/token"
)

const chatArchive = 1 // the only advanced_api_type

// Kinds of an advanced-API order, in [AdvancedOrder.OrderType].
const (
	AdvancedNew     = 0
	AdvancedMore    = 1 // more seats
	AdvancedRenewal = 2
	AdvancedUpgrade = 3
)

// AdvancedOrder orders the chat data API (会话内容数据接口) for a corp, for one year.
type AdvancedOrder struct {
	AdvancedApiType int             `json:"advanced_api_type,omitempty"` // 1, also when 0
	CustomCorpId    string          `json:"custom_corpid"`               // "": the bound corp
	BuyerUserId     string          `json:"buyer_userid"`                // plain userid of a member of the provider who may buy
	OrderType       *int            `json:"order_type,omitempty"`        // AdvancedNew …; nil: new, for a corp that never bought
	ChatArchiveApi  *ChatArchiveBuy `json:"chat_archive_api,omitempty"`
}

// ChatArchiveBuy says what is bought: edition 2 covers chats inside and outside the corp, 3
// calls as well.
type ChatArchiveBuy struct {
	Edition           int            `json:"edition"`
	OldEdition        int            `json:"old_edition,omitempty"`         // of an upgrade: 2
	PurchaseCount     int            `json:"purchase_count,omitempty"`      // 1 to 1000000; not for renewals
	TakeEffectTime    int64          `json:"take_effect_time,omitempty"`    // of new orders, and renewals of what has expired
	OldEditionInfo    *EditionPeriod `json:"old_edition_info,omitempty"`    // which period, if several were bought
	TargetEditionInfo *EditionPeriod `json:"target_edition_info,omitempty"` // the same for the target
}

// EditionPeriod selects a bought period by its begin and end.
type EditionPeriod struct {
	BeginTime int64 `json:"begin_time,omitempty"`
	EndTime   int64 `json:"end_time,omitempty"`
}

func (o AdvancedOrder) check() error {
	orderType := AdvancedNew
	if o.OrderType != nil {
		orderType = *o.OrderType
	}
	err := cmp.Or(
		check.Between("advanced_api_type", o.AdvancedApiType, 0, chatArchive),
		check.Required("buyer_userid", o.BuyerUserId),
		check.Between("order_type", orderType, AdvancedNew, AdvancedUpgrade))
	if err != nil {
		return err
	}
	if o.ChatArchiveApi == nil {
		return errors.New("wecom: chat_archive_api is missing")
	}
	least := 1
	if orderType == AdvancedRenewal {
		least = 0
	}
	old := o.ChatArchiveApi.OldEdition
	if old != 0 && old != 2 {
		return fmt.Errorf("wecom: chat_archive_api.old_edition is %d: it must be 2, or 0", old)
	}
	return cmp.Or(
		check.Between("chat_archive_api.edition", o.ChatArchiveApi.Edition, 2, 3),
		check.Between("chat_archive_api.purchase_count", o.ChatArchiveApi.PurchaseCount, least, maxAccounts),
		check.NonNegative("chat_archive_api.take_effect_time", o.ChatArchiveApi.TakeEffectTime),
		o.ChatArchiveApi.OldEditionInfo.check(), o.ChatArchiveApi.TargetEditionInfo.check())
}

func (p *EditionPeriod) check() error {
	if p != nil && (p.BeginTime == 0) != (p.EndTime == 0) {
		return errors.New("wecom: an edition period takes both begin_time and end_time, or neither")
	}
	return nil
}

// AdvancedCreateOrder 下单购买: orders the chat data API for a corp and returns the order's id.
//
// A new order is for corps that never bought it. More seats and upgrades need an edition that
// has not expired. Renewal is possible in the last 60 days (701149). Errors: 701143 there is an
// unpaid order or a refund.
// https://developer.work.weixin.qq.com/document/path/100257
func AdvancedCreateOrder(api *token.Api, order *AdvancedOrder) (string, error) {
	if order == nil {
		return "", errNilOrder
	}
	req := *order
	var err error
	if req.CustomCorpId, err = corpIn(api, "custom_corpid", req.CustomCorpId); err == nil {
		err = req.check()
	}
	if err != nil {
		return "", err
	}
	return newOrder(api, write("advanced_api/create_order"), req)
}

// AdvancedCancelOrder 取消订单: closes an unpaid order.
//
// https://developer.work.weixin.qq.com/document/path/100258
func AdvancedCancelOrder(api *token.Api, orderId string) error {
	if err := check.Required("order_id", orderId); err != nil {
		return err
	}
	return api.Do(write("advanced_api/cancel_order"), orderIdReq{orderId}, nil)
}

// AdvancedSubmitPay 使用余额支付订单: pays for an order with the provider's balance. The event
// advanced_api_pay_success announces the payment. After this call the order can't be paid in
// another way.
//
// Errors: 90433 balance too low, 701147 above the limit of one payment.
// https://developer.work.weixin.qq.com/document/path/100259
func AdvancedSubmitPay(api *token.Api, orderId, payerUserId string) error {
	if err := cmp.Or(check.Required("order_id", orderId), check.Required("payer_userid", payerUserId)); err != nil {
		return err
	}
	return api.Do(write("advanced_api/submit_pay"), payReq{payerUserId, orderId}, nil)
}

// AdvancedListCond selects advanced-API orders by the time at which they were placed.
type AdvancedListCond struct {
	CustomCorpId    string `json:"custom_corpid,omitempty"`
	StartTime       int64  `json:"start_time,omitempty"` // together with EndTime
	EndTime         int64  `json:"end_time,omitempty"`   // not included
	AdvancedApiType int    `json:"advanced_api_type,omitempty"`
	Cursor          string `json:"cursor,omitempty"`
	Limit           int    `json:"limit,omitempty"` // 1 to 1000, 0: 500
}

// AdvancedOrderList is one page of orders.
type AdvancedOrderList struct {
	NextCursor string                `json:"next_cursor"`
	HasMore    int                   `json:"has_more"` // 1: there are further pages
	OrderList  []AdvancedOrderDetail `json:"order_list"`
}

// AdvancedListOrder 获取订单列表: returns one page of advanced-API orders, with id, type, status
// and time.
//
// https://developer.work.weixin.qq.com/document/path/100260
func AdvancedListOrder(api *token.Api, cond *AdvancedListCond) (*AdvancedOrderList, error) {
	if cond == nil {
		cond = &AdvancedListCond{}
	}
	err := cmp.Or(
		sameCorp(api, "custom_corpid", cond.CustomCorpId),
		check.Between("advanced_api_type", cond.AdvancedApiType, 0, chatArchive),
		check.Window(cond.StartTime, cond.EndTime, 0), check.Limit(cond.Limit, maxLimit))
	if err != nil {
		return nil, err
	}
	return token.Call[AdvancedOrderList](api, read("advanced_api/list_order"), cond)
}

// AdvancedAllOrders walks all pages of [AdvancedListOrder]. It stops at the first error.
func AdvancedAllOrders(api *token.Api, cond AdvancedListCond) iter.Seq2[AdvancedOrderDetail, error] {
	return paging.All(api.Context(), cond.Cursor, func(cursor string) ([]AdvancedOrderDetail, string, error) {
		cond := cond
		cond.Cursor = cursor
		page, err := AdvancedListOrder(api, &cond)
		if err != nil {
			return nil, "", err
		}
		next, err := paging.Next(page.HasMore != 0, page.NextCursor)
		return page.OrderList, next, err
	})
}

// AdvancedOrderDetail is one advanced-API order. OrderStatus has the numbers of
// [OrderDetail]. In lists there are only id, type, status and time.
type AdvancedOrderDetail struct {
	AdvancedApiType int                 `json:"advanced_api_type"`
	OrderId         string              `json:"order_id"`
	OrderType       int                 `json:"order_type"` // AdvancedNew …
	OrderStatus     int                 `json:"order_status"`
	CustomCorpId    string              `json:"custom_corpid"` // encrypted
	CreateTime      int64               `json:"create_time"`
	BuyerUserId     string              `json:"buyer_userid"`
	PaidPrice       int64               `json:"paid_price"` // what is to be paid
	ChatArchiveApi  ChatArchivePurchase `json:"chat_archive_api"`
}

// ChatArchivePurchase is what an order has bought.
type ChatArchivePurchase struct {
	Edition              int   `json:"edition"` // 1, inside the corp only, is historic
	PurchaseCount        int   `json:"purchase_count"`
	PurchaseDurationDays int   `json:"purchase_duration_days"`
	TakeEffectTime       int64 `json:"take_effect_time"`
	EndTime              int64 `json:"end_time"`
	OriginalPrice        int64 `json:"original_price"` // of upgrades
}

type advancedDetailResult struct {
	Order AdvancedOrderDetail `json:"order"`
}

// AdvancedGetOrder 获取订单详情: returns one advanced-API order.
//
// https://developer.work.weixin.qq.com/document/path/100261
func AdvancedGetOrder(api *token.Api, orderId string) (*AdvancedOrderDetail, error) {
	if err := check.Required("order_id", orderId); err != nil {
		return nil, err
	}
	out, err := token.Call[advancedDetailResult](api, read("advanced_api/get_order").Needing("order"), orderIdReq{orderId})
	if err != nil {
		return nil, err
	}
	return &out.Order, nil
}

type corpBuyInfoReq struct {
	AdvancedApiType int    `json:"advanced_api_type"`
	CustomCorpId    string `json:"custom_corpid"`
}

// EditionInfo is a period for which a corp has bought an edition.
type EditionInfo struct {
	Edition       int `json:"edition"`
	PurchaseCount int `json:"purchase_count"`
	EditionPeriod
}

type corpBuyInfo struct {
	ChatArchiveApiBuyInfo struct {
		EditionList []EditionInfo `json:"edition_list"`
	} `json:"chat_archive_api_buy_info"`
}

// AdvancedGetCorpBuyInfo 获取企业已购信息: returns what the bound corp has bought of the chat
// data API, without trials.
//
// https://developer.work.weixin.qq.com/document/path/100271
func AdvancedGetCorpBuyInfo(api *token.Api) ([]EditionInfo, error) {
	corpId, err := corpOf(api)
	if err != nil {
		return nil, err
	}
	out, err := token.Call[corpBuyInfo](api, read("advanced_api/get_corp_buy_info"), corpBuyInfoReq{chatArchive, corpId})
	if err != nil {
		return nil, err
	}
	return out.ChatArchiveApiBuyInfo.EditionList, nil
}
