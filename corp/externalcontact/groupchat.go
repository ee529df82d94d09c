package externalcontact

import (
	"iter"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

// OwnerFilter names the owners of groups, at most 100.
type OwnerFilter struct {
	UserIdList []string `json:"userid_list"`
}

// ownedBy is nil for no owners.
func ownedBy(userIds []string) *OwnerFilter {
	if len(userIds) == 0 {
		return nil
	}
	return &OwnerFilter{userIds}
}

const (
	maxOwners     = 100  // of one request
	maxGroupChats = 1000 // of one page
)

func (f *OwnerFilter) check() error {
	if f == nil {
		return nil
	}
	return check.Ids("owner_filter.userid_list", f.UserIdList, maxOwners)
}

// States of a group's inheritance.
const (
	GroupChatNormal     = 0 // as a filter: all
	GroupChatOwnerLeft  = 1
	GroupChatInheriting = 2
	GroupChatInherited  = 3
)

// GroupChats says which customer groups to list.
type GroupChats struct {
	StatusFilter int          `json:"status_filter,omitempty"` // GroupChatOwnerLeft, …; 0: all
	OwnerFilter  *OwnerFilter `json:"owner_filter,omitempty"`  // nil: all owners in the visible range, who may be 1000 people at most
	Limit        int          `json:"limit"`                   // 1 to 1000
	Cursor       string       `json:"cursor,omitempty"`
}

// GroupChatPage is one page of [GroupChatList].
type GroupChatPage struct {
	GroupChatList []GroupChatStatus `json:"group_chat_list"`
	NextCursor    string            `json:"next_cursor"` // "" on the last page
}

// GroupChatStatus is a customer group in a list.
type GroupChatStatus struct {
	ChatId string `json:"chat_id"`
	Status int    `json:"status"` // GroupChatNormal, …
}

// GroupChatList 获取客户群列表: lists one page of the customer groups. Groups of an owner who
// has left are included only if OwnerFilter names that owner.
//
// Errors: 81017 more than 1000 visible people and no OwnerFilter, 50100 wrong cursor, 60011 not
// in the visible range.
// https://developer.work.weixin.qq.com/document/path/93414
func GroupChatList(api *token.Api, g GroupChats) (*GroupChatPage, error) {
	return cgi.Call[GroupChatPage](api, cgi.Read("externalcontact/groupchat/list"), g,
		check.Between("status_filter", g.StatusFilter, GroupChatNormal, GroupChatInherited), g.OwnerFilter.check(), check.Between("limit", g.Limit, 1, maxGroupChats))
}

// AllGroupChats walks all pages of [GroupChatList], for any number of owners, or without any
// for all. It stops at the first error.
func AllGroupChats(api *token.Api, statusFilter int, ownerUserIds []string) iter.Seq2[GroupChatStatus, error] {
	return inParts(ownerUserIds, maxOwners, func(part []string) iter.Seq2[GroupChatStatus, error] {
		return walk(api, func(cursor string) (*GroupChatPage, error) {
			return GroupChatList(api, GroupChats{statusFilter, ownedBy(part), maxGroupChats, cursor})
		}, func(p *GroupChatPage) ([]GroupChatStatus, string) { return p.GroupChatList, p.NextCursor })
	})
}

// GroupChat 客户群: is a customer group.
type GroupChat struct {
	ChatId        string            `json:"chat_id"`
	Name          string            `json:"name"`
	Owner         string            `json:"owner"` // userid
	Notice        string            `json:"notice"`
	CreateTime    int64             `json:"create_time"`
	MemberList    []GroupChatMember `json:"member_list"`
	AdminList     []GroupChatUser   `json:"admin_list"`
	MemberVersion string            `json:"member_version"` // of MemberList, as the event ExternalChatEvent names it
}

// Types of a member of a group.
const (
	GroupChatInsider  = 1 // a member of the corp
	GroupChatOutsider = 2
)

// GroupChatMember is a person in a customer group.
type GroupChatMember struct {
	Type          int            `json:"type"`    // GroupChatInsider, GroupChatOutsider
	UserId        string         `json:"userid"`  // or the external userid
	UnionId       string         `json:"unionid"` // of WeChat; not for third-party apps
	Invitor       *GroupChatUser `json:"invitor"` // nil unless a member of the corp invited
	Name          string         `json:"name"`    // if asked for
	GroupNickName string         `json:"group_nickname"`
	JoinScene     int            `json:"join_scene"` // 1 invited by a member, 2 by a link, 3 by a QR code
	JoinTime      int64          `json:"join_time"`
	State         string         `json:"state"` // of the join way, if it has one
}

// GroupChatUser is a member of the corp in a customer group.
type GroupChatUser struct {
	UserId string `json:"userid"`
}

type groupChatReq struct {
	ChatId   string `json:"chat_id"`
	NeedName int    `json:"need_name,omitempty"`
}

type groupChatRes struct {
	GroupChat GroupChat `json:"group_chat"`
}

// GroupChatGet 获取客户群详情: reads a customer group, with the names of its members if names is
// true. After an event, the answer may still be the old one for a while.
//
// Errors: 49008 dissolved, 90501 and 90509 no customer group, 60011 the owner is not in the
// visible range, 90514 not through this app.
// https://developer.work.weixin.qq.com/document/path/92707
func GroupChatGet(api *token.Api, chatId string, names bool) (*GroupChat, error) {
	req := groupChatReq{ChatId: chatId}
	if names {
		req.NeedName = 1
	}
	res, err := cgi.Call[groupChatRes](api, cgi.Read("externalcontact/groupchat/get").Needing("group_chat"), req, check.Required("chat_id", chatId))
	if err != nil {
		return nil, err
	}
	return &res.GroupChat, nil
}
