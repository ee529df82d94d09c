package contacts

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

func getUser(a *ask) (obj, error) {
	m, err := a.member(a.Str("userid"))
	if err != nil {
		return nil, err
	}
	return a.details(m), nil
}

func simpleListUsers(a *ask) (obj, error) { return a.users(a.ids) }

func listUsers(a *ask) (obj, error) { return a.users(a.details) }

// users lists the members of a department. fetch_child, which the pages have dropped, brings
// those of the departments below too.
func (a *ask) users(show func(m platform.Member) obj) (obj, error) {
	d, err := a.department("department_id")
	if err != nil {
		return nil, err
	}
	departments := []*Department{d}
	if a.Str("fetch_child") == "1" {
		departments = a.book.below(d.Id)
	}
	wanted := map[int64]bool{}
	for _, d := range departments {
		wanted[d.Id] = true
	}
	list := []obj{}
	for _, m := range a.corp.Members {
		if m.Visible() && slices.ContainsFunc(a.departmentsOf(m), func(id int64) bool { return wanted[id] }) {
			list = append(list, show(m))
		}
	}
	return obj{"userlist": list}, nil
}

// listUserIds lists all members of the corp, once for each of their departments.
func listUserIds(a *ask) (obj, error) {
	var page platform.PageReq
	if err := a.Decode(&page); err != nil {
		return nil, err
	}
	key := "open_userid"
	if a.suiteId == "" {
		key = "userid"
	}
	all := []obj{}
	for _, m := range a.corp.Members {
		for _, id := range m.In() {
			if !m.Left {
				all = append(all, obj{key: m.UserId, "department": id})
			}
		}
	}
	const most = 10000
	part, next, err := platform.Page(page, "user/list_id "+a.corp.Id, all, most, most)
	if err != nil {
		return nil, err
	}
	return obj{"dept_user": part, "next_cursor": next}, nil
}

// userIdWhere finds a visible member.
func (a *ask) userIdWhere(fits func(m platform.Member) bool) (obj, bool) {
	i := slices.IndexFunc(a.corp.Members, func(m platform.Member) bool { return m.Visible() && fits(m) })
	if i < 0 {
		return nil, false
	}
	return obj{"userid": a.corp.Members[i].UserId}, true
}

var (
	mobileForm = regexp.MustCompile(`^[0-9+-]{5,32}$`)
	emailForm  = regexp.MustCompile(`^[^@\s]+@[^@\s]+$`)
)

// mobile is a number as it is compared: +86 may be left out.
func mobile(number string) string { return strings.TrimPrefix(number, "+86") }

func userIdOfMobile(a *ask) (obj, error) {
	if !mobileForm.MatchString(a.Str("mobile")) {
		return nil, platform.Refuse(codeBadMobile, "invalid mobile")
	}
	out, ok := a.userIdWhere(func(m platform.Member) bool { return m.Mobile != "" && mobile(m.Mobile) == mobile(a.Str("mobile")) })
	if !ok {
		return nil, platform.Refuse(codeNobody, "user not exist")
	}
	return out, nil
}

func userIdOfEmail(a *ask) (obj, error) {
	const corpMail, personal = 1, 2
	kind := a.Int("email_type")
	switch {
	case kind < 0 || kind > personal:
		return nil, platform.BadParam("invalid email_type")
	case !emailForm.MatchString(a.Str("email")):
		return nil, platform.Refuse(codeBadEmail, "invalid email")
	}
	out, ok := a.userIdWhere(func(m platform.Member) bool {
		if kind == personal {
			return strings.EqualFold(m.Email, a.Str("email"))
		}
		return strings.EqualFold(m.BizMail, a.Str("email"))
	})
	if !ok {
		return nil, platform.Refuse(codeNobody, "user not exist")
	}
	return out, nil
}

// openid is that of a member of the corp, whom everybody has bound to WeChat here.
func (a *ask) openid(m platform.Member) string {
	sum := sha256.Sum256([]byte(a.corp.Id + "\x00" + m.UserId))
	return "o" + hex.EncodeToString(sum[:])[:27]
}

func convertToOpenid(a *ask) (obj, error) {
	m, err := a.member(a.Str("userid"))
	if err != nil {
		return nil, err
	}
	return obj{"openid": a.openid(m)}, nil
}

func convertToUserid(a *ask) (obj, error) {
	for _, m := range a.corp.Members {
		switch {
		case a.openid(m) != a.Str("openid"):
		case !m.Visible():
			return nil, platform.Refuse(codeNotVisible, "no privilege to access the user")
		default:
			return obj{"userid": m.UserId}, nil
		}
	}
	return nil, platform.Refuse(codeBadOpenid, "invalid openid")
}

// listMemberAuths takes all who are visible for those who have authorised the app.
func listMemberAuths(a *ask) (obj, error) {
	var page platform.PageReq
	if err := a.Decode(&page); err != nil {
		return nil, err
	}
	all := []obj{}
	for _, m := range a.corp.Members {
		if m.Visible() {
			all = append(all, obj{"open_userid": m.UserId})
		}
	}
	const most = 1000
	part, next, err := platform.Page(page, "user/list_member_auth "+a.corp.Id, all, most, most)
	if err != nil {
		return nil, err
	}
	return obj{"member_auth_list": part, "next_cursor": next}, nil
}

func checkMemberAuth(a *ask) (obj, error) {
	m, ok := a.corp.Member(a.Str("open_userid"))
	if !ok || m.Left {
		return nil, platform.Refuse(codeNoUser, "userid not found")
	}
	return obj{"is_member_auth": m.Visible()}, nil
}
