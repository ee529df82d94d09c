package order

import (
	"cmp"
	"iter"

	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/token"
)

// Types of a licence order, in [OrderInfo.OrderType].
const (
	OrderPurchase         = 1
	OrderRenewal          = 2
	OrderMigration        = 5 // 应用版本付费迁移
	OrderHistoricContract = 6 // 历史合同迁移
	OrderUnion            = 8 // several corps; its parts are found with ORUnionDetail
)

// ListCond selects orders by the time at which they were placed.
type ListCond struct {
	CorpId    string `json:"corpid,omitempty"`     // "": all corps, and only then the orders for several; a test corp: its test orders
	StartTime int64  `json:"start_time,omitempty"` // together with EndTime
	EndTime   int64  `json:"end_time,omitempty"`   // at most 31 days after StartTime
	Cursor    string `json:"cursor,omitempty"`
	Limit     int    `json:"limit,omitempty"` // 1 to 1000, 0: 500
}

// OrderListResult is one page of orders.
type OrderListResult struct {
	NextCursor string      `json:"next_cursor"`
	HasMore    int         `json:"has_more"` // 1: there are further pages
	OrderList  []OrderInfo `json:"order_list"`
}

// OrderInfo names an order; [ORGetDetail] returns the rest.
type OrderInfo struct {
	OrderId   string `json:"order_id"`
	OrderType int    `json:"order_type"`
}

// ORGetList 获取订单列表: returns one page of the provider's licence orders. cond.CorpId selects
// those of one corp; a bound corp alone does not.
//
// https://developer.work.weixin.qq.com/document/path/95647
func ORGetList(api *token.Api, cond *ListCond) (*OrderListResult, error) {
	if cond == nil {
		cond = &ListCond{}
	}
	err := cmp.Or(sameCorp(api, "corpid", cond.CorpId), check.Window(cond.StartTime, cond.EndTime, maxWindow), check.Limit(cond.Limit, maxLimit))
	if err != nil {
		return nil, err
	}
	return token.Call[OrderListResult](api, read("license/list_order"), cond)
}

// ORAllOrders walks all orders that cond selects, in as many windows of 31 days as necessary;
// each order comes once. It stops at the first error. Its use of memory does not grow with the
// number of orders.
func ORAllOrders(api *token.Api, cond ListCond) iter.Seq2[OrderInfo, error] {
	return func(yield func(OrderInfo, error) bool) {
		if err := check.Window(cond.StartTime, cond.EndTime, 0); err != nil {
			yield(OrderInfo{}, err)
			return
		}
		var begin border
		for window := range windows(cond) {
			end, err := endOf(api, window, cond.EndTime)
			if err != nil {
				yield(OrderInfo{}, err)
				return
			}
			for order, err := range ordersIn(api, window) {
				if err == nil && begin[order.OrderId] {
					continue // it came with the window before
				}
				if !yield(order, err) || err != nil {
					return
				}
				end.mark(order.OrderId)
			}
			begin = end
		}
	}
}

// border holds the orders that were made at the end of a window, and may belong to the next
// one too: true for those that have been yielded.
type border map[string]bool

func (b border) mark(orderId string) {
	if _, ok := b[orderId]; ok {
		b[orderId] = true
	}
}

// endOf asks for the orders at the end of a window, unless it is the last one.
func endOf(api *token.Api, window ListCond, last int64) (border, error) {
	if window.EndTime == last {
		return nil, nil
	}
	b := border{}
	window.StartTime, window.EndTime, window.Cursor = window.EndTime, window.EndTime+1, ""
	for order, err := range ordersIn(api, window) {
		if err != nil {
			return nil, err
		}
		b[order.OrderId] = false
	}
	return b, nil
}

// windows cuts the time of cond into spans that one list may cover. Neighbours share their
// border, since WeCom does not say whether the end belongs to a window.
func windows(cond ListCond) iter.Seq[ListCond] {
	return func(yield func(ListCond) bool) {
		for end := cond.EndTime; ; {
			cond.EndTime = min(end, cond.StartTime+min(maxWindow, end-cond.StartTime))
			if !yield(cond) || cond.EndTime == end {
				return
			}
			cond.StartTime, cond.Cursor = cond.EndTime, ""
		}
	}
}

// ordersIn walks the pages of one window.
func ordersIn(api *token.Api, cond ListCond) iter.Seq2[OrderInfo, error] {
	cond.Limit = cmp.Or(cond.Limit, maxLimit)
	return paging.All(api.Context(), cond.Cursor, func(cursor string) ([]OrderInfo, string, error) {
		cond := cond
		cond.Cursor = cursor
		page, err := ORGetList(api, &cond)
		if err != nil {
			return nil, "", err
		}
		next, err := paging.Next(page.HasMore != 0, page.NextCursor)
		return page.OrderList, next, err
	})
}
