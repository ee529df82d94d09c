package externalcontact

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"strconv"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/token"
)

const maxDays = 30 * 24 * 60 * 60 // seconds of one request

// Behavior says whose figures to read, and of which days: at most 30, in the last 180. A time
// (Unix seconds) stands for the whole day in Beijing that contains it. Both days are included.
type Behavior struct {
	StartTime int64    `json:"start_time"`
	EndTime   int64    `json:"end_time"`
	UserId    []string `json:"userid,omitempty"`  // at most 100
	PartyId   []int64  `json:"partyid,omitempty"` // departments, at most 100
}

func (b Behavior) check() error {
	var none error
	if len(b.UserId)+len(b.PartyId) == 0 {
		none = errors.New("wecom: userid and partyid are empty")
	}
	return cmp.Or(check.Between("start_time", b.StartTime, 1, b.EndTime), check.Window(b.StartTime, b.EndTime, maxDays), none,
		check.Items("userid", len(b.UserId), 100), check.Items("partyid", len(b.PartyId), 100))
}

// BehaviorData counts the chats of members with customers in a day. A pointer is nil if there
// was no chat to count.
type BehaviorData struct {
	StatTime            int64    `json:"stat_time"` // 00:00
	ChatCnt             int64    `json:"chat_cnt"`  // single chats in which the member wrote
	MessageCnt          int64    `json:"message_cnt"`
	ReplyPercentage     *float64 `json:"reply_percentage"`      // of the chats that customers began: answered that day, 0 to 100
	AvgReplyTime        *int64   `json:"avg_reply_time"`        // to the first answer, minutes
	NegativeFeedbackCnt int64    `json:"negative_feedback_cnt"` // customers who deleted or blocked the member
	NewApplyCnt         int64    `json:"new_apply_cnt"`         // requests that the member sent
	NewContactCnt       int64    `json:"new_contact_cnt"`
}

type behaviorRes struct {
	BehaviorData []BehaviorData `json:"behavior_data"`
}

// GetUserBehaviorData 获取「联系客户统计」数据: counts chats and new customers by day, of all the
// members together.
//
// Errors: 60011 not in the visible range.
// https://developer.work.weixin.qq.com/document/path/92275
func GetUserBehaviorData(api *token.Api, b Behavior) ([]BehaviorData, error) {
	res, err := cgi.Call[behaviorRes](api, cgi.Read("externalcontact/get_user_behavior_data"), b, b.check())
	if err != nil {
		return nil, err
	}
	return res.BehaviorData, nil
}

// GroupChatDays says which days and owners the figures of groups cover. A time (Unix seconds)
// stands for the whole day in Beijing that contains it. Both days are included: at most 30, from
// yesterday back to 180 days ago.
type GroupChatDays struct {
	DayBeginTime int64        `json:"day_begin_time"`
	DayEndTime   int64        `json:"day_end_time,omitempty"` // 0: that day only
	OwnerFilter  *OwnerFilter `json:"owner_filter,omitempty"` // nil: all owners; the documents do not agree whether it may be
}

func (d GroupChatDays) check() error {
	end := cmp.Or(d.DayEndTime, d.DayBeginTime)
	return cmp.Or(check.Between("day_begin_time", d.DayBeginTime, 1, max(end, 1)), check.Window(d.DayBeginTime, end, maxDays), d.OwnerFilter.check())
}

// GroupChatData are figures of groups.
type GroupChatData struct {
	NewChatCnt            int64 `json:"new_chat_cnt"`
	ChatTotal             int64 `json:"chat_total"`   // this and the totals: at the end of the time
	ChatHasMsg            int64 `json:"chat_has_msg"` // groups in which somebody wrote
	NewMemberCnt          int64 `json:"new_member_cnt"`
	MemberTotal           int64 `json:"member_total"`
	MemberHasMsg          int64 `json:"member_has_msg"` // members who wrote
	MsgTotal              int64 `json:"msg_total"`
	MigrateTraineeChatCnt int64 `json:"migrate_trainee_chat_cnt"` // education only
}

