package contacts

import (
	"slices"
	"strconv"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// department finds the department that the query names.
func (a *ask) department(key string) (*Department, error) {
	id, err := strconv.ParseInt(a.Str(key), 10, 64)
	if err != nil {
		return nil, platform.Refuse(codeBadDepartment, "invalid department id")
	}
	return a.found(id)
}

// listed are the departments that a list is about: the one of the query with all below it, or
// all, as far as the app sees them.
func (a *ask) listed() ([]*Department, error) {
	top := a.book.departments[rootId]
	if a.Str("id") != "" {
		d, err := a.department("id")
		if err != nil {
			return nil, err
		}
		top = d
	}
	return a.seenBelow(top.Id), nil
}

// seenBelow lists a department and all below it, as far as the app sees them.
func (v viewer) seenBelow(id int64) []*Department {
	return slices.DeleteFunc(v.book.below(id), func(d *Department) bool { return !v.sees(d) })
}

func listDepartments(a *ask) (obj, error) {
	list, err := a.listed()
	if err != nil {
		return nil, err
	}
	return obj{"department": a.shown(list)}, nil
}

// shown is what the app sees of departments in a list.
func (v viewer) shown(list []*Department) []obj {
	out := []obj{}
	for _, d := range list {
		o := v.department(d)
		o["name"] = v.departmentName(d)
		out = append(out, o)
	}
	return out
}

// departmentName is what the app sees in place of a name: third-party apps see the id, but for
// those that edit the address book.
func (v viewer) departmentName(d *Department) string {
	if v.template || v.mayEdit {
		return d.Name
	}
	return strconv.FormatInt(d.Id, 10)
}

func simpleListDepartments(a *ask) (obj, error) {
	list, err := a.listed()
	if err != nil {
		return nil, err
	}
	out := []obj{}
	for _, d := range list {
		out = append(out, obj{"id": d.Id, "parentid": d.ParentId, "order": d.Order})
	}
	return obj{"department_id": out}, nil
}

func getDepartment(a *ask) (obj, error) {
	d, err := a.department("id")
	if err != nil {
		return nil, err
	}
	return obj{"department": a.viewer.department(d)}, nil
}
