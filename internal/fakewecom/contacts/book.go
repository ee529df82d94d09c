package contacts

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// Limits of an address book.
const (
	rootId          = 1
	maxId           = 1<<32 - 1
	maxName         = 64    // characters
	maxLevels       = 15    // the root is the first
	maxDepartments  = 30000 // of a corp
	maxBelow        = 30000 // members and departments directly in a department
	usualOrder      = 100_000_000
	forbiddenInName = `\:*?"<>｜`
)

// book is the address book of a corp, but for the members themselves.
type book struct {
	departments map[int64]*Department
	lastId      int64 // that was made up for one
	tags        map[int64]*tag
	profiles    map[string]*profile // by userid
	doomed      map[int64]bool      // departments that an import has left out, and that were not empty
}

// Department is a department (部门) of a corp.
type Department struct {
	Id       int64 // 0: the next one
	Name     string
	NameEn   string
	ParentId int64 // 0: the root, 1
	Order    int64 // larger comes first
	Hidden   bool  // with all below it outside the visible range of the provider's apps
}

// book is that of a corp; the root bears the name of the corp.
func (cs *Contacts) book(corp *platform.Corp) *book {
	b := cs.books[corp.Id]
	if b == nil {
		b = &book{departments: map[int64]*Department{}, lastId: rootId, tags: map[int64]*tag{}, profiles: map[string]*profile{}, doomed: map[int64]bool{}}
		b.departments[rootId] = &Department{Id: rootId, Name: corp.Name, Order: usualOrder}
		cs.books[corp.Id] = b
	}
	return b
}

// below lists a department and all below it, parents first.
func (b *book) below(id int64) []*Department {
	children := map[int64][]*Department{}
	for _, key := range slices.Sorted(maps.Keys(b.departments)) {
		d := b.departments[key]
		children[d.ParentId] = append(children[d.ParentId], d)
	}
	list := []*Department{b.departments[id]}
	for i := 0; i < len(list); i++ {
		below := children[list[i].Id]
		slices.SortStableFunc(below, func(x, y *Department) int { return cmp.Compare(y.Order, x.Order) })
		list = append(list, below...)
	}
	return list
}

// level counts the departments from the root down to this one.
func (b *book) level(d *Department) (n int) {
	for ; d != nil; d = b.departments[d.ParentId] {
		n++
	}
	return n
}

// hidden reports whether a department, or one above it, is outside the visible range.
func (b *book) hidden(d *Department) bool {
	for ; d != nil; d = b.departments[d.ParentId] {
		if d.Hidden {
			return true
		}
	}
	return false
}

// child finds a department by its parent and its name; nil: there is none.
func (b *book) child(parentId int64, name string) *Department {
	for _, d := range b.departments {
		if d.ParentId == parentId && d.Name == name {
			return d
		}
	}
	return nil
}

// nextId is an id for a new department.
func (b *book) nextId() int64 {
	for b.lastId++; b.departments[b.lastId] != nil; b.lastId++ {
	}
	return b.lastId
}

// nodes counts what is directly in a department.
func (b *book) nodes(corp *platform.Corp, id int64) (departments, members int) {
	for _, d := range b.departments {
		if d.ParentId == id {
			departments++
		}
	}
	for _, m := range corp.Members {
		if !m.Left && slices.Contains(m.In(), id) {
			members++
		}
	}
	return departments, members
}

// fits checks a new department, or what an old one is to become.
func (b *book) fits(corp *platform.Corp, d *Department) error {
	parent := b.departments[d.ParentId]
	namesake := b.child(d.ParentId, d.Name)
	old := b.departments[d.Id]
	departments, members := b.nodes(corp, d.ParentId)
	switch err := d.form(); {
	case err != nil:
		return err
	case d.Id == rootId:
		return nil
	case parent == nil:
		return platform.Refuse(codeNoParent, "parent department not found")
	case namesake != nil && namesake != old:
		return platform.Refuse(codeDepartmentThere, "department existed")
	case departments+members >= maxBelow && (old == nil || old.ParentId != d.ParentId):
		return platform.Refuse(codeFullDepartment, "too many nodes in the department")
	}
	return b.fitsTree(d, parent, old)
}

// form checks what can be checked of a department alone.
func (d *Department) form() error {
	switch {
	case d.Name == "" || utf8.RuneCountInString(d.Name) > maxName || utf8.RuneCountInString(d.NameEn) > maxName:
		return platform.Refuse(codeDepartmentName, "invalid department name")
	case strings.ContainsAny(d.Name+d.NameEn, forbiddenInName):
		return platform.Refuse(codeDepartmentSigns, "department name contains invalid characters")
	case d.Order < 0 || d.Order > maxId:
		return platform.BadParam("invalid order")
	}
	return nil
}

// fitsTree checks where in the tree a department is to stand.
func (b *book) fitsTree(d, parent, old *Department) error {
	deepest := b.level(parent) + 1
	if old == nil {
		if len(b.departments) >= maxDepartments {
			return platform.Refuse(codeTooManyInOneCorp, "too many departments")
		}
	} else {
		for _, under := range b.below(old.Id) {
			if under == parent {
				return platform.Refuse(codeBelowItself, "department can not be below itself")
			}
			deepest = max(deepest, b.level(parent)+1+b.level(under)-b.level(old))
		}
	}
	if deepest > maxLevels {
		return platform.Refuse(codeTooDeep, "department level over limit")
	}
	return nil
}
