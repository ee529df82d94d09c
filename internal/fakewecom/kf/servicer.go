package kf

import (
	"encoding/json"
	"slices"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// How many servicers an account has at most is said nowhere.
const (
	mostServicers   = 500
	mostUsers       = 100 // of a call
	mostDepartments = 20  // of a call that adds
	mostDeleted     = 100 // of a call that deletes
	rootDepartment  = 1
)

// Why a servicer does not receive customers. 0: he does.
const (
	stopped   = 1
	suspended = 2
)

// servicer is a member, or all members of a department.
type servicer struct {
	userId     string
	department int64
}

func (x servicer) shown() obj {
	if x.userId != "" {
		return obj{"userid": x.userId}
	}
	return obj{"department_id": x.department}
}

// outcome is what a list of results says of one of them.
func (x servicer) outcome(code int, text string) obj {
	o := x.shown()
	o["errcode"], o["errmsg"] = code, text
	return o
}

// servicersOf are those that a request names.
func servicersOf(c *platform.Call, mostOfDepartments int) (list []servicer, err error) {
	users := c.Strs("userid_list")
	departments, _ := c.Body()["department_id_list"].([]any)
	switch {
	case len(users)+len(departments) == 0:
		return nil, platform.BadParam("userid_list and department_id_list are empty")
	case len(users) > mostUsers || len(departments) > mostOfDepartments:
		return nil, platform.BadParam("too many servicers in one call")
	}
	for _, id := range users {
		list = append(list, servicer{userId: id})
	}
	for _, v := range departments {
		n, _ := v.(json.Number)
		id, _ := n.Int64()
		list = append(list, servicer{department: id})
	}
	return list, nil
}

// addServicers answers for each of them. Departments are taken as they are.
func (s *Service) addServicers(c *platform.Call, a *account) (obj, error) {
	list, err := servicersOf(c, mostDepartments)
	if err != nil {
		return nil, err
	}
	results := []obj{}
	for _, x := range list {
		results = append(results, a.addServicer(c.Corp(), x))
	}
	return obj{"result_list": results}, nil
}

func (a *account) addServicer(corp *platform.Corp, x servicer) obj {
	switch {
	case x.userId != "" && !visible(corp, x.userId):
		return x.outcome(codeNoUser, "userid not found")
	case x.userId == "" && x.department < rootDepartment:
		return x.outcome(codeBadDepartment, "invalid department id")
	case slices.Contains(a.servicers, x):
		return x.outcome(0, "ignored")
	case len(a.servicers) >= mostServicers:
		return x.outcome(codeManyServicers, "servicer count limit")
	}
	a.servicers = append(a.servicers, x)
	return x.outcome(0, "success")
}

func (s *Service) delServicers(c *platform.Call, a *account) (obj, error) {
	list, err := servicersOf(c, mostDeleted)
	if err != nil {
		return nil, err
	}
	results := []obj{}
	for _, x := range list {
		text := "ignored"
		if slices.Contains(a.servicers, x) {
			text = "success"
		}
		a.servicers = slices.DeleteFunc(a.servicers, func(o servicer) bool { return o == x })
		results = append(results, x.outcome(0, text))
	}
	return obj{"result_list": results}, nil
}

// listServicers shows whether they receive customers only to apps that manage the account.
func (s *Service) listServicers(c *platform.Call) (platform.Obj, error) {
	a, err := s.account(c.Corp().Id, c.Str("open_kfid"))
	if err != nil {
		return nil, err
	}
	list := []obj{}
	for _, x := range a.servicers {
		if x.userId != "" && !visible(c.Corp(), x.userId) {
			continue
		}
		o := x.shown()
		if x.userId != "" && a.managers[c.SuiteId()] {
			o["status"] = min(1, a.resting[x.userId])
			if why := a.resting[x.userId]; why > 0 {
				o["stop_type"] = why - stopped
			}
		}
		list = append(list, o)
	}
	return obj{"servicer_list": list}, nil
}

// visible reports whether a member of the corp is in the visible range.
func visible(corp *platform.Corp, userId string) bool {
	m, ok := corp.Member(userId)
	return ok && m.Visible()
}

// serves reports whether a member answers for the account, by himself or with a department
// of his own. What is below a department is for others to know.
func (a *account) serves(corp *platform.Corp, userId string) bool {
	m, ok := corp.Member(userId)
	return ok && m.Visible() && slices.ContainsFunc(a.servicers, func(x servicer) bool {
		return x.userId == userId || x.userId == "" && slices.Contains(m.In(), x.department)
	})
}

// receiving refuses a member to whom no conversation can be given.
func (a *account) receiving(corp *platform.Corp, userId string) error {
	switch {
	case !a.serves(corp, userId):
		return platform.Refuse(codeNoServicer, "invalid servicer userid")
	case a.resting[userId] != 0:
		return platform.Refuse(codeServicerRests, "servicer is not receiving")
	}
	return nil
}
