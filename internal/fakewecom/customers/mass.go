package customers

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// Kinds of receivers of a mass message.
const (
	toCustomers = "single"
	toGroups    = "group"
)

// States of tasks and of what they send.
const (
	taskWaits = 0
	taskSent  = 2

	sendWaits = 0
	sendDone  = 1
	sendLost  = 2 // the customer has deleted the member
)

// mass is a mass message (企业群发), which members confirm one by one.
type mass struct {
	id, suite, kind string
	text            any // as it was asked for
	attachments     any
	parts           []part
	made            time.Time
	cancelled       bool
	reminders       []time.Time
	tasks           []*massTask
}

// massTask is what one member has to send.
type massTask struct {
	userId string
	sent   time.Time // zero: not yet
	to     []*massSend
}

// massSend is one receiver.
type massSend struct {
	id     string // external userid, or chat_id
	status int
}

// task finds the task of a member; nil: he has none.
func (m *mass) task(userId string) *massTask {
	return platform.First(m.tasks, func(t *massTask) bool { return t.userId == userId })
}

// give gives a member one more receiver.
func (m *mass) give(userId, id string) {
	t := m.task(userId)
	if t == nil {
		t = &massTask{userId: userId}
		m.tasks = append(m.tasks, t)
	}
	t.to = append(t.to, &massSend{id: id})
}

// massReq asks for a mass message.
type massReq struct {
	Kind      string   `json:"chat_type"`
	Customers []string `json:"external_userid"`
	Chats     []string `json:"chat_id_list"`
	Sender    string   `json:"sender"`
	Filter    struct {
		Groups []struct {
			Tags []string `json:"tag_list"`
		} `json:"group_list"`
	} `json:"tag_filter"`
}

func addMass(a *ask) (obj, error) {
	var in massReq
	if err := a.Decode(&in); err != nil {
		return nil, err
	}
	parts, err := a.parts()
	if err != nil {
		return nil, err
	}
	if in.Sender != "" {
		if err := a.seesAll(in.Sender); err != nil {
			return nil, err
		}
	}
	m := &mass{suite: a.SuiteId(), kind: cmp.Or(in.Kind, toCustomers), text: a.Body()["text"], attachments: a.Body()["attachments"], parts: parts, made: a.Now()}
	var failed []string
	switch m.kind {
	case toCustomers:
		failed, err = a.toCustomers(m, in)
	case toGroups:
		failed, err = a.toGroups(m, in)
	default:
		err = platform.BadParam("invalid chat_type")
	}
	if err != nil {
		return nil, err
	}
	if len(m.tasks) == 0 {
		return obj{"fail_list": append([]string{}, failed...)}, platform.Refuse(codeNobodyToSendTo, "no customer to send")
	}
	m.id = a.cs.host.NewId("msg", 40)
	a.masses = append(a.masses, m)
	a.cs.changed(a.book, m.id)
	return obj{"msgid": m.id, "fail_list": append([]string{}, failed...)}, nil
}

// toCustomers gives each customer to the member who has met him last.
func (a *ask) toCustomers(m *mass, in massReq) (failed []string, err error) {
	if in.toNobody() {
		return nil, platform.BadParam("sender, external_userid and tag_filter are empty")
	}
	named, last := in.named(), map[string]*Relation{}
	fit := a.where(func(r *Relation) bool { return a.sees(r.UserId) && in.wants(r, named) })
	for _, r := range fit {
		if old := last[r.ExternalUserId]; old == nil || !r.Since.Before(old.Since) {
			last[r.ExternalUserId] = r
		}
	}
	for _, r := range fit {
		if last[r.ExternalUserId] == r {
			m.give(r.UserId, r.ExternalUserId)
		}
	}
	for _, id := range in.Customers {
		if last[id] == nil {
			failed = append(failed, id)
		}
	}
	return failed, nil
}

func (in massReq) toNobody() bool {
	return in.Sender == "" && len(in.Customers) == 0 && len(in.Filter.Groups) == 0
}

// named is the set of the customers whom a request names.
func (in massReq) named() map[string]bool {
	named := map[string]bool{}
	for _, id := range in.Customers {
		named[id] = true
	}
	return named
}

