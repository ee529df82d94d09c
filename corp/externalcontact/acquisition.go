package externalcontact

import (
	"cmp"
	"errors"
	"iter"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

const maxAcquisitionLinks = 100 // of one page

// AcquisitionLinkPage is one page of [CustomerAcquisitionListLink].
type AcquisitionLinkPage struct {
	LinkIdList []string `json:"link_id_list"`
	NextCursor string   `json:"next_cursor"` // "" on the last page
}

// CustomerAcquisitionListLink 获取获客链接列表: lists one page of the ids of the valid links
// that the app made; limit is at most 100, and WeCom does not say what 0 means. A component
// (获客助手组件) sees the links that the corp gave it.
// https://developer.work.weixin.qq.com/document/path/97297
func CustomerAcquisitionListLink(api *token.Api, cursor string, limit int) (*AcquisitionLinkPage, error) {
	return cgi.Call[AcquisitionLinkPage](api, cgi.Read("externalcontact/customer_acquisition/list_link"), pageReq{cursor, limit}, check.Limit(limit, maxAcquisitionLinks))
}

// AllAcquisitionLinks walks all pages of [CustomerAcquisitionListLink]. It stops at the first
// error.
func AllAcquisitionLinks(api *token.Api) iter.Seq2[string, error] {
	return walk(api, func(cursor string) (*AcquisitionLinkPage, error) {
		return CustomerAcquisitionListLink(api, cursor, maxAcquisitionLinks)
	}, func(p *AcquisitionLinkPage) ([]string, string) { return p.LinkIdList, p.NextCursor })
}

// AcquisitionLink 获客链接: is a link by which customers add a member. Append
// ?customer_channel=… (at most 64 bytes) to give the customers who come by it that state.
type AcquisitionLink struct {
	LinkId     string `json:"link_id"` // may be absent where one asked with it
	LinkName   string `json:"link_name"`
	Url        string `json:"url"`
	SkipVerify bool   `json:"skip_verify"` // of CustomerAcquisitionGet
	MarkSource bool   `json:"mark_source"` // of CustomerAcquisitionGet, for apps of the kind 营销获客
	CreateTime int64  `json:"create_time"` // Unix seconds
}

// AcquisitionRange says whom a link adds: members and departments that the app sees, together
// at most 500 people.
type AcquisitionRange struct {
	UserList       []string `json:"user_list,omitempty"`
	DepartmentList []int64  `json:"department_list,omitempty"`
}

// Which members a link prefers: those who are the customer's contact already.
const (
	PriorityCorp  = 1 // of the whole corp
	PriorityGiven = 2 // of PriorityUserIdList
)

// AcquisitionPriority says which member is preferred. Only corps of certain trades may set it.
type AcquisitionPriority struct {
	PriorityType       int      `json:"priority_type"`                  // PriorityCorp, PriorityGiven
	PriorityUserIdList []string `json:"priority_userid_list,omitempty"` // of PriorityGiven, at most 1000
}

// AcquisitionDetail is the answer of [CustomerAcquisitionGet]. A component gets the name and
// the URL of the link only.
type AcquisitionDetail struct {
	Link           AcquisitionLink      `json:"link"`
	Range          AcquisitionRange     `json:"range"`
	PriorityOption *AcquisitionPriority `json:"priority_option"` // nil: no member is preferred
}

type linkIdReq struct {
	LinkId string `json:"link_id"`
}

func (r linkIdReq) check() error { return check.Required("link_id", r.LinkId) }

// CustomerAcquisitionGet 获取获客链接详情: reads a link that the app made.
// https://developer.work.weixin.qq.com/document/path/97297
func CustomerAcquisitionGet(api *token.Api, linkId string) (*AcquisitionDetail, error) {
	req := linkIdReq{linkId}
	return cgi.Call[AcquisitionDetail](api, cgi.Read("externalcontact/customer_acquisition/get").Needing("link"), req, req.check())
}

// AcquisitionEdit sets a link. Fields that are left out do not change; a new link needs name and
// range.
type AcquisitionEdit struct {
	LinkName       string               `json:"link_name,omitempty"` // at most 30 characters
	Range          *AcquisitionRange    `json:"range,omitempty"`
	PriorityOption *AcquisitionPriority `json:"priority_option,omitempty"`
	SkipVerify     *bool                `json:"skip_verify,omitempty"` // new links: nil is true, nobody has to confirm
	MarkSource     *bool                `json:"mark_source,omitempty"` // for apps of the kind 营销获客; new links: nil is true
}

func (e AcquisitionEdit) check() error {
	err := check.Runes("link_name", e.LinkName, 30)
	if e.Range != nil {
		err = cmp.Or(err, e.Range.check())
	}
	if e.PriorityOption != nil {
		err = cmp.Or(err, e.PriorityOption.check())
	}
	return err
}

func (r AcquisitionRange) check() error {
	if len(r.UserList)+len(r.DepartmentList) == 0 {
		return errors.New("wecom: range.user_list and range.department_list are empty")
	}
	return cmp.Or(check.Items("range.user_list", len(r.UserList), 500), check.Items("range.department_list", len(r.DepartmentList), 500))
}

func (p AcquisitionPriority) check() error {
	var none error
	if p.PriorityType == PriorityGiven && len(p.PriorityUserIdList) == 0 {
		none = errors.New("wecom: priority_option.priority_userid_list is empty")
	}
	return cmp.Or(check.Between("priority_option.priority_type", p.PriorityType, PriorityCorp, PriorityGiven), none,
		check.Items("priority_option.priority_userid_list", len(p.PriorityUserIdList), 1000))
}

type createdLinkRes struct {
	Link AcquisitionLink `json:"link"`
}

// CustomerAcquisitionCreateLink 创建获客链接: makes a link, and returns its id and URL.
//
// Errors: 41095 too many links, 41200 the corp's trade has no priority_option, 60011 a member
// that the app does not see.
// https://developer.work.weixin.qq.com/document/path/97297
func CustomerAcquisitionCreateLink(api *token.Api, in AcquisitionEdit) (*AcquisitionLink, error) {
	var none error
	if in.Range == nil {
		none = errors.New("wecom: range is nil: say whom the link adds")
	}
	res, err := cgi.Call[createdLinkRes](api, cgi.Write("externalcontact/customer_acquisition/create_link").Needing("link.link_id"), in, check.Required("link_name", in.LinkName), none, in.check())
	if err != nil {
		return nil, err
	}
	return &res.Link, nil
}

type updateLinkReq struct {
	linkIdReq
	AcquisitionEdit
}

// CustomerAcquisitionUpdateLink 编辑获客链接: changes a link that the app made. Range and
// PriorityOption replace what was there.
//
// Errors: 41200 the corp's trade has no priority_option, 60011 a member that the app does not
// see.
// https://developer.work.weixin.qq.com/document/path/97297
func CustomerAcquisitionUpdateLink(api *token.Api, linkId string, in AcquisitionEdit) error {
	req := updateLinkReq{linkIdReq{linkId}, in}
	return cgi.Do(api, cgi.Write("externalcontact/customer_acquisition/update_link"), req, req.linkIdReq.check(), in.check())
}

// CustomerAcquisitionDeleteLink 删除获客链接: deletes a link that the app made. It no longer
// works after that.
// https://developer.work.weixin.qq.com/document/path/97297
func CustomerAcquisitionDeleteLink(api *token.Api, linkId string) error {
	req := linkIdReq{linkId}
	return cgi.Do(api, cgi.Write("externalcontact/customer_acquisition/delete_link"), req, req.check())
}
