package messages

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// recallWithin is how long a message can be taken back.
const recallWithin = 24 * time.Hour

// Message is what an app has sent to members.
type Message struct {
	Id      string
	Time    time.Time
	CorpId  string
	SuiteId string
	Kind    string          // msgtype
	Content json.RawMessage // the object of its kind, as the member sees it

	to       []string                // members whom it reached
	shown    platform.Obj            // to all of them
	changed  map[string]platform.Obj // to some: what has become of a card
	request  string                  // what it was asked for with
	recalled bool
}

// keep puts a message into the inboxes of members. The lock is held.
func (m *Messages) keep(c *platform.Call, content platform.Obj, to []string) *Message {
	kind := c.Str("msgtype")
	sent := &Message{Id: m.host.NewId("msg-", 40), Time: c.Now(), CorpId: c.Corp().Id, SuiteId: c.SuiteId(), Kind: kind,
		to: to, shown: m.translated(c, kind, cut(kind, content)), changed: map[string]platform.Obj{}, request: requestOf(c)}
	if m.repeats(c) {
		sent.to = nil
	}
	if id, ok := content["task_id"].(string); ok {
		m.tasks[task{sent.SuiteId, sent.CorpId, id}] = true
	}
	m.sent = append(m.sent, sent)
	m.note(sent)
	return sent
}

// note tells the change feed of a message.
func (m *Messages) note(sent *Message) {
	m.host.Note(platform.ChangedMessage, sent.SuiteId, sent.CorpId, sent.Id)
}

// content is what a member sees.
func (sent *Message) content(userId string) platform.Obj {
	if card := sent.changed[userId]; card != nil {
		return card
	}
	return sent.shown
}

// MessagesTo lists what has reached a member and what he can still read, the oldest first.
func (m *Messages) MessagesTo(userId string) (list []Message) {
	m.host.Locked(func() {
		for _, sent := range m.sent {
			if m.reads(sent, userId) {
				one := *sent
				one.Content, _ = json.Marshal(sent.content(userId)) // it was decoded from JSON
				list = append(list, one)
			}
		}
	})
	return list
}

// Sent is a message with those whom it has reached.
type Sent struct {
	Message
	To       []string // userids
	Recalled bool
}

// SentIn lists what apps have sent to the members of a corp, the oldest first. A card is as it
// was at first: see [Messages.MessagesTo] for what has become of it.
func (m *Messages) SentIn(corpId string) (list []Sent) {
	m.host.Locked(func() {
		for _, sent := range m.sent {
			if sent.CorpId != corpId {
				continue
			}
			one := Sent{*sent, slices.Clone(sent.to), sent.recalled}
			one.Content, _ = json.Marshal(sent.shown) // it was decoded from JSON
			list = append(list, one)
		}
	})
	return list
}

// reads reports whether a message has reached a member, and he can still read it.
func (m *Messages) reads(sent *Message, userId string) bool {
	if !slices.Contains(sent.to, userId) || sent.recalled {
		return false
	}
	who, ok := m.host.Corp(sent.CorpId).Member(userId)
	return ok && !who.Left && (!who.Hidden || sent.Kind == templated)
}

// recall takes a message back.
func (m *Messages) recall(c *platform.Call) (platform.Obj, error) {
	i := slices.IndexFunc(m.sent, func(sent *Message) bool {
		return sent.Id == c.Str("msgid") && sent.CorpId == c.Corp().Id && sent.SuiteId == c.SuiteId()
	})
	if i < 0 || c.Now().Sub(m.sent[i].Time) > recallWithin {
		return nil, platform.BadParam("invalid msgid")
	}
	m.sent[i].recalled = true
	m.note(m.sent[i])
	return nil, nil
}

// NewMsgId is the MsgId of a message that a member writes.
func (m *Messages) NewMsgId() (id string) {
	const first = 7_000_000_000_000_000_000
	m.host.Locked(func() {
		m.lastMsgId++
		id = strconv.FormatInt(first+m.lastMsgId, 10)
	})
	return id
}
