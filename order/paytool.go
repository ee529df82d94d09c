package order

import (
	"cmp"
	"fmt"
	"iter"

	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/token"
)

const maxPayOrders = 2000 // orders of one page

// PaytoolOpened is a new cashier order. The prices are 0 while they are not known.
type PaytoolOpened struct {
	OrderId     string `json:"order_id"`
	OrderUrl    string `json:"order_url"` // where the client pays, or confirms what it does not pay
	OriginPrice int64  `json:"origin_price"`
	PaidPrice   int64  `json:"paid_price"`
}

// PaytoolOpenOrder 创建收款订单: asks a client, through the cashier, to pay for an app or a
// solution.
//
// Orders that the provider pays, and free ones, are confirmed automatically after 72 hours. All
// except free ones need a merchant account.
// https://developer.work.weixin.qq.com/document/path/98045
func PaytoolOpenOrder(api *token.Api, key PaytoolKey, order *PaytoolOrder) (*PaytoolOpened, error) {
	if order == nil {
		return nil, errNilOrder
	}
	if err := cmp.Or(sameCorp(api, "custom_corpid", order.CustomCorpId), order.check()); err != nil {
		return nil, err
	}
	ep := write("paytool/open_order").Needing("order_id")
	return callSigned[PaytoolOpened](api, key, ep, order)
}

// callSigned is token.Call for a request that the cashier's key signs.
func callSigned[T any](api *token.Api, key PaytoolKey, ep token.Endpoint, req any) (*T, error) {
	if key == "" {
		return nil, fmt.Errorf("wecom: %s: the cashier's API key is empty", ep.Path)
	}
	return token.Call[T](api, ep, signedRequest{key, req})
}

// PaytoolCloseOrder 取消收款订单: closes an unpaid cashier order.
//
// https://developer.work.weixin.qq.com/document/path/98046
func PaytoolCloseOrder(api *token.Api, key PaytoolKey, orderId string) error {
	if err := check.Id("order_id", orderId, maxPayId); err != nil {
		return err
	}
	_, err := callSigned[struct{}](api, key, write("paytool/close_order"), orderIdReq{orderId})
	return err
}

// PaytoolListCond selects cashier orders. WeCom's page does not say how long the span may be.
type PaytoolListCond struct {
	BusinessType int    `json:"business_type,omitempty"` // PaytoolThirdApp …; 0: all
	StartTime    int64  `json:"start_time,omitempty"`
	EndTime      int64  `json:"end_time,omitempty"`
	Cursor       string `json:"cursor,omitempty"`
	Limit        int    `json:"limit"` // 1 to 2000
}

// PaytoolOrderList is one page of cashier orders.
type PaytoolOrderList struct {
	NextCursor   string                `json:"next_cursor"`
	HasMore      int                   `json:"has_more"` // 1: there are further pages
	PayOrderList []PaytoolOrderSummary `json:"pay_order_list"`
}

// PaytoolGetOrderList 获取收款订单列表: returns one page of cashier orders.
//
// https://developer.work.weixin.qq.com/document/path/98053
func PaytoolGetOrderList(api *token.Api, key PaytoolKey, cond *PaytoolListCond) (*PaytoolOrderList, error) {
	if cond == nil {
		cond = &PaytoolListCond{}
	}
	err := cmp.Or(check.Between("limit", cond.Limit, 1, maxPayOrders),
		check.Between("business_type", cond.BusinessType, 0, PaytoolPromotion))
	if err != nil {
		return nil, err
	}
	return callSigned[PaytoolOrderList](api, key, read("paytool/get_order_list"), cond)
}

// PaytoolAllOrders walks all pages of [PaytoolGetOrderList]. It stops at the first error.
func PaytoolAllOrders(api *token.Api, key PaytoolKey, cond PaytoolListCond) iter.Seq2[PaytoolOrderSummary, error] {
	cond.Limit = cmp.Or(cond.Limit, maxPayOrders)
	return paging.All(api.Context(), cond.Cursor, func(cursor string) ([]PaytoolOrderSummary, string, error) {
		cond := cond
		cond.Cursor = cursor
		page, err := PaytoolGetOrderList(api, key, &cond)
		if err != nil {
			return nil, "", err
		}
		next, err := paging.Next(page.HasMore != 0, page.NextCursor)
		return page.PayOrderList, next, err
	})
}

type paytoolDetail struct {
	PayOrder PaytoolOrderDetail `json:"pay_order"`
}

// PaytoolGetOrderDetail 获取收款订单详情: returns one cashier order.
//
// https://developer.work.weixin.qq.com/document/path/98054
func PaytoolGetOrderDetail(api *token.Api, key PaytoolKey, orderId string) (*PaytoolOrderDetail, error) {
	if err := check.Required("order_id", orderId); err != nil {
		return nil, err
	}
	out, err := callSigned[paytoolDetail](api, key, read("paytool/get_order_detail").Needing("pay_order"), orderIdReq{orderId})
	if err != nil {
		return nil, err
	}
	return &out.PayOrder, nil
}
