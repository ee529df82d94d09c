package service

import (
	"cmp"

	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

type externalUserId struct {
	ExternalUserId string `json:"external_userid"`
}

type fromServiceReq struct {
	ExternalUserId string `json:"external_userid"`
	SourceAgentId  int64  `json:"source_agentid"`
}

// FromServiceExternalUserId external_userid转换: returns the corp's own id of a customer. WeCom
// accepts the call only from the corp's own (self-built) app: accessToken is that app's.
// sourceAgentId is the provider's app that got the id, 0 for the one that the bound corp has
// installed.
//
// Errors: 40096 wrong id.
// https://developer.work.weixin.qq.com/document/path/95884
func FromServiceExternalUserId(api *token.Api, accessToken, externalId string, sourceAgentId int64) (string, error) {
	if err := cmp.Or(check.Required("access_token", accessToken), check.Required("external_userid", externalId)); err != nil {
		return "", err
	}
	sourceAgentId, err := agentOr(api, "source_agentid", api.CorpId(), sourceAgentId)
	if err != nil {
		return "", err
	}
	ep := token.Endpoint{Path: "/cgi-bin/externalcontact/from_service_external_userid", Credential: token.Static(accessToken), Read: true}.Needing("external_userid")
	res, err := token.Call[externalUserId](api, ep, fromServiceReq{externalId, sourceAgentId})
	if err != nil {
		return "", err
	}
	return res.ExternalUserId, nil
}

// ToServiceExternalUserId 代开发应用external_userid转换: returns the id under which the
// provider's third-party app sees a customer of the customised app in the bound corp. Once the
// corp's ids are migrated, both apps see the same id.
//
// Errors: 610020 no third-party app of the provider there, 610021 it lacks the right.
// https://developer.work.weixin.qq.com/document/path/95195
func ToServiceExternalUserId(api *token.Api, externalId string) (string, error) {
	if err := check.Required("external_userid", externalId); err != nil {
		return "", err
	}
	ep := token.Endpoint{Path: "/cgi-bin/externalcontact/to_service_external_userid", Credential: token.Corp, Read: true}.Needing("external_userid")
	res, err := token.Call[externalUserId](api, ep, externalUserId{externalId})
	if err != nil {
		return "", err
	}
	return res.ExternalUserId, nil
}

// NewExternalUserId is one customer under both ids.
type NewExternalUserId struct {
	ExternalUserId    string `json:"external_userid"`
	NewExternalUserId string `json:"new_external_userid"` // the provider's own
}

type newExternalUserIdReq struct {
	ChatId             string   `json:"chat_id,omitempty"`
	ExternalUserIdList []string `json:"external_userid_list"`
}

type newExternalUserIdRes struct {
	Items []NewExternalUserId `json:"items"`
}

// GetNewExternalUserId 转换external_userid: returns the provider's own ids of customers of the
// bound corp. More than 1000 are sent in parts (WeCom advises 200 at a time). If one fails, the
// answers so far come with the error.
//
// Third-party apps can't call it once the migration is finished.
// https://developer.work.weixin.qq.com/document/path/97063
func GetNewExternalUserId(api *token.Api, externalIds []string) ([]NewExternalUserId, error) {
	if err := check.Ids("external_userid_list", externalIds, 0); err != nil {
		return nil, err
	}
	return newExternalUserIds(api, "/cgi-bin/externalcontact/get_new_external_userid", "", externalIds)
}

// GroupChatGetNewExternalUserId 转换客户群成员external_userid: is [GetNewExternalUserId] for
// members of a customer group who are not customers.
// https://developer.work.weixin.qq.com/document/path/97063
func GroupChatGetNewExternalUserId(api *token.Api, chatId string, externalIds []string) ([]NewExternalUserId, error) {
	if err := cmp.Or(check.Required("chat_id", chatId), check.Ids("external_userid_list", externalIds, 0)); err != nil {
		return nil, err
	}
	return newExternalUserIds(api, "/cgi-bin/externalcontact/groupchat/get_new_external_userid", chatId, externalIds)
}

func newExternalUserIds(api *token.Api, path, chatId string, externalIds []string) ([]NewExternalUserId, error) {
	ep := token.Endpoint{Path: path, Credential: token.Corp, Read: true}
	return inBatches(externalIds, 1000, func(part []string) ([]NewExternalUserId, error) {
		res, err := token.Call[newExternalUserIdRes](api, ep, newExternalUserIdReq{chatId, part})
		if err != nil {
			return nil, err
		}
		return res.Items, nil
	})
}
