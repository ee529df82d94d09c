// Package license manages the accounts of interface licences (接口调用许可): it binds activation
// codes to members, and reads, transfers and shares them. Orders are in package order; package
// purchase orders, pays and activates in one function.
//
// The functions begin with LIC, which stands for license.
//
// # Activation
//
// A paid order brings activation codes, one for each account. A code is bound to one member:
// [LICActiveAccount] binds one, [LICBatchActiveAccount] any number. With automatic activation
// ([LICSetAutoActiveStatus]) WeCom binds a free code when a member opens an app. The state of a
// code is in [LICActiveCodeDetail], the accounts of a member are in [LICGetActiveByUser], and those
// of the whole corp in [LICAllActived].
//
// The corp is the one that the [token.Api] is bound to with [token.Api.WithCorp]. Without one,
// every call but [LICGetAccountBalance] returns [token.ErrNoCorp], and no request is made. The corp
// needs no stored installation, because these calls carry the provider token. Times are Unix
// seconds. Userids in answers are encrypted, even if plain ones were sent.
//
// # Batches
//
// Batches take any number of items and send at most 1000 in a request. [LICBatchActiveAccount] and
// [LICBatchTransfer] return one result for each item that was answered, in the order of the items.
// If WeCom's answer leaves out an item, the result of that item is an error ([ItemMissing]); a
// result that belongs to no item comes after the others. [LICBatchShareActiveCode] returns failures
// only, [LICBatchActiveCodeDetail] several lists.
//
// If a request fails, the results so far are returned together with a *[token.PartialError], also
// when there was only one request. It says how many items were answered, and how many may have been
// carried out without an answer. If WeCom says that every item of the batch failed, the results
// come with that error instead (701024 or 701010).
//
// # Pages of WeCom
//
//   - active.go: 激活账号 [LICActiveAccount], 批量激活账号 [LICBatchActiveAccount],
//     指定账号类型激活 [LICActiveAccountByType]
//   - detail.go: 获取激活码详情 [LICActiveCodeDetail], 批量获取激活码详情
//     [LICBatchActiveCodeDetail]
//   - list.go: 获取企业的账号列表 [LICListActived], [LICAllActived]
//   - user.go: 获取成员的激活详情 [LICGetActiveByUser]
//   - transfer.go: 账号继承 [LICBatchTransfer]
//   - share.go: 分配激活码给下游企业 [LICBatchShareActiveCode]
//   - auto.go: 设置企业的许可自动激活状态 [LICSetAutoActiveStatus], 查询企业的许可自动激活状态
//     [LICGetAutoActiveStatue], [LICGetAutoActiveStatus]
//   - appinfo.go: 获取应用的接口许可状态 [LICGetAppInfo]
//   - balance.go: 充值账户余额查询 [LICGetAccountBalance]
//   - policy.go: 民生优惠条件查询 [LICSupportPolicy]
package license

import (
	"cmp"

	"github.com/gothird/wecom/data"
	"github.com/gothird/wecom/token"
)

// Cursor asks for one page; the zero value for the first one in WeCom's default size of 500.
// Limit is at most 1000.
type Cursor = data.Cursor

// Account types.
const (
	TypeBase    = 1 // 基础账号
	TypeInterop = 2 // 互通账号: all of a base account, and customer contact
)

const (
	maxBatch = 1000 // items of one request
	maxLimit = 1000 // items of one page
)

func read(name string) token.Endpoint {
	return token.Endpoint{Path: "/cgi-bin/license/" + name, Credential: token.Provider, Read: true}
}

func write(name string) token.Endpoint {
	return token.Endpoint{Path: "/cgi-bin/license/" + name, Credential: token.Provider}
}

// corpOf returns the bound corp, or the first reason not to make the call.
func corpOf(api *token.Api, checks ...error) (string, error) {
	corpId := api.CorpId()
	if corpId == "" {
		return "", token.ErrNoCorp
	}
	return corpId, cmp.Or(checks...)
}
