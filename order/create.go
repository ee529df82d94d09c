package order

import (
	"cmp"
	"errors"

	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

// Order is a purchase of new accounts for one corp.
type Order struct {
	CorpId          string          `json:"corpid"`       // "": the bound corp
	BuyerUserId     string          `json:"buyer_userid"` // plain userid of a member of the provider who may buy
	AccountCount    AccountCount    `json:"account_count"`
	AccountDuration AccountDuration `json:"account_duration"`
}

// Check returns an error for an order that WeCom never accepts. [ORCreate] calls it.
func (o Order) Check() error {
	return cmp.Or(check.Required("buyer_userid", o.BuyerUserId), o.AccountCount.check(), o.AccountDuration.checkPurchase())
}

var errNilOrder = errors.New("wecom: the order is nil")

// ORCreate 下单购买账号: orders new accounts for one corp and returns the order's id. The order
// waits to be paid, in the provider's console or by [ORPaySubmit]. Then WeCom makes its codes.
//
// WeCom refuses another order while the corp has an unpaid one (701032), while codes are being
// made (701033) and during a refund (701037). If the answer is lost, the order may exist:
// purchase.Run looks for it before it orders again.
// https://developer.work.weixin.qq.com/document/path/95644
func ORCreate(api *token.Api, order *Order) (string, error) {
	if order == nil {
		return "", errNilOrder
	}
	req := *order
	var err error
	if req.CorpId, err = corpIn(api, "corpid", req.CorpId); err == nil {
		err = req.Check()
	}
	if err != nil {
		return "", err
	}
	return newOrder(api, write("license/create_new_order"), req)
}

type orderId struct {
	OrderId string `json:"order_id"`
}

// newOrder makes a call that is answered with the id of an order.
func newOrder(api *token.Api, ep token.Endpoint, req any) (string, error) {
	out, err := token.Call[orderId](api, ep.Needing("order_id"), req)
	if err != nil {
		return "", err
	}
	return out.OrderId, nil
}
