package wecomtest

import (
	"context"
	"slices"

	"github.com/gothird/wecom/internal/fakewecom/customers"
)

// RemoveCustomer lets a member remove a customer: del_external_contact.
func (c *Corp) RemoveCustomer(userId string, customer *Customer) {
	w := c.wecom()
	w.t.Helper()
	w.told(w.engine.RemoveCustomer(w.ctx, c.Id, userId, c.customer(customer)))
}

// RemarkCustomer lets a member change the remark (备注) about a customer: edit_external_contact.
func (c *Corp) RemarkCustomer(userId string, customer *Customer, remark string) {
	w := c.wecom()
	w.t.Helper()
	w.told(w.engine.RemarkCustomer(w.ctx, c.Id, userId, c.customer(customer), remark))
}

// SendGroupMsg lets members confirm a mass message of the app (externalcontact.AddMsgTemplate),
// which then reaches their customers. Without userIds, all who have not done so confirm it.
func (c *Corp) SendGroupMsg(msgId string, userIds ...string) {
	w := c.wecom()
	w.t.Helper()
	c.confirm(msgId, userIds, w.engine.GroupMsgSenders, w.engine.SendGroupMsg)
}

// PublishMoment lets members publish a moment (客户朋友圈) that the app has asked them to
// publish (externalcontact.AddMomentTask). Without userIds, all who have not done so publish it.
func (c *Corp) PublishMoment(momentId string, userIds ...string) {
	w := c.wecom()
	w.t.Helper()
	c.confirm(momentId, userIds, w.engine.MomentPublishers, w.engine.PublishMoment)
}

// confirm lets members do what an app has asked them to; nobody named: all who have not yet.
func (c *Corp) confirm(task string, userIds []string, waiting func(corpId, task string) ([]string, error), do func(ctx context.Context, corpId, task, userId string) error) {
	w := c.wecom()
	w.t.Helper()
	if len(userIds) == 0 {
		var err error
		userIds, err = waiting(c.Id, task)
		w.do(err)
	}
	for _, id := range userIds {
		w.told(do(w.ctx, c.Id, task, id))
	}
}

// NewGroup lets a member make a customer group (客户群) and invite customers, also those whom
// nobody has added. The apps that see the owner get change_external_chat with create.
// [Customer.Join] and [Customer.Leave] change the group later.
func (c *Corp) NewGroup(name, ownerUserId string, invited ...*Customer) (chatId string) {
	w := c.wecom()
	w.t.Helper()
	c.member(ownerUserId)
	people := make([]customers.Customer, len(invited))
	for i, x := range invited {
		c.customer(x)
		people[i] = x.engineCustomer()
	}
	chatId, err := w.engine.NewGroup(w.ctx, c.Id, name, ownerUserId, people...)
	w.told(err)
	return chatId
}

// RenameGroup lets the owner of a customer group rename it: change_external_chat with
// change_name.
func (c *Corp) RenameGroup(chatId, name string) {
	w := c.wecom()
	w.t.Helper()
	w.told(w.engine.RenameGroup(w.ctx, c.Id, chatId, name))
}

// DismissGroup lets the owner of a customer group dismiss it: change_external_chat with dismiss.
func (c *Corp) DismissGroup(chatId string) {
	w := c.wecom()
	w.t.Helper()
	w.told(w.engine.DismissGroup(w.ctx, c.Id, chatId))
}

// OpenGid returns the id of a customer group in WeChat, as a mini program gets it.
func (c *Corp) OpenGid(chatId string) string {
	c.wecom().t.Helper()
	return c.group(chatId).OpenGid
}

// group is a customer group of the corp, which must be there.
func (c *Corp) group(chatId string) customers.Group {
	c.w.t.Helper()
	groups := c.w.engine.Groups(c.Id)
	i := slices.IndexFunc(groups, func(g customers.Group) bool { return g.ChatId == chatId })
	if i < 0 {
		c.w.t.Fatalf("wecomtest: %s has no customer group %q: see NewGroup", c.Name, chatId)
	}
	return groups[i]
}

// customer is the ExternalUserId of a customer of the corp, whom the test must have.
func (c *Corp) customer(x *Customer) string {
	c.w.t.Helper()
	if !x.isOf(c) {
		c.w.t.Fatalf("wecomtest: the Customer is not of %s: give one that its AddCustomer or KfCustomer returned", c.Name)
	}
	return x.ExternalUserId
}
