package order

import (
	"cmp"
	"iter"
	"time"

	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/internal/poll"
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

// ORAccountList 获取订单中的账号列表: returns one page of an order's activation codes or, for a
// renewal, of its members. For an order for several corps, ask with the ids of its sub orders.
//
// Codes exist once the order is paid and WeCom has made them (701083, 701022).
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
	return paging.All(api.Context(), "", func(cursor string) ([]Account, string, error) {
		page, err := ORAccountList(api, orderId, Cursor{Cursor: cursor, Limit: maxLimit})
		if err != nil {
			return nil, "", err
		}
		next, err := paging.Next(page.HasMore != 0, page.NextCursor)
		return page.AccountList, next, err
	})
}

// ORWaitAccounts asks for an order's accounts, at the interval every (0: 10 s), until it lists
// as many of each type as want, and returns them. Activation codes appear some time after the
// payment, later if the order is large.
//
// The wait ends with api's context. Transient failures, such as 701022 for codes that are still
// being made, do not end it.
func ORWaitAccounts(api *token.Api, orderId string, want AccountCount, every time.Duration) ([]Account, error) {
	return poll.Until(api.Context(), every, transient, func() ([]Account, bool, error) {
		var made []Account
		seen := map[Account]bool{} // pages may shift during the walk, and list an account twice
		for a, err := range ORAllAccounts(api, orderId) {
			if err != nil {
				return nil, false, err
			}
			key := a
			if a.ActiveCode != "" {
				key = Account{ActiveCode: a.ActiveCode}
			}
			if known := seen[key]; !known && key != (Account{Type: a.Type}) {
				seen[key] = true
				made = append(made, a)
			}
		}
		have := CountOf(made)
		done := have.BaseCount >= want.BaseCount && have.ExternalContactCount >= want.ExternalContactCount
		return made, done, nil
	})
}
