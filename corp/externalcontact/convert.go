package externalcontact

import (
	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/token"
)

type unionIdReq struct {
	UnionId string `json:"unionid"`
	OpenId  string `json:"openid"`
}

type externalUserId struct {
	ExternalUserId string `json:"external_userid"`
}

// UnionIdToExternalUserId 企业主体unionid转换为第三方external_userid: finds the customer who has
// a unionid and an openid in a mini program of the corp. Prefer service.UnionIdToExternalUserId,
// which replaces it and also finds people who are not customers.
//
// The corp, the mini program and its account of 微信开放平台 must be verified. Errors: 610014
// unionid, 610015 account not verified, 610016 corp not verified, 610017 not the corp's mini
// program, 610018 ids of different accounts, 84061 no customer of the visible range.
// https://developer.work.weixin.qq.com/document/path/93274
func UnionIdToExternalUserId(api *token.Api, unionId, openId string) (externalId string, err error) {
	res, err := cgi.Call[externalUserId](api, cgi.Read("externalcontact/unionid_to_external_userid").Needing("external_userid"), unionIdReq{unionId, openId},
		check.Required("unionid", unionId), check.Required("openid", openId))
	if err != nil {
		return "", err
	}
	return res.ExternalUserId, nil
}

type openIdRes struct {
	OpenId string `json:"openid"`
}

// ConvertToOpenId 外部联系人openid转换: returns the openid of a customer of WeChat, as payment
// needs it.
//
// Errors: 41056 no customer of WeChat, 40096 an id of another app, 84061 no customer of the
// visible range.
// https://developer.work.weixin.qq.com/document/path/92292
func ConvertToOpenId(api *token.Api, externalId string) (openId string, err error) {
	res, err := cgi.Call[openIdRes](api, cgi.Read("externalcontact/convert_to_openid").Needing("openid"), externalUserId{externalId}, checkExternal(externalId))
	if err != nil {
		return "", err
	}
	return res.OpenId, nil
}

type mobilesReq struct {
	Mobiles []string `json:"mobiles"`
}

// Parents is the answer of [BatchToExternalUserId].
type Parents struct {
	SuccessList []Parent        `json:"success_list"`
	FailList    []UnknownParent `json:"fail_list"`
}

// Parent is a parent who follows 学校通知.
type Parent struct {
	ExternalUserId string `json:"external_userid"`
	ForeignKey     string `json:"foreign_key"`
	Mobile         string `json:"mobile"`
}

// UnknownParent is a mobile number for which no parent was found.
type UnknownParent struct {
	ErrCode int    `json:"errcode"` // 60136: not there
	ErrMsg  string `json:"errmsg"`
	Mobile  string `json:"mobile"`
}

func (all *Parents) add(more *Parents) {
	all.SuccessList = append(all.SuccessList, more.SuccessList...)
	all.FailList = append(all.FailList, more.FailList...)
}

// BatchToExternalUserId 手机号转外部联系人ID: finds parents by their mobile numbers, for apps
// that may edit 家校沟通; not for customised apps. More than 100 are requested in parts. If one
// fails, the answers so far come with the error.
//
// Errors: 60136 none of them follows 学校通知, 65014 the corp is no school.
// https://developer.work.weixin.qq.com/document/path/92506
func BatchToExternalUserId(api *token.Api, mobiles []string) (*Parents, error) {
	if err := check.Ids("mobiles", mobiles, 0); err != nil {
		return nil, err
	}
	return paging.Sum(mobiles, 100, (*Parents).add, func(part []string) (*Parents, error) {
		return cgi.Call[Parents](api, cgi.Read("externalcontact/batch_to_external_userid"), mobilesReq{part})
	}, token.NewPartialError)
}

type openGidReq struct {
	OpenGid string `json:"opengid"`
}

type chatIdRes struct {
	ChatId string `json:"chat_id"`
}

// OpenGidToChatId 客户群opengid转换: returns the customer group (see [GroupChatGet]) of an
// opengid, which a mini program gets in WeChat by wx.getGroupEnterInfo. The owner of the group
// must be in the visible range.
//
// Errors: 90509 no customer group, 90510 no active member within a year, 90511 wrong opengid.
// https://developer.work.weixin.qq.com/document/path/94828
func OpenGidToChatId(api *token.Api, openGid string) (chatId string, err error) {
	res, err := cgi.Call[chatIdRes](api, cgi.Read("externalcontact/opengid_to_chatid").Needing("chat_id"), openGidReq{openGid}, check.Required("opengid", openGid))
	if err != nil {
		return "", err
	}
	return res.ChatId, nil
}
