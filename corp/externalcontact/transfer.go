package externalcontact

import (
	"cmp"
	"errors"
	"iter"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/token"
)

// Handover says from which member to which member customers are transferred.
type Handover struct {
	HandoverUserId string `json:"handover_userid"`
	TakeoverUserId string `json:"takeover_userid"`
}

func (h Handover) check() error {
	var same error
	if h.HandoverUserId == h.TakeoverUserId {
		same = errors.New("wecom: takeover_userid is handover_userid: it must be another member")
	}
	return cmp.Or(check.Required("handover_userid", h.HandoverUserId), check.Required("takeover_userid", h.TakeoverUserId), same)
}

type transferReq struct {
	Handover
	ExternalUserId     []string `json:"external_userid"`
	TransferSuccessMsg string   `json:"transfer_success_msg,omitempty"`
}

type transferRes struct {
	Customer []TransferStart `json:"customer"`
}

// TransferStart says whether the transfer of a customer has begun.
type TransferStart struct {
	ExternalUserId string `json:"external_userid"`
	ErrCode        int    `json:"errcode"` // 0: it has begun
}

// TransferMissing is the ErrCode of a customer whom WeCom's answer leaves out. WeCom itself
// never sends it. It is unknown whether the transfer has begun: see [TransferResult].
const TransferMissing = cgi.ItemMissing

// transfer begins the transfer of customers.
func transfer(api *token.Api, path string, req transferReq) ([]TransferStart, error) {
	err := cmp.Or(req.Handover.check(), check.Ids("external_userid", req.ExternalUserId, 0), check.Runes("transfer_success_msg", req.TransferSuccessMsg, 200))
	if err != nil {
		return nil, err
	}
	return paging.Batches(req.ExternalUserId, 100, func(part []string) ([]TransferStart, error) {
		req.ExternalUserId = part
		res, err := cgi.Call[transferRes](api, cgi.Write(path).Needing("customer"), req)
		if err != nil {
			return nil, err
		}
		return cgi.WithMissing(res.Customer, part, func(t TransferStart, id string) bool { return t.ExternalUserId == id },
			func(id string) TransferStart { return TransferStart{id, TransferMissing} }), nil
	}, token.NewPartialError)
}

// TransferCustomer 在职继承-分配在职成员的客户: starts to transfer customers of a member to
// another, with a message to them ("": WeCom's own; at most 200 characters). Each customer has a
// result: look at every ErrCode. The transfer ends after 24 hours: see [TransferResult].
//
// A request takes 100 customers, more are sent in parts. If one fails, the results so far come
// with a *[token.PartialError]. A customer can be transferred twice in 90 days. The member who
// takes over must be in the visible range, active, verified and have customer contact. Errors,
// also of single customers: 40096 an id of another app, 40098 the new member is not verified,
// 40099 the new member has too many customers, 40100 and 40129 under way, 40128 too often, 40131
// not a customer of the member, 40143 the new member is blocked, 40205 not logged in within a
// year, 60011 not in the visible range.
// https://developer.work.weixin.qq.com/document/path/94096
func TransferCustomer(api *token.Api, h Handover, externalUserIds []string, message string) ([]TransferStart, error) {
	return transfer(api, "externalcontact/transfer_customer", transferReq{h, externalUserIds, message})
}

// ResignedTransferCustomer 离职继承-分配离职成员的客户: starts to transfer customers of a member
// who left less than a year ago, otherwise like [TransferCustomer]; [ResignedTransferResult]
// returns the outcome.
//
// Further errors: 40097 the member has not left.
// https://developer.work.weixin.qq.com/document/path/94100
func ResignedTransferCustomer(api *token.Api, h Handover, externalUserIds []string) ([]TransferStart, error) {
	return transfer(api, "externalcontact/resigned/transfer_customer", transferReq{h, externalUserIds, ""})
}

type transferResultReq struct {
	Handover
	Cursor string `json:"cursor,omitempty"`
}

// States of a transfer; take numbers that you don't know as failed.
const (
	TransferDone    = 1
	TransferWaiting = 2
	TransferRefused = 3 // by the customer
	TransferTooMany = 4 // customers of the taker
	TransferUnknown = 5 // no record; older documents only
)

// TransferPage is one page of [TransferResult] and [ResignedTransferResult].
type TransferPage struct {
	Customer   []Transfer `json:"customer"`    // at most 1000
	NextCursor string     `json:"next_cursor"` // "" on the last page
}

// Transfer is the transfer of a customer.
type Transfer struct {
	ExternalUserId string `json:"external_userid"`
	Status         int    `json:"status"`        // TransferDone, …
	TakeoverTime   int64  `json:"takeover_time"` // Unix seconds, while waiting in the future; 0 if the customer refused
}

