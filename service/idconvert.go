package service

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/token"
)

// ExternalTagId is one customer tag or tag group under both ids.
type ExternalTagId struct {
	ExternalTagId     string `json:"external_tagid"`
	OpenExternalTagId string `json:"open_external_tagid"`
}

// ExternalTagIds is the answer of [ConvertExternalTagId].
type ExternalTagIds struct {
	Items                    []ExternalTagId `json:"items"`
	InvalidExternalTagIdList []string        `json:"invalid_external_tagid_list"` // not converted
}

func (all *ExternalTagIds) add(more *ExternalTagIds) {
	all.Items = append(all.Items, more.Items...)
	all.InvalidExternalTagIdList = append(all.InvalidExternalTagIdList, more.InvalidExternalTagIdList...)
}

type externalTagIdReq struct {
	ExternalTagIdList []string `json:"external_tagid_list"`
}

// ConvertExternalTagId 客户标签ID转换: returns the provider's own ids of customer tags and tag
// groups of the bound corp. More than 1000 are sent in parts. If one fails, the answers so far
// come with the error.
// https://developer.work.weixin.qq.com/document/path/96169
func ConvertExternalTagId(api *token.Api, tagIds []string) (*ExternalTagIds, error) {
	if err := check.Ids("external_tagid_list", tagIds, 0); err != nil {
		return nil, err
	}
	ep := token.Endpoint{Path: "/cgi-bin/idconvert/external_tagid", Credential: token.Corp, Read: true}
	return sumBatches(tagIds, 1000, (*ExternalTagIds).add, func(part []string) (*ExternalTagIds, error) {
		return token.Call[ExternalTagIds](api, ep, externalTagIdReq{part})
	})
}

// OpenKfId is one customer-service account under both ids.
type OpenKfId struct {
	OpenKfId    string `json:"open_kfid"`
	NewOpenKfId string `json:"new_open_kfid"`
}

// OpenKfIds is the answer of [ConvertOpenKfId].
type OpenKfIds struct {
	Items               []OpenKfId `json:"items"`
	InvalidOpenKfIdList []string   `json:"invalid_open_kfid_list"` // not converted
}

func (all *OpenKfIds) add(more *OpenKfIds) {
	all.Items = append(all.Items, more.Items...)
	all.InvalidOpenKfIdList = append(all.InvalidOpenKfIdList, more.InvalidOpenKfIdList...)
}

type openKfIdReq struct {
	OpenKfIdList []string `json:"open_kfid_list"`
}

// ConvertOpenKfId 微信客服ID的转换: returns the provider's own ids of customer-service accounts
// of the bound corp. More than 1000 are sent in parts. If one fails, the answers so far come
// with the error.
// https://developer.work.weixin.qq.com/document/path/97064
func ConvertOpenKfId(api *token.Api, kfIds []string) (*OpenKfIds, error) {
	if err := check.Ids("open_kfid_list", kfIds, 0); err != nil {
		return nil, err
	}
	ep := token.Endpoint{Path: "/cgi-bin/idconvert/open_kfid", Credential: token.Corp, Read: true}
	return sumBatches(kfIds, 1000, (*OpenKfIds).add, func(part []string) (*OpenKfIds, error) {
		return token.Call[OpenKfIds](api, ep, openKfIdReq{part})
	})
}

// TmpExternalUserId is the person behind a temporary id.
type TmpExternalUserId struct {
	TmpExternalUserId string `json:"tmp_external_userid"`
	ExternalUserId    string `json:"external_userid"` // user type 1
	CorpId            string `json:"corpid"`          // user types 2 to 4
	UserId            string `json:"userid"`          // user types 2 to 4
}

// TmpExternalUserIds is the answer of [ConvertTmpExternalUserId].
type TmpExternalUserIds struct {
	Results                      []TmpExternalUserId `json:"results"`
	InvalidTmpExternalUserIdList []string            `json:"invalid_tmp_external_userid_list"` // not converted
}

func (all *TmpExternalUserIds) add(more *TmpExternalUserIds) {
	all.Results = append(all.Results, more.Results...)
	all.InvalidTmpExternalUserIdList = append(all.InvalidTmpExternalUserIdList, more.InvalidTmpExternalUserIdList...)
}

// TmpExternalUserIdReq names the temporary ids to convert.
type TmpExternalUserIdReq struct {
	BusinessType          int      `json:"business_type"` // 1 meeting, 2 form, 3 smart table
	UserType              int      `json:"user_type"`     // 1 customer, 2 企业互联, 3 上下游, 4 互联企业
	TmpExternalUserIdList []string `json:"tmp_external_userid_list"`
}

