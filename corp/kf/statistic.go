package kf

import (
	"cmp"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

// Days is the period of a statistic: whole days of Beijing, as Unix seconds at 00:00, both
// included; at most 31, from yesterday back to 180 days ago.
type Days struct {
	StartTime int64 `json:"start_time"`
	EndTime   int64 `json:"end_time"`
}

func (d Days) check() error {
	return cmp.Or(check.Between("start_time", d.StartTime, 1, d.EndTime), check.Window(d.StartTime, d.EndTime, 31*24*60*60))
}

// Day holds the figures of one day.
type Day[S any] struct {
	StatTime  int64 `json:"stat_time"` // 00:00
	Statistic *S    `json:"statistic"` // nil: nothing happened, or it is not counted yet
}

type daysRes[S any] struct {
	StatisticList []Day[S] `json:"statistic_list"`
}

func statistic[S any](api *token.Api, ep token.Endpoint, req any, checks ...error) ([]Day[S], error) {
	res, err := cgi.Call[daysRes[S]](api, ep, req, checks...)
	if err != nil {
		return nil, err
	}
	return res.StatisticList, nil
}

// CorpStatistic counts all conversations of an account. A rate is nil if there was nothing to
// count.
type CorpStatistic struct {
	SessionCnt                int64    `json:"session_cnt"` // conversations with a message
	CustomerCnt               int64    `json:"customer_cnt"`
	CustomerMsgCnt            int64    `json:"customer_msg_cnt"`
	UpgradeServiceCustomerCnt int64    `json:"upgrade_service_customer_cnt"` // who added a specialist, or joined a group
	MsgRejectedCustomerCnt    int64    `json:"msg_rejected_customer_cnt"`    // whose messages a servicer refuses
	AiSessionReplyCnt         int64    `json:"ai_session_reply_cnt"`         // given to the assistant
	AiTransferRate            *float64 `json:"ai_transfer_rate"`             // of these, handed to people
	AiKnowledgeHitRate        *float64 `json:"ai_knowledge_hit_rate"`        // of messages that the knowledge base answers
}

type corpStatisticReq struct {
	OpenKfId string `json:"open_kfid"`
	Days
}

// GetCorpStatistic 获取「客户数据统计」企业汇总数据: counts an account's conversations and
// customers by day. The figures of a day come the next morning, after 6:00.
// https://developer.work.weixin.qq.com/document/path/95492
func GetCorpStatistic(api *token.Api, openKfId string, days Days) ([]Day[CorpStatistic], error) {
	return statistic[CorpStatistic](api, cgi.Read("kf/get_corp_statistic"), corpStatisticReq{openKfId, days}, checkAccount(openKfId), days.check())
}

// Satisfaction says how customers were answered. A value is nil if there was nothing to count.
// If the app itself assigns conversations, nobody is asked.
type Satisfaction struct {
	ReplyRate                     *float64 `json:"reply_rate"`
	FirstReplyAverageSec          *float64 `json:"first_reply_average_sec"`
	SatisfactionInvestgateCnt     int64    `json:"satisfaction_investgate_cnt"` // customers who were asked; the spelling is WeCom's
	SatisfactionParticipationRate *float64 `json:"satisfaction_participation_rate"`
	SatisfiedRate                 *float64 `json:"satisfied_rate"`
	MiddlingRate                  *float64 `json:"middling_rate"`
	DissatisfiedRate              *float64 `json:"dissatisfied_rate"`
}

// ServicerStatistic counts conversations with servicers.
type ServicerStatistic struct {
	SessionCnt                         int64 `json:"session_cnt"`
	CustomerCnt                        int64 `json:"customer_cnt"`
	CustomerMsgCnt                     int64 `json:"customer_msg_cnt"`
	Satisfaction                             // asked for after a conversation
	UpgradeServiceCustomerCnt          int64 `json:"upgrade_service_customer_cnt"`
	UpgradeServiceMemberInviteCnt      int64 `json:"upgrade_service_member_invite_cnt"`      // cards of specialists that were sent
	UpgradeServiceMemberCustomerCnt    int64 `json:"upgrade_service_member_customer_cnt"`    // a customer counts for each specialist
	UpgradeServiceGroupChatInviteCnt   int64 `json:"upgrade_service_groupchat_invite_cnt"`   // codes of groups that were sent
	UpgradeServiceGroupChatCustomerCnt int64 `json:"upgrade_service_groupchat_customer_cnt"` // a customer counts for each group
	MsgRejectedCustomerCnt             int64 `json:"msg_rejected_customer_cnt"`
}

type servicerStatisticReq struct {
	OpenKfId       string `json:"open_kfid"`
	ServicerUserId string `json:"servicer_userid,omitempty"`
	Days
}

// GetServicerStatistic 获取「客户数据统计」接待人员明细数据: counts the conversations of one
// servicer by day; "" counts those of all servicers of the account together.
//
// Errors: 60253 no servicer of the account.
// https://developer.work.weixin.qq.com/document/path/95493
func GetServicerStatistic(api *token.Api, openKfId, servicerUserId string, days Days) ([]Day[ServicerStatistic], error) {
	return statistic[ServicerStatistic](api, cgi.Read("kf/get_servicer_statistic"), servicerStatisticReq{openKfId, servicerUserId, days}, checkAccount(openKfId), days.check())
}

// SceneStatistic counts conversations that came through the provider's own scene.
type SceneStatistic struct {
	SessionCnt                int64 `json:"session_cnt"`
	CustomerCnt               int64 `json:"customer_cnt"`
	CustomerMsgCnt            int64 `json:"customer_msg_cnt"`
	UpgradeServiceCustomerCnt int64 `json:"upgrade_service_customer_cnt"`
	AiSessionReplyCnt         int64 `json:"ai_session_reply_cnt"`
	ServicerSessionCnt        int64 `json:"servicer_session_cnt"`
	Satisfaction
}

// GetStatistic 获取客服数据统计: counts, by day, the conversations that came through links
// with the scene of a component app (微信客服组件), which alone may call it.
// https://developer.work.weixin.qq.com/document/path/99367
func GetStatistic(api *token.Api, days Days) ([]Day[SceneStatistic], error) {
	return statistic[SceneStatistic](api, cgi.Read("kf/get_statistic"), days, days.check())
}

type qualificationRes struct {
	WechatChannelsBinding bool `json:"wechat_channels_binding"`
}

// GetCorpQualification 获取视频号绑定状态: says whether the corp has bound an account of 视频号,
// which increases the number of customers that it may serve.
//
// WeCom describes it for self-built apps only.
// https://developer.work.weixin.qq.com/document/path/95153
func GetCorpQualification(api *token.Api) (bound bool, err error) {
	res, err := cgi.Call[qualificationRes](api, cgi.Get("kf/get_corp_qualification").Needing("wechat_channels_binding"), nil)
	if err != nil {
		return false, err
	}
	return res.WechatChannelsBinding, nil
}
