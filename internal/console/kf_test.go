package console

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/sandbox"
)

// account is the only account of customer service.
func (s *site) account() sandbox.KfAccount {
	s.t.Helper()
	all := must[sandbox.KfAccounts](s)(s.ListKf(s.t.Context(), sandbox.CorpRef{CorpId: s.corp})).Accounts
	require.Len(s.t, all, 1)
	return all[0]
}

// A page without apps or accounts says what to do.
func TestKfEmpty(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	assert.Contains(t, plain(part(t, s.page("/kf"), "talks")), "Let the corp install an app first.")
	s.withApp()
	assert.Contains(t, plain(part(t, s.page("/kf"), "talks")), "No accounts yet")
}

// A customer writes, the app hands the conversation over, and a servicer takes, answers and ends it.
func TestKfConversation(t *testing.T) {
	t.Parallel()
	s, users := newInbox(t)
	const at = "POST /corps/{corp}/kf/{kf}/"
	body := s.done(s.submit("/kf", "POST /corps/{corp}/kf", url.Values{"name": {"Help"}, "user_ids": {users[0], users[1]}}))
	assert.Contains(t, plain(part(t, body, "account")), "Servicers Member 1 Stop Remove Member 2 Stop Remove Add a servicer Member 3 Add open to App 1")
	assert.Contains(t, plain(part(t, body, "phone")), "No messages yet")
	s.done(s.submit("/kf", at+"write", url.Values{"external_user_id": {"wmKai"}, "name": {"Kai"}, "text": {"Anybody?"}}))
	body = s.done(s.submit("/kf", at+"write", url.Values{"text": {"Hello?"}}))
	assert.Contains(t, plain(part(t, body, "talks")), "Kai 2 new", "he keeps his name")
	assert.Regexp(t, `(?s)class="msg bubble mine"><p>Anybody\?</p>.*<li class="msg bubble mine"><p>Hello\?`, part(t, body, "phone"))
	servicer := part(t, body, "servicer")
	assert.Contains(t, plain(servicer), "servicers cannot answer yet")
	for _, label := range []string{"Take it", "Answer", "End the conversation"} {
		assert.Regexp(t, `<button class="btn[^>]* disabled>`+label, servicer)
	}
	id := s.account().OpenKfId
	require.Zero(t, s.asApp("kf/send_msg", `{"touser":"wmKai","open_kfid":"`+id+`","msgtype":"text","text":{"content":"One moment"}}`)["errcode"])
	require.Zero(t, s.asApp("kf/service_state/trans", `{"open_kfid":"`+id+`","external_userid":"wmKai","service_state":2}`)["errcode"])

	body = s.done(s.submit("/kf", at+"take", url.Values{"user_id": {users[1]}}))
	assert.Contains(t, plain(part(t, body, "servicer")), "with a servicer external_userid wmKai Servicer Member 2")
	s.done(s.submit("/kf", at+"answer", url.Values{"user_id": {users[1]}, "text": {"Here <I> am"}}))
	s.refused(s.submit("/kf", at+"answer", url.Values{"user_id": {users[0]}, "text": {"Me too"}}), "must take it first")
	body = s.done(s.submit("/kf", at+"end", nil))
	phone := plain(part(t, body, "phone"))
	assert.Contains(t, phone, "the app One moment servicer Member 2 Here <I> am Recall")
	assert.Contains(t, plain(part(t, body, "talks")), "Kai 4 over")
	assert.Equal(t, kfOver, s.account().Conversations[0].State)
}

// Customers come by links, and conversations are chosen; the newest one is shown first.
func TestKfLinks(t *testing.T) {
	t.Parallel()
	s, users := newInbox(t)
	s.fillPeople()
	id := s.account().OpenKfId
	link := s.asApp("kf/add_contact_way", `{"open_kfid":"`+id+`"}`)["url"].(string)
	s.done(s.submit("/kf", "POST /corps/{corp}/kf/enter", url.Values{"link": {link}, "external_user_id": {"wmMei"}}))
	s.refused(s.submit("/kf", "POST /corps/{corp}/kf/enter", url.Values{"link": {"https://x.example.com/"}, "external_user_id": {"wmMei"}}), "is no link of kf/add_contact_way")
	assert.Contains(t, plain(part(t, s.page("/kf"), "phone")), "Anybody there?")
	body := s.page("/kf?kf=" + id + "&who=wmMei")
	assert.Contains(t, plain(part(t, body, "phone")), "No messages yet")
	assert.Contains(t, plain(part(t, body, "talks")), "wmMei 0 over")
	assert.Equal(t, []string{users[0]}, s.account().UserIds)

	s.done(s.submit("/kf", "POST /corps/{corp}/kf/{kf}/close", nil))
	assert.Empty(t, s.account().Suites)
	assert.Contains(t, plain(part(t, s.page("/kf"), "account")), "It is open to no app.")
}

// Members of a department that answers for an account are listed as well.
func TestKfDepartments(t *testing.T) {
	t.Parallel()
	d := &kfData{Corp: sandbox.Corp{Members: []sandbox.Member{{UserId: "a", Name: "A", Departments: []int64{2}}, {UserId: "b", Name: "B"}, {UserId: "c"}}},
		Accounts: []sandbox.KfAccount{{OpenKfId: "wk1", Departments: []int64{2}, UserIds: []string{"c"}}, {OpenKfId: "wk2", Departments: []int64{1}}}}
	d.Members = d.Corp.Members
	d.pick("wk1", "")
	assert.Equal(t, []kfPerson{{UserId: "a", Name: "A"}, {UserId: "c", Single: true}}, d.Answer)
	assert.Equal(t, "c", d.name("c"))
	d.Answer = nil
	d.pick("wk2", "")
	assert.Equal(t, []kfPerson{{UserId: "b", Name: "B"}, {UserId: "c"}}, d.Answer, "without departments one is in the root")
}

// Servicers come, rest and go; customers refuse messages, and what was written is taken back.
func TestKfServicers(t *testing.T) {
	t.Parallel()
	s, users := newInbox(t)
	s.fillPeople()
	const at = "POST /corps/{corp}/kf/{kf}/"
	s.done(s.submit("/kf", at+"servicers", url.Values{"user_ids": {users[1]}}))
	assert.Equal(t, users[:2], s.account().UserIds)
	body := s.done(s.submit("/kf", at+"rest", url.Values{"user_id": {users[1]}, "why": {"1"}}))
	assert.Contains(t, plain(part(t, body, "account")), "Member 2 stopped Go on")
	assert.Equal(t, map[string]int{users[1]: 1}, s.account().Resting)
	s.done(s.submit("/kf", at+"rest", url.Values{"user_id": {users[1]}, "why": {"0"}}))
	assert.Empty(t, s.account().Resting)
	s.done(s.submit("/kf", at+"servicers", url.Values{"user_ids": {users[0]}, "remove": {"true"}}))
	assert.Equal(t, users[1:2], s.account().UserIds)
	body = s.done(s.submit("/kf", at+"refuse", nil))
	assert.Contains(t, plain(part(t, body, "servicer")), "the customer refuses messages Take them again")
	assert.True(t, s.account().Conversations[0].Refusing)
	s.done(s.submit("/kf", at+"refuse", nil))
	assert.False(t, s.account().Conversations[0].Refusing)
	body = s.done(s.submit("/kf", at+"recall", nil))
	assert.Contains(t, plain(part(t, body, "phone")), "recalled Anybody there?")
	assert.NotContains(t, part(t, body, "phone"), "<button")
}
