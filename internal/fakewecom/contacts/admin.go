package contacts

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// PutDepartment is an administrator who makes a department, or changes the one with this id.
func (cs *Contacts) PutDepartment(ctx context.Context, corpId string, d Department) (id int64, err error) {
	err = cs.admin(ctx, corpId, func(corp *platform.Corp, b *book) error {
		d.Id = cmp.Or(d.Id, b.nextId())
		if d.Id != rootId {
			d.ParentId = cmp.Or(d.ParentId, rootId)
		}
		d.Order = cmp.Or(d.Order, usualOrder)
		id = d.Id
		return cs.putDepartment(corp, b, &d)
	})
	return id, err
}

func (cs *Contacts) putDepartment(corp *platform.Corp, b *book, d *Department) error {
	if err := b.fits(corp, d); err != nil {
		return fmt.Errorf("fakewecom: department %q of %s: %w", d.Name, corp.Name, err)
	}
	before := b.departments[d.Id]
	b.departments[d.Id] = d
	cs.tellDepartment(corp, before, d)
	return nil
}

// DepartmentAt finds a department by the names on the way from the root, such as Sales/East,
// and makes what is missing. "" is the root.
func (cs *Contacts) DepartmentAt(ctx context.Context, corpId, path string) (id int64, err error) {
	err = cs.admin(ctx, corpId, func(corp *platform.Corp, b *book) error {
		id = rootId
		if path == "" {
			return nil
		}
		for name := range strings.SplitSeq(path, "/") {
			d := b.child(id, name)
			if d == nil {
				d = &Department{Id: b.nextId(), Name: name, ParentId: id, Order: usualOrder}
				if err := cs.putDepartment(corp, b, d); err != nil {
					return err
				}
			}
			id = d.Id
		}
		return nil
	})
	return id, err
}

// Departments lists the departments of a corp, parents first.
func (cs *Contacts) Departments(corpId string) (list []Department) {
	cs.host.Locked(func() {
		if corp := cs.host.Corp(corpId); corp != nil {
			for _, d := range cs.book(corp).below(rootId) {
				list = append(list, *d)
			}
		}
	})
	return list
}

// VisibleRange is what an app of a corp may see: departments with all that is in and below them,
// and the members that are in none of these.
func (cs *Contacts) VisibleRange(suiteId, corpId string) (userIds []string, departments []int64, err error) {
	cs.host.Locked(func() {
		in := cs.host.Install(suiteId, corpId)
		if in == nil {
			err = fmt.Errorf("fakewecom: the corp %q does not have the app %q", corpId, suiteId)
			return
		}
		userIds, departments = cs.viewer(in.Corp, cs.host.Suite(suiteId), in).visibleRange()
	})
	return userIds, departments, err
}

// PutMember is an administrator who adds a member, changes the one with this UserId, or lets
// him leave.
func (cs *Contacts) PutMember(ctx context.Context, corpId string, m platform.Member) error {
	return cs.admin(ctx, corpId, func(corp *platform.Corp, b *book) error {
		for _, id := range m.Departments {
			if b.departments[id] == nil {
				return fmt.Errorf("fakewecom: %s has no department %d", corp.Name, id)
			}
		}
		if before, _ := corp.Member(m.UserId); !slices.Equal(before.In(), m.In()) {
			b.profiles[m.UserId].moved()
		}
		cs.put(corp, m, nobody)
		return nil
	})
}

// admin runs do for one corp, and pushes what came of it.
func (cs *Contacts) admin(ctx context.Context, corpId string, do func(corp *platform.Corp, b *book) error) error {
	return cs.host.Act(ctx, func() error {
		corp := cs.host.Corp(corpId)
		if corp == nil {
			return fmt.Errorf("fakewecom: no corp %q", corpId)
		}
		return do(corp, cs.book(corp))
	})
}
