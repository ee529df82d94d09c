package customers

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// Values of add_way that causes here bring.
const (
	addedByCode  = 1
	addedByLink  = 16
	addedByAdmin = 202
)

// Meeting is how a customer comes to a member.
type Meeting struct {
	Customer
	UserId string // the member; "": one of the Way
	Way    string // config_id of a contact way, or link_id of an acquisition link; "": none of them
	State  string // of a way; one of a Way has its own
	AddWay int64  // 0: by a QR code, or by the link
	Half   bool   // he has scanned, and the member has not confirmed yet
}

// AddCustomer is a customer and a member who add each other. It returns what came of it.
func (cs *Customers) AddCustomer(ctx context.Context, corpId string, m Meeting) (out Relation, err error) {
	err = cs.admin(ctx, corpId, func(b *book) error {
		r, err := b.met(m, cs.host.Now())
		if err != nil {
			return err
		}
		old := b.relation(r.UserId, m.ExternalUserId)
		if old != nil && !old.Lost && (!old.Half || m.Half) {
			return fmt.Errorf("fakewecom: %s is a customer of %s already", m.ExternalUserId, r.UserId)
		}
		b.ways = slices.DeleteFunc(b.ways, func(w *way) bool { return w.IsTemp && w.ConfigId == m.Way }) // that is good for one customer
		b.meet(m.Customer)
		r = b.renew(old, r)
		r.Since = cs.host.Now()
		change := changeAdded
		if r.Half {
			change = changeHalf
		}
		cs.tellContact(b, change, r, func(in *platform.Install) []platform.Field { return cs.welcomeFields(b, r, in) })
		out = r.copy()
		return nil
	})
	return out, err
}

// met is the relation that a meeting brings.
func (b *book) met(m Meeting, now time.Time) (*Relation, error) {
	if m.ExternalUserId == "" {
		return nil, fmt.Errorf("fakewecom: a customer needs an ExternalUserId")
	}
	if _, ok := b.corp.Member(m.ExternalUserId); ok {
		return nil, fmt.Errorf("fakewecom: %q is a member of %s: a customer has an id of his own", m.ExternalUserId, b.corp.Name)
	}
	r := &Relation{Customer: m.Customer, UserId: m.UserId, AddWay: cmp.Or(m.AddWay, addedByCode), State: m.State, OperUserId: m.ExternalUserId, Half: m.Half}
	if err := b.come(r, m.Way, now); err != nil {
		return nil, err
	}
	return r, b.corp.There(r.UserId)
}

// come fills in what a way or a link brings.
func (b *book) come(r *Relation, id string, now time.Time) error {
	if id == "" {
		return nil
	}
	var users []string
	if w := b.way(id); w != nil {
		if w.old(now) {
			return fmt.Errorf("fakewecom: the contact way %s has expired", id)
		}
		if r.State != "" && r.State != w.State {
			return fmt.Errorf("fakewecom: the contact way %s has the state %q, not %q: leave State out", id, w.State, r.State)
		}
		r.AddWay, r.State, r.Temporary, users = addedByCode, w.State, w.IsTemp, w.User
	} else if l := b.link(id); l != nil {
		const most = 64 // bytes
		r.AddWay, r.State, users = addedByLink, platform.Cut(r.State, most), l.Range.UserList
	} else {
		return fmt.Errorf("fakewecom: %s has no contact way and no link %q: take the config_id or link_id that the app was answered", b.corp.Name, id)
	}
	r.Way = id
	return r.among(users)
}

// among takes the first of the members of a way if the test names none.
func (r *Relation) among(users []string) error {
	if len(users) == 0 { // it has departments
		return nil
	}
	r.UserId = cmp.Or(r.UserId, users[0])
	if !slices.Contains(users, r.UserId) {
		return fmt.Errorf("fakewecom: %s leads to %v, not to %s", r.Way, users, r.UserId)
	}
	return nil
}

// renew puts a relation into the book. What was noted in an earlier one stays, and the welcome
// of one that was half there counts.
func (b *book) renew(old, r *Relation) *Relation {
	if old == nil {
		b.relations = append(b.relations, r)
		return r
	}
	r.Remark, r.Company, r.Description, r.Mobiles, r.Tags = old.Remark, old.Company, old.Description, old.Mobiles, old.Tags
	r.welcomed = old.Half && old.welcomed
	if old.Half && r.State == "" {
		r.State, r.Way, r.AddWay, r.Temporary = old.State, old.Way, old.AddWay, old.Temporary
	}
	*old = *r
	return old
}

func (r *Relation) copy() Relation {
	c := *r
	c.Tags, c.Mobiles = slices.Clone(r.Tags), slices.Clone(r.Mobiles)
	return c
}

// RemoveCustomer is a member who removes a customer.
func (cs *Customers) RemoveCustomer(ctx context.Context, corpId, userId, externalId string) error {
	return cs.withRelation(ctx, corpId, userId, externalId, func(b *book, r *Relation) error {
		if err := b.corp.There(userId); err != nil {
			return err
		}
		b.drop(r)
		cs.tellContact(b, changeRemoved, r, nil)
		return nil
	})
}

// RemoveMember is a customer who deletes a member, who still has him in his list.
func (cs *Customers) RemoveMember(ctx context.Context, corpId, userId, externalId string) error {
	return cs.withRelation(ctx, corpId, userId, externalId, func(b *book, r *Relation) error {
		if r.Lost {
			return fmt.Errorf("fakewecom: %s has deleted %s already", externalId, userId)
		}
		r.Lost = true
		cs.tellContact(b, changeLost, r, nil)
		return nil
	})
}

// RemarkCustomer is a member who notes something about a customer.
func (cs *Customers) RemarkCustomer(ctx context.Context, corpId, userId, externalId, text string) error {
	return cs.withRelation(ctx, corpId, userId, externalId, func(b *book, r *Relation) error {
		if err := b.corp.There(userId); err != nil {
			return err
		}
		cs.note(b, r, remarks{Remark: &text})
		return nil
	})
}

func (cs *Customers) withRelation(ctx context.Context, corpId, userId, externalId string, do func(b *book, r *Relation) error) error {
	return cs.admin(ctx, corpId, func(b *book) error {
		r := b.relation(userId, externalId)
		if r == nil || r.Half {
			return fmt.Errorf("fakewecom: %s is no customer of %s: see AddCustomer", externalId, userId)
		}
		return do(b, r)
	})
}

// CustomersOf lists the relations of a corp, the oldest first.
func (cs *Customers) CustomersOf(corpId string) (list []Relation) {
	cs.host.Locked(func() {
		if b := cs.books[corpId]; b != nil {
			for _, r := range b.relations {
				list = append(list, r.copy())
			}
		}
	})
	return list
}

// People lists the persons who are known to a corp, as they came: also those who are customers
// no more, or only in groups.
func (cs *Customers) People(corpId string) (list []Customer) {
	cs.host.Locked(func() {
		if b := cs.books[corpId]; b != nil {
			list = slices.Clone(b.known)
		}
	})
	return list
}

// admin runs do for one corp, and pushes what came of it.
func (cs *Customers) admin(ctx context.Context, corpId string, do func(b *book) error) error {
	return cs.host.Act(ctx, func() error {
		corp := cs.host.Corp(corpId)
		if corp == nil {
			return fmt.Errorf("fakewecom: no corp %q", corpId)
		}
		return do(cs.book(corp))
	})
}
