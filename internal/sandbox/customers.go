package sandbox

import (
	"context"
	"encoding/json"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/customers"
)

// Person is somebody outside of the corp.
type Person struct {
	ExternalUserId string `json:"external_user_id" doc:"empty: one is made up; wo… is a user of WeCom, any other one of WeChat"`
	Name           string `json:"name" doc:"empty: one is made up"`
	UnionId        string `json:"union_id"`
}

// Customer is a customer (客户) of one member.
type Customer struct {
	ExternalUserId string    `json:"external_user_id"`
	Name           string    `json:"name"`
	UserId         string    `json:"user_id" doc:"the member"`
	Since          time.Time `json:"since"`
	AddWay         int64     `json:"add_way"`
	State          string    `json:"state" doc:"of the way by which he came"`
	Remark         string    `json:"remark"`
	Tags           []string  `json:"tags" doc:"ids"`
	Half           bool      `json:"half" doc:"the member has not confirmed yet"`
	Lost           bool      `json:"lost" doc:"he has deleted the member"`
}

// Group is a customer group (客户群).
type Group struct {
	ChatId string   `json:"chat_id"`
	Name   string   `json:"name"`
	Owner  string   `json:"owner" doc:"userid"`
	People []string `json:"people" doc:"userids and external userids"`
}

// TagGroup is a group of tags (标签组).
type TagGroup struct {
	Id   string `json:"id"`
	Name string `json:"name"`
	Tags []Tag  `json:"tags"`
}

// Tag is a tag (企业标签) for customers.
type Tag struct {
	Id   string `json:"id"`
	Name string `json:"name"`
	Used int    `json:"used" doc:"how many customers have it"`
}

// Customers are those of a corp, with their groups and the tags that they may have.
type Customers struct {
	Customers []Customer `json:"customers"`
	Groups    []Group    `json:"groups" doc:"that are not dismissed"`
	TagGroups []TagGroup `json:"tag_groups"`
}

// ListCustomers lists the customers and customer groups of a corp.
func (w *World) ListCustomers(_ context.Context, in CorpRef) (Customers, error) {
	out := Customers{[]Customer{}, []Group{}, []TagGroup{}}
	if _, err := w.corp(in.CorpId); err != nil {
		return out, err
	}
	for _, r := range w.engine.CustomersOf(in.CorpId) {
		out.Customers = append(out.Customers, showCustomer(r))
	}
	for _, g := range w.engine.Groups(in.CorpId) {
		out.Groups = append(out.Groups, Group{g.ChatId, g.Name, g.Owner, g.People})
	}
	for _, g := range w.engine.TagGroups(in.CorpId) {
		group := TagGroup{g.Id, g.Name, []Tag{}}
		for _, t := range g.Tags {
			group.Tags = append(group.Tags, Tag(t))
		}
		out.TagGroups = append(out.TagGroups, group)
	}
	return out, nil
}

func showCustomer(r customers.Relation) Customer {
	return Customer{r.ExternalUserId, r.Name, r.UserId, r.Since, r.AddWay, r.State, r.Remark, append([]string{}, r.Tags...), r.Half, r.Lost}
}

// named gives a person what was left out.
func (w *World) named(corpId string, p Person) customers.Customer {
	out := customers.Customer{ExternalUserId: p.ExternalUserId, Name: p.Name, UnionId: p.UnionId}
	if p.Name == "" && p.ExternalUserId != "" {
		for _, known := range w.engine.People(corpId) {
			if known.ExternalUserId == p.ExternalUserId {
				out.Name = known.Name
			}
		}
	}
	if out.ExternalUserId == "" || out.Name == "" {
		n := w.next()
		if out.ExternalUserId == "" {
			out.ExternalUserId = w.cfg.name("wm", 30, "customer", n)
		}
		if out.Name == "" {
			out.Name = "Customer " + n
		}
	}
	return out
}

// NewCustomer is a customer and a member who add each other.
type NewCustomer struct {
	CorpRef
	Person
	UserId string `json:"user_id" doc:"the member; empty: one of the way"`
	Way    string `json:"way" doc:"config_id of a contact way or link_id of an acquisition link; empty: none of them"`
	State  string `json:"state" doc:"of a way; one of a config_id has its own"`
	Half   bool   `json:"half" doc:"the member does not confirm yet"`
}

// CustomerAdded is a new customer.
type CustomerAdded struct {
	Customer Customer `json:"customer"`
	Outcome
}

// AddCustomer is a customer and a member who add each other: change_external_contact is pushed.
func (w *World) AddCustomer(ctx context.Context, in NewCustomer) (out CustomerAdded, err error) {
	if _, err := w.corp(in.CorpId); err != nil {
		return out, err
	}
	if in.UserId == "" && in.Way == "" {
		return out, invalid("give user_id, the member who gets the customer, or a way that leads to one")
	}
	m := customers.Meeting{Customer: w.named(in.CorpId, in.Person), UserId: in.UserId, Way: in.Way, State: in.State, Half: in.Half}
	var r customers.Relation
	out.Outcome, err = w.act(ctx, func(ctx context.Context) (err error) {
		r, err = w.engine.AddCustomer(ctx, in.CorpId, m)
		return err
	})
	out.Customer = showCustomer(r)
	return out, err
}

