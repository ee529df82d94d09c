package order

import (
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

type cancelReq struct {
	OrderId string `json:"order_id"`
	CorpId  string `json:"corpid,omitempty"`
}

// ORCancel 取消订单: closes an unpaid order of the bound corp.
//
// Errors: 701084 not unpaid, 701085 busy, 701086 another corp's order.
// https://developer.work.weixin.qq.com/document/path/96106
func ORCancel(api *token.Api, orderId string) error {
	corpId, err := corpOf(api, check.Required("order_id", orderId))
	if err != nil {
		return err
	}
	return api.Do(write("license/cancel_order"), cancelReq{orderId, corpId}, nil)
}

// ORUnionCancel 取消订单: closes an unpaid order for several corps.
//
// https://developer.work.weixin.qq.com/document/path/96106
func ORUnionCancel(api *token.Api, orderId string) error {
	if err := check.Required("order_id", orderId); err != nil {
		return err
	}
	return api.Do(write("license/cancel_order"), cancelReq{OrderId: orderId}, nil)
}
