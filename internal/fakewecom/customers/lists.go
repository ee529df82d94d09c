package customers

import (
	"encoding/json"
	"slices"
	"time"
)

// Transfer is a customer on the way from one member to another, or who was.
type Transfer struct {
	FromUserId, ToUserId string
	ExternalUserId       string
	At                   time.Time // when he is handed over if he does not refuse
	Status               int       // 1 handed over, 2 waits, 3 the customer has refused or is gone
	Resigned             bool      // the old member has left
}

// Transfers lists the transfers of a corp, the oldest first.
func (cs *Customers) Transfers(corpId string) (list []Transfer) {
	cs.look(corpId, func(b *book) {
		for _, t := range b.transfers {
			list = append(list, Transfer{t.from, t.to, t.externalId, t.at, t.status, t.resigned})
		}
	})
	return list
}

// look runs do for what is known of the customers of a corp, if there is anything.
func (cs *Customers) look(corpId string, do func(b *book)) {
	cs.host.Locked(func() {
		if b := cs.books[corpId]; b != nil {
			do(b)
		}
	})
}

// Content is a message of one kind: a text or an attachment.
type Content struct {
	Kind    string          // text, image, link, …
	Content json.RawMessage // the object of its kind
}

func contents(parts []part) (list []Content) {
	for _, p := range parts {
		list = append(list, Content{p.kind, p.content})
	}
	return list
}

// GroupMsg is a mass message (企业群发), which members confirm one by one.
type GroupMsg struct {
	Id        string
	SuiteId   string // the app that has asked for it
	Kind      string // single: to customers; group: to customer groups
	Made      time.Time
	Cancelled bool // by the app
	Contents  []Content
	Tasks     []GroupMsgTask
}

// GroupMsgTask is what one member has to send.
type GroupMsgTask struct {
	UserId string
	Sent   time.Time // zero: not yet
	To     []GroupMsgReceiver
}

// GroupMsgReceiver is a customer or a group.
type GroupMsgReceiver struct {
	Id     string // external userid, or chat_id
	Status int    // 0 not sent, 1 sent, 2 the customer has deleted the member
}

// GroupMsgs lists the mass messages of a corp, the oldest first.
func (cs *Customers) GroupMsgs(corpId string) (list []GroupMsg) {
	cs.look(corpId, func(b *book) {
		for _, m := range b.masses {
			out := GroupMsg{Id: m.id, SuiteId: m.suite, Kind: m.kind, Made: m.made, Cancelled: m.cancelled, Contents: contents(m.parts)}
			for _, t := range m.tasks {
				task := GroupMsgTask{UserId: t.userId, Sent: t.sent}
				for _, to := range t.to {
					task.To = append(task.To, GroupMsgReceiver{to.id, to.status})
				}
				out.Tasks = append(out.Tasks, task)
			}
			list = append(list, out)
		}
	})
	return list
}

// Moment is a moment (客户朋友圈) of the corp, which members publish one by one.
type Moment struct {
	Id, JobId string
	Made      time.Time
	ToAll     bool // all customers of its senders see it
	Cancelled bool // by the app
	Text      string
	Contents  []Content // attachments
	Tasks     []MomentTask
}

// MomentTask is one member's part in a moment.
type MomentTask struct {
	UserId    string
	Published bool
	To        []string // external userids of those who see it
	Reactions []MomentReaction
}

// MomentReaction is a like, or a comment of which WeCom tells no text.
type MomentReaction struct {
	ExternalUserId string
	At             time.Time
	Like           bool
}

// Moments lists the moments of a corp, the oldest first.
func (cs *Customers) Moments(corpId string) (list []Moment) {
	cs.look(corpId, func(b *book) {
		for _, m := range b.moments {
			text, _ := m.text.(obj)
			out := Moment{Id: m.id, JobId: m.job, Made: m.made, ToAll: m.toAll, Cancelled: m.cancelled, Contents: contents(m.parts)}
			out.Text, _ = text["content"].(string)
			for _, t := range m.tasks {
				task := MomentTask{UserId: t.userId, Published: t.published, To: slices.Clone(t.to)}
				for _, r := range t.reactions {
					task.Reactions = append(task.Reactions, MomentReaction{r.externalId, r.at, r.like})
				}
				out.Tasks = append(out.Tasks, task)
			}
			list = append(list, out)
		}
	})
	return list
}
