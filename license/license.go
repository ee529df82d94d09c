// Package license manages interface licence accounts (接口调用许可): it binds activation
// codes to members, and reads, transfers and shares them. Orders are in package order.
//
// The corp is the one that the [token.Api] is bound to with [token.Api.WithCorp]; without
// one, every call ends with [token.ErrNoCorp] before a request is made. The corp needs no
// stored installation: these calls carry the provider token. Times are Unix seconds; userids
// come back encrypted, whatever was sent.
package license

import (
	"cmp"

	"github.com/gothird/wecom/data"
	"github.com/gothird/wecom/internal/paging"
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
	maxBatch  = 1000 // items of one request
	maxLimit  = 1000 // items of one page
	allFailed = token.Code(701024)
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

// inParts makes a batch call for at most 1000 items at a time, past parts of which every
// item failed.
func inParts[In, Out any](items []In, call func(part []In) ([]Out, error)) ([]Out, error) {
	return paging.InPartsPast(items, maxBatch, allFailed, call)
}

// itemError turns an item's errcode into an error of the call that answered it.
func itemError(ep token.Endpoint, code int, msg string) error {
	if code == 0 {
		return nil
	}
	return &token.Error{Code: code, Msg: msg, Path: ep.Path, Credential: ep.Credential.String()}
}
