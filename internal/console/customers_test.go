package console

import (
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/sandbox"
)

// customers are those of the corp.
func (s *site) customers() sandbox.Customers {
	s.t.Helper()
	return must[sandbox.Customers](s)(s.ListCustomers(s.t.Context(), sandbox.CorpRef{CorpId: s.corp}))
}

// Customers come and go, by either side.
func TestCustomers(t *testing.T) {
	t.Parallel()
	s, users := newInbox(t)
	assert.Contains(t, plain(s.page("/customers")), "No customers yet")
	const add, remove = "POST /corps/{corp}/customers", "POST /corps/{corp}/customers/remove"
	s.done(s.submit("/customers", add, url.Values{"name": {"Grace & Co"}, "external_user_id": {"wmGrace"}, "user_id": {users[0]}, "state": {"poster-9"}}))
	s.done(s.submit("/customers", add, url.Values{"name": {"Shen"}, "external_user_id": {"woShen"}, "user_id": {users[1]}, "half": {"true"}}))
	body := s.done(s.submit("/customers", add, url.Values{"external_user_id": {"wmGrace"}, "user_id": {users[1]}}))
	rows := plain(part(t, body, "customers"))
	assert.Contains(t, rows, "Customers 2", "people, not rows")
	assert.Regexp(t, "Shen WeCom woShen Member 2 not confirmed", rows)
	assert.Regexp(t, "Grace & Co WeChat wmGrace Member 1 .* state poster-9", rows)
	s.refused(s.submit("/customers", add, url.Values{"external_user_id": {"wmGrace"}, "user_id": {users[1]}}), "is a customer of")
	s.refused(s.submit("/customers", add, url.Values{"user_id": {""}}), "a way that leads to one")

	body = s.done(s.submit("/customers", remove, url.Values{"external_user_id": {"wmGrace"}, "user_id": {users[1]}, "by_customer": {"true"}}))
	assert.Contains(t, plain(part(t, body, "customers")), "deleted by the customer")
	s.done(s.submit("/customers", remove, url.Values{"external_user_id": {"wmGrace"}, "user_id": {users[0]}}))
	left := s.customers().Customers
	require.Len(t, left, 2)
	assert.False(t, left[0].UserId == users[0] || left[1].UserId == users[0])
}

// A welcome_code is told while it is good, and what it brought to the customer.
func TestCustomersWelcome(t *testing.T) {
	t.Parallel()
	s, users := newInbox(t)
	added := must[sandbox.CustomerAdded](s)(s.AddCustomer(t.Context(), sandbox.NewCustomer{CorpRef: sandbox.CorpRef{CorpId: s.corp}, Person: sandbox.Person{ExternalUserId: "wmGrace", Name: "Grace"}, UserId: users[0]}))
	body := s.page("/customers")
	assert.Contains(t, plain(part(t, body, "welcomes")), "Grace can still be welcomed Member 1 has the customer")
	assert.Regexp(t, `<meter min="0" max="20" [^>]*data-left="1?\d`, part(t, body, "welcomes"))
	code := readEvent(added.Pushes[0].Event)["WelcomeCode"]
	require.NotEmpty(t, code)
	require.Zero(t, s.asApp("externalcontact/send_welcome_msg", `{"welcome_code":"`+code+`","text":{"content":"Welcome!"},"attachments":[{"msgtype":"link","link":{"title":"Start","url":"https://x.example.com/","desc":"here"}}]}`)["errcode"])
	body = s.page("/customers?who=wmGrace")
	assert.Contains(t, plain(part(t, body, "welcomes")), "The welcome of Grace was sent")
	assert.NotContains(t, part(t, body, "welcomes"), "<meter")
	assert.Regexp(t, `Member 1, App 1 Welcome! .*Start here Open the link`, plain(part(t, body, "reached")))
	must[sandbox.ClockMoved](s)(s.MoveClock(t.Context(), sandbox.ClockMove{Add: sandbox.Span(time.Minute)}))
	assert.NotContains(t, part(t, s.page("/customers"), "welcomes"), "Grace")
	assert.NotContains(t, s.page("/customers?who=nobody"), `id="reached"`)
}

// Of several apps the first one welcomes; the codes of the others are told no more.
func TestCustomersWelcomeOnce(t *testing.T) {
	t.Parallel()
	s, users := newInbox(t)
	second := s.suites()[1].SuiteId
	data := s.suites()[0].DataURL
	must[sandbox.Outcome](s)(s.SetURLs(t.Context(), sandbox.URLs{SuiteId: second, CommandURL: &data, DataURL: &data}))
	must[sandbox.Installed](s)(s.Install(t.Context(), sandbox.NewInstall{CorpId: s.corp, SuiteId: second}))
	added := must[sandbox.CustomerAdded](s)(s.AddCustomer(t.Context(), sandbox.NewCustomer{CorpRef: sandbox.CorpRef{CorpId: s.corp}, Person: sandbox.Person{Name: "Grace"}, UserId: users[0]}))
	require.Len(t, added.Pushes, 2)
	count := func() int { return len(meters.FindAllString(s.page("/customers"), -1)) }
	assert.Equal(t, 2, count())
	for _, x := range added.Pushes {
		if x.SuiteId != second {
			s.asApp("externalcontact/send_welcome_msg", `{"welcome_code":"`+readEvent(x.Event)["WelcomeCode"]+`","text":{"content":"Hi"}}`)
		}
	}
	assert.Zero(t, count())
}

// A group is made, joined, left and dismissed.
func TestCustomersGroups(t *testing.T) {
	t.Parallel()
	s, users := newInbox(t)
	must[sandbox.CustomerAdded](s)(s.AddCustomer(t.Context(), sandbox.NewCustomer{CorpRef: sandbox.CorpRef{CorpId: s.corp}, Person: sandbox.Person{ExternalUserId: "wmGrace", Name: "Grace"}, UserId: users[0]}))
	assert.Contains(t, plain(s.page("/customers")), "No groups yet")
	s.done(s.submit("/customers", "POST /corps/{corp}/groups", url.Values{"name": {"Fans"}, "owner": {users[0]}}))
	chat := s.customers().Groups[0].ChatId
	at := url.Values{"chat": {chat}, "external_user_id": {"wmGrace"}}
	body := s.done(s.submit("/customers", "POST /corps/{corp}/groups/{chat}/join", at))
	assert.Equal(t, []string{users[0], "wmGrace"}, s.customers().Groups[0].People)
	assert.Regexp(t, "Fans .*Member 1 member Grace Leave", plain(part(t, body, "groups")))
	s.done(s.submit("/customers", "POST /corps/{corp}/groups/{chat}/join", url.Values{"chat": {chat}, "external_user_id": {""}}))
	assert.Len(t, s.customers().Groups[0].People, 3, "somebody new")
	s.done(s.submit("/customers", "POST /corps/{corp}/groups/{chat}/leave", at))
	assert.Len(t, s.customers().Groups[0].People, 2)
	s.done(s.submit("/customers", "POST /corps/{corp}/groups/{chat}/dismiss", url.Values{"chat": {chat}}))
	assert.Empty(t, s.customers().Groups)
}

// Tags stand under their names, in their groups and with those who have them.
func TestCustomersTags(t *testing.T) {
	t.Parallel()
	s, _ := newInbox(t)
	assert.Contains(t, plain(s.page("/customers")), "No tags yet")
	s.fillPeople()
	body := s.page("/customers")
	assert.Contains(t, plain(part(t, body, "tags")), "Level VIP 1")
	assert.Regexp(t, "Grace .* VIP", plain(part(t, body, "customers")))
}
