package customers

import (
	"fmt"
	"slices"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// Limits of mass messages.
const (
	maxReminders    = 3
	remindersWithin = 24 * time.Hour
	listedMasses    = 31 * 24 * time.Hour
)

// capped is the page of a request in which a limit beyond most counts as none.
func (a *ask) capped(most int64) platform.PageReq {
	req := a.pageReq()
	if req.Limit > most {
		req.Limit = 0
	}
	return req
}

// massQuery asks for mass messages.
type massQuery struct {
	Kind    string `json:"chat_type"`
	From    int64  `json:"start_time"`
	To      int64  `json:"end_time"`
	Creator string `json:"creator"`
	Filter  *int   `json:"filter_type"`
}

// Whose mass messages there are. Members make none here.
const (
	massOfCorp    = 0
	massOfMembers = 1
)

// fits reports whether a message is among those asked for: what an app has made is the
// corp's, and has no creator.
func (q massQuery) fits(m *mass) bool {
	at := m.made.Unix()
	return m.kind == q.Kind && at >= q.From && at <= q.To && q.ofCorp()
}

// ofCorp reports whether what the corp has made is asked for.
func (q massQuery) ofCorp() bool {
	return q.Creator == "" && (q.Filter == nil || *q.Filter != massOfMembers)
}

func (m *mass) show() obj {
	o := obj{"msgid": m.id, "create_type": massOfCorp, "create_time": m.made.Unix()}
	if m.text != nil {
		o["text"] = m.text
	}
	if m.attachments != nil {
		o["attachments"] = m.attachments
	}
	return o
}

func listMasses(a *ask) (obj, error) {
	var q massQuery
	if err := a.Decode(&q); err != nil {
		return nil, err
	}
	switch {
	case q.Kind != toCustomers && q.Kind != toGroups:
		return nil, platform.BadParam("invalid chat_type")
	case q.To < q.From || q.To-q.From > int64(listedMasses/time.Second):
		return nil, platform.BadParam("invalid time range")
	}
	all := []obj{}
	for _, m := range a.masses {
		if q.fits(m) {
			all = append(all, m.show())
		}
	}
	const most, usual = 100, 50
	list, next, err := page(a.capped(most), a.pageKey(q.Kind, fmt.Sprint(q.From, q.To)), all, most, usual)
	if err != nil {
		return nil, err
	}
	return obj{"group_msg_list": list, "next_cursor": next}, nil
}

// massAsked is the message that a request names.
func (a *ask) massAsked() (*mass, error) {
	m := a.mass(a.Str("msgid"))
	if m == nil {
		return nil, platform.Refuse(codeNoMessage, "invalid msgid")
	}
	return m, nil
}

func listMassTasks(a *ask) (obj, error) {
	m, err := a.massAsked()
	if err != nil {
		return nil, err
	}
	all := []obj{}
	for _, t := range m.tasks {
		o := obj{"userid": t.userId, "status": taskWaits}
		if !t.sent.IsZero() {
			o["status"], o["send_time"] = taskSent, t.sent.Unix()
		}
		if a.sees(t.userId) {
			all = append(all, o)
		}
	}
	const most, usual = 1000, 500
	list, next, err := page(a.capped(most), a.pageKey(m.id), all, most, usual)
	if err != nil {
		return nil, err
	}
	return obj{"task_list": list, "next_cursor": next}, nil
}

// listMassSends lists the receivers of one member; groups only once it is sent.
func listMassSends(a *ask) (obj, error) {
	m, err := a.massAsked()
	if err != nil {
		return nil, err
	}
	t := m.task(a.Str("userid"))
	if t == nil || !a.sees(t.userId) {
		return nil, platform.BadParam("invalid userid")
	}
	all := []obj{}
	for _, to := range t.to {
		o := obj{"userid": t.userId, "status": to.status}
		if to.status == sendDone {
			o["send_time"] = t.sent.Unix()
		}
		if m.kind == toCustomers {
			o["external_userid"] = to.id
		} else {
			o["chat_id"] = to.id
		}
		if m.kind == toCustomers || to.status != sendWaits {
			all = append(all, o)
		}
	}
	const most, usual = 1000, 500
	list, next, err := page(a.capped(most), a.pageKey(m.id, t.userId), all, most, usual)
	if err != nil {
		return nil, err
	}
	return obj{"send_list": list, "next_cursor": next}, nil
}

// remindMass reminds members, three times a day at most.
func remindMass(a *ask) (obj, error) {
	m, err := a.massAsked()
	if err != nil {
		return nil, err
	}
	if m.cancelled {
		return nil, platform.Refuse(codeCancelled, "message cancelled")
	}
	m.reminders = slices.DeleteFunc(m.reminders, func(at time.Time) bool { return a.Now().Sub(at) >= remindersWithin })
	if len(m.reminders) >= maxReminders {
		return nil, platform.Refuse(codeReminded, "reminded too often")
	}
	m.reminders = append(m.reminders, a.Now())
	return nil, nil
}

// cancelMass stops a message for those who have not sent it.
func cancelMass(a *ask) (obj, error) {
	m, err := a.massAsked()
	if err != nil {
		return nil, err
	}
	if m.cancelled {
		return nil, platform.Refuse(codeCancelled, "message cancelled")
	}
	m.cancelled = true
	a.cs.changed(a.book, m.id)
	return nil, nil
}
