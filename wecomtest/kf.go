package wecomtest

import (
	"cmp"
	"encoding/json"
	"slices"

	"github.com/gothird/wecom/internal/fakewecom/kf"
)

// KfAccount lets an administrator open the customer service account (微信客服账号) of this name
// to [Corp.App]: kf_account_auth_change. The account is created if it does not exist. servicers
// (接待人员) are members who answer for it. Accounts that the app makes itself (AccountAdd of
// corp/kf) are open to it.
func (c *Corp) KfAccount(name string, servicers ...string) (openKfId string) {
	w := c.wecom()
	w.t.Helper()
	for _, id := range servicers {
		c.member(id)
	}
	openKfId, err := w.engine.OpenKfAccount(w.ctx, c.Id, name, c.App.SuiteId())
	w.told(err)
	w.told(w.engine.AddKfServicers(w.ctx, c.Id, openKfId, servicers...))
	return openKfId
}

// KfClose lets an administrator close an account to [Corp.App]: kf_account_auth_change. Calls of
// the app for it are refused after that (48007).
func (c *Corp) KfClose(openKfId string) {
	w := c.wecom()
	w.t.Helper()
	w.told(w.engine.CloseKfAccount(w.ctx, c.Id, openKfId, c.App.SuiteId()))
}

// KfCustomer returns a customer from WeChat (微信) who can write to the accounts of the corp,
// although no member has added the customer. The same name is the same customer.
func (c *Corp) KfCustomer(name string) *Customer {
	w := c.wecom()
	w.t.Helper()
	if name == "" {
		w.t.Fatalf("wecomtest: KfCustomer: give a name, by which he is known again")
	}
	x := &Customer{ExternalUserId: w.name("wm", 30, "kf customer", c.Id, name), Name: name}
	c.completeCustomer(x)
	return x
}

// Ask lets a customer write a text to an account; kf_msg_or_event is pushed to the apps to which
// the account is open. A customer who was never there enters first, as by [Customer.Enter].
func (x *Customer) Ask(openKfId, text string) {
	w := x.of().w
	w.t.Helper()
	content, err := json.Marshal(map[string]string{"content": text})
	w.do(err)
	x.Write(openKfId, Message{Kind: "text", Body: string(content)})
}

// Write is [Customer.Ask] for other kinds of messages: m.Kind is the msgtype and m.Body its
// content as JSON, such as {"media_id":"…"} of an image that was uploaded before. It returns the
// msgid.
func (x *Customer) Write(openKfId string, m Message) (msgId string) {
	w := x.of().w
	w.t.Helper()
	msgId, err := w.engine.KfWrite(w.ctx, openKfId, x.atKf(), m.Kind, json.RawMessage(m.Body))
	w.told(err)
	return msgId
}

// Click lets a customer click an item of the last menu (msgmenu) that was sent to the customer:
// a text with its menu_id.
func (x *Customer) Click(openKfId, menuId string) {
	w := x.of().w
	w.t.Helper()
	var ids []string
	for _, m := range slices.Backward(x.answers(openKfId)) {
		if m.Kind != "msgmenu" {
			continue
		}
		var menu struct {
			List []struct {
				Click struct{ Id, Content string } `json:"click"`
			} `json:"list"`
		}
		w.do(json.Unmarshal([]byte(m.Body), &menu))
		for _, item := range menu.List {
			if id := item.Click.Id; id == menuId && id != "" {
				content, err := json.Marshal(map[string]string{"content": item.Click.Content, "menu_id": id})
				w.do(err)
				x.Write(openKfId, Message{Kind: "text", Body: string(content)})
				return
			} else if id != "" {
				ids = append(ids, id)
			}
		}
		break
	}
	w.t.Fatalf("wecomtest: %s has no menu item %q to click: the last menu that he was sent has %q", x.Name, menuId, ids)
}

// Enter lets a customer open a link of an account (AddContactWay of corp/kf) without writing
// yet: the event enter_session. It has a welcome_code if the customer was not welcomed and did
// not write within 48 hours. You may append &scene_param=… to a link with a scene.
func (x *Customer) Enter(link string) {
	w := x.of().w
	w.t.Helper()
	w.told(w.engine.KfEnter(w.ctx, link, x.atKf()))
}