// wants reports whether a customer is the sender's, if there is one, and among those that the
// request names, or has one tag of each list.
func (in massReq) wants(r *Relation, named map[string]bool) bool {
	if in.Sender != "" && r.UserId != in.Sender {
		return false
	}
	if len(named) > 0 {
		return named[r.ExternalUserId]
	}
	for _, g := range in.Filter.Groups {
		if !slices.ContainsFunc(g.Tags, func(id string) bool { return slices.Contains(r.Tags, id) }) {
			return false
		}
	}
	return true
}

// toGroups gives groups to their owner, who chooses if the app does not.
func (a *ask) toGroups(m *mass, in massReq) (failed []string, err error) {
	if in.Sender == "" {
		return nil, platform.BadParam("sender is empty")
	}
	m.tasks = []*massTask{{userId: in.Sender}}
	for _, id := range in.Chats {
		if c := a.chat(id); c == nil || c.dismissed || c.owner != in.Sender {
			failed = append(failed, id)
			continue
		}
		m.give(in.Sender, id)
	}
	if len(in.Chats) > 0 && len(failed) == len(in.Chats) {
		m.tasks = nil
	}
	return failed, nil
}

// GroupMsgSenders lists the members who have not yet confirmed a mass message.
func (cs *Customers) GroupMsgSenders(corpId, msgId string) (userIds []string, err error) {
	cs.host.Locked(func() {
		var m *mass
		if m, err = cs.massOf(corpId, msgId); err == nil {
			userIds = cs.books[corpId].present(m.senders())
		}
	})
	return userIds, err
}

// present leaves out who has left the corp.
func (b *book) present(userIds []string) []string {
	return slices.DeleteFunc(userIds, func(id string) bool { return b.corp.There(id) != nil })
}

// mass finds a mass message; nil: there is none.
func (b *book) mass(id string) *mass {
	return platform.First(b.masses, func(m *mass) bool { return m.id == id })
}

// massOf finds a mass message, for admin methods.
func (cs *Customers) massOf(corpId, msgId string) (*mass, error) {
	if b := cs.books[corpId]; b != nil {
		if m := b.mass(msgId); m != nil {
			return m, nil
		}
	}
	return nil, fmt.Errorf("fakewecom: no mass message %q: take the msgid that the app was answered", msgId)
}

// senders lists who has not sent it.
func (m *mass) senders() (userIds []string) {
	for _, t := range m.tasks {
		if t.sent.IsZero() {
			userIds = append(userIds, t.userId)
		}
	}
	return userIds
}

// SendGroupMsg is a member who confirms a mass message: it goes out.
func (cs *Customers) SendGroupMsg(ctx context.Context, corpId, msgId, userId string) error {
	return cs.admin(ctx, corpId, func(b *book) error {
		m, err := cs.massOf(corpId, msgId)
		if err == nil {
			err = b.corp.There(userId)
		}
		if err != nil {
			return err
		}
		t := m.task(userId)
		switch {
		case m.cancelled:
			return fmt.Errorf("fakewecom: the app has cancelled the mass message %s", msgId)
		case t == nil || !t.sent.IsZero():
			return fmt.Errorf("fakewecom: %q has not to send the mass message %s, or has done so: it waits for %v", userId, msgId, m.senders())
		}
		cs.send(b, m, t)
		return nil
	})
}

// send carries a task out. An owner who may choose takes all his groups.
func (cs *Customers) send(b *book, m *mass, t *massTask) {
	t.sent = cs.host.Now()
	cs.changed(b, m.id)
	if m.kind == toGroups {
		cs.sendToGroups(b, m, t)
		return
	}
	for _, to := range t.to {
		if r := b.relation(t.userId, to.id); r == nil || r.Lost {
			to.status = sendLost
			continue
		}
		to.status = sendDone
		cs.deliver(b, m.suite, t.userId, to.id, m.parts)
	}
}

func (cs *Customers) sendToGroups(b *book, m *mass, t *massTask) {
	if len(t.to) == 0 {
		for _, c := range b.chats {
			if c.owner == t.userId && !c.dismissed {
				t.to = append(t.to, &massSend{id: c.id})
			}
		}
	}
	for _, to := range t.to {
		c := b.chat(to.id)
		if c.dismissed || c.owner != t.userId {
			continue
		}
		to.status = sendDone
		for _, p := range c.people {
			if p.kind == chatCustomer {
				cs.deliver(b, m.suite, t.userId, p.id, m.parts)
			}
		}
	}
}
