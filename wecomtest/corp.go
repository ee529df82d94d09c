package wecomtest

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/service"
	"github.com/gothird/wecom/token"
)

// Corp is a corp (企业) that uses the provider's apps. [WeCom.Install] takes one with the fields
// that matter to the test, and returns it with all fields set.
type Corp struct {
	Id      string   // as the provider sees it; "": one is generated
	Name    string   // "": one is generated
	Members []Member // none: an administrator and two more

	// App is what is installed, an Api of [WeCom.Suite]; nil: the first suite.
	App        *token.Api
	AgentId    int64  // of the app in the corp; 0, or several apps in one QR code: one is generated
	State      string // for Install; Follow and Scan return that of the link or QR code
	MemberMode bool   // 成员授权: a member installed it for himself

	w *WeCom
}

// Member is a member (成员) of a corp. If the flags are zero, the member is in the visible range
// of the app.
type Member struct {
	UserId string // as the provider sees it; "": one is generated
	Name   string // "": one is generated
	Admin  bool   // administrator of the app, who installs it; the first who has not Left is one if nobody else is
	Hidden bool   // outside the visible range (可见范围) of the app
	Left   bool   // has left the corp
	Mobile string // 手机号
	Email  string // the private one, not that of the corp

	// Departments (部门) are named by the way from the root, Sales or Sales/East, and
	// created if they do not exist; none: the root. [Corp.Department] knows their ids.
	Departments []string
}

// Install lets an administrator install corp.App: create_auth is pushed to the app's callback
// URL. Install returns when the app has used the auth code and, if it uses the Store of
// [WeCom.Config], saved the installation. The test fails if that takes more than ten seconds.
// The app's functions for create_auth may still run.
//
// An app without a callback URL, see [WeCom.Deliver], is installed in the Store of Config as if
// it had one.
//
// If the corp exists already, by its Id, a further app is installed there, or this one again.
func (w *WeCom) Install(corp Corp) *Corp {
	w.t.Helper()
	c := w.enter(corp)
	w.ticketFirst(w.indexOf(c.App))
	since, before := w.mark()
	authCode, err := w.engine.Install(w.ctx, c.App.SuiteId(), c.Id, c.options())
	w.exchanged(c, authCode, err, since, before)
	return w.installed(c)
}

// Follow lets an administrator of corp follow an install link of the provider's site
// (service.InstallUrl) and agree. It returns the address to which WeCom sends the browser:
// redirect_uri with auth_code, expires_in and state.
func (w *WeCom) Follow(link string, corp Corp) (c *Corp, redirect *url.URL) {
	w.t.Helper()
	c = w.enter(corp)
	target, err := w.engine.FollowLink(link, c.Id, c.options())
	w.do(err)
	redirect, err = url.Parse(target)
	w.do(err)
	return w.installed(c), redirect
}

// Scan lets an administrator of corp scan the QR code with this content (service.GetAppQrCode,
// service.GetCustomizedAuthUrl) and agree: create_auth is pushed to the callback URL of each app
// in it, as in [WeCom.Install]. Then Corp.App is the first of them.
func (w *WeCom) Scan(content string, corp Corp) *Corp {
	w.t.Helper()
	c := w.enter(corp)
	for i := range w.suites {
		w.ticketFirst(i)
	}
	since, before := w.mark()
	codes, err := w.engine.Scan(w.ctx, content, c.Id, c.options())
	if len(codes) == 0 {
		w.do(err)
	}
	for i := len(w.suites) - 1; i >= 0; i-- {
		if authCode := codes[w.suites[i].id]; authCode != "" {
			c.App = w.Suite(i)
			w.exchanged(c, authCode, err, since, before)
		}
	}
	return w.installed(c)
}

// options are the circumstances that the test has chosen.
func (c *Corp) options() platform.InstallOptions {
	return platform.InstallOptions{State: c.State, AgentId: c.AgentId, MemberMode: c.MemberMode}
}

// mark is the time and the use of the Store so far.
func (w *WeCom) mark() (now time.Time, uses int) {
	uses, _ = w.store.state()
	return time.Now(), uses
}

// ticketFirst gives an app that has never been pushed a ticket its first one.
func (w *WeCom) ticketFirst(i int) {
	w.t.Helper()
	if w.hooked[i].command != "" && !w.hooked[i].ticketed {
		w.pushTicket(i)
	}
}

