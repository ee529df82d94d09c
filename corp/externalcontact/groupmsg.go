package externalcontact

import (
	"cmp"
	"iter"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

const (
	maxGroupMsgs     = 100 // of one page
	maxGroupMsgTasks = 1000
)

// GroupMsgQuery says which mass messages are listed: those made in at most a month.
type GroupMsgQuery struct {
	ChatType   string `json:"chat_type"`             // ToCustomers, ToGroups
	StartTime  int64  `json:"start_time"`            // Unix seconds
	EndTime    int64  `json:"end_time"`              // Unix seconds
	Creator    string `json:"creator,omitempty"`     // userid
	FilterType *int   `json:"filter_type,omitempty"` // ByCorp, ByMembers; nil: ByBoth
}

func (q GroupMsgQuery) check() error {
	return cmp.Or(checkChatType(q.ChatType), span{q.StartTime, q.EndTime}.check(31), check.Optional("filter_type", q.FilterType, ByCorp, ByBoth))
}

// GroupMsg is a mass message.
type GroupMsg struct {
	MsgId      string `json:"msgid"`
	Creator    string `json:"creator"`     // "" for one that an app made
	CreateType int    `json:"create_type"` // ByCorp, ByMembers
	CreateTime int64  `json:"create_time"` // Unix seconds
	Message           // of images PicUrl is set only if MediaId is not
}

// GroupMsgPage is one page of [GetGroupMsgListV2].
type GroupMsgPage struct {
	GroupMsgList []GroupMsg `json:"group_msg_list"`
	NextCursor   string     `json:"next_cursor"` // "" on the last page
}

type groupMsgsReq struct {
	GroupMsgQuery
	pageReq
}

// GetGroupMsgListV2 获取群发记录列表: lists one page of the mass messages of members in the visible
// range; limit is at most 100, 0 means 50.
//
// Errors: 41063 one is being dispatched, try later.
// https://developer.work.weixin.qq.com/document/path/93338
func GetGroupMsgListV2(api *token.Api, q GroupMsgQuery, cursor string, limit int) (*GroupMsgPage, error) {
	req := groupMsgsReq{q, pageReq{cursor, limit}}
	return cgi.Call[GroupMsgPage](api, cgi.Read("externalcontact/get_groupmsg_list_v2"), req, q.check(), check.Limit(limit, maxGroupMsgs))
}

// AllGroupMsgs walks all pages of [GetGroupMsgListV2]. It stops at the first error.
func AllGroupMsgs(api *token.Api, q GroupMsgQuery) iter.Seq2[GroupMsg, error] {
	return walk(api, func(cursor string) (*GroupMsgPage, error) { return GetGroupMsgListV2(api, q, cursor, maxGroupMsgs) },
		func(p *GroupMsgPage) ([]GroupMsg, string) { return p.GroupMsgList, p.NextCursor })
}

// GroupMsgTask is a member who has to send a mass message.
type GroupMsgTask struct {
	UserId   string `json:"userid"`
	Status   int    `json:"status"`    // 0 not sent, 2 sent; see Sent
	SendTime int64  `json:"send_time"` // Unix seconds, once it is sent
}

// Sent reports whether the member has sent it. Older answers of WeCom have 1 in place of 2.
func (t GroupMsgTask) Sent() bool { return t.Status != 0 }

// GroupMsgTaskPage is one page of [GetGroupMsgTask].
type GroupMsgTaskPage struct {
	TaskList   []GroupMsgTask `json:"task_list"`
	NextCursor string         `json:"next_cursor"` // "" on the last page
}

type msgIdReq struct {
	MsgId string `json:"msgid"`
}

func (r msgIdReq) check() error { return check.Required("msgid", r.MsgId) }

type groupMsgTasksReq struct {
	msgIdReq
	pageReq
}

// GetGroupMsgTask 获取群发成员发送任务列表: lists one page of the members who have to send a mass
// message; limit is at most 1000, 0 means 500.
//
// Errors: 41047 wrong msgid, 41063 it is being dispatched, try later.
// https://developer.work.weixin.qq.com/document/path/93338
func GetGroupMsgTask(api *token.Api, msgId, cursor string, limit int) (*GroupMsgTaskPage, error) {
	req := groupMsgTasksReq{msgIdReq{msgId}, pageReq{cursor, limit}}
	return cgi.Call[GroupMsgTaskPage](api, cgi.Read("externalcontact/get_groupmsg_task"), req, req.check(), check.Limit(limit, maxGroupMsgTasks))
}

// AllGroupMsgTasks walks all pages of [GetGroupMsgTask]. It stops at the first error.
func AllGroupMsgTasks(api *token.Api, msgId string) iter.Seq2[GroupMsgTask, error] {
	return walk(api, func(cursor string) (*GroupMsgTaskPage, error) {
		return GetGroupMsgTask(api, msgId, cursor, maxGroupMsgTasks)
	},
		func(p *GroupMsgTaskPage) ([]GroupMsgTask, string) { return p.TaskList, p.NextCursor })
}

// States of a [GroupMsgSend].
const (
	SendWaiting  = 0
	SendDone     = 1
	SendStranger = 2 // failed: the customer is no contact any more
	SendRepeated = 3 // failed: another mass message came first
)

// GroupMsgSend is a mass message to one customer or group.
type GroupMsgSend struct {
	UserId         string `json:"userid"`
	ChatId         string `json:"chat_id"`         // of a group
	ExternalUserId string `json:"external_userid"` // of a customer
	Status         int    `json:"status"`          // SendWaiting, …
	SendTime       int64  `json:"send_time"`       // Unix seconds, of SendDone
}

// GroupMsgSendPage is one page of [GetGroupMsgSendResult].
type GroupMsgSendPage struct {
	SendList   []GroupMsgSend `json:"send_list"`
	NextCursor string         `json:"next_cursor"` // "" on the last page
}

type groupMsgSendsReq struct {
	groupMsgTasksReq
	UserId string `json:"userid"`
}

// GetGroupMsgSendResult 获取企业群发成员执行结果: lists one page of the customers and groups to
// whom a member sends a mass message. A group is listed once it was sent to. limit is at most
// 1000, 0 means 500.
//
// Errors: 41047 wrong msgid, 41063 it is being dispatched, try later.
// https://developer.work.weixin.qq.com/document/path/93338
func GetGroupMsgSendResult(api *token.Api, msgId, userId, cursor string, limit int) (*GroupMsgSendPage, error) {
	req := groupMsgSendsReq{groupMsgTasksReq{msgIdReq{msgId}, pageReq{cursor, limit}}, userId}
	return cgi.Call[GroupMsgSendPage](api, cgi.Read("externalcontact/get_groupmsg_send_result"), req, req.check(), checkUser(userId), check.Limit(limit, maxGroupMsgTasks))
}

// AllGroupMsgSends walks all pages of [GetGroupMsgSendResult]. It stops at the first error.
func AllGroupMsgSends(api *token.Api, msgId, userId string) iter.Seq2[GroupMsgSend, error] {
	return walk(api, func(cursor string) (*GroupMsgSendPage, error) {
		return GetGroupMsgSendResult(api, msgId, userId, cursor, maxGroupMsgTasks)
	}, func(p *GroupMsgSendPage) ([]GroupMsgSend, string) { return p.SendList, p.NextCursor })
}

// RemindGroupMsgSend 提醒成员群发: reminds the members who have not sent a mass message, at most
// three times in 24 hours.
//
// Errors: 41047 wrong msgid, 41063 it is being dispatched, try later, 41093 it is cancelled,
// 41094 reminded too often.
// https://developer.work.weixin.qq.com/document/path/97610
func RemindGroupMsgSend(api *token.Api, msgId string) error {
	req := msgIdReq{msgId}
	return cgi.Do(api, cgi.Write("externalcontact/remind_groupmsg_send"), req, req.check())
}

// CancelGroupMsgSend 停止企业群发: stops a mass message for the members who have not sent it.
// Messages that were sent are not recalled.
//
// Errors: 41047 wrong msgid, 41063 it is being dispatched, try later, 41093 it is cancelled.
// https://developer.work.weixin.qq.com/document/path/97611
func CancelGroupMsgSend(api *token.Api, msgId string) error {
	req := msgIdReq{msgId}
	return cgi.Do(api, cgi.Write("externalcontact/cancel_groupmsg_send"), req, req.check())
}
