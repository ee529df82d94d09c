package contacts

import (
	"cmp"
	"slices"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

type departmentReq struct {
	Id       int64  `json:"id"`
	Name     string `json:"name"`
	NameEn   string `json:"name_en"`
	ParentId *int64 `json:"parentid"`
	Order    *int64 `json:"order"`
}

// over is the department with what the request changes.
func (in departmentReq) over(d Department) (*Department, error) {
	if in.Name != "" {
		d.Name = in.Name
	}
	if in.NameEn != "" {
		d.NameEn = in.NameEn
	}
	if in.Order != nil {
		d.Order = *in.Order
	}
	if in.ParentId != nil {
		if d.ParentId = *in.ParentId; d.ParentId < 1 || d.ParentId > maxId {
			return nil, platform.Refuse(codeBadParent, "invalid parent department id")
		}
	}
	return &d, nil
}

// editable refuses for a department that is outside of what the right to edit is given for.
func (a *ask) editable(d *Department) error {
	if a.book.hidden(d) {
		return platform.Refuse(codeNotVisible, "no privilege to edit the department")
	}
	return nil
}

func createDepartment(a *ask) (obj, error) {
	var in departmentReq
	if err := a.Decode(&in); err != nil {
		return nil, err
	}
	switch {
	case in.Id == 0:
		in.Id = a.book.nextId()
	case in.Id < 1 || in.Id > maxId:
		return nil, platform.BadParam("invalid department id")
	case a.book.departments[in.Id] != nil:
		return nil, platform.Refuse(codeDepartmentThere, "department existed")
	}
	d, err := in.over(Department{Id: in.Id, Order: usualOrder})
	if err != nil {
		return nil, err
	}
	if err := a.mayPut(nil, d); err != nil {
		return nil, err
	}
	a.book.departments[d.Id] = d
	a.cs.tellDepartment(a.corp, nil, d)
	return obj{"id": d.Id}, nil
}

func updateDepartment(a *ask) (obj, error) {
	var in departmentReq
	if err := a.Decode(&in); err != nil {
		return nil, err
	}
	old, err := a.found(in.Id)
	if err != nil {
		return nil, err
	}
	if in.Id == rootId {
		in.ParentId = nil
	}
	d, err := in.over(*old)
	if err != nil {
		return nil, err
	}
	if err := a.mayPut(old, d); err != nil {
		return nil, err
	}
	a.book.departments[d.Id] = d
	a.cs.tellDepartment(a.corp, old, d)
	return nil, nil
}

// mayPut returns an error if d cannot be put in place of old, which is nil for a new department.
func (a *ask) mayPut(old, d *Department) error {
	if err := a.book.fits(a.corp, d); err != nil {
		return err
	}
	return cmp.Or(a.editable(old), a.editable(a.book.departments[d.ParentId]))
}

func deleteDepartment(a *ask) (obj, error) {
	d, err := a.department("id")
	if err != nil {
		return nil, err
	}
	departments, members := a.book.nodes(a.corp, d.Id)
	switch {
	case d.Id == rootId:
		return nil, platform.Refuse(codeIsRoot, "can not delete the root department")
	case members > 0:
		return nil, platform.Refuse(codeHasMembers, "department contains user")
	case departments > 0:
		return nil, platform.Refuse(codeHasDepartments, "department contains sub department")
	}
	if err := a.editable(d); err != nil {
		return nil, err
	}
	a.remove(d)
	return nil, nil
}

// remove deletes a department and tells of it.
func (a *ask) remove(d *Department) {
	a.cs.host.Note(platform.ChangedCorp, "", a.corp.Id, a.corp.Id)
	a.cs.tell(a.corp, "delete_party", func(v viewer) []platform.Field {
		if !v.sees(d) {
			return nil
		}
		return []platform.Field{platform.Number("Id", d.Id)}
	})
	delete(a.book.departments, d.Id)
	delete(a.book.doomed, d.Id)
	a.untag(d.Id)
}

// untag takes all tags from a department that is gone, and tells the apps that made them. The
// event does not say what has changed.
func (a *ask) untag(departmentId int64) {
	for _, t := range a.book.sortedTags() {
		i := slices.Index(t.departments, departmentId)
		if i < 0 {
			continue
		}
		t.departments = slices.Delete(t.departments, i, i+1)
		a.cs.tell(a.corp, "update_tag", func(v viewer) []platform.Field {
			if v.suiteId != t.maker || v.suiteId == a.suiteId {
				return nil
			}
			return []platform.Field{platform.Number("TagId", t.id)}
		})
	}
}
