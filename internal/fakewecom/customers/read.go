package customers

import (
	"slices"
	"strings"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// listFollowers takes every member whom the app sees for one who may have customers.
func listFollowers(a *ask) (obj, error) {
	ids := []string{}
	for _, m := range a.corp.Members {
		if visible(m) {
			ids = append(ids, m.UserId)
		}
	}
	return obj{"follow_user": ids}, nil
}

func listCustomers(a *ask) (obj, error) {
	if !a.sees(a.Str("userid")) {
		return nil, platform.Refuse(codeNoUser, "userid not found")
	}
	ids := []string{}
	for _, r := range a.of(a.Str("userid")) {
		ids = append(ids, r.ExternalUserId)
	}
	if len(ids) == 0 {
		return nil, platform.Refuse(codeNoCustomer, "not external contact")
	}
	return obj{"external_userid": ids}, nil
}

// getCustomer shows a customer with the members who have him, 500 of them at once.
func getCustomer(a *ask) (obj, error) {
	id := a.Str("external_userid")
	if err := a.looksRight(id); err != nil {
		return nil, err
	}
	followers := a.followersOf(id)
	if len(followers) == 0 {
		return nil, platform.Refuse(codeNoCustomer, "not external contact")
	}
	const most = 500
	part, next, err := platform.Page(platform.PageReq{Cursor: a.Str("cursor")}, a.pageKey(id), followers, most, most)
	if err != nil {
		return nil, err
	}
	list := []obj{}
	for _, r := range part {
		o := r.details()
		o["tags"] = a.tagsOf(r)
		list = append(list, o)
	}
	out := obj{"external_contact": followers[0].contact(), "follow_user": list}
	if next != "" {
		out["next_cursor"] = next
	}
	return out, nil
}

// contact is what apps of providers see of a customer: no unionid, no avatar, no gender.
func (c Customer) contact() obj {
	kind := 1
	if ofWeCom(c.ExternalUserId) {
		kind = 2
	}
	return obj{"external_userid": c.ExternalUserId, "name": c.Name, "type": kind, "gender": 0}
}

// details is what they see of a relation, but for the tags. Mobiles are not for them.
func (r *Relation) details() obj {
	o := obj{"userid": r.UserId, "remark": r.Remark, "description": r.Description, "createtime": r.Since.Unix(), "add_way": r.AddWay, "oper_userid": r.OperUserId}
	if r.State != "" {
		o["state"] = r.State
	}
	if r.Company != "" {
		o["remark_corp_name"] = r.Company
	}
	return o
}

// getByUser lists the relations of several members.
func getByUser(a *ask) (obj, error) {
	users := a.Strs("userid_list")
	if len(users) == 0 {
		return nil, platform.Refuse(codeBadUsers, "invalid userid list")
	}
	for _, id := range users {
		if _, ok := a.corp.Member(id); !ok {
			return nil, platform.Refuse(codeBadUsers, "invalid userid list")
		}
	}
	if err := a.seesAll(users...); err != nil {
		return nil, err
	}
	all := a.where(func(r *Relation) bool { return slices.Contains(users, r.UserId) })
	if len(all) == 0 {
		return nil, platform.Refuse(codeNoCustomer, "not external contact")
	}
	const most, usual = 100, 50
	req := a.pageReq()
	req.Limit = min(req.Limit, most) // more counts as that
	part, next, err := platform.Page(req, a.pageKey(strings.Join(users, "|")), all, most, usual)
	if err != nil {
		return nil, err
	}
	list := []obj{}
	for _, r := range part {
		o := r.details()
		o["tag_id"] = append([]string{}, r.Tags...)
		list = append(list, obj{"external_contact": r.contact(), "follow_info": o})
	}
	return obj{"external_contact_list": list, "next_cursor": next}, nil
}
