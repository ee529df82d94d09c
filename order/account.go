package order

import (
	"cmp"
	"iter"

	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/token"
)

type accountListReq struct {
	OrderId string `json:"order_id"`
	Cursor
}

// AccountListResult is one page of what an order contains.
type AccountListResult struct {
	NextCursor  string    `json:"next_cursor"`
	HasMore     int       `json:"has_more"` // 1: there are further pages
	AccountList []Account `json:"account_list"`
}

// ORAccountList 获取订单中的账号列表: one page of an order's activation codes or, of a renewal,
// its members. An order for several corps is asked for by its sub orders.
//
// Codes exist once the order is paid and they have been made (701083, 701022).
// https://developer.work.weixin.qq.com/document/path/95649
func ORAccountList(api *token.Api, orderId string, cursor Cursor) (*AccountListResult, error) {
	err := cmp.Or(check.Required("order_id", orderId), check.Limit(cursor.Limit, maxLimit))
	if err != nil {
		return nil, err
	}
	return token.Call[AccountListResult](api, read("license/list_order_account"), accountListReq{orderId, cursor})
}

// ORAllAccounts walks all pages of [ORAccountList]. It stops at the first error.
func ORAllAccounts(api *token.Api, orderId string) iter.Seq2[Account, error] {
	return paging.All(api.Context(), func(cursor string) ([]Account, string, error) {
		page, err := ORAccountList(api, orderId, Cursor{Cursor: cursor, Limit: maxLimit})
		if err != nil {
			return nil, "", err
		}
		return page.AccountList, paging.More(page.HasMore, page.NextCursor), nil
	})
}
