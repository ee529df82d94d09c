package console

import (
	"fmt"
	"slices"

	"github.com/gothird/wecom/internal/sandbox"
)

// mostLines are the newest lines of a phone.
const mostLines = 200

// lines are what the member sees of the app, what he has written to it, and in between what has
// not reached him.
func (f *mail) lines(p *page, d *inboxData) (list []inboxLine, err error) {
	for _, m := range f.messages {
		if x, ok := f.line(m, d.Member.UserId); ok && m.SuiteId == d.App.SuiteId {
			list = append(list, x)
		}
	}
	list = append(append(list, f.refused(d)...), f.said(d)...)
	slices.SortStableFunc(list, func(a, b inboxLine) int { return a.Time.Compare(b.Time) })
	list = list[max(0, len(list)-mostLines):]
	return list, place(p, d, list)
}

// place says of each line where it stands on the page, and lets cards be clicked.
func place(p *page, d *inboxData, list []inboxLine) (err error) {
	for i := range list {
		x := &list[i]
		x.When = i == 0 || x.Time.Sub(list[i-1].Time) >= newTime
		x.On = x.Id != "" && x.Id == p.Query("msg")
		x.Drawn.N = i
		if x.Loss != notLost || x.kept == nil || !d.Able() {
			continue
		}
		if x.Drawn.Do, err = p.Do("POST /messages/{message}/click", "message", x.Id, "user_id", d.Member.UserId); err != nil {
			return err
		}
	}
	return nil
}

// refused are requests of the app that name the member and have brought no message.
func (f *mail) refused(d *inboxData) (list []inboxLine) {
	for i := range f.sends {
		s := &f.sends[i]
		if s.ErrCode != 0 && s.SuiteId == d.App.SuiteId && s.lossOf(d.Member.UserId, nil) != notLost {
			list = append(list, inboxLine{Id: callId(s.Request), Time: s.Time, Loss: refusedAll, Code: s.ErrCode, Drawn: draw(s.Kind, s.Object, 0, f.files), sent: s})
		}
	}
	return list
}

// line is a message to a member; false: it was for others.
func (f *mail) line(m sandbox.Message, userId string) (x inboxLine, ok bool) {
	x = inboxLine{Id: m.Id, Time: m.Time, sent: f.byId[m.Id], kept: &m}
	if seen, ok := f.seen[m.Id]; ok {
		x.Drawn = draw(seen.Kind, seen.Content, 0, f.files)
		return x, true
	}
	x.Drawn = draw(m.Kind, m.Content, 0, f.files)
	switch {
	case slices.Contains(m.To, userId) && m.Recalled:
		x.Loss = recalled
	case slices.Contains(m.To, userId):
		x.Loss = goneBy
	case x.sent != nil:
		x.Loss = x.sent.lossOf(userId, m.To)
	}
	return x, x.Loss != notLost
}

// said is what a member has written to an app.
func (f *mail) said(d *inboxData) (list []inboxLine) {
	for _, x := range f.pushes {
		if e := readEvent(x.Event); x.Kind == "text" && x.SuiteId == d.App.SuiteId && e["FromUserName"] == d.Member.UserId {
			list = append(list, inboxLine{Time: x.Time, Said: e["Content"]})
		}
	}
	return list
}

// callId is the id of a line for a request that brought no message.
func callId(x sandbox.Request) string { return fmt.Sprintf("call-%d", x.Id) }
