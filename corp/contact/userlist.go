package contact

import (
	"errors"
	"iter"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/token"
)

// SimpleUser is a member, with ids only.
type SimpleUser struct {
	UserId     string  `json:"userid"`
	OpenUserId string  `json:"open_userid"` // third-party apps only
	Name       string  `json:"name"`        // the UserId again, in third-party apps
	Department []int64 `json:"department"`
}

type usersRes[U any] struct {
	UserList []U `json:"userlist"`
}

func list[U any](api *token.Api, path string, departmentId int64, fetchChild bool) ([]U, error) {
	query := number("department_id", departmentId)
	if fetchChild {
		query.Set("fetch_child", "1")
	}
	res, err := cgi.Call[usersRes[U]](api, cgi.Get(path), query)
	if err != nil {
		return nil, err
	}
	return res.UserList, nil
}

// UserSimpleList 获取部门成员: lists the members of a department, with ids only.
//
// With fetchChild, members of the departments below are included. WeCom's pages no longer
// mention it, and [AllSimpleUsers] does not use it. Errors: 60003 and 60123 no such department
// in the visible range.
// https://developer.work.weixin.qq.com/document/path/90336
func UserSimpleList(api *token.Api, departmentId int64, fetchChild bool) ([]SimpleUser, error) {
	return list[SimpleUser](api, "user/simplelist", departmentId, fetchChild)
}

// UserList 获取部门成员详情: lists the members of a department, otherwise like [UserSimpleList].
// https://developer.work.weixin.qq.com/document/path/90337
func UserList(api *token.Api, departmentId int64, fetchChild bool) ([]User, error) {
	return list[User](api, "user/list", departmentId, fetchChild)
}

// AllSimpleUsers walks the members of a department and of all below it, each once; 0 stands for
// all departments that the app sees. Members whom it sees without their department are not
// included: agent.Get lists those. Departments below whose members it does not see are skipped.
// It stops at the first error.
func AllSimpleUsers(api *token.Api, departmentId int64) iter.Seq2[SimpleUser, error] {
	return walk(api, departmentId, UserSimpleList, func(u SimpleUser) string { return u.UserId + noId + u.OpenUserId })
}

// AllUsers walks the members of a department and of all below it, as [AllSimpleUsers] does.
func AllUsers(api *token.Api, departmentId int64) iter.Seq2[User, error] {
	return walk(api, departmentId, UserList, func(u User) string { return u.UserId + noId + u.OpenUserId })
}

const noId = "\n" // of members whose ids could not be read: they are not one and the same

// isUnseen reports whether the app may not read the members of a department: with the right
// 组织架构信息 it sees the ids of all departments of the corp. Or the department is gone since.
func isUnseen(err error) bool {
	return errors.Is(err, token.Code(60011)) || errors.Is(err, token.Code(60003)) || errors.Is(err, token.Code(60123))
}

// walk lists one department after the other.
func walk[U any](api *token.Api, departmentId int64, list func(*token.Api, int64, bool) ([]U, error), id func(U) string) iter.Seq2[U, error] {
	return func(yield func(U, error) bool) {
		departments, err := DepartmentSimpleList(api, departmentId)
		seen := map[string]struct{}{}
		for _, department := range departments {
			var users []U
			if users, err = list(api, department.Id, false); isUnseen(err) && department.Id != departmentId {
				err = nil
			}
			if err != nil {
				break
			}
			for _, u := range users {
				key := id(u)
				if _, known := seen[key]; known {
					continue
				}
				if key != noId {
					seen[key] = struct{}{}
				}
				if !yield(u, nil) {
					return
				}
			}
		}
		if err != nil {
			var none U
			yield(none, err)
		}
	}
}
