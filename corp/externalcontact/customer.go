package externalcontact

import (
	"iter"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/token"
)

// Types of a contact.
const (
	TypeWeChat = 1
	TypeWeCom  = 2
)

// Contact 外部联系人: is a person outside the corp, as the whole corp sees the person.
type Contact struct {
	ExternalUserId  string                `json:"external_userid"`
	Name            string                `json:"name"`        // WeChat: the nickname; WeCom: the name that outsiders see
	ForeignKey      string                `json:"foreign_key"` // schools only
	UnionId         string                `json:"unionid"`     // like Avatar, not for third-party and customised apps
	Avatar          string                `json:"avatar"`      // URL
	Type            int                   `json:"type"`        // TypeWeChat, TypeWeCom
	Gender          int                   `json:"gender"`      // 1 male, 2 female, 0 unknown; always 0 for third-party and customised apps
	Position        string                `json:"position"`    // this and what follows to ExternalProfile: WeCom only
	CorpName        string                `json:"corp_name"`
	CorpFullName    string                `json:"corp_full_name"` // CorpName again, in third-party and customised apps
	IsSubscribe     int                   `json:"is_subscribe"`   // 1: a parent who follows 学校通知; schools only
	SubscriberInfo  *SubscriberInfo       `json:"subscriber_info"`
	ExternalProfile *wire.ExternalProfile `json:"external_profile"`
}

// SubscriberInfo is what a school has noted about a parent.
type SubscriberInfo struct {
	TagId         []string `json:"tag_id"`
	Remark        string   `json:"remark"`
	RemarkMobiles []string `json:"remark_mobiles"` // not for third-party apps
}

// Follow is what one member has noted about a customer, and how they met.
type Follow struct {
	UserId         string          `json:"userid"`
	Remark         string          `json:"remark"`
	RemarkCorpName string          `json:"remark_corp_name"` // WeChat only
	RemarkMobiles  []string        `json:"remark_mobiles"`   // not for third-party and customised apps
	Description    string          `json:"description"`
	AddWay         int             `json:"add_way"`         // AddedByCode, …; take numbers that you don't know as 0
	CreateTime     int64           `json:"createtime"`      // when they met, Unix seconds
	State          string          `json:"state"`           // of the 联系我 code or the link by which the customer came
	OperUserId     string          `json:"oper_userid"`     // who began: a member, or the customer
	WechatChannels *ChannelsSource `json:"wechat_channels"` // with AddedOnChannels
}

// Values of AddWay.
const (
	AddedByUnknown           = 0
	AddedByCode              = 1 // QR code
	AddedByMobile            = 2 // search
	AddedByCard              = 3
	AddedInGroup             = 4
	AddedFromPhoneBook       = 5
	AddedFromWeChat          = 6
	AddedByThirdPartyApp     = 8 // service staff of an installed app
	AddedByMailSearch        = 9
	AddedOnChannels          = 10 // 视频号
	AddedInCalendar          = 11
	AddedInMeeting           = 12
	AddedByWeChatFriend      = 13 // WeCom account of a WeChat friend
	AddedByHardware          = 14
	AddedOnSite              = 15
	AddedByAcquisitionLink   = 16
	AddedByCustomMade        = 17
	AddedByDemand            = 18 // reply to one
	AddedByThirdPartyPresale = 21
	AddedAsPartner           = 22
	AddedOnWeChatAccount     = 24 // the request came to the WeChat account
	AddedByColleague         = 201
	AddedByAdmin             = 202 // assigned
)

// ChannelsSource is the 视频号 by which a customer came.
type ChannelsSource struct {
	NickName string `json:"nickname"`
	Source   int    `json:"source"` // 1 home page, 2 live room, 3 留资服务, 0 unknown
}

// FollowUser is a member who follows a customer.
type FollowUser struct {
	Follow
	Tags []FollowTag `json:"tags"`
}

// Types of a tag on a customer.
const (
	TagOfCorp     = 1
	TagOfMember   = 2 // the member's own, without TagId
	TagOfStrategy = 3 // of a rule group (规则组)
)

// FollowTag is a tag that a member has put on a customer.
type FollowTag struct {
	Type      int    `json:"type"` // TagOfCorp, …
	TagId     string `json:"tag_id"`
	TagName   string `json:"tag_name"`
	GroupName string `json:"group_name"`
}

type followUsersRes struct {
	FollowUser []string `json:"follow_user"`
}

// GetFollowUserList 获取配置了客户联系功能的成员列表: lists the members in the visible range
// who may use customer contact.
// https://developer.work.weixin.qq.com/document/path/92576
func GetFollowUserList(api *token.Api) (userIds []string, err error) {
	res, err := cgi.Call[followUsersRes](api, cgi.Get("externalcontact/get_follow_user_list"), nil)
	if err != nil {
		return nil, err
	}
	return res.FollowUser, nil
}

type externalUserIdsRes struct {
	ExternalUserId []string `json:"external_userid"`
}

// List 获取客户列表: lists the ids of all customers of a member, in one answer. [AllByUser]
// walks the customers themselves.
//
// Errors: 84061 none, 60111 no such member in the visible range, 701008 the member has no valid
// licence (互通账号), 48011 the member is not active enough.
// https://developer.work.weixin.qq.com/document/path/92264
func List(api *token.Api, userId string) (externalUserIds []string, err error) {
	res, err := cgi.Call[externalUserIdsRes](api, cgi.Get("externalcontact/list"), query("userid", userId), checkUser(userId))
	if err != nil {
		return nil, err
	}
	return res.ExternalUserId, nil
}

// Customer is a person outside the corp, with the members in the visible range who follow the
// person.
type Customer struct {
	ExternalContact Contact      `json:"external_contact"`
	FollowUser      []FollowUser `json:"follow_user"`
	NextCursor      string       `json:"next_cursor"` // set if there are more of FollowUser
}

// Get 获取客户详情: reads a customer and up to 500 of the members who follow the customer;
// cursor is "", or the previous NextCursor.
//
// Errors: 84061 no customer of the visible range, 40096 an id of another app or of a member,
// 60011 not in the visible range, 701008 no licence (互通账号), 48011 no active member, 90514
// not through this app.
// https://developer.work.weixin.qq.com/document/path/92265
func Get(api *token.Api, externalUserId, cursor string) (*Customer, error) {
	in := query("external_userid", externalUserId)
	if cursor != "" {
		in.Set("cursor", cursor)
	}
	return cgi.Call[Customer](api, cgi.Get("externalcontact/get").Needing("external_contact", "follow_user"), in, checkExternal(externalUserId))
}

// AllFollowUsers walks the members of all pages of [Get]. It stops at the first error.
func AllFollowUsers(api *token.Api, externalUserId string) iter.Seq2[FollowUser, error] {
	return walk(api, func(cursor string) (*Customer, error) {
		return Get(api, externalUserId, cursor)
	}, func(c *Customer) ([]FollowUser, string) { return c.FollowUser, c.NextCursor })
}
