package contacts

import (
	"slices"
	"strings"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

const (
	maxMemberDepartments = 100
	maxBatchDelete       = 200
	encrypted            = "wo" // how userids begin that apps see
)

// unused refuses a number or an address that somebody but userId has; codeBizMail is for that
// of the corp.
func (a *ask) unused(in userReq, userId string, codeBizMail int) error {
	for _, m := range a.corp.Members {
		switch {
		case m.Left || m.UserId == userId:
		case in.Mobile != "" && mobile(in.Mobile) == mobile(m.Mobile):
			return platform.Refuse(codeMobileUsed, "mobile existed")
		case in.Email != "" && strings.EqualFold(in.Email, m.Email):
			return platform.Refuse(codeEmailUsed, "email existed")
		case in.BizMail != "" && strings.EqualFold(in.BizMail, m.BizMail):
			return platform.Refuse(codeBizMail, "biz_mail existed")
		}
	}
	return nil
}

// edited finds a member who is to be changed, by the encrypted or the plain userid.
func (a *ask) edited(userId string) (platform.Member, error) {
	for _, m := range a.corp.Members {
		switch {
		case m.Left || !strings.EqualFold(m.UserId, userId) && !strings.EqualFold(m.PlainUserId, userId):
		case m.Hidden:
			return m, platform.Refuse(codeNotVisible, "no privilege to edit the user")
		default:
			return m, nil
		}
	}
	return platform.Member{}, platform.Refuse(codeNoUser, "userid not found")
}

// createUser makes a member, who has not joined yet. Apps see him under an encrypted userid,
// which is the plain one with "wo" before it.
func createUser(a *ask) (obj, error) {
	var in userReq
	if err := a.Decode(&in); err != nil {
		return nil, err
	}
	made, err := a.create(in, a.Body())
	if err != nil || len(made) == 0 {
		return nil, err
	}
	return obj{"created_department_list": obj{"department_info": made}}, nil
}

// create makes a member; fields are what is said of him. It returns the departments that were
// made for him.
func (a *ask) create(in userReq, fields obj) (made []obj, err error) {
	if err := a.newcomer(in); err != nil {
		return nil, err
	}
	departments, made, err := a.enter(in.Department, nil)
	if err != nil {
		return nil, err
	}
	m := platform.Member{UserId: encrypted + in.UserId, PlainUserId: in.UserId, Departments: departments}
	a.book.profiles[m.UserId] = &profile{maker: a.suiteId, fields: obj{}}
	a.keep(in, fields, m)
	return made, nil
}

// newcomer checks a request to make a member.
func (a *ask) newcomer(in userReq) error {
	if err := in.form(); err != nil {
		return err
	}
	if in.Mobile == "" && in.Email == "" {
		return platform.Refuse(codeUnreachable, "mobile and email are both empty")
	}
	if !userIdForm.MatchString(in.UserId) {
		return platform.BadParam("invalid userid")
	}
	for _, m := range a.corp.Members {
		if !m.Left && (strings.EqualFold(m.PlainUserId, in.UserId) || strings.EqualFold(m.UserId, encrypted+in.UserId)) {
			return platform.Refuse(codeUserThere, "userid existed")
		}
	}
	return a.unused(in, "", codeEmailUsed)
}

func updateUser(a *ask) (obj, error) {
	var in userReq
	if err := a.Decode(&in); err != nil {
		return nil, err
	}
	m, err := a.edited(in.UserId)
	if err != nil {
		return nil, err
	}
	if err := a.fits(&in, m); err != nil {
		return nil, err
	}
	if err := a.move(in.Department, &m); err != nil {
		return nil, err
	}
	a.keep(in, a.Body(), m)
	return nil, nil
}

// fits checks what is to become of a member.
func (a *ask) fits(in *userReq, m platform.Member) error {
	if in.NewUserId != "" && in.NewUserId != m.PlainUserId {
		return platform.Refuse(codeUserIdStays, "userid can not be changed") // WeCom made none of them
	}
	if a.book.profiles[m.UserId].status() != statusNotActivated {
		in.Mobile = "" // only the member changes it now
	}
	if err := in.form(); err != nil {
		return err
	}
	return a.unused(*in, m.UserId, codeBizMail)
}

// move puts a member into other departments, which must be there; nil: he stays.
func (a *ask) move(departments []int64, m *platform.Member) (err error) {
	if departments == nil {
		return nil
	}
	for _, id := range departments {
		if a.book.departments[id] == nil {
			return platform.Refuse(codeBadDepartment, "invalid department id")
		}
	}
	m.Departments, _, err = a.enter(departments, m.In())
	return err
}

// keep writes a member down as a request says, and tells of it.
func (a *ask) keep(in userReq, fields obj, m platform.Member) {
	for value, to := range map[*string]*string{&in.Name: &m.Name, &in.Mobile: &m.Mobile, &in.Email: &m.Email, &in.BizMail: &m.BizMail} {
		if *value != "" {
			*to = *value
		}
	}
	p := a.book.profiles[m.UserId]
	if p == nil {
		p = &profile{maker: nobody, fields: obj{}}
		a.book.profiles[m.UserId] = p
	}
	p.write(fields)
	a.cs.put(a.corp, m, p.maker)
}

// put writes a member down and tells of it.
func (cs *Contacts) put(corp *platform.Corp, m platform.Member, maker string) {
	before, _ := corp.Member(m.UserId)
	cs.host.PutMember(corp, m)
	after, _ := corp.Member(m.UserId)
	cs.tellMember(corp, before, after, maker)
	if after.Left {
		b := cs.book(corp)
		delete(b.profiles, after.UserId)
		for _, t := range b.tags {
			t.users = slices.DeleteFunc(t.users, func(id string) bool { return id == after.UserId })
		}
	}
}

func deleteUser(a *ask) (obj, error) { return nil, a.leave([]string{a.Str("userid")}) }

func batchDeleteUsers(a *ask) (obj, error) {
	ids := a.Strs("useridlist")
	switch {
	case len(ids) == 0:
		return nil, platform.Refuse(codeBadUsers, "invalid userid list")
	case len(ids) > maxBatchDelete:
		return nil, platform.Refuse(codeManyUsers, "too many userids")
	}
	return nil, a.leave(ids)
}

// leave makes members leave: all of them, or none if one can't.
func (a *ask) leave(userIds []string) error {
	var leaving []platform.Member
	for _, id := range userIds {
		m, err := a.edited(id)
		if err != nil {
			return err
		}
		if a.isCreator(m) {
			return platform.Refuse(codeCreator, "can not delete the creator of the corp")
		}
		leaving = append(leaving, m)
	}
	for _, m := range leaving {
		m.Left = true
		a.cs.put(a.corp, m, nobody)
	}
	return nil
}

// isCreator takes the first administrator for who has made the corp.
func (a *ask) isCreator(m platform.Member) bool {
	for _, o := range a.corp.Members {
		if o.Admin {
			return o.UserId == m.UserId
		}
	}
	return false
}
