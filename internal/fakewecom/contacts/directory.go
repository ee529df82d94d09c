package contacts

import (
	"slices"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// Directory is what other parts ask of address books. Its methods run under the platform's
// lock.
type Directory struct{ cs *Contacts }

// Directory is that of all corps.
func (cs *Contacts) Directory() Directory { return Directory{cs} }

func (d Directory) viewer(c *platform.Call) viewer {
	return d.cs.viewer(c.Corp(), c.Suite(), c.Install())
}

// InDepartment lists the members of a department, and of those below it, whom the app of the
// call sees. ok is false where it does not see the department.
func (d Directory) InDepartment(c *platform.Call, id int64) (userIds []string, ok bool) {
	v := d.viewer(c)
	if _, err := v.found(id); err != nil {
		return nil, false
	}
	return v.below(id), true
}

// below lists the visible members of a department and of those below it.
func (v viewer) below(id int64) (userIds []string) {
	departments := map[int64]bool{}
	for _, d := range v.book.below(id) {
		departments[d.Id] = v.sees(d)
	}
	for _, m := range v.corp.Members {
		if m.Visible() && slices.ContainsFunc(m.In(), func(id int64) bool { return departments[id] }) {
			userIds = append(userIds, m.UserId)
		}
	}
	return userIds
}

// Tagged lists whom a tag is for, as far as the app of the call sees them: members, and those
// of departments. ok is false where the tag is not the app's.
func (d Directory) Tagged(c *platform.Call, id int64) (userIds []string, ok bool) {
	v := d.viewer(c)
	t := v.book.tags[id]
	if t == nil || t.maker != v.suiteId {
		return nil, false
	}
	for _, id := range t.users {
		if m, err := v.member(id); err == nil {
			userIds = append(userIds, m.UserId)
		}
	}
	for _, id := range t.departments {
		if more, ok := d.InDepartment(c, id); ok {
			userIds = union(userIds, more)
		}
	}
	return userIds, true
}

// DepartmentName is what people see of a department that the app of the call sees.
func (d Directory) DepartmentName(c *platform.Call, id int64) (name string, ok bool) {
	v := d.viewer(c)
	if found, err := v.found(id); err == nil {
		return found.Name, true
	}
	return "", false
}

// Alias is that of a member whom the app of the call sees, which may be "".
func (d Directory) Alias(c *platform.Call, userId string) string {
	if p := d.viewer(c).book.profiles[userId]; p != nil {
		alias, _ := p.fields["alias"].(string)
		return alias
	}
	return ""
}

// Range is the visible range of an app: departments with all that is in and below them, and the
// members that are in none of these.
func (d Directory) Range(c *platform.Call) (userIds []string, departments []int64) {
	return d.viewer(c).visibleRange()
}

func (v viewer) visibleRange() (userIds []string, departments []int64) {
	covered := map[string]bool{}
	for _, top := range v.wholeDepartments() {
		departments = append(departments, top)
		for _, id := range v.below(top) {
			covered[id] = true
		}
	}
	for _, m := range v.corp.Members {
		if m.Visible() && !covered[m.UserId] {
			userIds = append(userIds, m.UserId)
		}
	}
	return userIds, departments
}

// wholeDepartments lists the departments that the app sees with all that is in and below them,
// the uppermost of them.
func (v viewer) wholeDepartments() (ids []int64) {
	if v.byMembers {
		return nil
	}
	all := v.book.below(rootId)
	partial := v.partial(all)
	inside := map[int64]bool{} // of a department that is listed
	for _, d := range all {
		if inside[d.ParentId] {
			inside[d.Id] = true
		} else if !partial[d.Id] {
			inside[d.Id] = true
			ids = append(ids, d.Id)
		}
	}
	return ids
}

// partial tells of which departments something in or below them is outside the visible range.
// all are the departments, those above first.
func (v viewer) partial(all []*Department) map[int64]bool {
	partial := map[int64]bool{}
	for _, m := range v.corp.Members {
		for _, id := range m.In() {
			partial[id] = partial[id] || m.Hidden && !m.Left
		}
	}
	for _, d := range slices.Backward(all) {
		if partial[d.Id] || v.book.hidden(d) {
			partial[d.Id], partial[d.ParentId] = true, true
		}
	}
	return partial
}