// CustomerEnd is the end of what a customer and a member have with each other.
type CustomerEnd struct {
	CorpRef
	ExternalUserId string `json:"external_user_id" need:"1"`
	UserId         string `json:"user_id" need:"1" doc:"the member"`
	ByCustomer     bool   `json:"by_customer" doc:"true: he deletes the member, who keeps him in his list; else the member removes him"`
}

// RemoveCustomer is a member who removes a customer, or a customer who deletes a member.
func (w *World) RemoveCustomer(ctx context.Context, in CustomerEnd) (Outcome, error) {
	if _, err := w.corp(in.CorpId); err != nil {
		return Outcome{}, err
	}
	return w.act(ctx, func(ctx context.Context) error {
		if in.ByCustomer {
			return w.engine.RemoveMember(ctx, in.CorpId, in.UserId, in.ExternalUserId)
		}
		return w.engine.RemoveCustomer(ctx, in.CorpId, in.UserId, in.ExternalUserId)
	})
}

// NewGroup is a member who makes a group.
type NewGroup struct {
	CorpRef
	Name   string   `json:"name" need:"1" doc:"of the group"`
	Owner  string   `json:"owner" need:"1" doc:"userid"`
	People []Person `json:"people" doc:"customers in it"`
}

// GroupChanged is a group after an action.
type GroupChanged struct {
	ChatId string `json:"chat_id"`
	Outcome
}

// AddGroup is a member who makes a group with customers.
func (w *World) AddGroup(ctx context.Context, in NewGroup) (out GroupChanged, err error) {
	if _, err := w.corp(in.CorpId); err != nil {
		return out, err
	}
	var people []customers.Customer
	for _, p := range in.People {
		people = append(people, w.named(in.CorpId, p))
	}
	out.Outcome, err = w.act(ctx, func(ctx context.Context) (err error) {
		out.ChatId, err = w.engine.NewGroup(ctx, in.CorpId, in.Name, in.Owner, people...)
		return err
	})
	return out, err
}

// GroupRef names a group.
type GroupRef struct {
	CorpRef
	ChatId string `json:"-" path:"chat" need:"1" doc:"chat_id"`
}

// Joining is a customer who comes into a group.
type Joining struct {
	GroupRef
	Person
}

// JoinGroup is a customer who is invited to a group by its chat_id, or scans the code of a join
// way, by its config_id.
func (w *World) JoinGroup(ctx context.Context, in Joining) (Outcome, error) {
	if _, err := w.corp(in.CorpId); err != nil {
		return Outcome{}, err
	}
	who := w.named(in.CorpId, in.Person)
	return w.act(ctx, func(ctx context.Context) error { return w.engine.JoinGroup(ctx, in.CorpId, in.ChatId, who) })
}

// Leaving is a customer who leaves a group.
type Leaving struct {
	GroupRef
	ExternalUserId string `json:"external_user_id" need:"1"`
}

// LeaveGroup is a customer who leaves a group.
func (w *World) LeaveGroup(ctx context.Context, in Leaving) (Outcome, error) {
	if _, err := w.corp(in.CorpId); err != nil {
		return Outcome{}, err
	}
	return w.act(ctx, func(ctx context.Context) error {
		return w.engine.LeaveGroup(ctx, in.CorpId, in.ChatId, in.ExternalUserId)
	})
}

// DismissGroup is the owner who dismisses a group.
func (w *World) DismissGroup(ctx context.Context, in GroupRef) (Outcome, error) {
	if _, err := w.corp(in.CorpId); err != nil {
		return Outcome{}, err
	}
	return w.act(ctx, func(ctx context.Context) error { return w.engine.DismissGroup(ctx, in.CorpId, in.ChatId) })
}

// CustomerRef names a customer.
type CustomerRef struct {
	CorpRef
	ExternalUserId string `json:"-" path:"customer" need:"1" doc:"external_user_id"`
}

// CustomerMessage is a message that has reached a customer.
type CustomerMessage struct {
	Id      string          `json:"id"`
	Time    time.Time       `json:"time"`
	SuiteId string          `json:"suite_id" doc:"of the app that has sent it, or asked for it"`
	UserId  string          `json:"user_id" doc:"the member from whom it comes"`
	Kind    string          `json:"kind"`
	Content json.RawMessage `json:"content" doc:"the object of its kind"`
}

// CustomerMessages lists messages to a customer.
type CustomerMessages struct {
	Messages []CustomerMessage `json:"messages"`
}

// ListCustomerMessages lists what has reached a customer, the oldest first.
func (w *World) ListCustomerMessages(_ context.Context, in CustomerRef) (CustomerMessages, error) {
	out := CustomerMessages{[]CustomerMessage{}}
	if _, err := w.corp(in.CorpId); err != nil {
		return out, err
	}
	for _, m := range w.engine.MessagesToCustomer(in.CorpId, in.ExternalUserId) {
		out.Messages = append(out.Messages, CustomerMessage{m.Id, m.Time, m.SuiteId, m.UserId, m.Kind, m.Content})
	}
	return out, nil
}
