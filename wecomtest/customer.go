package wecomtest

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/gothird/wecom/internal/fakewecom/customers"
)

// Customer is a customer (客户) from WeChat (微信), or from the WeCom of another corp.
// [Corp.AddCustomer] takes one with the fields that matter to the test, and returns it with all
// fields set.
type Customer struct {
	ExternalUserId string // as the provider sees it; "": one is generated. One that begins with wo is of WeCom, any other of WeChat
	Name           string // "": one is generated
	UnionId        string // in WeChat; "": one is generated

	// Way is how the customer came: the config_id of a contact way (联系我), or the link_id of an
	// acquisition link (获客链接); "": neither. State is that of the contact way, or the
	// customer_channel of the link; without a Way it is what the test says.
	Way, State string

	corp *Corp
}

// AddCustomer lets a customer and a member add each other. All apps of the corp that see the
// member get add_external_contact, with the State and, for customers from WeChat, a WelcomeCode
// that is valid for 20 seconds. userId can be "" for a customer with a Way that names members.
// Further members can add the same customer, named by ExternalUserId. After one has removed the
// other, they can add each other again.
func (c *Corp) AddCustomer(userId string, customer Customer) *Customer {
	c.wecom().t.Helper()
	return c.meet(userId, customer, false)
}

// AddHalfCustomer lets a customer add a member who has not yet confirmed:
// add_half_external_contact. [Corp.AddCustomer] then lets the member confirm.
func (c *Corp) AddHalfCustomer(userId string, customer Customer) *Customer {
	c.wecom().t.Helper()
	return c.meet(userId, customer, true)
}

func (c *Corp) meet(userId string, x Customer, half bool) *Customer {
	w := c.wecom()
	w.t.Helper()
	if userId != "" || x.Way == "" {
		c.member(userId)
	}
	if x.corp != nil && !x.isOf(c) {
		w.t.Fatalf("wecomtest: %s is a customer of %s: for %s he is somebody else, with an ExternalUserId of his own", x.ExternalUserId, x.corp.Name, c.Name)
	}
	c.completeCustomer(&x)
	came, err := w.engine.AddCustomer(w.ctx, c.Id, customers.Meeting{Customer: x.engineCustomer(), UserId: userId, Way: x.Way, State: x.State, Half: half})
	w.told(err)
	x.State = came.State
	return &x
}

// completeCustomer fills in what a test left out of a customer.
func (c *Corp) completeCustomer(x *Customer) {
	known := c.w.engine.People(c.Id)
	x.corp = c
	x.ExternalUserId = cmp.Or(x.ExternalUserId, c.w.name("wm", 30, "customer", c.Id, strconv.Itoa(len(known)+1)))
	for _, o := range known {
		if o.ExternalUserId == x.ExternalUserId {
			x.Name, x.UnionId = cmp.Or(x.Name, o.Name), cmp.Or(x.UnionId, o.UnionId)
		}
	}
	x.Name = cmp.Or(x.Name, "Customer "+strconv.Itoa(len(known)+1))
	x.UnionId = cmp.Or(x.UnionId, c.w.name("o", 27, "unionid", x.ExternalUserId))
}

func (x *Customer) engineCustomer() customers.Customer {
	return customers.Customer{ExternalUserId: x.ExternalUserId, Name: x.Name, UnionId: x.UnionId}
}

// of is the corp that the customer belongs to.
func (x *Customer) of() *Corp {
	if x == nil || x.corp == nil {
		panic("wecomtest: this Customer belongs to no corp: use the one that AddCustomer or KfCustomer returns")
	}
	return x.corp
}

// isOf reports whether the customer is one of the corp, in this WeCom.
func (x *Customer) isOf(c *Corp) bool {
	return x != nil && x.corp != nil && x.corp.w == c.w && x.corp.Id == c.Id
}

// Messages lists what has reached the customer and can still be read, the oldest first. From
// members these are welcome messages, and mass messages that a member has confirmed, see
// [Corp.SendGroupMsg]; a text and each attachment are messages of their own. A message from an
// account of customer service (微信客服) has its OpenKfId, and the UserId of the servicer or the
// SuiteId of the app that wrote it.
func (x *Customer) Messages() (list []Message) {
	c := x.of()
	c.w.t.Helper()
	for _, m := range c.w.engine.MessagesToCustomer(c.Id, x.ExternalUserId) {
		list = append(list, Message{Time: m.Time, Id: m.Id, CorpId: m.CorpId, SuiteId: m.SuiteId, UserId: m.UserId, Kind: m.Kind, Text: textOf(m.Content), Body: string(m.Content)})
	}
	for _, a := range c.w.engine.KfAccounts(c.Id) {
		list = append(list, x.answers(a.OpenKfId)...)
	}
	slices.SortStableFunc(list, func(a, b Message) int { return a.Time.Compare(b.Time) })
	return list
}

// RemoveMember lets the customer delete a member: del_follow_user. The customer stays in the
// member's list, but gets no more messages.
func (x *Customer) RemoveMember(userId string) {
	w := x.of().w
	w.t.Helper()
	w.told(w.engine.RemoveMember(w.ctx, x.corp.Id, userId, x.ExternalUserId))
}

// RefuseTransfer lets the customer refuse the new member (externalcontact.TransferCustomer),
// within 24 hours: transfer_fail.
func (x *Customer) RefuseTransfer(takeoverUserId string) {
	w := x.of().w
	w.t.Helper()
	w.told(w.engine.RefuseTransfer(w.ctx, x.corp.Id, takeoverUserId, x.ExternalUserId))
}

// Join lets the customer join a customer group (客户群): change_external_chat with add_member.
// group is the chat_id for an invitation, or the config_id of a join way (加入群聊).
func (x *Customer) Join(group string) {
	w := x.of().w
	w.t.Helper()
	w.told(w.engine.JoinGroup(w.ctx, x.corp.Id, group, x.engineCustomer()))
}

// Leave lets the customer leave a customer group: change_external_chat with del_member.
func (x *Customer) Leave(chatId string) {
	w := x.of().w
	w.t.Helper()
	w.told(w.engine.LeaveGroup(w.ctx, x.corp.Id, chatId, x.ExternalUserId))
}

// LikeMoment lets the customer like a moment (客户朋友圈) that a member has published.
func (x *Customer) LikeMoment(momentId, userId string) {
	w := x.of().w
	w.t.Helper()
	w.told(w.engine.ReactToMoment(w.ctx, x.corp.Id, momentId, userId, x.ExternalUserId, true))
}

// CommentMoment lets the customer comment on a moment that a member has published. Apps do not
// get the text.
func (x *Customer) CommentMoment(momentId, userId string) {
	w := x.of().w
	w.t.Helper()
	w.told(w.engine.ReactToMoment(w.ctx, x.corp.Id, momentId, userId, x.ExternalUserId, false))
}
