package customers

import (
	"slices"
	"strings"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// Customer is a person outside of the corp. An id that begins with wo is that of a user of
// WeCom, any other that of one of WeChat.
type Customer struct {
	ExternalUserId string // as the provider sees it
	Name           string
	UnionId        string
}

// Relation is a customer of one member.
type Relation struct {
	Customer
	UserId      string
	Since       time.Time
	AddWay      int64  // add_way
	State       string // of the way
	Way         string // config_id of a contact way, or link_id; "": none of them
	OperUserId  string // who began
	Remark      string
	Company     string // in the remark
	Description string
	Mobiles     []string
	Tags        []string // ids
	Half        bool     // the member has not confirmed yet
	Lost        bool     // the customer has deleted the member, who still has him
	Temporary   bool     // came by a temporary way

	welcomed bool
}

// book is what is known of the customers of a corp. Lists are in the order in which things
// were made.
type book struct {
	corp      *platform.Corp
	known     []Customer // also those in groups whom no member has added
	relations []*Relation
	groups    []*tagGroup
	ways      []*way
	links     []*link
	chats     []*chat
	joinWays  []*joinWay
	transfers []*transfer
	masses    []*mass
	moments   []*moment
	messages  []Message
	welcomes  map[string]*welcome // by code
	pending   map[string]pending  // by unionid
}

func (cs *Customers) book(corp *platform.Corp) *book {
	b := cs.books[corp.Id]
	if b == nil {
		b = &book{corp: corp, welcomes: map[string]*welcome{}, pending: map[string]pending{}}
		cs.books[corp.Id] = b
	}
	return b
}

// sees reports whether apps see a member, with the right to 客户联系.
func (b *book) sees(userId string) bool {
	m, ok := b.corp.Member(userId)
	return ok && visible(m)
}

func visible(m platform.Member) bool { return m.Visible() && !m.NoInterop }

// seesAll refuses members whom the app does not see.
func (b *book) seesAll(userIds ...string) error {
	for _, id := range userIds {
		if !b.sees(id) {
			return platform.Refuse(codeNotVisible, "no privilege to access user %s", id)
		}
	}
	return nil
}

// find finds a person by id.
func (b *book) find(externalId string) (Customer, bool) {
	i := slices.IndexFunc(b.known, func(c Customer) bool { return c.ExternalUserId == externalId })
	if i < 0 {
		return Customer{}, false
	}
	return b.known[i], true
}

// meet makes a person known, or takes the name that he has now.
func (b *book) meet(c Customer) {
	i := slices.IndexFunc(b.known, func(o Customer) bool { return o.ExternalUserId == c.ExternalUserId })
	if i < 0 {
		b.known = append(b.known, c)
		return
	}
	b.known[i] = c
	for _, r := range b.relations {
		if r.ExternalUserId == c.ExternalUserId {
			r.Customer = c
		}
	}
}

// relation is that of a member and a customer; nil: they have none.
func (b *book) relation(userId, externalId string) *Relation {
	return platform.First(b.relations, func(r *Relation) bool { return r.UserId == userId && r.ExternalUserId == externalId })
}

// where lists the relations that fit and are confirmed by the member.
func (b *book) where(fits func(r *Relation) bool) (list []*Relation) {
	for _, r := range b.relations {
		if !r.Half && fits(r) {
			list = append(list, r)
		}
	}
	return list
}

// of lists the relations of a member.
func (b *book) of(userId string) []*Relation {
	return b.where(func(r *Relation) bool { return r.UserId == userId })
}

// followersOf lists the relations of a customer with members whom apps see.
func (b *book) followersOf(externalId string) []*Relation {
	return b.where(func(r *Relation) bool { return r.ExternalUserId == externalId && b.sees(r.UserId) })
}

func (b *book) drop(r *Relation) {
	b.relations = slices.DeleteFunc(b.relations, func(o *Relation) bool { return o == r })
}

// his is the relation that a request is about.
func (b *book) his(userId, externalId string) (*Relation, error) {
	if err := b.seesAll(userId); err != nil {
		return nil, err
	}
	if err := b.looksRight(externalId); err != nil {
		return nil, err
	}
	r := b.relation(userId, externalId)
	if r == nil || r.Half {
		return nil, platform.Refuse(codeNoCustomer, "not external contact")
	}
	return r, nil
}

// looksRight refuses what cannot be the id of a customer: that of a member, or of another form.
func (b *book) looksRight(externalId string) error {
	if _, ok := b.find(externalId); ok {
		return nil
	}
	_, isMember := b.corp.Member(externalId)
	if isMember || !strings.HasPrefix(externalId, "wm") && !ofWeCom(externalId) {
		return platform.Refuse(codeBadCustomer, "invalid external userid")
	}
	return nil
}

// ofWeCom reports whether an id is that of a user of WeCom.
func ofWeCom(externalId string) bool { return strings.HasPrefix(externalId, "wo") }
