package main

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/wecomtest"
)

// install is a corp that has installed the app.
func (n *node) install(corp wecomtest.Corp) *wecomtest.Corp {
	n.w.t.Helper()
	corp.App = n.w.app()
	made := n.w.Install(corp)
	require.Eventually(n.w.t, func() bool {
		_, err := n.api.WithCorp(made.Id).Installation()
		return err == nil
	}, patience, poll)
	return made
}

// A member logs in inside WeCom's client, or outside by the suite for logins, and out again.
func TestLogin(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.start()
	corp := n.install(wecomtest.Corp{Name: "Riverside"})
	user := corp.Members[1].UserId
	b := n.loginAs(corp, user)
	page := b.get("/me").text
	assert.Contains(t, page, user)
	assert.Contains(t, page, "Riverside")

	outside := n.browser()
	link := outside.get("/login/app").to
	assert.Contains(t, link, "login.work.weixin.qq.com")
	assert.Contains(t, link, w.Suite(1).SuiteId(), "the suite for logins")
	visitor := w.Install(wecomtest.Corp{Id: corp.Id, App: w.Suite(1)})
	back := visitor.Open(user, link).String()
	require.Equal(t, "/me", outside.get(back).to)
	assert.Contains(t, outside.get("/me").text, user)
	assert.Equal(t, "/", outside.post("/logout", nil).to)
	assert.Equal(t, "/", outside.get("/me").to)

	again := outside.get("/login/app") // a code is good once
	q, err := url.Parse(back)
	require.NoError(t, err)
	reused := q.Query()
	reused.Set("state", outside.cookies[stateCookie])
	require.Equal(t, http.StatusSeeOther, again.status)
	assert.Contains(t, outside.get("/logged-in/app/login?"+reused.Encode()).text, "登录已过期")
}

// A cookie that was made up, changed, or is too old logs nobody in, nor does one of a corp that
// has cancelled.
func TestSessions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.start()
	corp := n.install(wecomtest.Corp{})
	b := n.loginAs(corp, corp.Members[0].UserId)
	good := b.cookies[sessionCookie]
	text, signature, ok := strings.Cut(good, ".")
	require.True(t, ok)
	forged := encode([]byte(`{"suite":"app","corp":"` + corp.Id + `","user":"boss","until":"2999-01-01T00:00:00Z"}`))
	for _, bad := range []string{"", ".", text, text + ".", forged + "." + signature, "x" + good, good + "x", "%." + signature} {
		b.cookies[sessionCookie] = bad
		assert.Equal(t, "/", b.get("/me").to, bad)
	}
	old := []byte(`{"suite":"app","corp":"` + corp.Id + `","user":"x","until":"` + time.Now().Add(-time.Second).Format(time.RFC3339Nano) + `"}`)
	b.cookies[sessionCookie] = encode(old) + "." + encode(sign(n.Server.cookies[0], old))
	assert.Equal(t, "/", b.get("/me").to)
	b.cookies[sessionCookie] = good
	require.Equal(t, http.StatusOK, b.get("/me").status)

	corp.Cancel()
	require.Eventually(t, func() bool { return b.get("/me").status == http.StatusForbidden }, patience, poll)
}

// A cookie stays good when the key changes, as long as the old key is known.
func TestKeysChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.start()
	corp := n.install(wecomtest.Corp{})
	b := n.loginAs(corp, corp.Members[0].UserId)
	n.stop()
	next := make([]byte, sealKeySize)
	next[0] = 1
	w.cfg.Keys = [][]byte{next, w.cfg.Keys[0]}
	b.server = w.start().Server
	assert.Equal(t, http.StatusOK, b.get("/me").status, "what the old key has sealed is there, too")
}

