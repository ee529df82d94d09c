package kf

import (
	"cmp"
	"errors"
	"net/url"
	"strings"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/token"
)

// ServicerResult is the outcome for one member or department.
type ServicerResult struct {
	UserId       string `json:"userid"`
	DepartmentId int64  `json:"department_id"` // of a department, which has no UserId
	ErrCode      int    `json:"errcode"`       // 0 also when there was nothing to do
	ErrMsg       string `json:"errmsg"`
}

type servicerReq struct {
	OpenKfId         string   `json:"open_kfid"`
	UserIdList       []string `json:"userid_list,omitempty"`
	DepartmentIdList []int64  `json:"department_id_list,omitempty"`
}

type servicerRes struct {
	ResultList []ServicerResult `json:"result_list"`
}

// ServicerMissing is the ErrCode of a member or department that WeCom's answer leaves out. WeCom
// itself never sends it. The outcome is unknown: see [ServicerList].
const ServicerMissing = cgi.ItemMissing

func (all *servicerRes) addMissing(users []string, departments []int64) {
	all.ResultList = cgi.WithMissing(all.ResultList, users, func(r ServicerResult, id string) bool { return strings.EqualFold(r.UserId, id) },
		func(id string) ServicerResult { return ServicerResult{UserId: id, ErrCode: ServicerMissing} })
	all.ResultList = cgi.WithMissing(all.ResultList, departments, func(r ServicerResult, id int64) bool { return r.UserId == "" && r.DepartmentId == id },
		func(id int64) ServicerResult { return ServicerResult{DepartmentId: id, ErrCode: ServicerMissing} })
}

func (all *servicerRes) add(more *servicerRes) {
	all.ResultList = append(all.ResultList, more.ResultList...)
}

// ServicerAdd 添加接待人员: lets members and departments answer for an account. Each has an
// outcome of its own: look at every ErrCode.
//
// A request takes 100 members and 20 departments, more are sent in parts. If one fails, the
// results so far come with a *[token.PartialError], which counts the members first. Errors:
// 95014 the member has not activated WeCom, 95020 too many.
// https://developer.work.weixin.qq.com/document/path/94695
func ServicerAdd(api *token.Api, openKfId string, userIds []string, departmentIds []int64) ([]ServicerResult, error) {
	return setServicers(api, cgi.Write("kf/servicer/add"), openKfId, userIds, departmentIds, 20)
}

// ServicerDel 删除接待人员: takes members and departments from an account, otherwise like
// [ServicerAdd]. A request takes 100 members and 100 departments.
// https://developer.work.weixin.qq.com/document/path/94696
func ServicerDel(api *token.Api, openKfId string, userIds []string, departmentIds []int64) ([]ServicerResult, error) {
	return setServicers(api, cgi.Write("kf/servicer/del"), openKfId, userIds, departmentIds, 100)
}

func setServicers(api *token.Api, ep token.Endpoint, openKfId string, userIds []string, departmentIds []int64, most int) ([]ServicerResult, error) {
	var none error
	if len(userIds)+len(departmentIds) == 0 {
		none = errors.New("wecom: userid_list and department_id_list are empty")
	}
	if err := cmp.Or(checkAccount(openKfId), none, check.NoEmpty("userid_list", userIds)); err != nil {
		return nil, err
	}
	res, err := paging.SumOfTwo(userIds, 100, departmentIds, most, (*servicerRes).add, func(users []string, departments []int64) (*servicerRes, error) {
		res, err := cgi.Call[servicerRes](api, ep.Needing("result_list"), servicerReq{openKfId, users, departments})
		if err == nil {
			res.addMissing(users, departments)
		}
		return res, err
	}, token.NewPartialError)
	if res == nil {
		return nil, err
	}
	return res.ResultList, err
}

// Servicer is a member or a department that answers for an account. The numbers of Status differ
// from those of the event [ServicerStatusChange].
type Servicer struct {
	UserId       string `json:"userid"`
	Status       int    `json:"status"`        // 0: receiving, 1: not; only for apps that manage the account
	StopType     int    `json:"stop_type"`     // with status 1: 0 stopped, 1 suspended
	DepartmentId int64  `json:"department_id"` // of a department, which has no UserId
}

type listServicersRes struct {
	ServicerList []Servicer `json:"servicer_list"`
}

// ServicerList 获取接待人员列表: lists who answers for an account.
// https://developer.work.weixin.qq.com/document/path/94697
func ServicerList(api *token.Api, openKfId string) ([]Servicer, error) {
	res, err := cgi.Call[listServicersRes](api, cgi.Get("kf/servicer/list"), url.Values{"open_kfid": {openKfId}}, checkAccount(openKfId))
	if err != nil {
		return nil, err
	}
	return res.ServicerList, nil
}
