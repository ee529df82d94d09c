package contact

import (
	"cmp"
	"errors"
	"math"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/token"
)

type tagReq struct {
	TagId   *int64 `json:"tagid,omitempty"`
	TagName string `json:"tagname"`
}

func (t tagReq) check() error {
	return cmp.Or(check.Required("tagname", t.TagName), check.Runes("tagname", t.TagName, 32), check.Optional("tagid", t.TagId, 0, math.MaxInt64))
}

type tagIdRes struct {
	TagId int64 `json:"tagid"`
}

// TagCreate 创建标签: creates a tag, which only this app can change, and returns its id. The
// name has at most 32 characters. id may be nil: then it is the largest of the corp plus one.
//
// A corp has at most 3000. Errors: 40071 the name exists, 40068 the id, 40072 name.
// https://developer.work.weixin.qq.com/document/path/90346
func TagCreate(api *token.Api, name string, id *int64) (tagId int64, err error) {
	req := tagReq{id, name}
	res, err := cgi.Call[tagIdRes](api, cgi.Write("tag/create").Needing("tagid"), req, req.check())
	if err != nil {
		return 0, err
	}
	return res.TagId, nil
}

// TagUpdate 更新标签名字: renames a tag that this app made.
//
// Errors: 40068 no such tag, 40071 the name exists, 40072 name, 81011 not of this app.
// https://developer.work.weixin.qq.com/document/path/90347
func TagUpdate(api *token.Api, tagId int64, name string) error {
	req := tagReq{&tagId, name}
	return cgi.Do(api, cgi.Write("tag/update"), req, req.check())
}

// TagDelete 删除标签: deletes a tag that this app made.
//
// Errors: 40068 no such tag, 81011 not of this app.
// https://developer.work.weixin.qq.com/document/path/90348
func TagDelete(api *token.Api, tagId int64) error {
	return cgi.Do(api, cgi.WriteByGet("tag/delete"), number("tagid", tagId))
}

// Tag is a tag of members and departments.
type Tag struct {
	TagId   int64  `json:"tagid"`
	TagName string `json:"tagname"`
}

type tagsRes struct {
	TagList []Tag `json:"taglist"`
}

// TagList 获取标签列表: lists the tags; third-party apps see those that they made.
// https://developer.work.weixin.qq.com/document/path/90352
func TagList(api *token.Api) ([]Tag, error) {
	res, err := cgi.Call[tagsRes](api, cgi.Get("tag/list"), nil)
	if err != nil {
		return nil, err
	}
	return res.TagList, nil
}

// Tagged lists the members and departments that have a tag.
type Tagged struct {
	TagName   string       `json:"tagname"`
	UserList  []TaggedUser `json:"userlist"`
	PartyList []int64      `json:"partylist"` // departments
}

// TaggedUser is a member who has a tag.
type TaggedUser struct {
	UserId string `json:"userid"`
	Name   string `json:"name"` // not for third-party apps
}

// TagGet 获取标签成员: lists the members in the visible range, and the departments, that have a
// tag. For large tags use [ExportTagUser].
//
// Errors: 40068 no such tag.
// https://developer.work.weixin.qq.com/document/path/90349
func TagGet(api *token.Api, tagId int64) (*Tagged, error) {
	return cgi.Call[Tagged](api, cgi.Get("tag/get"), number("tagid", tagId))
}

type tagUsersReq struct {
	TagId     int64    `json:"tagid"`
	UserList  []string `json:"userlist,omitempty"`
	PartyList []int64  `json:"partylist,omitempty"`
}

type tagUsersRes struct {
	InvalidList  cgi.Parted `json:"invalidlist"`
	InvalidParty cgi.Parted `json:"invalidparty"`
}

// Untagged lists those for whom [TagAddTagUsers] or [TagDelTagUsers] did nothing: they do not
// exist, or are not in the visible range.
type Untagged struct {
	InvalidList  []string // members
	InvalidParty []int64  // departments
}

func (all *Untagged) add(more *Untagged) {
	all.InvalidList = append(all.InvalidList, more.InvalidList...)
	all.InvalidParty = append(all.InvalidParty, more.InvalidParty...)
}

// TagAddTagUsers 增加标签成员: gives a tag that this app made to members and departments, and
// says to whom it could not be given.
//
// A request takes 1000 members and 100 departments, more are sent in parts. If one fails, the
// results so far come with a *[token.PartialError], which counts the members first. A tag has at
// most 30000 of both. Errors: 40068 no such tag, 40070 and 40031 it could be given to none,
// 81011 not of this app.
// https://developer.work.weixin.qq.com/document/path/90350
func TagAddTagUsers(api *token.Api, tagId int64, userIds []string, departmentIds []int64) (*Untagged, error) {
	return setTag(api, cgi.Write("tag/addtagusers"), tagId, userIds, departmentIds)
}

// TagDelTagUsers 删除标签成员: removes a tag from members and departments, otherwise like
// [TagAddTagUsers].
// https://developer.work.weixin.qq.com/document/path/90351
func TagDelTagUsers(api *token.Api, tagId int64, userIds []string, departmentIds []int64) (*Untagged, error) {
	return setTag(api, cgi.Write("tag/deltagusers"), tagId, userIds, departmentIds)
}

func setTag(api *token.Api, ep token.Endpoint, tagId int64, userIds []string, departmentIds []int64) (*Untagged, error) {
	if len(userIds)+len(departmentIds) == 0 {
		return nil, errors.New("wecom: userlist and partylist are empty")
	}
	if err := check.NoEmpty("userlist", userIds); err != nil {
		return nil, err
	}
	return paging.SumOfTwo(userIds, 1000, departmentIds, 100, (*Untagged).add, func(users []string, departments []int64) (*Untagged, error) {
		res, err := cgi.Call[tagUsersRes](api, ep, tagUsersReq{tagId, users, departments})
		if err != nil {
			return nil, err
		}
		return &Untagged{res.InvalidList, res.InvalidParty.Numbers()}, nil
	}, token.NewPartialError)
}
