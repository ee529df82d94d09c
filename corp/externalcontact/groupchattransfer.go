package externalcontact

import (
	"cmp"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/token"
)

type transferGroupsReq struct {
	ChatIdList []string `json:"chat_id_list"`
	NewOwner   string   `json:"new_owner"`
}

type transferGroupsRes struct {
	FailedChatList []FailedChat `json:"failed_chat_list"`
}

// FailedChat is a group that kept its owner.
type FailedChat struct {
	ChatId  string `json:"chat_id"`
	ErrCode int    `json:"errcode"`
	ErrMsg  string `json:"errmsg"`
}

// transferGroups gives the groups that kept their owner.
func transferGroups(api *token.Api, path string, chatIds []string, newOwner string) ([]FailedChat, error) {
	if err := cmp.Or(check.Ids("chat_id_list", chatIds, 0), check.Required("new_owner", newOwner)); err != nil {
		return nil, err
	}
	return paging.Batches(chatIds, 100, func(part []string) ([]FailedChat, error) {
		res, err := cgi.Call[transferGroupsRes](api, cgi.Write(path), transferGroupsReq{part, newOwner})
		if err != nil {
			return nil, err
		}
		return res.FailedChatList, nil
	}, token.NewPartialError)
}

// GroupChatTransfer 离职继承-分配离职成员的客户群: transfers groups whose owners have left to a
// new owner, and returns those that could not be transferred.
//
// A request takes 100 groups, more are sent in parts. If one fails, the groups so far come with
// a *[token.PartialError]. The old owner must have left less than a year ago, both must have
// logged in during the last year, and at most 300 groups of one owner are transferred in a day.
// Errors, also of single groups: 90500 the owner has not left, 90501 and 90509 no customer
// group, 90503 the group is full, 90504 the same owner, 90507 under way, 90508 done already,
// 40098 the new owner is not verified, 40205 not logged in, 60011 not in the visible range.
// https://developer.work.weixin.qq.com/document/path/93242
func GroupChatTransfer(api *token.Api, chatIds []string, newOwner string) ([]FailedChat, error) {
	return transferGroups(api, "externalcontact/groupchat/transfer", chatIds, newOwner)
}

// GroupChatOnJobTransfer 在职继承-分配在职成员的客户群: transfers groups to a new owner whose
// owners are still in the corp, otherwise like [GroupChatTransfer]. A group can be transferred
// twice in 90 days.
//
// Further errors: 90502 the owner has left.
// https://developer.work.weixin.qq.com/document/path/95742
func GroupChatOnJobTransfer(api *token.Api, chatIds []string, newOwner string) ([]FailedChat, error) {
	return transferGroups(api, "externalcontact/groupchat/onjob_transfer", chatIds, newOwner)
}
