package contacts

import (
	"regexp"
	"unicode/utf8"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

var userIdForm = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z_.@-]{0,63}$`)

// userReq is what is checked of a request to make or to change a member.
type userReq struct {
	UserId         string   `json:"userid"`
	NewUserId      string   `json:"new_userid"`
	Name           string   `json:"name"`
	Mobile         string   `json:"mobile"`
	Email          string   `json:"email"`
	BizMail        string   `json:"biz_mail"`
	Department     []int64  `json:"department"`
	Order          []int64  `json:"order"`
	IsLeaderInDept []int64  `json:"is_leader_in_dept"`
	DirectLeader   []string `json:"direct_leader"`
	Enable         *int64   `json:"enable"`
}

// form checks what needs no address book.
func (in userReq) form() error {
	n := len(in.Department)
	switch {
	case utf8.RuneCountInString(in.Name) > maxName:
		return platform.Refuse(codeUserName, "invalid user name")
	case n > maxMemberDepartments:
		return platform.Refuse(codeManyDepartments, "too many departments")
	case n > 0 && len(in.IsLeaderInDept) > 0 && len(in.IsLeaderInDept) != n:
		return platform.Refuse(codeLeaders, "is_leader_in_dept and department differ in length")
	case n > 0 && len(in.Order) > 0 && len(in.Order) != n:
		return platform.BadParam("order and department differ in length")
	}
	return in.more()
}

// more checks the rest.
func (in userReq) more() error {
	switch {
	case len(in.DirectLeader) > 1:
		return platform.BadParam("too many direct leaders")
	case in.Enable != nil && *in.Enable != 0 && *in.Enable != 1:
		return platform.BadParam("invalid enable")
	}
	return in.reachable()
}

// reachable checks the forms of number and addresses.
func (in userReq) reachable() error {
	if in.Mobile != "" && !mobileForm.MatchString(in.Mobile) {
		return platform.Refuse(codeBadMobile, "invalid mobile")
	}
	for _, address := range []string{in.Email, in.BizMail} {
		if address != "" && (len(address) < 6 || len(address) > 64 || !emailForm.MatchString(address)) {
			return platform.Refuse(codeBadEmail, "invalid email")
		}
	}
	return nil
}
