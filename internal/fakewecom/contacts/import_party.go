package contacts

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// What an import has done to a department, by bits.
const (
	actionMade      = 1
	actionRenamed   = 2
	actionMoved     = 4
	actionReordered = 8
)

// importDepartments makes the departments those of a file. A parent may stand behind what is
// below it; others are deleted once they are empty.
func importDepartments(a *ask, rows []map[string]string) ([]obj, error) {
	results, inFile := make([]obj, len(rows)), map[int64]bool{}
	for _, row := range rows {
		inFile[numberOf(row["id"])] = true
	}
	for done := true; done; {
		done = false
		for i, row := range rows {
			waits := numberOf(row["id"]) != rootId && a.book.departments[numberOf(row["parentid"])] == nil
			if results[i] == nil && !waits {
				results[i], done = a.importDepartment(row), true
			}
		}
	}
	for i, row := range rows {
		if results[i] == nil {
			results[i] = departmentResult(row, 0, platform.Refuse(codeNoParent, "parent department not found"))
		}
	}
	a.doom(inFile)
	a.removeDoomed()
	return results, nil
}

// doom notes the departments that a file leaves out.
func (a *ask) doom(inFile map[int64]bool) {
	a.book.doomed = map[int64]bool{}
	for id := range a.book.departments {
		if id != rootId && !inFile[id] && a.editable(a.book.departments[id]) == nil {
			a.book.doomed[id] = true
		}
	}
}

// numberOf is 0 for what is none.
func numberOf(text string) int64 {
	n, _ := strconv.ParseInt(text, 10, 64)
	return n
}

func departmentResult(row map[string]string, action int, err error) obj {
	code, text := platform.CodeOf(err)
	return obj{"errcode": code, "errmsg": text, "partyid": numberOf(row["id"]), "action": action}
}

// importDepartment makes or changes one.
func (a *ask) importDepartment(row map[string]string) obj {
	id := numberOf(row["id"])
	if id < 1 || id > maxId {
		return departmentResult(row, 0, platform.Refuse(codeBadDepartment, "invalid department id"))
	}
	old := a.book.departments[id]
	d := &Department{Id: id, Order: usualOrder}
	if old != nil {
		*d = *old
	}
	d.Name = row["name"]
	d.Order = cmp.Or(numberOf(row["order"]), d.Order)
	if id != rootId {
		d.ParentId = numberOf(row["parentid"])
	}
	if err := a.mayPut(old, d); err != nil {
		return departmentResult(row, 0, err)
	}
	action := changes(old, d)
	if action != 0 {
		a.book.departments[id] = d
		a.cs.tellDepartment(a.corp, old, d)
	}
	return departmentResult(row, action, nil)
}

// changes says what is another of a department; old is nil for a new one.
func changes(old, d *Department) (action int) {
	if old == nil {
		return actionMade
	}
	if old.Name != d.Name {
		action |= actionRenamed
	}
	if old.ParentId != d.ParentId {
		action |= actionMoved
	}
	if old.Order != d.Order {
		action |= actionReordered
	}
	return action
}

// removeDoomed deletes what an import of departments has left out, as far as it is empty; the
// lowest first, so that those above are empty then.
func (a *ask) removeDoomed() {
	var list []*Department
	for _, id := range slices.Sorted(maps.Keys(a.book.doomed)) {
		if d := a.book.departments[id]; d != nil {
			list = append(list, d)
		}
	}
	slices.SortStableFunc(list, func(x, y *Department) int { return a.book.level(y) - a.book.level(x) })
	for _, d := range list {
		if departments, members := a.book.nodes(a.corp, d.Id); departments+members == 0 {
			a.remove(d)
		}
	}
}
