package externalcontact

import (
	"cmp"
	"iter"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

const (
	maxMoments         = 20 // of one page
	maxMomentTasks     = 1000
	maxMomentCustomers = 1000
	maxMomentViewers   = 5000
)

// MomentQuery says which moments are listed: those between two times, at most 30 days.
type MomentQuery struct {
	StartTime  int64  `json:"start_time"`            // Unix seconds
	EndTime    int64  `json:"end_time"`              // Unix seconds
	Creator    string `json:"creator,omitempty"`     // userid
	FilterType *int   `json:"filter_type,omitempty"` // ByCorp, ByMembers; nil: ByBoth
}

func (q MomentQuery) check() error {
	return cmp.Or(span{q.StartTime, q.EndTime}.check(30), check.Optional("filter_type", q.FilterType, ByCorp, ByBoth))
}

// Who sees a [Moment].
const (
	VisibleToSome = 0
	VisibleToAll  = 1
)

// Moment 客户朋友圈: is a moment of the corp or of a member. Files are for media.Get.
type Moment struct {
	MomentId    string          `json:"moment_id"`
	Creator     string          `json:"creator"`      // "" for one that an app made
	CreateType  int             `json:"create_type"`  // ByCorp, ByMembers
	VisibleType int             `json:"visible_type"` // VisibleToSome, VisibleToAll
	CreateTime  int64           `json:"create_time"`  // Unix seconds
	Text        *wire.Text      `json:"text"`
	Image       []wire.Media    `json:"image"`
	Video       *MomentVideo    `json:"video"`
	Link        *MomentLink     `json:"link"`
	Location    *MomentLocation `json:"location"`
}

// MomentVideo is the video of a [Moment].
type MomentVideo struct {
	MediaId      string `json:"media_id"`
	ThumbMediaId string `json:"thumb_media_id"`
}

// MomentLocation is the place of a [Moment].
type MomentLocation struct {
	Longitude string `json:"longitude"` // decimal degrees
	Latitude  string `json:"latitude"`  // decimal degrees
	Name      string `json:"name"`
}

// MomentPage is one page of [GetMomentList].
type MomentPage struct {
	MomentList []Moment `json:"moment_list"`
	NextCursor string   `json:"next_cursor"` // "" on the last page
}

type momentsReq struct {
	MomentQuery
	pageReq
}

// GetMomentList 获取企业全部的发表列表: lists one page of the moments of members in the visible
// range, without deleted ones; limit is at most 20, 0 means 20.
// https://developer.work.weixin.qq.com/document/path/93333
func GetMomentList(api *token.Api, q MomentQuery, cursor string, limit int) (*MomentPage, error) {
	return cgi.Call[MomentPage](api, cgi.Read("externalcontact/get_moment_list"), momentsReq{q, pageReq{cursor, limit}}, q.check(), check.Limit(limit, maxMoments))
}

// AllMoments walks all pages of [GetMomentList]. It stops at the first error.
func AllMoments(api *token.Api, q MomentQuery) iter.Seq2[Moment, error] {
	return walk(api, func(cursor string) (*MomentPage, error) { return GetMomentList(api, q, cursor, maxMoments) },
		func(p *MomentPage) ([]Moment, string) { return p.MomentList, p.NextCursor })
}

// MomentPublisher is a member who has to publish a moment of the corp.
type MomentPublisher struct {
	UserId        string `json:"userid"`
	PublishStatus int    `json:"publish_status"` // 0 not published, 1 published
}

// MomentPublisherPage is one page of [GetMomentTask].
type MomentPublisherPage struct {
	TaskList   []MomentPublisher `json:"task_list"`
	NextCursor string            `json:"next_cursor"` // "" on the last page
}

type momentPageReq struct {
	momentReq
	pageReq
}

// GetMomentTask 获取客户朋友圈企业发表的列表: lists one page of the members who have to publish a moment
// of the corp; limit is at most 1000, 0 means 500.
//
// Errors: 41060 wrong moment_id, 41067 a moment of a member.
// https://developer.work.weixin.qq.com/document/path/93333
func GetMomentTask(api *token.Api, momentId, cursor string, limit int) (*MomentPublisherPage, error) {
	req := momentPageReq{momentReq{momentId}, pageReq{cursor, limit}}
	return cgi.Call[MomentPublisherPage](api, cgi.Read("externalcontact/get_moment_task"), req, req.check(), check.Limit(limit, maxMomentTasks))
}

// AllMomentPublishers walks all pages of [GetMomentTask]. It stops at the first error.
func AllMomentPublishers(api *token.Api, momentId string) iter.Seq2[MomentPublisher, error] {
	return walk(api, func(cursor string) (*MomentPublisherPage, error) {
		return GetMomentTask(api, momentId, cursor, maxMomentTasks)
	},
		func(p *MomentPublisherPage) ([]MomentPublisher, string) { return p.TaskList, p.NextCursor })
}

// MomentCustomer is a customer who sees a moment of a member.
type MomentCustomer struct {
	UserId         string `json:"userid"` // the member; of GetMomentCustomerList only
	ExternalUserId string `json:"external_userid"`
}

// MomentCustomerPage is one page of [GetMomentCustomerList] or [GetMomentSendResult].
type MomentCustomerPage struct {
	CustomerList []MomentCustomer `json:"customer_list"`
	NextCursor   string           `json:"next_cursor"` // "" on the last page
}

type momentUserReq struct {
	momentReq
	UserId string `json:"userid"`
}

func (r momentUserReq) check() error { return cmp.Or(r.momentReq.check(), checkUser(r.UserId)) }

type momentCustomersReq struct {
	momentUserReq
	pageReq
}

// momentCustomers reads a page of the customers of a member's moment.
func momentCustomers(api *token.Api, path string, of momentUserReq, page pageReq, most int) (*MomentCustomerPage, error) {
	return cgi.Call[MomentCustomerPage](api, cgi.Read(path), momentCustomersReq{of, page}, of.check(), check.Limit(page.Limit, most))
}

// GetMomentCustomerList 获取客户朋友圈发表时选择的可见范围: lists one page of the customers who
// were chosen to see a member's moment; limit is at most 1000, 0 means 500. userId is a member
// from [GetMomentTask]; for a moment that a member made alone, its creator.
//
// Errors: 41060 wrong moment_id, 41061 not this member's, 41062 not published yet.
// https://developer.work.weixin.qq.com/document/path/93333
func GetMomentCustomerList(api *token.Api, momentId, userId, cursor string, limit int) (*MomentCustomerPage, error) {
	return momentCustomers(api, "externalcontact/get_moment_customer_list", momentUserReq{momentReq{momentId}, userId}, pageReq{cursor, limit}, maxMomentCustomers)
}

// AllMomentCustomers walks all pages of [GetMomentCustomerList]. It stops at the first error.
func AllMomentCustomers(api *token.Api, momentId, userId string) iter.Seq2[MomentCustomer, error] {
	return walk(api, func(cursor string) (*MomentCustomerPage, error) {
		return GetMomentCustomerList(api, momentId, userId, cursor, maxMomentCustomers)
	}, (*MomentCustomerPage).split)
}

func (p *MomentCustomerPage) split() ([]MomentCustomer, string) { return p.CustomerList, p.NextCursor }

// GetMomentSendResult 获取客户朋友圈发表后的可见客户列表: lists one page of the customers who
// see a member's moment, otherwise like [GetMomentCustomerList]; limit is at most 5000, 0 means
// 3000.
// https://developer.work.weixin.qq.com/document/path/93333
func GetMomentSendResult(api *token.Api, momentId, userId, cursor string, limit int) (*MomentCustomerPage, error) {
	return momentCustomers(api, "externalcontact/get_moment_send_result", momentUserReq{momentReq{momentId}, userId}, pageReq{cursor, limit}, maxMomentViewers)
}

// AllMomentViewers walks all pages of [GetMomentSendResult]. It stops at the first error.
func AllMomentViewers(api *token.Api, momentId, userId string) iter.Seq2[MomentCustomer, error] {
	return walk(api, func(cursor string) (*MomentCustomerPage, error) {
		return GetMomentSendResult(api, momentId, userId, cursor, maxMomentViewers)
	}, (*MomentCustomerPage).split)
}

// MomentReaction is a comment or a like, of a member or a customer.
type MomentReaction struct {
	UserId         string `json:"userid"`
	ExternalUserId string `json:"external_userid"`
	CreateTime     int64  `json:"create_time"` // Unix seconds
}

// MomentReactions is the answer of [GetMomentComments].
type MomentReactions struct {
	CommentList []MomentReaction `json:"comment_list"`
	LikeList    []MomentReaction `json:"like_list"`
}

// GetMomentComments 获取客户朋友圈的互动数据: lists who commented on a member's moment, and who likes
// it. Errors are those of [GetMomentCustomerList].
// https://developer.work.weixin.qq.com/document/path/93333
func GetMomentComments(api *token.Api, momentId, userId string) (*MomentReactions, error) {
	req := momentUserReq{momentReq{momentId}, userId}
	return cgi.Call[MomentReactions](api, cgi.Read("externalcontact/get_moment_comments"), req, req.check())
}
