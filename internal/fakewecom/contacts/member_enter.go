package contacts

import (
	"slices"
	"strconv"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// waiting is where members and departments are put of whom nobody said where they belong.
const waiting = "其他（待设置部门）"

// enter checks in which departments a member is to be, before it makes those that are not
// there. None, or 0, is where members wait for one. Those that he is in can stay.
func (a *ask) enter(departments, stay []int64) (ids []int64, made []obj, err error) {
	if len(departments) == 0 {
		departments = []int64{0}
	}
	for _, id := range departments {
		if slices.Contains(stay, id) {
			continue
		}
		if err := a.takes(id); err != nil {
			return nil, nil, err
		}
	}
	for _, id := range departments {
		switch {
		case id == 0:
			id = a.waiting().Id
		case a.book.departments[id] == nil:
			d := &Department{Id: id, Name: strconv.FormatInt(id, 10), ParentId: a.waiting().Id, Order: usualOrder}
			a.book.departments[id] = d
			a.cs.tellDepartment(a.corp, nil, d)
			made = append(made, obj{"id": id, "name": d.Name})
		}
		ids = append(ids, id)
	}
	return ids, made, nil
}

// takes refuses a department that can't have the member.
func (a *ask) takes(id int64) error {
	if id < 0 || id > maxId || a.book.hidden(a.book.departments[id]) {
		return platform.Refuse(codeBadDepartment, "invalid department id")
	}
	if a.book.departments[id] == nil {
		return nil
	}
	if departments, members := a.book.nodes(a.corp, id); departments+members >= maxBelow {
		return platform.Refuse(codeFullDepartment, "too many nodes in the department")
	}
	return nil
}

// waiting is the department of that name, below the root.
func (a *ask) waiting() *Department {
	if d := a.book.child(rootId, waiting); d != nil {
		return d
	}
	d := &Department{Id: a.book.nextId(), Name: waiting, ParentId: rootId}
	a.book.departments[d.Id] = d
	a.cs.tellDepartment(a.corp, nil, d)
	return d
}
