package kf

import (
	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/token"
)

// Customer is what a corp sees of a person who wrote to an account.
type Customer struct {
	ExternalUserId      string   `json:"external_userid"`
	NickName            string   `json:"nickname"`
	Avatar              string   `json:"avatar"` // not for third-party and customised apps
	Gender              int      `json:"gender"` // always 0 for them
	UnionId             string   `json:"unionid"`
	EnterSessionContext *Entered `json:"enter_session_context"` // nil unless asked for
}

// Entered says how a customer came in the last 48 hours.
type Entered struct {
	Scene          string    `json:"scene"` // of the link, see AddContactWay
	SceneParam     string    `json:"scene_param"`
	WechatChannels *Channels `json:"wechat_channels"` // from 视频号 only
}

// Channels is the page of 视频号 that a customer came from.
type Channels struct {
	NickName     string `json:"nickname"`      // of scenes 1 to 3
	ShopNickName string `json:"shop_nickname"` // of scenes 4 and 5
	Scene        int    `json:"scene"`         // 1 home page, 2 products of a live room, 3 shop window, 4 product, 5 order
}

type customersReq struct {
	ExternalUserIdList      []string `json:"external_userid_list"`
	NeedEnterSessionContext int      `json:"need_enter_session_context,omitempty"`
}

// Customers is the answer of [CustomerBatchGet].
type Customers struct {
	CustomerList          []Customer `json:"customer_list"`
	InvalidExternalUserId []string   `json:"invalid_external_userid"` // neither came nor wrote in the last 48 hours
}

func (all *Customers) add(more *Customers) {
	all.CustomerList = append(all.CustomerList, more.CustomerList...)
	all.InvalidExternalUserId = append(all.InvalidExternalUserId, more.InvalidExternalUserId...)
}

// CustomerBatchGet 获取客户基础信息: reads customers who came or wrote in the last 48 hours, and
// how they came, if entered is true. More than 100 are requested in parts. If one fails, the
// answers so far come with the error.
//
// Errors: 40096 no such customer, 95031 none of them came.
// https://developer.work.weixin.qq.com/document/path/95149
func CustomerBatchGet(api *token.Api, externalUserIds []string, entered bool) (*Customers, error) {
	if err := check.Ids("external_userid_list", externalUserIds, 0); err != nil {
		return nil, err
	}
	req := customersReq{}
	if entered {
		req.NeedEnterSessionContext = 1
	}
	return paging.Sum(externalUserIds, 100, (*Customers).add, func(part []string) (*Customers, error) {
		req.ExternalUserIdList = part
		return cgi.Call[Customers](api, cgi.Read("kf/customer/batchget"), req)
	}, token.NewPartialError)
}