// enter makes the corp known.
func (w *WeCom) enter(corp Corp) *Corp {
	w.t.Helper()
	c, said := &corp, len(corp.Members) > 0
	c.w = w
	if c.App == nil {
		c.App = w.Suite(0)
	}
	if c.AgentId < 0 {
		w.t.Fatalf("wecomtest: %s: the AgentId is %d: it must not be negative", c.Name, c.AgentId)
	}
	w.mu.Lock()
	n := strconv.Itoa(len(w.corps) + 1)
	if i := slices.IndexFunc(w.corps, func(o *Corp) bool { return o.Id == c.Id }); i >= 0 {
		c.Name = cmp.Or(c.Name, w.corps[i].Name)
		if len(c.Members) == 0 {
			c.Members = w.corps[i].Members
		}
	}
	w.mu.Unlock()
	c.Id = cmp.Or(c.Id, w.name("wp", 30, "corp", n))
	c.Name = cmp.Or(c.Name, "Corp "+n)
	members := w.engine.Members(c.Id)
	if members == nil {
		w.do(w.engine.AddCorp(platform.Corp{Id: c.Id, Name: c.Name})) // before its departments
	}
	if members == nil || said {
		members = c.fill()
		w.setMembers(c.Id, c.Members)
	}
	w.do(w.engine.AddCorp(platform.Corp{Id: c.Id, Name: c.Name, Members: members}))
	return c
}

// fill gives the corp the members that it lacks, and these what they lack.
func (c *Corp) fill() (members []platform.Member) {
	c.w.t.Helper()
	c.Members = slices.Clone(c.Members)
	if len(c.Members) == 0 {
		c.Members = make([]Member, 3)
	}
	first := slices.IndexFunc(c.Members, func(m Member) bool { return !m.Left })
	if first < 0 {
		c.w.t.Fatalf("wecomtest: all members of %s have Left: somebody must install the app", c.Name)
	}
	if !slices.ContainsFunc(c.Members, func(m Member) bool { return m.Admin && !m.Left }) {
		c.Members[first].Admin = true
	}
	for i := range c.Members {
		m := &c.Members[i]
		c.complete(m, i)
		if slices.ContainsFunc(members, func(o platform.Member) bool { return o.UserId == m.UserId }) {
			c.w.t.Fatalf("wecomtest: %s has two members %q", c.Name, m.UserId)
		}
		members = append(members, c.engineMember(*m))
	}
	return members
}

// complete fills in what a test left out of a member.
func (c *Corp) complete(m *Member, i int) {
	if m.UserId == "" {
		m.UserId = c.w.name("wo", 30, "member", c.Id, strconv.Itoa(i))
	}
	if m.Name == "" {
		m.Name = "Member " + strconv.Itoa(i+1)
	}
}

func (c *Corp) engineMember(m Member) platform.Member {
	c.w.t.Helper()
	out, _ := c.known(m.UserId) // with what apps have noted
	out.UserId, out.Name, out.Mobile, out.Email = m.UserId, m.Name, m.Mobile, m.Email
	out.Admin, out.Hidden, out.Left, out.Departments = m.Admin, m.Hidden, m.Left, nil
	for _, path := range m.Departments {
		if id := c.Department(path); !slices.Contains(out.Departments, id) {
			out.Departments = append(out.Departments, id)
		}
	}
	return out
}

// installed completes the handle of a corp that has authorised the app.
func (w *WeCom) installed(c *Corp) *Corp {
	in := w.engine.Installed(c.App.SuiteId(), c.Id)
	c.AgentId, c.State, c.MemberMode = in.AgentId, in.State, in.MemberMode
	w.mu.Lock()
	defer w.mu.Unlock()
	w.corps = append(w.corps, c)
	return c
}

// exchangeTimeout is how long an app may take for an auth code; to save what it brought takes
// it no time, unless it has another Store.
const (
	exchangeTimeout = 10 * time.Second
	saveTimeout     = time.Second
)

// exchanged waits until the app has used an auth code that was pushed, and saved what it
// brought. Without a callback URL it does so in place of the app.
func (w *WeCom) exchanged(c *Corp, authCode string, pushed error, since time.Time, before int) {
	w.t.Helper()
	if refused := new(platform.PushError); errors.As(pushed, &refused) {
		w.t.Fatalf("wecomtest: the app did not take the event with the auth code: %v", refused)
	}
	w.do(pushed)
	if w.hooked[w.indexOf(c.App)].command == "" {
		_, err := service.ExchangeAuthCode(c.App, authCode)
		w.do(err)
		return
	}
	ctx, cancel := context.WithTimeout(w.ctx, exchangeTimeout)
	defer cancel()
	if w.engine.AwaitExchange(ctx, authCode) != nil {
		w.t.Fatalf("wecomtest: the app took an auth code and did not exchange it within %v: does its inbox run (w.Go(inbox.Run))?", exchangeTimeout)
	}
	w.awaitSaved(c.Api(), since, before)
}

// awaitSaved waits until the Store has the installation, if the app uses this Store.
func (w *WeCom) awaitSaved(api *token.Api, since time.Time, before int) {
	ctx, cancel := context.WithTimeout(w.ctx, saveTimeout)
	defer cancel()
	for {
		uses, next := w.store.state()
		in, err := api.Installation()
		if uses == before || err == nil && !in.SavedAt.Before(since) {
			return
		}
		select {
		case <-next:
		case <-ctx.Done():
			return
		}
	}
}
