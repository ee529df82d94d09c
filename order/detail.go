package order

import (
	"errors"
	"fmt"
	"time"

	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/poll"
	"github.com/gothird/wecom/token"
)

// States of a licence order, in [OrderDetail.OrderStatus].
const (
	OrderUnpaid          = 0
	OrderPaid            = 1
	OrderCancelled       = 2
	OrderExpired         = 3 // never paid
	OrderRefundRequested = 4 // next: OrderRefunded or OrderRefundRefused
	OrderRefunded        = 5
	OrderRefundRefused   = 6 // paid, as before the request
	OrderVoid            = 7 // a test order whose corp is no longer a test corp
)

// ErrOrderClosed means that an order will not be paid any more, was refunded, or is void.
var ErrOrderClosed = errors.New("wecom: the order is closed")

// OrderDetail is one order.
type OrderDetail struct {
	CorpId          string          `json:"corpid"`
	OrderId         string          `json:"order_id"`
	OrderType       int             `json:"order_type"`
	OrderStatus     int             `json:"order_status"`
	Price           int             `json:"price"`
	CreateTime      int             `json:"create_time"`
	PayTime         int             `json:"pay_time"` // 0: not paid
	AccountCount    AccountCount    `json:"account_count"`
	AccountDuration AccountDuration `json:"account_duration"`
}

// Paid reports whether the order is paid and not being refunded.
func (d OrderDetail) Paid() bool {
	return d.OrderStatus == OrderPaid || d.OrderStatus == OrderRefundRefused
}

// Err is nil while the order is open: unpaid, paid, or with a refund that is not decided.
// Otherwise it is ErrOrderClosed.
func (d OrderDetail) Err() error {
	if d.Paid() || d.OrderStatus == OrderUnpaid || d.OrderStatus == OrderRefundRequested {
		return nil
	}
	return fmt.Errorf("%w: order_status of %s is %d", ErrOrderClosed, d.OrderId, d.OrderStatus)
}

type detailResult struct {
	Order OrderDetail `json:"order"`
}

// ORGetDetail 获取订单详情: returns one order for one corp, without its codes ([ORAccountList]).
//
// Errors: 701005 no such order, 701120 an order for several corps ([ORUnionDetail]).
// https://developer.work.weixin.qq.com/document/path/95648
func ORGetDetail(api *token.Api, orderId string) (*OrderDetail, error) {
	if err := check.Required("order_id", orderId); err != nil {
		return nil, err
	}
	out, err := token.Call[detailResult](api, read("license/get_order").Needing("order"), orderIdReq{orderId})
	if err != nil {
		return nil, err
	}
	return &out.Order, nil
}

type orderIdReq struct {
	OrderId string `json:"order_id"`
}

// ORWaitPaid asks for the order, at the interval every (0: 10 s), until it is paid, and returns
// it. WeCom may make its codes some time later (701022); license_pay_success announces them.
//
// An order that is closed is returned with [ErrOrderClosed]. If a refund was requested, the wait
// goes on until that is decided. The wait ends with api's context. A transient failure, such as
// one of the network or a rate limit, does not end it; if the context ends after one, the error
// contains both.
func ORWaitPaid(api *token.Api, orderId string, every time.Duration) (*OrderDetail, error) {
	return poll.Until(api.Context(), every, transient, func() (*OrderDetail, bool, error) {
		detail, err := ORGetDetail(api, orderId)
		if err != nil {
			return nil, false, err
		}
		return detail, detail.Paid(), detail.Err()
	})
}
