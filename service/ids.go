package service

import (
	"cmp"

	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

type corpIdReq struct {
	CorpId string `json:"corpid"`
}

type openCorpIdRes struct {
	OpenCorpId string `json:"open_corpid"`
}

// CorpIdToOpenCorpId 明文corpid转换为加密corpid: returns the provider's own id of a corp, which
// is case-sensitive.
//
// Errors: 48001 the corp has authorised nothing of this provider.
// https://developer.work.weixin.qq.com/document/path/95604
func CorpIdToOpenCorpId(api *token.Api, corpId string) (string, error) {
	if err := check.Required("corpid", corpId); err != nil {
		return "", err
	}
	ep := token.Endpoint{Path: "/cgi-bin/service/corpid_to_opencorpid", Credential: token.Provider, Read: true}.Needing("open_corpid")
	res, err := token.Call[openCorpIdRes](api, ep, corpIdReq{corpId})
	if err != nil {
		return "", err
	}
	return res.OpenCorpId, nil
}

type openCorpIdReq struct {
	OpenCorpId    string `json:"open_corpid"`
	SourceAgentId int64  `json:"source_agentid"`
}

// OpenCorpIdToCorpId corpid转换: returns the plain id of a corp. WeCom accepts the call only
// from the corp's own (self-built) app: accessToken is that app's. sourceAgentId is the
// provider's app that got the id. An empty openCorpId stands for the bound corp, sourceAgentId 0
// for the app that the corp has installed.
//
// WeCom has removed its page; it may stop working.
// https://developer.work.weixin.qq.com/document/path/95884
func OpenCorpIdToCorpId(api *token.Api, accessToken, openCorpId string, sourceAgentId int64) (string, error) {
	if err := check.Required("access_token", accessToken); err != nil {
		return "", err
	}
	openCorpId, err := corpOr(api, "open_corpid", openCorpId)
	if err != nil {
		return "", err
	}
	if sourceAgentId, err = agentOr(api, "source_agentid", openCorpId, sourceAgentId); err != nil {
		return "", err
	}
	ep := token.Endpoint{Path: "/cgi-bin/corp/opencorpid_to_corpid", Credential: token.Static(accessToken), Read: true}.Needing("corpid")
	res, err := token.Call[corpIdReq](api, ep, openCorpIdReq{openCorpId, sourceAgentId})
	if err != nil {
		return "", err
	}
	return res.CorpId, nil
}

// OpenUserId is one member under both ids.
type OpenUserId struct {
	UserId     string `json:"userid"`
	OpenUserId string `json:"open_userid"`
}

// OpenUserIds is the answer of [UserIdToOpenUserId].
type OpenUserIds struct {
	OpenUserIdList    []OpenUserId `json:"open_userid_list"`
	InvalidUserIdList []string     `json:"invalid_userid_list"` // not converted
}

func (all *OpenUserIds) add(more *OpenUserIds) {
	all.OpenUserIdList = append(all.OpenUserIdList, more.OpenUserIdList...)
	all.InvalidUserIdList = append(all.InvalidUserIdList, more.InvalidUserIdList...)
}

type userIdListReq struct {
	UserIdList []string `json:"userid_list"`
}

// UserIdToOpenUserId userid的转换: returns the provider's own ids of members of the bound corp.
// More than 1000 are sent in parts. If one fails, the answers so far come with the error.
//
// After too many unknown ids WeCom refuses the call for 24 hours.
// https://developer.work.weixin.qq.com/document/path/97062
func UserIdToOpenUserId(api *token.Api, userIds []string) (*OpenUserIds, error) {
	if err := check.Ids("userid_list", userIds, 0); err != nil {
		return nil, err
	}
	ep := token.Endpoint{Path: "/cgi-bin/batch/userid_to_openuserid", Credential: token.Corp, Read: true}
	return sumBatches(userIds, 1000, (*OpenUserIds).add, func(part []string) (*OpenUserIds, error) {
		return token.Call[OpenUserIds](api, ep, userIdListReq{part})
	})
}

// UserIds is the answer of [OpenUserIdToUserId].
type UserIds struct {
	UserIdList            []OpenUserId `json:"userid_list"`
	InvalidOpenUserIdList []string     `json:"invalid_open_userid_list"` // not converted
}

func (all *UserIds) add(more *UserIds) {
	all.UserIdList = append(all.UserIdList, more.UserIdList...)
	all.InvalidOpenUserIdList = append(all.InvalidOpenUserIdList, more.InvalidOpenUserIdList...)
}

type openUserIdListReq struct {
	OpenUserIdList []string `json:"open_userid_list"`
	SourceAgentId  int64    `json:"source_agentid,omitempty"`
}

// OpenUserIdToUserId userid转换: returns the corp's own ids of members. WeCom accepts the call
// only from the corp's own (self-built) app: accessToken is that app's. sourceAgentId is the
// provider's app that got the ids, 0 for an intelligent robot. More than 1000 are sent in parts.
// If one fails, the answers so far come with the error.
//
// Errors: 40125 wrong id, 60221 id of another provider.
// https://developer.work.weixin.qq.com/document/path/95884
func OpenUserIdToUserId(api *token.Api, accessToken string, openUserIds []string, sourceAgentId int64) (*UserIds, error) {
	if err := cmp.Or(check.Required("access_token", accessToken), check.Ids("open_userid_list", openUserIds, 0),
		check.NonNegative("source_agentid", sourceAgentId)); err != nil {
		return nil, err
	}
	ep := token.Endpoint{Path: "/cgi-bin/batch/openuserid_to_userid", Credential: token.Static(accessToken), Read: true}
	return sumBatches(openUserIds, 1000, (*UserIds).add, func(part []string) (*UserIds, error) {
		return token.Call[UserIds](api, ep, openUserIdListReq{part, sourceAgentId})
	})
}

// BotUserIds is the answer of [BotUserIdToOpenUserId].
type BotUserIds struct {
	OpenCorpId            string       `json:"open_corpid"` // the bot's corp
	Items                 []OpenUserId `json:"items"`
	InvalidOpenUserIdList []string     `json:"invalid_open_userid_list"` // not converted
}

func (all *BotUserIds) add(more *BotUserIds) {
	all.Items = append(all.Items, more.Items...)
	all.InvalidOpenUserIdList = append(all.InvalidOpenUserIdList, more.InvalidOpenUserIdList...)
}

type botUserIdReq struct {
	OpenUserIdList []string `json:"open_userid_list"`
	SourceBotId    string   `json:"source_botid"`
}

// BotUserIdToOpenUserId userid的转换（未明确企业身份场景）: returns the provider's own ids of
// members whom an intelligent bot (智能机器人) has met, and the corp that they belong to, which
// need not be known. The corp must have installed an app of the provider, and the members must
// be visible to the bot and to that app. More than 1000 are sent in parts. If one fails, the
// answers so far come with the error.
//
// Errors: 40125 wrong id.
// https://developer.work.weixin.qq.com/document/path/97062
func BotUserIdToOpenUserId(api *token.Api, botId string, userIds []string) (*BotUserIds, error) {
	if err := cmp.Or(check.Required("source_botid", botId), check.Ids("open_userid_list", userIds, 0)); err != nil {
		return nil, err
	}
	ep := token.Endpoint{Path: "/cgi-bin/service/batch/userid_to_openuserid", Credential: token.Provider, Read: true}
	return sumBatches(userIds, 1000, (*BotUserIds).add, func(part []string) (*BotUserIds, error) {
		return token.Call[BotUserIds](api, ep, botUserIdReq{part, botId})
	})
}