// ConvertTmpExternalUserId tmp_external_userid的转换: returns the people behind temporary ids
// that the same app got in the bound corp. More than 100 are sent in parts. If one fails, the
// answers so far come with the error.
//
// Errors: 710006 wrong id.
// https://developer.work.weixin.qq.com/document/path/98412
func ConvertTmpExternalUserId(api *token.Api, req TmpExternalUserIdReq) (*TmpExternalUserIds, error) {
	if err := cmp.Or(check.Between("business_type", req.BusinessType, 1, 3),
		check.Between("user_type", req.UserType, 1, 4), check.Ids("tmp_external_userid_list", req.TmpExternalUserIdList, 0)); err != nil {
		return nil, err
	}
	ep := token.Endpoint{Path: "/cgi-bin/idconvert/convert_tmp_external_userid", Credential: token.Corp, Read: true}
	return sumBatches(req.TmpExternalUserIdList, 100, (*TmpExternalUserIds).add, func(part []string) (*TmpExternalUserIds, error) {
		req.TmpExternalUserIdList = part
		return token.Call[TmpExternalUserIds](api, ep, req)
	})
}

// ChatId is one customer group under both ids.
type ChatId struct {
	ChatId    string `json:"chat_id"`
	NewChatId string `json:"new_chat_id"`
}

// ChatIds is the answer of [ConvertChatId].
type ChatIds struct {
	Items             []ChatId `json:"items"`
	InvalidChatIdList []string `json:"invalid_chat_id_list"` // not converted
}

func (all *ChatIds) add(more *ChatIds) {
	all.Items = append(all.Items, more.Items...)
	all.InvalidChatIdList = append(all.InvalidChatIdList, more.InvalidChatIdList...)
}

type chatIdReq struct {
	ChatIdList []string `json:"chat_id_list"`
}

// ConvertChatId 客户群ID的转换: returns the new ids of customer groups that the customised app
// in the bound corp knows, between the call of [ApplyToUpgradeChatId] and the time set there.
// More than 100 are sent in parts. If one fails, the answers so far come with the error.
//
// Errors: 40165 already upgraded, 40166 not applied for, 40168 too late.
// https://developer.work.weixin.qq.com/document/path/99601
func ConvertChatId(api *token.Api, chatIds []string) (*ChatIds, error) {
	if err := check.Ids("chat_id_list", chatIds, 0); err != nil {
		return nil, err
	}
	ep := token.Endpoint{Path: "/cgi-bin/idconvert/chatid", Credential: token.Corp, Read: true}
	return sumBatches(chatIds, 100, (*ChatIds).add, func(part []string) (*ChatIds, error) {
		return token.Call[ChatIds](api, ep, chatIdReq{part})
	})
}

type upgradeChatIdReq struct {
	UpgradeTime int64 `json:"upgrade_time"`
}

// ApplyToUpgradeChatId 申请升级客户群ID: sets the time, within the next 7 days, at which the
// customised app in the bound corp begins to see the new ids of customer groups.
//
// Errors: 40165 already upgraded, 40167 the time is in the past or too far off.
// https://developer.work.weixin.qq.com/document/path/99601
func ApplyToUpgradeChatId(api *token.Api, at time.Time) error {
	if err := checkUpgradeTime(at); err != nil {
		return err
	}
	ep := token.Endpoint{Path: "/cgi-bin/idconvert/apply_to_upgrade_chatid", Credential: token.Corp}
	return api.Do(ep, upgradeChatIdReq{at.Unix()}, nil)
}

// checkUpgradeTime leaves times near the limits to WeCom, whose clock may differ.
func checkUpgradeTime(at time.Time) error {
	const week, skew = 7 * 24 * time.Hour, 10 * time.Minute
	if at.IsZero() {
		return errors.New("wecom: upgrade_time is empty")
	}
	if left := clock.Until(at); left < -skew || left > week+skew {
		return fmt.Errorf("wecom: upgrade_time is %s: it must be within the next 7 days", at.Format(time.RFC3339))
	}
	return nil
}

// UpgradeChatIdForNewCorp 新授权企业升级客户群ID: makes WeCom show the new ids of customer groups
// to all corps that authorise the template from now on.
// https://developer.work.weixin.qq.com/document/path/99601
func UpgradeChatIdForNewCorp(api *token.Api) error {
	ep := token.Endpoint{Method: "GET", Path: "/cgi-bin/idconvert/upgrade_chatid_for_new_corp", Credential: token.Suite}
	return api.Do(ep, nil, nil)
}
