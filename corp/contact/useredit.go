package contact

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

// UserEdit is what [UserCreate] and [UserUpdate] set. Fields that are empty, nil or 0 are not
// sent: an update does not change them. An empty list that is not nil removes all entries.
type UserEdit struct {
	UserId           string                `json:"userid"`              // at most 64 bytes: digits, letters and _-@.
	Name             string                `json:"name,omitempty"`      // at most 64 characters
	Alias            string                `json:"alias,omitempty"`     // at most 64 characters
	Email            string                `json:"email,omitempty"`     // at most 64 bytes; a new member needs it or Mobile
	BizMail          string                `json:"biz_mail,omitempty"`  // at most 63 bytes; can be changed once
	Mobile           string                `json:"mobile,omitempty"`    // without effect once the member is active
	Telephone        string                `json:"telephone,omitempty"` // at most 32 bytes: digits, -, + and ,
	Gender           string                `json:"gender,omitempty"`    // 1 male, 2 female
	Address          string                `json:"address,omitempty"`   // at most 128 characters
	Position         *string               `json:"position,omitempty"`  // at most 128 characters; "" empties
	Department       []int64               `json:"department,omitzero"` // at most 100; unknown ones are made under 其他（待设置部门）
	Order            []int64               `json:"order,omitzero"`      // in each Department, 0 to 2^32-1; larger comes first
	IsLeaderInDept   []int                 `json:"is_leader_in_dept,omitzero"`
	MainDepartment   int64                 `json:"main_department,omitempty"`
	DirectLeader     []string              `json:"direct_leader,omitzero"`      // at most one
	AvatarMediaId    string                `json:"avatar_mediaid,omitempty"`    // from media.Upload
	Enable           *int                  `json:"enable,omitempty"`            // 1 enabled, 0 disabled
	ToInvite         *bool                 `json:"to_invite,omitempty"`         // nil: a new member is invited
	ExtAttr          *Attrs                `json:"extattr,omitempty"`           // attributes that the corp has defined; others are ignored
	ExternalPosition string                `json:"external_position,omitempty"` // at most 12 characters
	ExternalProfile  *wire.ExternalProfile `json:"external_profile,omitempty"`
}

func (u UserEdit) check() error {
	var position string
	if u.Position != nil {
		position = *u.Position
	}
	return cmp.Or(checkUser(u.UserId), check.Runes("name", u.Name, 64), check.Runes("alias", u.Alias, 64), check.Bytes("email", u.Email, 64),
		check.Bytes("biz_mail", u.BizMail, 64), check.Bytes("telephone", u.Telephone, 32), check.Runes("address", u.Address, 128),
		check.Runes("position", position, 128), check.Runes("external_position", u.ExternalPosition, 12),
		check.Items("department", len(u.Department), 100), check.Items("direct_leader", len(u.DirectLeader), 1),
		check.Optional("enable", u.Enable, 0, 1), u.checkDepartments(), u.ExtAttr.check())
}

func (u UserEdit) checkDepartments() error {
	n := len(u.Department)
	if n == 0 {
		return nil
	}
	if len(u.Order) != 0 && len(u.Order) != n {
		return fmt.Errorf("wecom: order has %d items and department %d: it must have as many, or none", len(u.Order), n)
	}
	if len(u.IsLeaderInDept) != 0 && len(u.IsLeaderInDept) != n {
		return fmt.Errorf("wecom: is_leader_in_dept has %d items and department %d: it must have as many, or none", len(u.IsLeaderInDept), n)
	}
	return nil
}

// listed is a copy whose list is sent even if it is empty: null would say nothing.
func (a *Attrs) listed() *Attrs {
	if a == nil {
		return nil
	}
	return &Attrs{append([]wire.Attr{}, a.Attrs...)}
}

func (a *Attrs) check() error {
	if a == nil {
		return nil
	}
	for i, attr := range a.Attrs {
		at := fmt.Sprintf("extattr.attrs[%d].", i)
		err := check.Required(at+"name", attr.Name)
		if attr.Text != nil {
			err = cmp.Or(err, check.Runes(at+"text.value", attr.Text.Value, 64))
		}
		if attr.Web != nil {
			err = cmp.Or(err, check.Runes(at+"web.title", attr.Web.Title, 12))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Made is a department that [UserCreate] created, because it did not exist.
type Made struct {
	Id   int64  `json:"id"`
	Name string `json:"name"`
}

type createdUserRes struct {
	CreatedDepartmentList struct {
		DepartmentInfo []Made `json:"department_info"`
	} `json:"created_department_list"`
}

// UserCreate 创建成员: creates a member, and returns the departments that were created for the
// member. Create members one after another. Needs the right to edit.
//
// Errors: 60102 the userid exists, 60103 and 60105 wrong mobile or email, 60104 and 60106 used
// already, 60110 too many departments, 60112 name, 60123 department, 45024 too many members,
// 81001 more than 30000 in a department.
// https://developer.work.weixin.qq.com/document/path/90331
func UserCreate(api *token.Api, u UserEdit) ([]Made, error) {
	var unreachable error
	if u.Mobile == "" && u.Email == "" {
		unreachable = errors.New("wecom: mobile and email are empty: a member needs one of them")
	}
	u.ExtAttr = u.ExtAttr.listed()
	res, err := cgi.Call[createdUserRes](api, cgi.Write("user/create"), u, u.check(), check.Required("name", u.Name), unreachable)
	if err != nil {
		return nil, err
	}
	return res.CreatedDepartmentList.DepartmentInfo, nil
}

// UserChange is a [UserEdit] of an existing member.
type UserChange struct {
	UserEdit
	NewUserId    string     `json:"new_userid,omitempty"` // once, of a userid that WeCom made
	BizMailAlias *MailAlias `json:"biz_mail_alias,omitempty"`
}

// MailAlias replaces all aliases of a corp mailbox. If Item is empty, they are removed.
type MailAlias struct {
	Item []string `json:"item"` // at most 5, each of at most 63 bytes
}

// listed is a copy whose list is sent even if it is empty: null would say nothing.
func (m *MailAlias) listed() *MailAlias {
	if m == nil {
		return nil
	}
	return &MailAlias{append([]string{}, m.Item...)}
}

func (u UserChange) check() error {
	if u.BizMailAlias == nil {
		return u.UserEdit.check()
	}
	for i, alias := range u.BizMailAlias.Item {
		if err := check.Bytes(fmt.Sprintf("biz_mail_alias.item[%d]", i), alias, 63); err != nil {
			return err
		}
	}
	return cmp.Or(u.UserEdit.check(), check.Items("biz_mail_alias.item", len(u.BizMailAlias.Item), 5))
}

// UserUpdate 更新成员: changes a member. Needs the right to edit.
//
// If it fails because of the mailbox, the rest may have been changed. Errors: 60111 no such
// member, 60103 and 60105 wrong mobile or email, 60104, 60106 and 60142 used already, 60143 and
// 60144 the mailbox, 60123 department, 301036 the userid can't be changed.
// https://developer.work.weixin.qq.com/document/path/90333
func UserUpdate(api *token.Api, u UserChange) error {
	u.ExtAttr, u.BizMailAlias = u.ExtAttr.listed(), u.BizMailAlias.listed()
	return cgi.Do(api, cgi.Write("user/update"), u, u.check(), check.Bytes("biz_mail", u.BizMail, 63))
}
