// Package order places, pays and reads orders. The prefix of a name says what is ordered:
//
//   - OR (order): interface licences (接口许可下单), ordered, renewed, paid and cancelled for one
//     corp or several
//   - Advanced: the advanced API (高级功能), ordered and paid
//   - App: orders for app editions from the app market (应用版本付费), which can only be read, and
//     longer trials
//   - Paytool: orders of the cashier (收银台), which ask a client to pay, and their invoices
//
// Package purchase orders licences, pays and activates in one function, can be continued after a
// crash, and never orders twice. Use the functions here for everything else.
//
// # One order for licences
//
// [ORCreate] places the order. It is paid by a person in the provider's console ([ORWaitPaid]
// waits for that), or from the provider's balance with [ORPaySubmit] and [ORPayWait]. Then WeCom
// makes the activation codes: [ORWaitAccounts] waits for them, and package license binds them.
//
// A renewal is a job first: [ORReCreateJob] collects the members, [ORSubJob] makes the order. An
// order for several corps is a job too: [ORNewJobCreate], [ORNewJobSubmit], [ORNewJobWait]. Jobs
// take any number of items, in requests of a fixed size. If one of those fails, the job so far is
// returned together with a *[token.PartialError]. It says how many items were answered, and how
// many may be in the job without an answer.
//
// # Money
//
// Prices are in fen (分), times are Unix seconds, a month has 31 days. The SDK repeats no write,
// except when WeCom has rejected its token. A call whose answer was lost returns
// [token.ErrOutcomeUnknown]: look for the order before you order again.
//
// If the [token.Api] is bound to a corp, a corp id in a request must be that of the bound corp. An
// order for another corp is an error before any request.
//
// # Pages of WeCom
//
// Licences (接口许可下单):
//
//   - create.go: 下单购买账号 [ORCreate]
//   - renew.go: 创建续期任务 [ORReCreateJob], 提交续期订单 [ORSubJob]
//   - union.go: 创建多企业新购任务 [ORNewJobCreate], 提交多企业新购订单 [ORNewJobSubmit],
//     获取多企业新购订单提交结果 [ORNewJobResult], [ORNewJobWait], 获取多企业订单详情
//     [ORUnionDetail], [ORUnionAll]
//   - pay.go: 提交余额支付订单任务 [ORPaySubmit], 获取订单支付结果 [ORPayResult], [ORPayWait]
//   - detail.go: 获取订单详情 [ORGetDetail], [ORWaitPaid]
//   - account.go: 获取订单中的账号列表 [ORAccountList], [ORAllAccounts], [ORWaitAccounts]
//   - list.go: 获取订单列表 [ORGetList], [ORAllOrders]
//   - cancel.go: 取消订单 [ORCancel], [ORUnionCancel]
//   - order.go: [CountOf] counts accounts by type
//
// Advanced API (高级功能):
//
//   - advanced.go: 下单购买 [AdvancedCreateOrder], 取消订单 [AdvancedCancelOrder],
//     使用余额支付订单 [AdvancedSubmitPay], 获取订单列表 [AdvancedListOrder],
//     [AdvancedAllOrders], 获取订单详情 [AdvancedGetOrder], 获取企业已购信息
//     [AdvancedGetCorpBuyInfo]
//
// App editions (应用版本付费):
//
//   - app.go: 获取订单详情 [AppGetOrder], 获取订单列表 [AppGetOrderList], 延长试用期
//     [AppProlongTry]
//
// Cashier (收银台):
//
//   - paytool.go: 创建收款订单 [PaytoolOpenOrder], 取消收款订单 [PaytoolCloseOrder],
//     获取收款订单列表 [PaytoolGetOrderList], [PaytoolAllOrders], 获取收款订单详情
//     [PaytoolGetOrderDetail]
//   - paytool_invoice.go: 获取发票列表 [PaytoolGetInvoiceList], [PaytoolAllInvoices],
//     标记开票状态 [PaytoolMarkInvoiceStatus]
package order

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/gothird/wecom/data"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

// Cursor asks for one page; the zero value for the first one in WeCom's default size of 500.
// Limit is at most 1000.
type Cursor = data.Cursor

// Account types, as in package license.
const (
	TypeBase    = 1 // 基础账号
	TypeInterop = 2 // 互通账号
)

const (
	maxLimit    = 1000    // items of one page
	maxMembers  = 1000    // members in one request of a renewal job
	maxAccounts = 1000000 // accounts of one type in an order or job
	monthDays   = 31
	maxMonths   = 60
	maxDays     = maxMonths * monthDays
	maxWindow   = 31 * 86400 // seconds that one list of orders spans
)

func read(path string) token.Endpoint {
	return token.Endpoint{Path: "/cgi-bin/" + path, Credential: token.Provider, Read: true}
}

func write(path string) token.Endpoint {
	return token.Endpoint{Path: "/cgi-bin/" + path, Credential: token.Provider}
}