// A member sends himself a message. Forms of other sites do nothing.
func TestMessage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.start()
	corp := n.install(wecomtest.Corp{})
	user := corp.Members[0].UserId
	b := n.loginAs(corp, user)
	sent := b.post("/message", url.Values{"text": {"  <你好>  "}})
	require.Equal(t, "/me?sent=1", sent.to, sent.text)
	assert.Contains(t, b.get(sent.to).text, "消息已发送")
	require.Len(t, w.Messages(user), 1)
	assert.Equal(t, "<你好>", w.Messages(user)[0].Text)

	for _, text := range []string{"", " ", strings.Repeat("你", maxMessage/3+1)} {
		assert.Equal(t, http.StatusBadRequest, b.post("/message", url.Values{"text": {text}}).status)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/message", strings.NewReader("text=spam"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	assert.Equal(t, http.StatusForbidden, b.do(r).status)
	assert.Len(t, w.Messages(user), 1)
}

// Errors of WeCom are told by a number that the log explains.
func TestPagesTellWhatIsWrong(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.start()
	corp := n.install(wecomtest.Corp{})
	b := n.loginAs(corp, corp.Members[0].UserId)
	for code, want := range map[int]string{45009: "请求过于频繁", 40058: "请提供编号"} {
		w.Fail("/cgi-bin/message/send", wecomtest.Fault{ErrCode: code})
		a := b.post("/message", url.Values{"text": {"hi"}})
		assert.GreaterOrEqual(t, a.status, http.StatusInternalServerError)
		assert.Contains(t, a.text, want)
		assert.NotContains(t, a.text, "errcode")
	}
}

// Customers are those of the member, and all of the corp for its administrator; never of another
// corp.
func TestCustomers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.start()
	first, second := n.install(wecomtest.Corp{}), n.install(wecomtest.Corp{})
	admin, member := first.Members[0].UserId, first.Members[1].UserId
	first.AddCustomer(member, wecomtest.Customer{Name: "Li & Co"})
	first.AddCustomer(admin, wecomtest.Customer{Name: "Wang"})
	second.AddCustomer(second.Members[0].UserId, wecomtest.Customer{Name: "Zhao"})

	page := n.loginAs(first, admin).get("/customers").text
	assert.Contains(t, page, "Li &amp; Co")
	assert.Contains(t, page, "Wang")
	assert.NotContains(t, page, "Zhao")
	page = n.loginAs(first, member).get("/customers").text
	assert.Contains(t, page, "Li &amp; Co")
	assert.NotContains(t, page, "Wang")
	page = n.loginAs(second, second.Members[0].UserId).get("/customers").text
	assert.Contains(t, page, "Zhao")
	assert.NotContains(t, page, "Li &amp; Co")

	const batch = "/cgi-bin/externalcontact/batch/get_by_user"
	w.Fail(batch, wecomtest.Fault{ErrCode: 701008})
	page = n.loginAs(first, member).get("/customers").text
	assert.Contains(t, page, "没有有效的互通账号")
	w.Fail(batch, wecomtest.Fault{ErrCode: 48002})
	assert.Equal(t, http.StatusBadGateway, n.loginAs(first, member).get("/customers").status)
}

const welcomePath = "/cgi-bin/externalcontact/send_welcome_msg"

// A new customer is welcomed. If somebody was faster, that is all right; other failures come again.
func TestWelcome(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.start()
	corp := n.install(wecomtest.Corp{})
	user := corp.Members[0].UserId
	li := corp.AddCustomer(user, wecomtest.Customer{})
	require.Eventually(t, func() bool { return len(li.Messages()) == 1 }, patience, poll)
	assert.Equal(t, "您好！", li.Messages()[0].Text)

	other := corp.AddCustomer(user, wecomtest.Customer{ExternalUserId: "woOfAnotherCorp"}) // without a code
	w.Fail(welcomePath, wecomtest.Fault{ErrCode: 41051})
	late := corp.AddCustomer(user, wecomtest.Customer{})
	require.Eventually(t, func() bool { return len(w.Requests(welcomePath)) == 2 }, patience, poll)
	w.Fail(welcomePath, wecomtest.Fault{Status: http.StatusBadGateway})
	corp.AddCustomer(user, wecomtest.Customer{})
	require.Eventually(t, func() bool {
		stats, err := n.inbox.Stats(t.Context())
		return err == nil && stats.Later == 1 && stats.Waiting+stats.Busy == 0
	}, patience, poll)
	assert.Empty(t, other.Messages())
	assert.Empty(t, late.Messages())
	assert.Len(t, w.Requests(welcomePath), 3)
}