func transferResult(api *token.Api, path string, h Handover, cursor string) (*TransferPage, error) {
	return cgi.Call[TransferPage](api, cgi.Read(path), transferResultReq{h, cursor}, h.check())
}

func splitTransfers(p *TransferPage) ([]Transfer, string) { return p.Customer, p.NextCursor }

// TransferResult 在职继承-查询客户接替状态: reads one page of the customers that one member has
// handed over to another.
//
// Errors: 50100 wrong cursor, 60011 not in the visible range.
// https://developer.work.weixin.qq.com/document/path/94097
func TransferResult(api *token.Api, h Handover, cursor string) (*TransferPage, error) {
	return transferResult(api, "externalcontact/transfer_result", h, cursor)
}

// AllTransfers walks all pages of [TransferResult]. It stops at the first error.
func AllTransfers(api *token.Api, h Handover) iter.Seq2[Transfer, error] {
	return walk(api, func(cursor string) (*TransferPage, error) { return TransferResult(api, h, cursor) }, splitTransfers)
}

// ResignedTransferResult 离职继承-查询客户接替状态: is [TransferResult] for a member who has left.
// https://developer.work.weixin.qq.com/document/path/94101
func ResignedTransferResult(api *token.Api, h Handover, cursor string) (*TransferPage, error) {
	return transferResult(api, "externalcontact/resigned/transfer_result", h, cursor)
}

// AllResignedTransfers walks all pages of [ResignedTransferResult]. It stops at the first error.
func AllResignedTransfers(api *token.Api, h Handover) iter.Seq2[Transfer, error] {
	return walk(api, func(cursor string) (*TransferPage, error) { return ResignedTransferResult(api, h, cursor) }, splitTransfers)
}

// UnassignedPages says which page of [GetUnassignedList] to read: that of Cursor or, as in older
// programs, of PageId, from 0.
type UnassignedPages struct {
	PageId   int    `json:"page_id,omitempty"`
	PageSize int    `json:"page_size,omitempty"` // at most 1000, 0 means 1000
	Cursor   string `json:"cursor,omitempty"`
}

const maxUnassigned = 1000 // of one page

func (p UnassignedPages) check() error {
	var both error
	if p.PageId != 0 && p.Cursor != "" {
		both = errors.New("wecom: there are page_id and cursor: it takes one of them")
	}
	return cmp.Or(check.NonNegative("page_id", int64(p.PageId)), check.Between("page_size", p.PageSize, 0, maxUnassigned), both)
}

// UnassignedPage is one page of [GetUnassignedList].
type UnassignedPage struct {
	Info       []Unassigned `json:"info"`
	IsLast     bool         `json:"is_last"`
	NextCursor string       `json:"next_cursor"` // "" on the last page, and with PageId
}

// Unassigned is a customer of a member who has left.
type Unassigned struct {
	HandoverUserId string `json:"handover_userid"`
	ExternalUserId string `json:"external_userid"`
	DimissionTime  int64  `json:"dimission_time"` // when the member left, Unix seconds
}

// GetUnassignedList 离职继承-获取待分配的离职成员列表: lists one page of the customers of members who
// have left, for [ResignedTransferCustomer].
//
// PageId times PageSize is at most 50000. Errors: 50100 wrong cursor.
// https://developer.work.weixin.qq.com/document/path/92273
func GetUnassignedList(api *token.Api, p UnassignedPages) (*UnassignedPage, error) {
	res, err := unassigned(api, p)
	if err != nil {
		return nil, err
	}
	return &UnassignedPage{res.Info, res.IsLast != nil && *res.IsLast, res.NextCursor}, nil
}

// unassignedRes knows a page that says it is not the last from one that does not say.
type unassignedRes struct {
	Info       []Unassigned `json:"info"`
	IsLast     *bool        `json:"is_last"`
	NextCursor string       `json:"next_cursor"`
}

func unassigned(api *token.Api, p UnassignedPages) (*unassignedRes, error) {
	return cgi.Call[unassignedRes](api, cgi.Read("externalcontact/get_unassigned_list"), p, p.check())
}

// AllUnassigned walks all pages of [GetUnassignedList]. It stops at the first error.
func AllUnassigned(api *token.Api) iter.Seq2[Unassigned, error] {
	return paging.All(api.Context(), "", func(cursor string) ([]Unassigned, string, error) {
		p, err := unassigned(api, UnassignedPages{PageSize: maxUnassigned, Cursor: cursor})
		if err != nil {
			return nil, "", err
		}
		more := p.NextCursor != ""
		if p.IsLast != nil {
			more = !*p.IsLast
		}
		next, err := paging.Next(more, p.NextCursor)
		return p.Info, next, err
	})
}
