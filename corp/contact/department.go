package contact

import (
	"cmp"
	"net/url"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

// DepartmentEdit is what [DepartmentCreate] and [DepartmentUpdate] set. An update does not
// change what is empty, nil or 0. Names must not contain \ : * ? " < > ｜.
type DepartmentEdit struct {
	Id       int64  `json:"id,omitempty"`      // 0: WeCom gives a new department one
	Name     string `json:"name,omitempty"`    // at most 64 characters; no other on its level has it
	NameEn   string `json:"name_en,omitempty"` // at most 64 characters; for corps with several languages
	ParentId int64  `json:"parentid,omitempty"`
	Order    *int64 `json:"order,omitempty"` // 0 to 2^32-1; larger comes first
}

func (d DepartmentEdit) check() error {
	return cmp.Or(check.NonNegative("id", d.Id), check.NonNegative("parentid", d.ParentId), check.Runes("name", d.Name, 64),
		check.Runes("name_en", d.NameEn, 64), check.Optional("order", d.Order, 0, 1<<32-1))
}

type idRes struct {
	Id int64 `json:"id"`
}

// DepartmentCreate 创建部门: creates a department and returns its id. Create departments one
// after another. Needs the right to edit.
//
// At most 15 levels (81002) and 30000 departments and members in one (81001). Errors: 60004 and
// 60124 no such parent, 60008 exists already, 60009 and 60125 name.
// https://developer.work.weixin.qq.com/document/path/90341
func DepartmentCreate(api *token.Api, d DepartmentEdit) (id int64, err error) {
	res, err := cgi.Call[idRes](api, cgi.Write("department/create").Needing("id"), d,
		d.check(), check.Required("name", d.Name), check.Between("parentid", d.ParentId, 1, 1<<32-1))
	if err != nil {
		return 0, err
	}
	return res.Id, nil
}

// DepartmentUpdate 更新部门: changes a department. Needs the right to edit, also of a new
// parent.
//
// Errors: 60003 and 60123 no such department, 60010 it would be below itself, otherwise like
// [DepartmentCreate].
// https://developer.work.weixin.qq.com/document/path/90342
func DepartmentUpdate(api *token.Api, d DepartmentEdit) error {
	return cgi.Do(api, cgi.Write("department/update"), d, check.Between("id", d.Id, 1, 1<<32-1), d.check())
}

// DepartmentDelete 删除部门: deletes a department that is empty. Needs the right to edit.
//
// Errors: 60003 no such department, 60005 members, 60006 departments below, 60007 the root.
// https://developer.work.weixin.qq.com/document/path/90343
func DepartmentDelete(api *token.Api, id int64) error {
	return cgi.Do(api, cgi.WriteByGet("department/delete"), number("id", id))
}

// Department is a department, with the fields that the app may see. Third-party apps see the
// id in place of Name, or nothing.
type Department struct {
	Id               int64    `json:"id"`
	Name             string   `json:"name"`
	NameEn           string   `json:"name_en"`
	ParentId         int64    `json:"parentid"` // 1 is the root
	Order            int64    `json:"order"`    // larger comes first
	DepartmentLeader []string `json:"department_leader"`
}

type departmentsRes struct {
	Department []Department `json:"department"`
}

// below is the query for a department with all below it, nil for all of the corp.
func below(id int64) url.Values {
	if id == 0 {
		return nil
	}
	return number("id", id)
}

// DepartmentList 获取部门列表: lists a department and all below it; 0 stands for all that the
// app sees. It is slow: prefer [DepartmentSimpleList] and [DepartmentGet].
//
// Errors: 60003 and 60123 no such department in the visible range.
// https://developer.work.weixin.qq.com/document/path/90344
func DepartmentList(api *token.Api, id int64) ([]Department, error) {
	res, err := cgi.Call[departmentsRes](api, cgi.Get("department/list"), below(id))
	if err != nil {
		return nil, err
	}
	return res.Department, nil
}

// SimpleDepartment is a department, with ids only.
type SimpleDepartment struct {
	Id       int64 `json:"id"`
	ParentId int64 `json:"parentid"` // 1 is the root
	Order    int64 `json:"order"`    // larger comes first
}

type simpleDepartmentsRes struct {
	DepartmentId []SimpleDepartment `json:"department_id"`
}

// DepartmentSimpleList 获取子部门ID列表: lists the ids of a department and of all below it; 0
// stands for all that the app sees.
//
// Errors: 60003 and 60123 no such department in the visible range.
// https://developer.work.weixin.qq.com/document/path/95406
func DepartmentSimpleList(api *token.Api, id int64) ([]SimpleDepartment, error) {
	res, err := cgi.Call[simpleDepartmentsRes](api, cgi.Get("department/simplelist"), below(id))
	if err != nil {
		return nil, err
	}
	return res.DepartmentId, nil
}

type departmentRes struct {
	Department Department `json:"department"`
}

// DepartmentGet 获取单个部门详情: reads a department.
//
// Errors: 60003 and 60123 no such department in the visible range.
// https://developer.work.weixin.qq.com/document/path/95407
func DepartmentGet(api *token.Api, id int64) (*Department, error) {
	res, err := cgi.Call[departmentRes](api, cgi.Get("department/get").Needing("department"), number("id", id))
	if err != nil {
		return nil, err
	}
	return &res.Department, nil
}
