package console

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/gothird/wecom/internal/sandbox"
)

// inboxData is what the member inbox shows.
type inboxData struct {
	Corps   []sandbox.Corp
	Corp    sandbox.Corp
	Members []inboxMember
	More    int // members who are not listed
	Member  inboxMember
	Apps    []sandbox.Suite // that the corp has, or that have sent something
	App     sandbox.Suite   // whose messages are shown
	Has     bool            // the corp has the app
	Lines   []inboxLine     // the oldest first
	Chosen  *chosen
	Bench   string // what the member sees of the app on his workbench (工作台), JSON; empty: its icon
	Kind    string // of that
}

// Able reports whether the member can click and write: it is pushed to the data callback URL.
func (d *inboxData) Able() bool { return d.Has && d.App.DataURL != "" }

// inboxMember is a member with what he has got.
type inboxMember struct {
	sandbox.Member
	Got, Lost int
	Licence   string
}

// inboxLine is a time, a message or what the member has written.
type inboxLine struct {
	Id    string // of the message, or of the request that brought none
	Time  time.Time
	When  bool // a long time after the line before
	Said  string
	Loss  loss
	Code  int // of refusedAll
	On    bool
	Drawn drawn
	sent  *send
	kept  *sandbox.Message
}

const (
	mostMembers = 200
	newTime     = 5 * time.Minute // between lines, then the time stands between them
)

// inbox shows what members see of the apps.
func (c *Console) inbox(p *page) error {
	f, err := c.mail(p)
	if err != nil || f == nil {
		return err
	}
	d := &inboxData{Corps: f.corps, Corp: f.corp}
	f.members(p, d)
	f.apps(p, d)
	seen, err := c.world.ListMessages(p.request.Context(), sandbox.InboxQuery{CorpId: f.corp.CorpId, UserId: d.Member.UserId})
	if err != nil {
		return err
	}
	for _, m := range seen.Messages {
		f.seen[m.Id] = m
	}
	if d.Lines, err = f.lines(p, d); err != nil {
		return err
	}
	p.Data = d
	if err := c.bench(p, d); err != nil {
		return err
	}
	return c.choose(p, f, d)
}

// bench finds what the member sees on his workbench.
func (c *Console) bench(p *page, d *inboxData) error {
	if !d.Has {
		return nil
	}
	x, err := c.world.ShowWorkbench(p.request.Context(), sandbox.InstallRef{SuiteId: d.App.SuiteId, CorpId: d.Corp.CorpId})
	d.Kind, d.Bench = x.Kind, indented(string(x.Template))
	for _, m := range x.Members {
		if m.UserId == d.Member.UserId {
			d.Bench = indented(string(m.Content))
		}
	}
	return err
}

// mail is what the inbox is made of.
type mail struct {
	corps    []sandbox.Corp
	corp     sandbox.Corp
	suites   []sandbox.Suite
	messages []sandbox.Message          // of the corp
	seen     map[string]sandbox.Message // by the member, by id
	sends    []send
	byId     map[string]*send // by msgid
	pushes   []sandbox.Push   // of the corp
	codes    []sandbox.LicenseCode
	files    shelf
}

// mail gathers it. Nil: there is no corp, and the page says so.
func (c *Console) mail(p *page) (f *mail, err error) {
	ctx := p.request.Context()
	f = &mail{seen: map[string]sandbox.Message{}, byId: map[string]*send{}}
	if f.corps, f.corp, err = c.chosenCorp(p); err != nil || len(f.corps) == 0 {
		p.Data = &inboxData{}
		return nil, err
	}
	messages, err := c.world.ListMessages(ctx, sandbox.InboxQuery{CorpId: f.corp.CorpId})
	if err != nil {
		return nil, err
	}
	f.messages = messages.Messages
	if f.sends, err = c.sends(ctx, f.corp.CorpId); err != nil {
		return nil, err
	}
	for i := range f.sends {
		f.byId[f.sends[i].Msgid] = &f.sends[i]
	}
	if f.pushes, err = c.pushesOf(ctx, f.corp.CorpId); err != nil {
		return nil, err
	}
	if f.files, err = c.shelf(ctx, f.corp.CorpId); err != nil {
		return nil, err
	}
	orders, err := c.world.ListOrders(ctx, sandbox.CorpQuery{})
	for _, o := range orders.Orders {
		f.codes = append(f.codes, o.Codes...)
	}
	if err != nil {
		return nil, err
	}
	provider, err := c.world.ShowProvider(ctx, struct{}{})
	f.suites = provider.Suites
	return f, err
}

