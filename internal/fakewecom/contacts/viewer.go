package contacts

import (
	"slices"
	"strings"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// viewer is an app, as far as it matters what it sees of an address book.
type viewer struct {
	corp      *platform.Corp
	book      *book
	suiteId   string // "": the token of an address book that is being filled
	template  bool   // 代开发
	mayEdit   bool
	byMembers bool // 成员授权
}

func (cs *Contacts) viewer(corp *platform.Corp, x *platform.Suite, in *platform.Install) viewer {
	v := viewer{corp: corp, book: cs.book(corp), mayEdit: true, byMembers: in != nil && in.MemberMode}
	if x != nil {
		v.suiteId, v.template, v.mayEdit = x.Id, x.Template, x.EditsContacts && !x.Template
	}
	return v
}

// sees reports whether the app may read a department: with the right to edit all of them,
// where members have authorised it only the root.
func (v viewer) sees(d *Department) bool {
	return d != nil && (v.mayEdit || !v.book.hidden(d)) && (!v.byMembers || d.Id == rootId)
}

// departmentsOf lists which of a member's departments the app sees.
func (v viewer) departmentsOf(m platform.Member) []int64 {
	list := []int64{}
	if v.byMembers {
		return append(list, rootId)
	}
	for _, id := range m.In() {
		if v.sees(v.book.departments[id]) {
			list = append(list, id)
		}
	}
	return list
}

// name is what the app sees in place of a name: third-party apps see the userid, but of
// members whom they made.
func (v viewer) name(m platform.Member) string {
	if v.template || v.made(m) {
		return m.Name
	}
	return m.UserId
}

// made reports whether the app has made a member, and may still edit.
func (v viewer) made(m platform.Member) bool {
	p := v.book.profiles[m.UserId]
	return p != nil && v.mayEdit && p.maker == v.suiteId
}

// ids is what a list of members says of one.
func (v viewer) ids(m platform.Member) obj {
	o := obj{"userid": m.UserId, "name": v.name(m), "department": v.departmentsOf(m)}
	if !v.template {
		o["open_userid"] = m.UserId
	}
	return o
}

// details is all that the app sees of a member.
func (v viewer) details(m platform.Member) obj {
	p := v.book.profiles[m.UserId]
	o := v.ids(m)
	o["status"], o["gender"] = p.status(), "0"
	departments := v.departmentsOf(m)
	if !v.byMembers {
		o["order"] = p.ordersOf(m, departments)
	}
	if main := p.main(m); slices.Contains(departments, main) {
		o["main_department"] = main
	}
	if v.made(m) {
		o["mobile"], o["email"], o["biz_mail"] = m.Mobile, m.Email, m.BizMail
		p.show(o)
	}
	return o
}

// department is what the app sees of one; the names only a customised app.
func (v viewer) department(d *Department) obj {
	o := obj{"id": d.Id, "parentid": d.ParentId, "order": d.Order}
	if v.template {
		o["name"], o["name_en"] = d.Name, d.NameEn
	}
	if v.mayEdit {
		o["department_leader"] = v.leaders(d.Id)
	}
	return o
}

// leaders lists who leads a department.
func (v viewer) leaders(id int64) []string {
	list := []string{}
	for _, m := range v.corp.Members {
		if m.Visible() && v.book.profiles[m.UserId].leads(m, id) {
			list = append(list, m.UserId)
		}
	}
	return list
}

// member finds a member in the visible range.
func (v viewer) member(userId string) (platform.Member, error) {
	if userId == "" || len(userId) > 64 {
		return platform.Member{}, platform.Refuse(codeBadUser, "invalid userid")
	}
	for _, m := range v.corp.Members {
		if strings.EqualFold(m.UserId, userId) && m.Visible() {
			return m, nil
		}
	}
	return platform.Member{}, platform.Refuse(codeNoUser, "userid not found")
}

// found finds a department that the app sees.
func (v viewer) found(id int64) (*Department, error) {
	d := v.book.departments[id]
	switch {
	case id < 1 || id > maxId:
		return nil, platform.Refuse(codeBadDepartment, "invalid department id")
	case d == nil:
		return nil, platform.Refuse(codeNoDepartment, "department not found")
	case !v.sees(d):
		return nil, platform.Refuse(codeNotVisible, "no privilege to access the department")
	}
	return d, nil
}