// Values of OrderBy.
const (
	OrderByNewChats   = 1 // what 0 means too
	OrderByChats      = 2
	OrderByNewMembers = 3
	OrderByMembers    = 4
)

// GroupChatOwners says which figures [GroupChatStatistic] reads, in which order.
type GroupChatOwners struct {
	GroupChatDays
	OrderBy  int `json:"order_by,omitempty"`  // OrderByNewChats, …
	OrderAsc int `json:"order_asc,omitempty"` // 1: smallest first
	Offset   int `json:"offset,omitempty"`
	Limit    int `json:"limit,omitempty"` // at most 1000, 0 means 500
}

const maxOwnerData = 1000 // of one page

func (o GroupChatOwners) check() error {
	return cmp.Or(o.GroupChatDays.check(), check.Between("order_by", o.OrderBy, 0, OrderByMembers), check.Between("order_asc", o.OrderAsc, 0, 1),
		check.NonNegative("offset", int64(o.Offset)), check.Limit(o.Limit, maxOwnerData))
}

// OwnerData are the figures of an owner's groups.
type OwnerData struct {
	Owner string        `json:"owner"` // userid
	Data  GroupChatData `json:"data"`
}

// OwnerDataPage is one page of [GroupChatStatistic].
type OwnerDataPage struct {
	Items      []OwnerData `json:"items"`
	Total      int         `json:"total"`
	NextOffset int         `json:"next_offset"` // Total on the last page
}

// GroupChatStatistic 获取「群聊数据统计」数据-按群主聚合的方式: reads one page of the figures of
// groups, by owner.
//
// Errors: 81017 more than 1000 visible people and no OwnerFilter, 60011 not in the visible range.
// https://developer.work.weixin.qq.com/document/path/93476
func GroupChatStatistic(api *token.Api, o GroupChatOwners) (*OwnerDataPage, error) {
	return cgi.Call[OwnerDataPage](api, cgi.Read("externalcontact/groupchat/statistic").Needing("total"), o, o.check())
}

// AllOwnerData walks all pages of [GroupChatStatistic], from Offset on; Limit is ignored. It
// stops at the first error.
func AllOwnerData(api *token.Api, o GroupChatOwners) iter.Seq2[OwnerData, error] {
	o.Limit = maxOwnerData
	return paging.All(api.Context(), strconv.Itoa(o.Offset), func(cursor string) ([]OwnerData, string, error) {
		at := o
		at.Offset, _ = strconv.Atoi(cursor)
		page, err := GroupChatStatistic(api, at)
		if err != nil {
			return nil, "", err
		}
		next, err := paging.Next(page.NextOffset < page.Total, strconv.Itoa(page.NextOffset))
		if next != "" && page.NextOffset <= at.Offset {
			err = fmt.Errorf("%w: next_offset %d is not behind %d", paging.ErrCursor, page.NextOffset, at.Offset)
		}
		return page.Items, next, err
	})
}

// DayData are the figures of groups in one day.
type DayData struct {
	StatTime int64         `json:"stat_time"` // 00:00
	Data     GroupChatData `json:"data"`
}

type dayDataRes struct {
	Items []DayData `json:"items"`
}

// GroupChatStatisticGroupByDay 获取「群聊数据统计」数据-按自然日聚合的方式: reads the figures of
// groups by day, of all the owners together, otherwise like [GroupChatStatistic].
// https://developer.work.weixin.qq.com/document/path/93476
func GroupChatStatisticGroupByDay(api *token.Api, d GroupChatDays) ([]DayData, error) {
	res, err := cgi.Call[dayDataRes](api, cgi.Read("externalcontact/groupchat/statistic_group_by_day"), d, d.check())
	if err != nil {
		return nil, err
	}
	return res.Items, nil
}
