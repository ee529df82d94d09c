package sandbox

import (
	"context"
	"encoding/json"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/customers"
)

// Person is somebody outside of the corp.
type Person struct {
	ExternalUserId string `json:"external_user_id" doc:"empty: one is made up; wo… is a user of WeCom, any other one of WeChat" zh:"不填则自动生成；以 wo 开头为企业微信用户，其他为微信用户"`
	Name           string `json:"name" doc:"empty: one is made up" zh:"不填则自动生成"`
	UnionId        string `json:"union_id" doc:"of WeChat; empty: none" zh:"微信 unionid，不填则没有"`
}

// Customer is a customer (客户) of one member.
type Customer struct {
	ExternalUserId string    `json:"external_user_id"`
	Name           string    `json:"name"`
	UserId         string    `json:"user_id" doc:"the member" zh:"成员"`
	Since          time.Time `json:"since"`
	AddWay         int64     `json:"add_way"`
	State          string    `json:"state" doc:"of the way by which he came" zh:"来源渠道的 state"`
	Remark         string    `json:"remark"`
	Tags           []string  `json:"tags" doc:"ids" zh:"标签 ID"`
	Half           bool      `json:"half" doc:"the member has not confirmed yet" zh:"成员尚未确认"`
	Lost           bool      `json:"lost" doc:"he has deleted the member" zh:"客户已删除成员"`
}

// Group is a customer group (客户群).
type Group struct {
	ChatId  string   `json:"chat_id"`
	Name    string   `json:"name"`
	Owner   string   `json:"owner" doc:"userid" zh:"成员 userid"`
	OpenGid string   `json:"open_gid" doc:"in WeChat" zh:"客户群 opengid"`
	People  []string `json:"people" doc:"userids and external userids" zh:"成员 userid 与客户 external_userid"`
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
	Used int    `json:"used" doc:"how many customers have it" zh:"有此标签的客户数"`
}

// Customers are those of a corp, with their groups and the tags that they may have.
type Customers struct {
	Customers []Customer `json:"customers"`
	Groups    []Group    `json:"groups" doc:"that are not dismissed" zh:"未解散的客户群"`
	TagGroups []TagGroup `json:"tag_groups" doc:"by rank" zh:"按排序值排列"`
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
		out.Groups = append(out.Groups, Group{g.ChatId, g.Name, g.Owner, g.OpenGid, g.People})
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
	UserId string `json:"user_id" doc:"the member; empty: one of the way" zh:"添加客户的成员；不填则由获客方式决定"`
	Way    string `json:"way" doc:"config_id of a contact way or link_id of an acquisition link; empty: none of them" zh:"「联系我」的 config_id 或获客链接的 link_id；不填则都不是"`
	State  string `json:"state" doc:"of a way; one of a config_id has its own" zh:"获客链接的 state；「联系我」config_id 使用自己的 state"`
	Half   bool   `json:"half" doc:"the member does not confirm yet" zh:"成员暂不确认"`
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
		return out, invalid(words{"give user_id, the member who gets the customer, or a way that leads to one", "请填写添加客户的成员 user_id，或填写「联系我」等获客方式 way"})
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
	ExternalUserId string `json:"external_user_id" need:"1" doc:"the customer" zh:"客户 external_userid"`
	UserId         string `json:"user_id" need:"1" doc:"the member" zh:"成员"`
	ByCustomer     bool   `json:"by_customer" doc:"true: he deletes the member, who keeps him in his list; else the member removes him" zh:"true 则客户删除成员，成员仍保留该客户；否则成员删除客户"`
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
	Name   string   `json:"name" need:"1" doc:"of the group" zh:"群名"`
	Owner  string   `json:"owner" need:"1" doc:"userid" zh:"成员 userid"`
	People []Person `json:"people" doc:"customers in it" zh:"群内的客户"`
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
	ChatId string `json:"-" path:"chat" need:"1" doc:"chat_id" zh:"客户群 chat_id"`
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
	ExternalUserId string `json:"external_user_id" need:"1" doc:"the customer" zh:"客户 external_userid"`
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
	ExternalUserId string `json:"-" path:"customer" need:"1" doc:"external_user_id" zh:"客户 external_userid"`
}

// CustomerMessage is a message that has reached a customer.
type CustomerMessage struct {
	Id      string          `json:"id"`
	Time    time.Time       `json:"time"`
	SuiteId string          `json:"suite_id" doc:"of the app that has sent it, or asked for it" zh:"发送或请求发送的应用"`
	UserId  string          `json:"user_id" doc:"the member from whom it comes" zh:"以该成员的名义发出"`
	Kind    string          `json:"kind"`
	Content json.RawMessage `json:"content" doc:"the object of its kind" zh:"该类型的对象"`
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
