package license

import (
	"cmp"

	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

// ActiveCode says which code is bound to which member.
type ActiveCode struct {
	ActiveCode string `json:"active_code"`
	UserId     string `json:"userid"`
}

func (c ActiveCode) check() error {
	return cmp.Or(check.Required("active_code", c.ActiveCode), check.Required("userid", c.UserId))
}

type activeReq struct {
	CorpId string `json:"corpid"`
	ActiveCode
}

// LICActiveAccount 激活账号: binds an activation code to a member.
//
// If the member has an account of that type, it is renewed: the days left of the old code are
// added to the new one, and the old code can't be used any more. The old code may have at most
// 20 days left (701082), and the sum must not exceed 5 years (701030).
//
// Errors: 701003 the code is bound already, 701012 its last day for binding has passed, 701019
// no such member, 701021 code of another corp, 701088 the member does not see the app.
// https://developer.work.weixin.qq.com/document/path/95553
func LICActiveAccount(api *token.Api, activeCode, userId string) error {
	code := ActiveCode{activeCode, userId}
	corpId, err := corpOf(api, code.check())
	if err != nil {
		return err
	}
	return api.Do(write("active_account"), activeReq{corpId, code}, nil)
}

type batchActiveReq struct {
	CorpId     string       `json:"corpid"`
	ActiveList []ActiveCode `json:"active_list"`
}

type batchActiveResult struct {
	ActiveResult []ActiveCodeResult `json:"active_result"`
}

// ActiveCodeResult is the outcome of one [ActiveCode].
type ActiveCodeResult struct {
	ActiveCode string `json:"active_code"`
	UserId     string `json:"userid"`  // encrypted, also when a plain one was sent
	ErrCode    int    `json:"errcode"` // or ItemMissing
}

// Err is nil if the code was bound, otherwise a *token.Error with the code.
func (r ActiveCodeResult) Err() error { return itemError(write("batch_active_account"), r.ErrCode, "") }

// LICBatchActiveAccount 批量激活账号: binds activation codes to members, with a result for each.
//
// The call succeeds when only some items fail, so look at Err of each result. There is one
// result for each code, in the order of codes; see the package's comment for what happens when
// a request fails. A member may occur only once in codes (WeCom would refuse the request with
// 701020): bind base and interop accounts in two calls.
// https://developer.work.weixin.qq.com/document/path/95553
func LICBatchActiveAccount(api *token.Api, codes []ActiveCode) ([]ActiveCodeResult, error) {
	corpId, err := corpOf(api,
		check.Each("active_list", codes, ActiveCode.check, func(c ActiveCode) string { return c.ActiveCode }),
		check.Each("active_list", codes, ActiveCode.check, func(c ActiveCode) string { return c.UserId }))
	if err != nil {
		return nil, err
	}
	return inBatches(codes, func(part []ActiveCode) ([]ActiveCodeResult, []ActiveCodeResult, error) {
		var out batchActiveResult
		err := api.Do(write("batch_active_account"), batchActiveReq{corpId, part}, &out)
		results, left, others := match(part, out.ActiveResult,
			func(c ActiveCode) string { return c.ActiveCode }, func(r ActiveCodeResult) string { return r.ActiveCode })
		for _, i := range left {
			results[i] = ActiveCodeResult{part[i].ActiveCode, part[i].UserId, codeOfMissing(err)}
		}
		return results, others, err
	})
}

type activeByTypeReq struct {
	Type   int    `json:"type"`
	CorpId string `json:"corpid"`
	UserId string `json:"userid"`
}

// LICActiveAccountByType 指定账号类型激活: binds a free code of a type ([TypeBase],
// [TypeInterop]) to a member; WeCom takes the code that must be bound soonest.
//
// [LICGetActiveByUser] shows which code was taken.
//
// Errors: 701011 the member has a valid account of that type, 701019 no such member, 701087
// interop without an app that needs it, 701088 the member does not see the app. WeCom's page
// does not name the error when no free code is left.
// https://developer.work.weixin.qq.com/document/path/95553
func LICActiveAccountByType(api *token.Api, accountType int, userId string) error {
	corpId, err := corpOf(api, check.Between("type", accountType, TypeBase, TypeInterop), check.Required("userid", userId))
	if err != nil {
		return err
	}
	return api.Do(write("active_account_by_type"), activeByTypeReq{accountType, corpId, userId}, nil)
}
