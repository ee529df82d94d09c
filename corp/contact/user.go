package contact

import (
	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/token"
)

// States of a member.
const (
	StatusActive       = 1
	StatusDisabled     = 2
	StatusNotActivated = 4
	StatusLeft         = 5
)

// User is a member, with the fields that the app may see. Third-party apps see UserId,
// OpenUserId, Department, Order, MainDepartment and Status, and the UserId in place of Name;
// with the right 组织架构信息 they see leaders too. Customised apps made after 2022-06-20 don't
// see Avatar, Gender, Mobile, Email, BizMail, QrCode and Address.
type User struct {
	UserId           string                `json:"userid"`
	OpenUserId       string                `json:"open_userid"` // the same for all apps of the provider; third-party apps only
	Name             string                `json:"name"`
	EnglishName      string                `json:"english_name"`
	Alias            string                `json:"alias"`
	Email            string                `json:"email"`
	BizMail          string                `json:"biz_mail"`
	Mobile           string                `json:"mobile"`
	Telephone        string                `json:"telephone"`
	Gender           string                `json:"gender"` // 1 male, 2 female, 0 not set or not to be seen
	Address          string                `json:"address"`
	Position         string                `json:"position"`
	Department       []int64               `json:"department"`        // those that the app may see
	Order            []int64               `json:"order"`             // in each Department; larger comes first
	IsLeaderInDept   []int                 `json:"is_leader_in_dept"` // 1: leads that Department
	MainDepartment   int64                 `json:"main_department"`
	DirectLeader     []string              `json:"direct_leader"` // at most one
	Avatar           string                `json:"avatar"`        // URL
	ThumbAvatar      string                `json:"thumb_avatar"`  // URL
	QrCode           string                `json:"qr_code"`       // URL
	Status           int                   `json:"status"`        // StatusActive, …
	ExtAttr          Attrs                 `json:"extattr"`
	ExternalPosition string                `json:"external_position"` // what people outside see instead of Position
	ExternalProfile  *wire.ExternalProfile `json:"external_profile"`
}

// Attrs are attributes of members that the corp has defined.
type Attrs struct {
	Attrs []wire.Attr `json:"attrs"` // of text or web
}

// UserGet 读取成员: reads a member.
//
// Errors: 60111 no such member in the visible range, 40003 no userid.
// https://developer.work.weixin.qq.com/document/path/90332
func UserGet(api *token.Api, userId string) (*User, error) {
	return cgi.Call[User](api, cgi.Get("user/get").Needing("userid", "open_userid"), query("userid", userId), checkUser(userId))
}

// UserDelete 删除成员: deletes a member, with the corp mailbox. Needs the right to edit.
//
// Errors: 60111 no such member, 301005 the creator of the corp.
// https://developer.work.weixin.qq.com/document/path/90334
func UserDelete(api *token.Api, userId string) error {
	return cgi.Do(api, cgi.WriteByGet("user/delete"), query("userid", userId), checkUser(userId))
}

type batchDeleteReq struct {
	UserIdList []string `json:"useridlist"`
}

// UserBatchDelete 批量删除成员: deletes members, 200 in a request. One unknown userid fails a
// whole request. If a request fails, a *[token.PartialError] says how many members were deleted.
// Needs the right to edit.
//
// Errors: 40031 wrong userids, 60111 no such member.
// https://developer.work.weixin.qq.com/document/path/90335
func UserBatchDelete(api *token.Api, userIds []string) error {
	if err := check.Ids("useridlist", userIds, 0); err != nil {
		return err
	}
	_, err := paging.Batches(userIds, 200, func(part []string) ([]struct{}, error) {
		return nil, cgi.Do(api, cgi.Write("user/batchdelete"), batchDeleteReq{part})
	}, token.NewPartialError)
	return err
}
