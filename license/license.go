// Package license manages interface licence accounts (接口调用许可): it binds activation
// codes to members, and reads, transfers and shares them. Orders are in package order.
//
// LIC in a name stands for licence: the functions of WeCom's licence pages begin with it.
//
// The corp is the one that the [token.Api] is bound to with [token.Api.WithCorp]; without
// one, every call but [LICGetAccountBalance] ends with [token.ErrNoCorp] before a request is
// made. The corp needs no stored installation: these calls carry the provider token. Times
// are Unix seconds; userids in answers are encrypted, even if plain ones were sent.
//
// Batches take any number of items and send at most 1000 in a request.
// [LICBatchActiveAccount] and [LICBatchTransfer] return one result for each item that was
// answered, in the order of the items; an item that WeCom's answer leaves out is an error of
// that item ([ItemMissing]), and a result that belongs to no item comes after the others.
// [LICBatchShareActiveCode] returns failures only, [LICBatchActiveCodeDetail] several lists.
//
// If a request fails, the results so far are returned together with
// a *[token.PartialError], also when there was only one request: it says how many items were
// answered, and how many may have been carried out without an answer. If WeCom says that
// every item of the batch failed, the results come with that error instead, 701024 or 701010.
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
	TypeInterop = 2 // 互通账号: what a base account gives, and customer contact
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
