// Package contacts plays the address books (通讯录) of the corps of the fake WeCom:
// departments, tags, and members as apps see and change them.
package contacts

import (
	"maps"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

type obj = platform.Obj

// Codes of address books.
const (
	codeBadUser          = 40003
	codeBadUsers         = 40031
	codeManyUsers        = 40032
	codeBadTagRequest    = 40035
	codeBadTag           = 40068
	codeNoneTagged       = 40070
	codeTagThere         = 40071
	codeTagName          = 40072
	codeBadOpenid        = 40073
	codeNobody           = 46004
	codeNoDepartment     = 60003
	codeNoParent         = 60004
	codeHasMembers       = 60005
	codeHasDepartments   = 60006
	codeIsRoot           = 60007
	codeDepartmentThere  = 60008
	codeDepartmentSigns  = 60009
	codeBelowItself      = 60010
	codeNotVisible       = 60011
	codeUserThere        = 60102
	codeBadMobile        = 60103
	codeMobileUsed       = 60104
	codeBadEmail         = 60105
	codeEmailUsed        = 60106
	codeManyDepartments  = 60110
	codeNoUser           = 60111
	codeUserName         = 60112
	codeBadDepartment    = 60123
	codeBadParent        = 60124
	codeDepartmentName   = 60125
	codeUnreachable      = 60129
	codeLeaders          = 60132
	codeBizMail          = 60143
	codeBadMedia         = 40007
	codeManyDeleted      = 45026
	codeFullDepartment   = 81001
	codeTooDeep          = 81002
	codeFullTag          = 81003
	codeForeignTag       = 81011
	codeNoReceiver       = 81012
	codeManyTagged       = 81014
	codeCreator          = 301005
	codeUserIdStays      = 301036
	codeTooManyInOneCorp = platform.CodeBadParam // the limits of departments and tags have none of their own
)

// Contacts keeps the address books of all corps. Their members are those of
// [platform.Corp].
type Contacts struct {
	host     *platform.Host
	uploaded Uploaded
	books    map[string]*book // by corp
	jobs     map[string]*job  // by jobid
	queue    []*job           // that have not run
	delay    time.Duration    // of jobs
}

// Uploaded is how a file is read that an app of the corp has uploaded, with its kind. The
// platform's lock is held.
type Uploaded func(corpId, mediaId string) (kind string, data []byte, ok bool)

// New adds the address books to a platform.
func New(p *platform.Platform, uploaded Uploaded) *Contacts {
	cs := &Contacts{uploaded: uploaded, books: map[string]*book{}, jobs: map[string]*job{}}
	handlers := map[string]platform.Handler{}
	for _, topic := range []map[string]platform.Handler{cs.reads(), cs.edits(), cs.tags(), cs.memberAuths(), cs.imports(), cs.exports()} {
		maps.Copy(handlers, topic)
	}
	cs.host = p.Join(platform.Part{Handlers: handlers, Settle: cs.settle, State: cs})
	return cs
}

func (cs *Contacts) reads() map[string]platform.Handler {
	return map[string]platform.Handler{
		"/cgi-bin/user/get":                 cs.open(getUser),
		"/cgi-bin/user/simplelist":          cs.open(simpleListUsers),
		"/cgi-bin/user/list":                cs.open(listUsers),
		"/cgi-bin/user/getuserid":           cs.open(userIdOfMobile),
		"/cgi-bin/user/get_userid_by_email": cs.open(userIdOfEmail),
		"/cgi-bin/user/convert_to_openid":   cs.open(convertToOpenid),
		"/cgi-bin/user/convert_to_userid":   cs.open(convertToUserid),
		"/cgi-bin/department/list":          cs.open(listDepartments),
		"/cgi-bin/department/simplelist":    cs.open(simpleListDepartments),
		"/cgi-bin/department/get":           cs.open(getDepartment),
	}
}

func (cs *Contacts) edits() map[string]platform.Handler {
	return map[string]platform.Handler{
		"/cgi-bin/user/list_id":      cs.editors(listUserIds),
		"/cgi-bin/user/create":       cs.editors(createUser),
		"/cgi-bin/user/update":       cs.editors(updateUser),
		"/cgi-bin/user/delete":       cs.editors(deleteUser),
		"/cgi-bin/user/batchdelete":  cs.editors(batchDeleteUsers),
		"/cgi-bin/department/create": cs.editors(createDepartment),
		"/cgi-bin/department/update": cs.editors(updateDepartment),
		"/cgi-bin/department/delete": cs.editors(deleteDepartment),
	}
}

func (cs *Contacts) tags() map[string]platform.Handler {
	return map[string]platform.Handler{
		"/cgi-bin/tag/create":      cs.open(createTag),
		"/cgi-bin/tag/update":      cs.open(updateTag),
		"/cgi-bin/tag/delete":      cs.open(deleteTag),
		"/cgi-bin/tag/list":        cs.open(listTags),
		"/cgi-bin/tag/get":         cs.open(getTag),
		"/cgi-bin/tag/addtagusers": cs.open(addTagUsers),
		"/cgi-bin/tag/deltagusers": cs.open(delTagUsers),
	}
}

func (cs *Contacts) memberAuths() map[string]platform.Handler {
	return map[string]platform.Handler{
		"/cgi-bin/user/list_member_auth":  cs.authorised(listMemberAuths),
		"/cgi-bin/user/check_member_auth": cs.authorised(checkMemberAuth),
	}
}

// ask is one request to an address book.
type ask struct {
	*platform.Call
	viewer
	cs *Contacts
}

// open serves every app.
func (cs *Contacts) open(answer func(a *ask) (obj, error)) platform.Handler {
	return func(c *platform.Call) (platform.Obj, error) {
		return answer(&ask{c, cs.viewer(c.Corp(), c.Suite(), c.Install()), cs})
	}
}

// editors serves who may edit the address book.
func (cs *Contacts) editors(answer func(a *ask) (obj, error)) platform.Handler {
	return cs.open(func(a *ask) (obj, error) {
		if !a.mayEdit {
			return nil, platform.Refuse(platform.CodeNoRight, "api forbidden")
		}
		return answer(a)
	})
}

// authorised serves apps that members have authorised themselves (成员授权).
func (cs *Contacts) authorised(answer func(a *ask) (obj, error)) platform.Handler {
	return cs.open(func(a *ask) (obj, error) {
		if !a.byMembers || a.template {
			return nil, platform.Refuse(platform.CodeNoRight, "api forbidden")
		}
		return answer(a)
	})
}
