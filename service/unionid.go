package service

import (
	"cmp"
	"fmt"
	"log/slog"

	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/redact"
	"github.com/gothird/wecom/token"
)

// UnionId3rd names a WeChat user for [UnionIdToExternalUserId3rd].
type UnionId3rd struct {
	UnionId string `json:"unionid"`
	OpenId  string `json:"openid"`           // by the mini program or official account that gave UnionId
	CorpId  string `json:"corpid,omitempty"` // looks in this corp only; required for members of customer groups
}

// CorpExternalUserId is a customer of one corp.
type CorpExternalUserId struct {
	CorpId         string `json:"corpid"`
	ExternalUserId string `json:"external_userid"`
}

type unionId3rdRes struct {
	ExternalUserIdInfo []CorpExternalUserId `json:"external_userid_info"`
}

// UnionIdToExternalUserId3rd unionid转换: finds a WeChat user among the customers of all corps
// that authorised the suite. Prefer [UnionIdToExternalUserId], which replaces it.
//
// A provider may ask 50,000 times an hour and 240,000 times a day, only when a user acts, never
// in bulk.
//
// Errors: 610014 wrong unionid, 610018 the ids belong to different accounts.
// https://developer.work.weixin.qq.com/document/path/96516
func UnionIdToExternalUserId3rd(api *token.Api, user UnionId3rd) ([]CorpExternalUserId, error) {
	ep := token.Endpoint{Path: "/cgi-bin/service/externalcontact/unionid_to_external_userid_3rd", Credential: token.Suite, Read: true}
	return corpExternalUserIds(api, ep, user.UnionId, user.OpenId, user)
}

// corpExternalUserIds asks ep who the WeChat user of a request, named by both ids, is in each
// corp.
func corpExternalUserIds(api *token.Api, ep token.Endpoint, unionId, openId string, user any) ([]CorpExternalUserId, error) {
	if err := checkUnionId(unionId, openId); err != nil {
		return nil, err
	}
	res, err := token.Call[unionId3rdRes](api, ep, user)
	if err != nil {
		return nil, err
	}
	return res.ExternalUserIdInfo, nil
}

// checkUnionId returns an error unless both ids that name a WeChat user are there.
func checkUnionId(unionId, openId string) error {
	return cmp.Or(check.Required("unionid", unionId), check.Required("openid", openId))
}

// UnionId names a WeChat user for [UnionIdToExternalUserId].
type UnionId struct {
	UnionId        string `json:"unionid"`
	OpenId         string `json:"openid"`
	SubjectType    int    `json:"subject_type,omitempty"` // whose account gave the ids: 0 the corp's, 1 the provider's
	MassCallTicket string `json:"mass_call_ticket,omitempty"`
}

// Format shows everything but the ticket.
func (u UnionId) Format(s fmt.State, verb rune) {
	type plain UnionId
	u.MassCallTicket = redact.Mask(u.MassCallTicket)
	fmt.Fprintf(s, fmt.FormatString(s, verb), plain(u))
}

// LogValue shows everything but the ticket.
func (u UnionId) LogValue() slog.Value { return slog.StringValue(fmt.Sprintf("%+v", u)) }

// ExternalUser is a WeChat user as the app in one corp sees it; one of the ids is empty.
type ExternalUser struct {
	ExternalUserId string `json:"external_userid"` // of a customer
	PendingId      string `json:"pending_id"`      // of somebody who is not a customer yet; valid for 90 days
}

// UnionIdToExternalUserId unionid转换为external_userid: finds a WeChat user among the
// customers of the bound corp.
//
// The limits are 100,000 calls an hour, 480,000 a day and 7,500,000 a month, see
// [ApplyMassCallTicket].
// Errors: 610014 wrong unionid, 610016 the corp is not verified, 610017 the names of the
// account's and the corp's owner differ.
// https://developer.work.weixin.qq.com/document/path/95900
func UnionIdToExternalUserId(api *token.Api, user UnionId) (*ExternalUser, error) {
	if err := cmp.Or(checkUnionId(user.UnionId, user.OpenId), check.Between("subject_type", user.SubjectType, 0, 1)); err != nil {
		return nil, err
	}
	ep := token.Endpoint{Path: "/cgi-bin/idconvert/unionid_to_external_userid", Credential: token.Corp, Read: true}.Needing("external_userid", "pending_id")
	return token.Call[ExternalUser](api, ep, user)
}

type pendingIdReq struct {
	ExternalUserId []string `json:"external_userid"`
	ChatId         string   `json:"chat_id,omitempty"`
}

type pendingIdRes struct {
	Result []ExternalUser `json:"result"`
}

// ExternalUserIdToPendingId external_userid查询pending_id: returns the pending ids that
// [UnionIdToExternalUserId] returned within the last 90 days; here both ids are set. chatId
// restricts it to one customer group, "" does not. More than 100 ids are sent in parts. If one
// fails, the answers so far come with the error.
// https://developer.work.weixin.qq.com/document/path/95900
func ExternalUserIdToPendingId(api *token.Api, externalIds []string, chatId string) ([]ExternalUser, error) {
	return pendingIds(api, "/cgi-bin/idconvert/batch/external_userid_to_pending_id", externalIds, chatId)
}

func pendingIds(api *token.Api, path string, externalIds []string, chatId string) ([]ExternalUser, error) {
	if err := check.Ids("external_userid", externalIds, 0); err != nil {
		return nil, err
	}
	ep := token.Endpoint{Path: path, Credential: token.Corp, Read: true}
	return inBatches(externalIds, 100, func(part []string) ([]ExternalUser, error) {
		res, err := token.Call[pendingIdRes](api, ep, pendingIdReq{part, chatId})
		if err != nil {
			return nil, err
		}
		return res.Result, nil
	})
}

type massCallTicketRes struct {
	MassCallTicket string `json:"mass_call_ticket"`
}

// ApplyMassCallTicket 申请临时提高转换额度: returns a ticket that raises the limits of
// [UnionIdToExternalUserId] in the bound corp for 7 days.
//
// A corp can get one such ticket, in its first 3 months with the app.
// https://developer.work.weixin.qq.com/document/path/96168
func ApplyMassCallTicket(api *token.Api) (string, error) {
	ep := token.Endpoint{Method: "GET", Path: "/cgi-bin/corp/apply_mass_call_ticket", Credential: token.Corp}.Needing("mass_call_ticket")
	res, err := token.Call[massCallTicketRes](api, ep, nil)
	if err != nil {
		return "", err
	}
	return res.MassCallTicket, nil
}