// chosenCorp is the corp of the query, or the first one that has an app.
func (c *Console) chosenCorp(p *page) (all []sandbox.Corp, corp sandbox.Corp, err error) {
	list, err := c.world.ListCorps(p.request.Context(), struct{}{})
	if err != nil || len(list.Corps) == 0 {
		return nil, corp, err
	}
	all = list.Corps
	if i := slices.IndexFunc(all, func(x sandbox.Corp) bool { return x.CorpId == p.Query("corp") }); i >= 0 {
		return all, all[i], nil
	}
	return all, all[max(0, slices.IndexFunc(all, func(x sandbox.Corp) bool { return len(x.Installs) > 0 }))], nil
}

// pushesOf are the newest pushes about a corp, the oldest first.
func (c *Console) pushesOf(ctx context.Context, corpId string) (list []sandbox.Push, err error) {
	all, err := c.world.ListPushes(ctx, sandbox.PushQuery{Limit: mostLogged})
	for _, x := range all.Pushes {
		if x.CorpId == corpId {
			list = append(list, x)
		}
	}
	return list, err
}

// members lists the members who fit the search, with what they have got, and finds the one who
// is chosen.
func (f *mail) members(p *page, d *inboxData) {
	got, lost := f.counts()
	search := strings.ToLower(strings.TrimSpace(p.Query("q")))
	for _, m := range f.corp.Members {
		x := inboxMember{m, got[m.UserId], lost[strings.ToLower(m.UserId)], f.licence(p, m)}
		if m.UserId == p.Query("user") || d.Member.UserId == "" {
			d.Member = x
		}
		switch {
		case !strings.Contains(strings.ToLower(m.Name+" "+m.UserId), search):
		case len(d.Members) == mostMembers:
			d.More++
		default:
			d.Members = append(d.Members, x)
		}
	}
}

// counts tells how many messages each member has got, and by his userid in lower case how many
// he has not.
func (f *mail) counts() (got, lost map[string]int) {
	got, lost = map[string]int{}, map[string]int{}
	for _, m := range f.messages {
		for _, id := range m.To {
			if !m.Recalled {
				got[id]++
			}
		}
	}
	for _, s := range f.sends {
		for _, id := range slices.Concat(s.Invalid, s.Unlicensed) {
			lost[strings.ToLower(id)]++
		}
		if s.ErrCode != 0 {
			for _, id := range s.To {
				lost[strings.ToLower(id)]++
			}
		}
	}
	return got, lost
}

// licence tells whether a member can get messages.
func (f *mail) licence(p *page, m sandbox.Member) string {
	switch {
	case m.Left:
		return p.lang.t("已离职", "has left")
	case m.Hidden:
		return p.lang.t("不在可见范围", "not visible")
	}
	text := ""
	for _, code := range f.codes {
		if code.Status == codeBound && code.UserId == m.UserId && (code.CorpId == f.corp.CorpId || code.ReceiverId == f.corp.CorpId) {
			text = p.lang.codeKind(code.Kind) + " " + p.lang.span(p.Left(code.Expires))
		}
	}
	return cmp.Or(text, p.lang.t("没有激活码", "no code"))
}

// apps lists the apps of the corp and finds the one that is chosen: else the one with the newest
// message to the member.
func (f *mail) apps(p *page, d *inboxData) {
	newest := ""
	for _, m := range f.messages {
		if slices.Contains(m.To, d.Member.UserId) {
			newest = m.SuiteId
		}
	}
	for _, x := range f.suites {
		in := slices.IndexFunc(f.corp.Installs, func(in sandbox.Installation) bool { return in.SuiteId == x.SuiteId })
		sent := slices.ContainsFunc(f.messages, func(m sandbox.Message) bool { return m.SuiteId == x.SuiteId })
		if in < 0 && !sent {
			continue
		}
		d.Apps = append(d.Apps, x)
		if wanted := cmp.Or(p.Query("suite"), newest); d.App.SuiteId == "" || x.SuiteId == wanted {
			d.App, d.Has = x, in >= 0
		}
	}
}