// corpOf returns the bound corp, or the first reason not to make the call.
func corpOf(api *token.Api, checks ...error) (string, error) {
	corpId := api.CorpId()
	if corpId == "" {
		return "", token.ErrNoCorp
	}
	return corpId, cmp.Or(checks...)
}

// sameCorp returns an error for a corp other than the bound one.
func sameCorp(api *token.Api, field, corpId string) error {
	if bound := api.CorpId(); bound != "" && corpId != "" && corpId != bound {
		return fmt.Errorf("wecom: %s is %s, but the Api is bound to the corp %s: bind it to the same with api.WithCorp, or to none", field, corpId, bound)
	}
	return nil
}

// corpIn returns the corp of a request: the one that it names, or the bound one.
func corpIn(api *token.Api, field, corpId string) (string, error) {
	if err := sameCorp(api, field, corpId); err != nil {
		return "", err
	}
	if corpId = cmp.Or(corpId, api.CorpId()); corpId == "" {
		return "", token.ErrNoCorp
	}
	return corpId, nil
}

// itemError turns an item's errcode into an error of the call that answered it.
func itemError(path string, code int, msg string) error {
	if code == 0 {
		return nil
	}
	return &token.Error{Code: code, Msg: msg, Path: path, Credential: token.Provider.String()}
}

// AccountCount is the number of accounts of each type, up to 1000000 (test corps: 1000).
type AccountCount struct {
	BaseCount            int `json:"base_count"`             // 基础账号
	ExternalContactCount int `json:"external_contact_count"` // 互通账号
}

func (c AccountCount) check() error {
	if c == (AccountCount{}) {
		return errors.New("wecom: account_count: base_count and external_contact_count are both 0")
	}
	return cmp.Or(
		check.Between("account_count.base_count", c.BaseCount, 0, maxAccounts),
		check.Between("account_count.external_contact_count", c.ExternalContactCount, 0, maxAccounts))
}

// AccountDuration is how long accounts are bought for: a purchase takes months and days, 31
// to 1860 days in all, a renewal either months or the time at which all accounts are to end.
type AccountDuration struct {
	Months        int   `json:"months,omitempty"`
	Days          int   `json:"days,omitempty"`
	NewExpireTime int64 `json:"new_expire_time,omitempty"` // WeCom moves it to the end of its day in Beijing
}

// days is the length in days of a purchase.
func (d AccountDuration) days() int { return d.Months*monthDays + d.Days }

func (d AccountDuration) checkPurchase() error {
	if d.NewExpireTime != 0 {
		return errors.New("wecom: account_duration.new_expire_time is for renewals, not for purchases")
	}
	return cmp.Or(
		check.Between("account_duration.months", d.Months, 0, maxMonths),
		check.Between("account_duration.days", d.Days, 0, maxDays),
		check.Between("account_duration in days", d.days(), monthDays, maxDays))
}

func (d AccountDuration) checkRenewal() error {
	switch {
	case d.Days != 0:
		return errors.New("wecom: account_duration.days is for purchases, not for renewals")
	case (d.Months != 0) == (d.NewExpireTime != 0):
		return errors.New("wecom: account_duration takes exactly one of months and new_expire_time")
	case d.NewExpireTime < 0:
		return fmt.Errorf("wecom: account_duration.new_expire_time is %d: it must be Unix seconds", d.NewExpireTime)
	case d.Months == 0:
		return nil
	}
	return check.Between("account_duration.months", d.Months, 1, maxMonths)
}

// Account is a member's account: in a renewal, among the members of a purchase of package
// purchase, or in a list of what was ordered.
type Account struct {
	UserId     string `json:"userid,omitempty"`
	Type       int    `json:"type"`                  // TypeBase or TypeInterop
	ActiveCode string `json:"active_code,omitempty"` // in lists of purchases
}

func (a Account) check() error {
	return cmp.Or(check.Required("userid", a.UserId), check.Between("type", a.Type, TypeBase, TypeInterop))
}

// checkAccounts returns an error for invalid members, and for more of a type than an order
// may have.
func checkAccounts(accounts []Account) error {
	count := CountOf(accounts)
	err := cmp.Or(
		check.Between("base accounts in account_list", count.BaseCount, 0, maxAccounts),
		check.Between("interop accounts in account_list", count.ExternalContactCount, 0, maxAccounts))
	if err != nil {
		return err
	}
	return check.Each("account_list", accounts, Account.check, func(a Account) Account { return Account{UserId: a.UserId, Type: a.Type} })
}

// CountOf counts accounts by their type.
func CountOf(accounts []Account) (count AccountCount) {
	for _, a := range accounts {
		switch a.Type {
		case TypeBase:
			count.BaseCount++
		case TypeInterop:
			count.ExternalContactCount++
		}
	}
	return count
}
