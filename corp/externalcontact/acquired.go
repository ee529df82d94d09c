package externalcontact

import (
	"iter"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

const maxAcquired = 1000 // of one page

// States of the chat with an [AcquiredCustomer].
const (
	ChatNone    = 0 // the customer has not written
	ChatBegun   = 1
	ChatUnknown = 2
)

// AcquiredCustomer is a customer who came by a link.
type AcquiredCustomer struct {
	ExternalUserId string `json:"external_userid"`
	UserId         string `json:"userid"`      // the member who was added
	ChatStatus     int    `json:"chat_status"` // ChatNone, …
	State          string `json:"state"`       // customer_channel of the link
}

// AcquiredCustomerPage is one page of [CustomerAcquisitionCustomer].
type AcquiredCustomerPage struct {
	CustomerList []AcquiredCustomer `json:"customer_list"`
	NextCursor   string             `json:"next_cursor"` // "" on the last page
}

type acquiredReq struct {
	linkIdReq
	pageReq
}

// CustomerAcquisitionCustomer 获取获客客户列表: lists one page of the customers who came by a
// link that the app made; limit is at most 1000, and WeCom does not say what 0 means.
// https://developer.work.weixin.qq.com/document/path/97298
func CustomerAcquisitionCustomer(api *token.Api, linkId, cursor string, limit int) (*AcquiredCustomerPage, error) {
	req := acquiredReq{linkIdReq{linkId}, pageReq{cursor, limit}}
	return cgi.Call[AcquiredCustomerPage](api, cgi.Read("externalcontact/customer_acquisition/customer"), req, req.check(), check.Limit(limit, maxAcquired))
}

// AllAcquiredCustomers walks all pages of [CustomerAcquisitionCustomer]. It stops at the first
// error.
func AllAcquiredCustomers(api *token.Api, linkId string) iter.Seq2[AcquiredCustomer, error] {
	return walk(api, func(cursor string) (*AcquiredCustomerPage, error) {
		return CustomerAcquisitionCustomer(api, linkId, cursor, maxAcquired)
	}, func(p *AcquiredCustomerPage) ([]AcquiredCustomer, string) { return p.CustomerList, p.NextCursor })
}

// AcquisitionQuota is how many customers a corp may still acquire.
type AcquisitionQuota struct {
	Total     int64           `json:"total"` // acquired so far
	Balance   int64           `json:"balance"`
	QuotaList []ExpiringQuota `json:"quota_list"` // parts of Balance that expire soon
}

// ExpiringQuota is a part of an [AcquisitionQuota].
type ExpiringQuota struct {
	Balance    int64 `json:"balance"`
	ExpireDate int64 `json:"expire_date"` // Unix seconds: 00:00 of the day, the hour depends on the purchase
}

// CustomerAcquisitionQuota 查询剩余使用量: reads how many customers the corp may still acquire
// by links.
// https://developer.work.weixin.qq.com/document/path/97375
func CustomerAcquisitionQuota(api *token.Api) (*AcquisitionQuota, error) {
	return cgi.Call[AcquisitionQuota](api, cgi.Get("externalcontact/customer_acquisition_quota").Needing("balance"), nil)
}

// AcquisitionStatistic counts clicks and new customers of a link.
type AcquisitionStatistic struct {
	ClickLinkCustomerCnt int64 `json:"click_link_customer_cnt"`
	NewCustomerCnt       int64 `json:"new_customer_cnt"`
}

type acquisitionStatisticReq struct {
	linkIdReq
	span
}

// CustomerAcquisitionStatistic 查询链接使用详情: counts clicks and new customers of a link in
// whole days, from the one with start to the one with end (Unix seconds): at most 30, of the
// last 180.
// https://developer.work.weixin.qq.com/document/path/97375
func CustomerAcquisitionStatistic(api *token.Api, linkId string, start, end int64) (*AcquisitionStatistic, error) {
	req := acquisitionStatisticReq{linkIdReq{linkId}, span{start, end}}
	return cgi.Call[AcquisitionStatistic](api, cgi.Read("externalcontact/customer_acquisition/statistic").Needing("new_customer_cnt"), req, req.linkIdReq.check(), req.span.check(30))
}

// AcquisitionChat is the answer of [CustomerAcquisitionGetChatInfo]. A component gets ChatInfo
// only.
type AcquisitionChat struct {
	UserId         string              `json:"userid"`
	ExternalUserId string              `json:"external_userid"`
	ChatInfo       AcquisitionChatInfo `json:"chat_info"`
}

// AcquisitionChatInfo says by which link the customer came.
type AcquisitionChatInfo struct {
	LinkId     string `json:"link_id"`
	State      string `json:"state"`        // customer_channel of the link
	RecvMsgCnt int64  `json:"recv_msg_cnt"` // messages that the member got from the customer
}

type chatKeyReq struct {
	ChatKey string `json:"chat_key"`
}

// CustomerAcquisitionGetChatInfo 获取成员多次收消息详情: reads how many messages a member got
// from an acquired customer. The chat key comes with the event customer_acquisition about these
// messages, and is valid for 30 minutes.
//
// Errors: 41201 wrong chat_key.
// https://developer.work.weixin.qq.com/document/path/100130
func CustomerAcquisitionGetChatInfo(api *token.Api, chatKey string) (*AcquisitionChat, error) {
	return cgi.Call[AcquisitionChat](api, cgi.Read("externalcontact/customer_acquisition/get_chat_info").Needing("chat_info"), chatKeyReq{chatKey}, check.Required("chat_key", chatKey))
}

// AcquisitionPermit is what a customer's corp has opened to an app. Departments and tags stand
// for their members.
type AcquisitionPermit struct {
	UserList       []string `json:"user_list"`
	DepartmentList []int64  `json:"department_list"`
	TagList        []int64  `json:"tag_list"`
}

// CustomerAcquisitionAppGetPermit 获取客户可建联成员: reads whom the app's links may add.
//
// Only third-party apps of the kind 营销获客. Errors: 60214 another app.
// https://developer.work.weixin.qq.com/document/path/101146
func CustomerAcquisitionAppGetPermit(api *token.Api) (*AcquisitionPermit, error) {
	return cgi.Call[AcquisitionPermit](api, cgi.Get("externalcontact/customer_acquisition_app/get_permit"), nil)
}
