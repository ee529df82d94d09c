package service

import (
	"fmt"
	"log/slog"

	"github.com/gothird/wecom/internal/redact"
	"github.com/gothird/wecom/token"
)

// ChainUnionId names a WeChat user for [ChainUnionIdToExternalUserId].
type ChainUnionId struct {
	UnionId        string `json:"unionid"`
	OpenId         string `json:"openid"`           // by the mini program or service account that gave UnionId
	CorpId         string `json:"corpid,omitempty"` // looks in this corp only
	MassCallTicket string `json:"mass_call_ticket,omitempty"`
}

// Format shows everything but the ticket.
func (u ChainUnionId) Format(s fmt.State, verb rune) {
	type plain ChainUnionId
	u.MassCallTicket = redact.Mask(u.MassCallTicket)
	fmt.Fprintf(s, fmt.FormatString(s, verb), plain(u))
}

// LogValue shows everything but the ticket.
func (u ChainUnionId) LogValue() slog.Value { return slog.StringValue(fmt.Sprintf("%+v", u)) }

// ChainUnionIdToExternalUserId 通过unionid和openid查询external_userid: finds a WeChat user among
// the customers of the chain's corps, for a customised app that the bound, upper corp shares.
//
// Errors: 610014 wrong unionid, 610016 the corp is not verified, 610017 the names of the
// account's and the corp's owner differ, 610018 the ids belong to different accounts.
// https://developer.work.weixin.qq.com/document/path/95818
func ChainUnionIdToExternalUserId(api *token.Api, user ChainUnionId) ([]CorpExternalUserId, error) {
	ep := token.Endpoint{Path: "/cgi-bin/corpgroup/unionid_to_external_userid", Credential: token.Corp, Read: true}
	return corpExternalUserIds(api, ep, user.UnionId, user.OpenId, user)
}

type chainPendingReq struct {
	UnionId string `json:"unionid"`
	OpenId  string `json:"openid"`
}

type chainPendingRes struct {
	PendingId string `json:"pending_id"`
}

// ChainUnionIdToPendingId unionid查询pending_id: returns an id, valid for 90 days, of a WeChat
// user who is not a customer yet, for a customised app that the bound, upper corp shares. openId
// must come from the mini program or service account that gave unionId.
//
// The limits for the upper corp are 100,000 calls an hour, 480,000 a day and 7,500,000 a month.
// Errors: as [ChainUnionIdToExternalUserId].
// https://developer.work.weixin.qq.com/document/path/97357
func ChainUnionIdToPendingId(api *token.Api, unionId, openId string) (string, error) {
	if err := checkUnionId(unionId, openId); err != nil {
		return "", err
	}
	ep := token.Endpoint{Path: "/cgi-bin/corpgroup/unionid_to_pending_id", Credential: token.Corp, Read: true}.Needing("pending_id")
	res, err := token.Call[chainPendingRes](api, ep, chainPendingReq{unionId, openId})
	if err != nil {
		return "", err
	}
	return res.PendingId, nil
}

// ChainExternalUserIdToPendingId external_userid查询pending_id: returns the pending ids that
// [ChainUnionIdToPendingId] returned earlier for people who are now customers of the bound,
// upper or lower corp. chatId restricts it to one customer group, "" does not. More than 100 ids
// are sent in parts. If one fails, the answers so far come with the error.
//
// Errors: 40096 wrong external_userid.
// https://developer.work.weixin.qq.com/document/path/97357
func ChainExternalUserIdToPendingId(api *token.Api, externalIds []string, chatId string) ([]ExternalUser, error) {
	return pendingIds(api, "/cgi-bin/corpgroup/batch/external_userid_to_pending_id", externalIds, chatId)
}