// Recall recalls a message of the customer or of a servicer, by the id that [Customer.Write] or
// [Corp.KfAnswer] returned.
func (x *Customer) Recall(openKfId, msgId string) {
	w := x.of().w
	w.t.Helper()
	w.told(w.engine.KfRecall(w.ctx, openKfId, x.atKf(), msgId))
}

// Refuse makes a customer refuse messages of an account from now on: messages of the app bring
// the event msg_send_fail. With false the customer accepts them again.
func (x *Customer) Refuse(openKfId string, refuse bool) {
	w := x.of().w
	w.t.Helper()
	w.told(w.engine.KfRefuse(w.ctx, openKfId, x.atKf(), refuse))
}

// answers lists what a customer has been sent by an account and can still read, the oldest first.
func (x *Customer) answers(openKfId string) (list []Message) {
	c := x.of()
	c.w.t.Helper()
	conversations, err := c.w.engine.KfConversations(c.Id, openKfId)
	c.w.do(err)
	for _, v := range conversations {
		if v.ExternalUserId != x.ExternalUserId {
			continue
		}
		for _, m := range v.Messages {
			if m.Origin != kf.FromCustomer && !m.Recalled {
				list = append(list, Message{Time: m.Time, Id: m.Id, CorpId: c.Id, SuiteId: m.SuiteId, UserId: m.ServicerUserId, OpenKfId: openKfId,
					Kind: m.Kind, Text: menuText(m.Content), Body: string(m.Content)})
			}
		}
	}
	return list
}

// menuText is textOf, or the head of a menu.
func menuText(content []byte) string {
	var menu struct {
		HeadContent string `json:"head_content"`
	}
	_ = json.Unmarshal(content, &menu) // what is no menu has no head
	return cmp.Or(textOf(content), menu.HeadContent)
}

// KfTake gives a servicer the conversation with a customer, from the pool or from another
// servicer: the event session_status_change.
func (c *Corp) KfTake(openKfId, userId string, x *Customer) {
	w := c.wecom()
	w.t.Helper()
	c.customer(x)
	c.member(userId)
	w.told(w.engine.KfTake(w.ctx, openKfId, x.atKf(), userId))
}

// KfAnswer lets the servicer of a conversation write to the customer in the client, and returns
// the msgid. After the end of a conversation, within 48 hours after the customer's last message,
// any servicer of the account may write, and takes over the conversation.
func (c *Corp) KfAnswer(openKfId, userId string, x *Customer, text string) (msgId string) {
	w := c.wecom()
	w.t.Helper()
	c.customer(x)
	c.member(userId)
	msgId, err := w.engine.KfAnswer(w.ctx, openKfId, x.atKf(), userId, text)
	w.told(err)
	return msgId
}

// KfEnd lets the servicer of a conversation end it.
func (c *Corp) KfEnd(openKfId string, x *Customer) {
	w := c.wecom()
	w.t.Helper()
	c.customer(x)
	w.told(w.engine.KfEnd(w.ctx, openKfId, x.atKf()))
}

// KfRest lets a servicer stop to receive customers, or start again: the event
// servicer_status_change.
func (c *Corp) KfRest(openKfId, userId string, rests bool) {
	w := c.wecom()
	w.t.Helper()
	c.member(userId)
	why := 0
	if rests {
		why = 1
	}
	w.told(w.engine.KfRest(w.ctx, c.Id, openKfId, userId, why))
}

// KfUpgrade sets the members and customer groups that the app may recommend (升级服务).
func (c *Corp) KfUpgrade(userIds, chatIds []string) {
	w := c.wecom()
	w.t.Helper()
	for _, id := range chatIds {
		c.group(id)
	}
	w.do(w.engine.SetKfUpgrade(c.Id, kf.Upgrade{UserIds: userIds, ChatIds: chatIds}))
}

// atKf is the customer as the accounts of his corp know him.
func (x *Customer) atKf() kf.Customer {
	return kf.Customer{CorpId: x.of().Id, ExternalUserId: x.ExternalUserId, Name: x.Name}
}
