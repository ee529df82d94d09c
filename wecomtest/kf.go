package wecomtest

import (
	"cmp"
	"encoding/json"
	"slices"

	"github.com/gothird/wecom/internal/fakewecom/kf"
)

// KfAccount is an administrator who opens the customer service account (微信客服账号) of this name
// to [Corp.App], and makes it where it is not there: kf_account_auth_change. Servicers (接待人员)
// are members who answer for it. Accounts that the app makes itself (AccountAdd of corp/kf) are
// open to it.
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

// KfClose is an administrator who takes an account from [Corp.App]: kf_account_auth_change. What
// the app calls for it is refused then (48007).
func (c *Corp) KfClose(openKfId string) {
	w := c.wecom()
	w.t.Helper()
	w.told(w.engine.CloseKfAccount(w.ctx, c.Id, openKfId, c.App.SuiteId()))
}

// KfCustomer is somebody from WeChat (微信) who can write to the accounts of the corp although
// no member has added him. The same name is the same customer.
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

// Ask is a customer who writes a text to an account; kf_msg_or_event goes to the apps that the
// account is open to. Who has never been there enters first, as by [Customer.Enter].
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

// Click is a customer who clicks an item of the last menu (msgmenu) that he has been sent: a
// text with its menu_id.
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

// Enter is a customer who opens a link of an account (AddContactWay of corp/kf) and has not
// written yet: the event enter_session, with a welcome_code if he was neither welcomed nor wrote
// within 48 hours. To a link with a scene &scene_param=… may be added.
func (x *Customer) Enter(link string) {
	w := x.of().w
	w.t.Helper()
	w.told(w.engine.KfEnter(w.ctx, link, x.atKf()))
}

// Recall is a customer or a servicer who takes back a message of his, by the id that
// [Customer.Write] or [Corp.KfAnswer] has returned.
func (x *Customer) Recall(openKfId, msgId string) {
	w := x.of().w
	w.t.Helper()
	w.told(w.engine.KfRecall(w.ctx, openKfId, x.atKf(), msgId))
}

// Refuse is a customer who wants no messages of an account from now on: what the app sends
// brings the event msg_send_fail. With false he takes them again.
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

// KfTake is a servicer who takes the conversation with a customer from the pool, or whom
// another servicer hands it to: the event session_status_change.
func (c *Corp) KfTake(openKfId, userId string, x *Customer) {
	w := c.wecom()
	w.t.Helper()
	c.customer(x)
	c.member(userId)
	w.told(w.engine.KfTake(w.ctx, openKfId, x.atKf(), userId))
}

// KfAnswer is the servicer of a conversation who writes to the customer in the client. After
// the end of a conversation, within 48 hours of what the customer wrote last, any servicer of
// the account may; the conversation is his then. It returns the msgid.
func (c *Corp) KfAnswer(openKfId, userId string, x *Customer, text string) (msgId string) {
	w := c.wecom()
	w.t.Helper()
	c.customer(x)
	c.member(userId)
	msgId, err := w.engine.KfAnswer(w.ctx, openKfId, x.atKf(), userId, text)
	w.told(err)
	return msgId
}

// KfEnd is the servicer of a conversation who ends it.
func (c *Corp) KfEnd(openKfId string, x *Customer) {
	w := c.wecom()
	w.t.Helper()
	c.customer(x)
	w.told(w.engine.KfEnd(w.ctx, openKfId, x.atKf()))
}

// KfRest is a servicer who stops to receive customers, or goes on: the event
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

// KfUpgrade configures 升级服务: the members and customer groups that the app may recommend.
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
