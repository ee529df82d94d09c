package console

import (
	"slices"
	"strings"
	"time"

	"github.com/gothird/wecom/internal/sandbox"
)

// chosen is the message that the page tells more of.
type chosen struct {
	inboxLine
	Reached      []string // names
	Lost         []missed
	ResponseCode string
	Used         bool          // the code
	Left         time.Duration // of it
	Asked        string        // JSON
	Answer       string        // JSON
	Call         int64         // id of the request in the log; 0: it is not there
	Events       []happening
}

// missed is somebody whom a message has not reached.
type missed struct {
	Name, UserId string
	Loss         loss
}

// happening is a click that was pushed, or a change of the card by the app.
type happening struct {
	Time time.Time
	Who  string // the member
	Key  string // of the button
	Menu bool
	Push *sandbox.Push
	Call *sandbox.Request
}

const answerLife = 72 * time.Hour // of a response_code

// choose tells of the message of the query, or of the newest one.
func (c *Console) choose(p *page, f *mail, d *inboxData) error {
	at := slices.IndexFunc(d.Lines, func(x inboxLine) bool { return x.On })
	for i := len(d.Lines) - 1; i >= 0 && at < 0; i-- {
		if d.Lines[i].Id != "" {
			at = i
		}
	}
	if at < 0 {
		return nil
	}
	d.Lines[at].On = true
	x := &chosen{inboxLine: d.Lines[at]}
	names := f.names()
	if x.kept != nil {
		for _, id := range x.kept.To {
			x.Reached = append(x.Reached, names.of(id))
		}
	}
	if s := x.sent; s != nil {
		x.Asked, x.Answer, x.Call, x.ResponseCode = indented(s.Body), indented(s.Answer), s.Id, s.ResponseCode
		x.Left = answerLife - p.Now().Sub(s.Time)
		x.Lost = f.missed(s)
	}
	d.Chosen = x
	return c.events(p, f, x, names)
}

// names are those of the members, also by their userids in lower case.
func (f *mail) names() names {
	out := names{}
	for _, m := range f.corp.Members {
		out[m.UserId], out[strings.ToLower(m.UserId)] = m.Name, m.Name
	}
	return out
}

// missed are those whom the answer names as not reached.
func (f *mail) missed(s *send) (list []missed) {
	names := f.names()
	for _, x := range []struct {
		ids []string
		why loss
	}{{s.Unlicensed, unlicensed}, {s.Invalid, invisible}} {
		for _, id := range x.ids {
			who := missed{Name: names.of(id), Loss: x.why}
			for _, m := range f.corp.Members {
				if strings.EqualFold(m.UserId, id) {
					who.UserId = m.UserId
				}
			}
			list = append(list, who)
		}
	}
	return list
}

// events are the clicks on a card and what the app has made of it.
func (c *Console) events(p *page, f *mail, x *chosen, names names) error {
	if x.Drawn.Kind != "template_card" || x.kept == nil {
		return nil
	}
	codes := map[string]bool{x.ResponseCode: true}
	for _, push := range f.pushes {
		e := x.clicked(push)
		if e == nil {
			continue
		}
		codes[e["ResponseCode"]] = true
		x.Events = append(x.Events, happening{Time: push.Time, Who: names.of(e["FromUserName"]), Key: e["EventKey"], Menu: push.Kind == menuEvent, Push: &push})
	}
	delete(codes, "") // of a message whose request is in the log no more
	calls, err := c.world.ListRequests(p.request.Context(), sandbox.RequestQuery{Path: updatePath, Limit: mostLogged})
	for _, call := range calls.Requests {
		code := readEvent(call.Body)["response_code"]
		if codes[code] {
			x.Events = append(x.Events, happening{Time: call.Time, Call: &call})
			x.Used = x.Used || code == x.ResponseCode && call.ErrCode == 0
		}
	}
	slices.SortStableFunc(x.Events, func(a, b happening) int { return a.Time.Compare(b.Time) })
	return err
}

const (
	clickEvent = "template_card_event"
	menuEvent  = "template_card_menu_event"
)

// clicked is the event of a push, if it tells of a click on the card; else nil.
func (x *chosen) clicked(push sandbox.Push) map[string]string {
	if push.Kind != clickEvent && push.Kind != menuEvent || push.SuiteId != x.kept.SuiteId || push.Time.Before(x.Time) {
		return nil
	}
	e := readEvent(push.Event)
	if e["TaskId"] != draw("template_card", x.kept.Content, 0, nil).TaskId { // as it was sent
		return nil
	}
	return e
}
