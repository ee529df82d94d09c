package externalcontact

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

// TagGroup is a group of tags for customers, of the corp or of a rule group (规则组).
type TagGroup struct {
	StrategyId int64  `json:"strategy_id"` // of GetStrategyTagList: the rule group
	GroupId    string `json:"group_id"`
	GroupName  string `json:"group_name"`
	Order      int64  `json:"order"` // larger comes first
	CreateTime int64  `json:"create_time"`
	Deleted    bool   `json:"deleted"` // only where GetCorpTagList is asked for tags
	Tag        []Tag  `json:"tag"`
}

// Tag is a tag for customers.
type Tag struct {
	Id         string `json:"id"`
	Name       string `json:"name"`
	Order      int64  `json:"order"` // larger comes first
	CreateTime int64  `json:"create_time"`
	Deleted    bool   `json:"deleted"` // only where GetCorpTagList is asked for ids
}

// TagIds names tags and groups of tags.
type TagIds struct {
	TagId   []string `json:"tag_id,omitempty"`
	GroupId []string `json:"group_id,omitempty"`
}

func (t TagIds) check() error {
	if len(t.TagId)+len(t.GroupId) == 0 {
		return errors.New("wecom: tag_id and group_id are empty")
	}
	return nil
}

type tagGroupsRes struct {
	TagGroup []TagGroup `json:"tag_group"`
}

// tagGroups lists groups of tags.
func tagGroups(api *token.Api, path string, req any) ([]TagGroup, error) {
	res, err := cgi.Call[tagGroupsRes](api, cgi.Read(path), req)
	if err != nil {
		return nil, err
	}
	return res.TagGroup, nil
}

// GetCorpTagList 获取企业标签库: lists the corp's tags by group: all of them, those of groups,
// or single ones. WeCom ignores TagId if there is a GroupId.
//
// Errors: 40068 wrong id.
// https://developer.work.weixin.qq.com/document/path/92696
func GetCorpTagList(api *token.Api, ids TagIds) ([]TagGroup, error) {
	return tagGroups(api, "externalcontact/get_corp_tag_list", ids)
}

// NewTags describes new tags: in the group GroupId, or in the group with the name GroupName,
// which is created if it does not exist.
type NewTags struct {
	GroupId   string   `json:"group_id,omitempty"`
	GroupName string   `json:"group_name,omitempty"` // at most 30 characters
	Order     int64    `json:"order,omitempty"`      // of the group; at most 2^32-1, larger comes first
	Tag       []NewTag `json:"tag"`
}

// NewTag is a new tag.
type NewTag struct {
	Name  string `json:"name"`            // at most 30 characters
	Order int64  `json:"order,omitempty"` // at most 2^32-1, larger comes first
}

const (
	maxTagName = 30
	maxOrder   = 1<<32 - 1
)

func (t NewTags) check() error {
	err := cmp.Or(check.Required("group_name", cmp.Or(t.GroupName, t.GroupId)), check.Runes("group_name", t.GroupName, maxTagName),
		check.Between("order", t.Order, 0, maxOrder))
	if len(t.Tag) == 0 {
		err = cmp.Or(err, check.Required("tag", ""))
	}
	for i, tag := range t.Tag {
		at := fmt.Sprintf("tag[%d].", i)
		err = cmp.Or(err, check.Required(at+"name", tag.Name), check.Runes(at+"name", tag.Name, maxTagName), check.Between(at+"order", tag.Order, 0, maxOrder))
	}
	return err
}

type addCorpTagReq struct {
	NewTags
	AgentId int64 `json:"agentid"`
}

type tagGroupRes struct {
	TagGroup TagGroup `json:"tag_group"`
}

// addTags makes tags and gives them.
func addTags(api *token.Api, path string, req any, checks ...error) (*TagGroup, error) {
	res, err := cgi.Call[tagGroupRes](api, cgi.Write(path).Needing("tag_group"), req, checks...)
	if err != nil {
		return nil, err
	}
	return &res.TagGroup, nil
}

// AddCorpTag 添加企业客户标签: makes tags of the corp, and returns them with their ids. A name
// that occurs twice in tags is made once. If the group already has one of the names, the call
// fails with 40071 and nothing is made: look with [GetCorpTagList] first, and again after 40071.
//
// A corp has at most 10000 tags. Errors: 40068 no such group, 40071 the name exists, 40072 the
// name is too long or empty, 40126 too many tags.
// https://developer.work.weixin.qq.com/document/path/92696
func AddCorpTag(api *token.Api, tags NewTags) (*TagGroup, error) {
	agentId, err := cgi.AgentId(api, 0, tags.check())
	return addTags(api, "externalcontact/add_corp_tag", addCorpTagReq{tags, agentId}, err)
}

// TagEdit says how to change a tag, or a group of tags.
type TagEdit struct {
	Id    string `json:"id"`
	Name  string `json:"name,omitempty"`  // at most 30 characters; "": as it is
	Order *int64 `json:"order,omitempty"` // at most 2^32-1, larger comes first; nil: as it is
}

func (t TagEdit) check() error {
	return cmp.Or(check.Required("id", t.Id), check.Runes("name", t.Name, maxTagName), check.Optional("order", t.Order, 0, maxOrder))
}

type editCorpTagReq struct {
	TagEdit
	AgentId int64 `json:"agentid"`
}

// EditCorpTag 编辑企业客户标签: changes the name and position of a tag, or of a group, that this
// app made.
//
// Errors: 40068 no such tag, 40071 and 40072 name, 81011 not of this app.
// https://developer.work.weixin.qq.com/document/path/92696
func EditCorpTag(api *token.Api, t TagEdit) error {
	agentId, err := cgi.AgentId(api, 0, t.check())
	return cgi.Do(api, cgi.Write("externalcontact/edit_corp_tag"), editCorpTagReq{t, agentId}, err)
}

type delCorpTagReq struct {
	TagIds
	AgentId int64 `json:"agentid"`
}

// DelCorpTag 删除企业客户标签: deletes tags and whole groups that this app made. A group is
// deleted with its last tag.
//
// Errors: 40068 no such tag, 81011 not of this app.
// https://developer.work.weixin.qq.com/document/path/92696
func DelCorpTag(api *token.Api, ids TagIds) error {
	agentId, err := cgi.AgentId(api, 0, ids.check())
	return cgi.Do(api, cgi.Write("externalcontact/del_corp_tag"), delCorpTagReq{ids, agentId}, err)
}

type markTagReq struct {
	UserId         string   `json:"userid"`
	ExternalUserId string   `json:"external_userid"`
	AddTag         []string `json:"add_tag,omitempty"`
	RemoveTag      []string `json:"remove_tag,omitempty"`
}

// MarkTag 编辑客户企业标签: adds tags to a customer of a member, and removes others. The tags
// are the corp's, or those of a rule group that this app made and that the member belongs to.
//
// Errors: 84061 the member does not follow the customer, 40068 no such tag, 40096 an id of
// another app, 40144 too many tags, 60011 not in the visible range.
// https://developer.work.weixin.qq.com/document/path/92697
func MarkTag(api *token.Api, userId, externalUserId string, add, remove []string) error {
	var none error
	if len(add)+len(remove) == 0 {
		none = errors.New("wecom: add_tag and remove_tag are empty")
	}
	return cgi.Do(api, cgi.Write("externalcontact/mark_tag"), markTagReq{userId, externalUserId, add, remove},
		checkUser(userId), checkExternal(externalUserId), none)
}
