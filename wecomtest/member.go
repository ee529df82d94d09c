package wecomtest

import (
	"cmp"
	"slices"
	"strings"

	"github.com/gothird/wecom/internal/fakewecom/desk"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/service"
	"github.com/gothird/wecom/token"
)

// Api returns an Api of [Corp.App] that is bound to the corp. It uses the Store of
// [WeCom.Config]. If your app has another Store, take the app's own Api, and
// WithCorp([Corp.Id]).
func (c *Corp) Api() *token.Api {
	c.wecom()
	return c.App.WithCorp(c.Id)
}

// wecom is the WeCom that the corp belongs to.
func (c *Corp) wecom() *WeCom {
	if c == nil || c.w == nil {
		panic("wecomtest: this Corp has not installed anything: use the one that Install, Follow or Scan returns")
	}
	return c.w
}

// Cancel lets an administrator remove the app: the permanent code and the tokens become invalid,
// and cancel_auth is pushed to the app.
func (c *Corp) Cancel() {
	w := c.wecom()
	w.t.Helper()
	w.told(w.engine.Cancel(w.ctx, c.App.SuiteId(), c.Id))
}

// ResetCode is 重新获取 in the provider console, for a customised app: its permanent code ends
// at once, and reset_permanent_code brings an auth code for the next one. ResetCode returns when
// the app has exchanged it, as [WeCom.Install] does.
func (c *Corp) ResetCode() {
	w := c.wecom()
	w.t.Helper()
	since, before := w.mark()
	authCode, err := w.engine.ResetPermanentCode(w.ctx, c.App.SuiteId(), c.Id)
	w.exchanged(c, authCode, err, since, before)
}

// ChangeAuth lets an administrator change what the app may see or do: change_auth is pushed to
// the app.
func (c *Corp) ChangeAuth() {
	w := c.wecom()
	w.t.Helper()
	w.told(w.engine.Change(w.ctx, c.App.SuiteId(), c.Id))
}

// Change lets an administrator add a member, or change the one with this UserId. All apps of the
// corp that see the member get change_contact: with create_user or update_user, or with
// delete_user if m has Left. All fields of m are set, except that an empty Name keeps the old
// name.
func (c *Corp) Change(m Member) {
	w := c.wecom()
	w.t.Helper()
	before, known := c.known(m.UserId)
	if m.Left && (!known || before.Left) {
		w.t.Fatalf("wecomtest: %s has no member %q who could leave: %s", c.Name, m.UserId, c.users())
	}
	m.Name = cmp.Or(m.Name, before.Name)
	c.complete(&m, len(c.Members))
	next := slices.Clone(c.Members)
	if i := slices.IndexFunc(next, func(o Member) bool { return o.UserId == m.UserId }); i < 0 {
		next = append(next, m)
	} else {
		next[i] = m
	}
	w.setMembers(c.Id, next)
	w.told(w.engine.PutMember(w.ctx, c.Id, c.engineMember(m)))
}

// Department returns the id of a department (部门) of the corp. path is the way from the root:
// Sales, Sales/East; "" is the root, 1. A department that does not exist is created, and the
// corp's apps get change_contact with create_party.
func (c *Corp) Department(path string) int64 {
	w := c.wecom()
	w.t.Helper()
	id, err := w.engine.DepartmentAt(w.ctx, c.Id, path)
	w.told(err)
	return id
}

// setMembers keeps all that stand for one corp alike.
func (w *WeCom) setMembers(corpId string, members []Member) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.corps {
		if c.Id == corpId {
			c.Members = members
		}
	}
}

// Login lets a member open a page of the app, and returns the code that the browser brings, of
// OAuth2 or web login. [Corp.Open] does the same with the app's own link. With
// service.ScopePrivateInfo the member has agreed to show sensitive fields, and there is a
// user_ticket.
func (c *Corp) Login(userId string, scope ...string) (code string) {
	w := c.wecom()
	w.t.Helper()
	c.member(userId)
	c.hasApp()
	return w.engine.LoginCode(platform.Login{SuiteId: c.App.SuiteId(), CorpId: c.Id, UserId: userId,
		Private: slices.Contains(scope, service.ScopePrivateInfo)})
}

// Use lets members open the app. That activates their accounts if the corp has automatic
// activation; otherwise unlicensed_notify may be pushed.
func (c *Corp) Use(userIds ...string) {
	w := c.wecom()
	w.t.Helper()
	for _, id := range userIds {
		c.member(id)
	}
	w.told(w.engine.UseApp(w.ctx, c.App.SuiteId(), c.Id, desk.SceneOpenApp, userIds...))
}

// known finds a member, who may have left. Apps that edit contacts make members too, so the
// engine knows.
func (c *Corp) known(userId string) (platform.Member, bool) {
	return c.wecom().engine.Member(c.Id, userId)
}

// member ends the test if there is no such member.
func (c *Corp) member(userId string) {
	w := c.wecom()
	w.t.Helper()
	if m, ok := c.known(userId); !ok || m.Left {
		w.t.Fatalf("wecomtest: %s has no member %q: %s", c.Name, userId, c.users())
	}
}

// hasApp ends the test if the corp has cancelled the app.
func (c *Corp) hasApp() {
	w := c.wecom()
	w.t.Helper()
	if w.engine.Installed(c.App.SuiteId(), c.Id).AgentId == 0 {
		w.t.Fatalf("wecomtest: %s no longer has the app %s: install it anew", c.Name, c.App.SuiteId())
	}
}

func (c *Corp) users() string {
	var ids []string
	for _, m := range c.wecom().engine.Members(c.Id) {
		ids = append(ids, m.UserId)
	}
	return "it has " + strings.Join(ids, ", ")
}
