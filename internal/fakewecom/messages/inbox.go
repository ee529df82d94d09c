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
	Content json.RawMessage // the object of its kind

	to       []string // members whom it reached
	request  string   // what it was asked for with
	recalled bool
}

// keep puts a message into the inboxes of members. The lock is held.
func (m *Messages) keep(c *platform.Call, content platform.Obj, to []string) *Message {
	text, _ := json.Marshal(content) // it was decoded from JSON
	sent := &Message{Id: m.host.NewId("msg-", 40), Time: c.Now(), CorpId: c.Corp().Id, SuiteId: c.SuiteId(), Kind: c.Str("msgtype"), Content: text, to: to}
	if m.repeated(c, sent) {
		sent.to = nil
	}
	m.sent = append(m.sent, sent)
	return sent
}

// MessagesTo lists what has reached a member and what he can still read, the oldest first.
func (m *Messages) MessagesTo(userId string) (list []Message) {
	m.host.Locked(func() {
		for _, sent := range m.sent {
			if slices.Contains(sent.to, userId) && !sent.recalled && member(m.host.Corp(sent.CorpId), userId) {
				list = append(list, *sent)
			}
		}
	})
	return list
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
