package main

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/wecomtest"
)

const exchangePath = "/cgi-bin/service/get_permanent_code"

// installations are the corps that a server has.
func (n *node) installations() (ids []string) {
	for _, x := range n.apps {
		for in, err := range x.api.Installations() {
			require.NoError(n.w.t, err)
			ids = append(ids, in.CorpId)
		}
	}
	return ids
}

// The redirect brings the auth code, and what WeCom pushes about it changes nothing.
func TestInstallByRedirectAndByPush(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.start()
	b := n.browser()
	assert.Contains(t, b.get("/").text, `href="/install/app"`)
	link := b.get("/install/app")
	require.Equal(t, http.StatusSeeOther, link.status, link.text)
	corp, back := w.Follow(link.to, wecomtest.Corp{Name: "Riverside & Sons"})
	push := w.Push(corp, `<xml><SuiteId>`+corp.App.SuiteId()+`</SuiteId><AuthCode>`+back.Query().Get("auth_code")+
		`</AuthCode><InfoType>create_auth</InfoType><TimeStamp>`+timestamp()+`</TimeStamp></xml>`)
	require.NoError(t, push.Err())
	page := b.get(back.String())
	assert.Equal(t, http.StatusOK, page.status)
	assert.Contains(t, page.text, "Riverside &amp; Sons 已安装此应用")
	assert.Equal(t, []string{corp.Id}, n.installations())
	assert.Len(t, w.Requests(exchangePath), 1, "an auth code is exchanged once")

	again := b.get(back.String())
	assert.Equal(t, http.StatusForbidden, again.status, "a state is good once")
}

// From the app market there is a push only.
func TestInstallFromTheMarket(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.start()
	corp := w.Install(wecomtest.Corp{App: w.app()})
	require.Eventually(t, func() bool { return len(n.installations()) == 1 }, patience, poll)
	assert.Equal(t, []string{corp.Id}, n.installations())

	corp.Cancel()
	require.Eventually(t, func() bool { return len(n.installations()) == 0 }, patience, poll)
}

// A customised app is authorised by a QR code.
func TestInstallACustomisedApp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.start()
	page := n.browser().get("/install/app2")
	code := regexp.MustCompile(`id="code" href="([^"]+)"`).FindStringSubmatch(page.text)
	require.Len(t, code, 2, page.text)
	corp := w.Scan(html.UnescapeString(code[1]), wecomtest.Corp{})
	require.Eventually(t, func() bool { return len(n.installations()) == 1 }, patience, poll)
	b := n.loginAs(corp, corp.Members[1].UserId)
	assert.Contains(t, b.get("/me").text, corp.Members[1].UserId)
}

// Only the browser that began can end: a forged redirect neither installs nor logs in.
func TestBadState(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.start()
	b := n.browser()
	_, back := w.Follow(b.get("/install/app").to, wecomtest.Corp{})
	corp := w.Install(wecomtest.Corp{App: w.app()})
	require.Eventually(t, func() bool { return len(n.installations()) == 1 }, patience, poll)
	before := len(w.Requests(exchangePath))
	forged := map[string]func(url.Values){"another": func(q url.Values) { q.Set("state", "another") }, "none": func(q url.Values) { q.Del("state") }}
	for name, forge := range forged {
		q := back.Query()
		forge(q)
		assert.Equal(t, http.StatusForbidden, b.get("/installed/app?"+q.Encode()).status, name)
	}
	assert.Equal(t, http.StatusForbidden, n.browser().get(back.String()).status, "another browser")
	assert.Len(t, w.Requests(exchangePath), before)

	victim := n.browser()
	code := corp.Login(corp.Members[0].UserId)
	assert.Equal(t, http.StatusForbidden, victim.get("/logged-in/app/app?state=x&code="+code).status)
	assert.NotContains(t, victim.cookies, sessionCookie)
	assert.Empty(t, w.Requests("/cgi-bin/service/auth/getuserinfo3rd"))
}

// Pages that nobody was sent to.
func TestStrangers(t *testing.T) {
	t.Parallel()
	n := newWorld(t).start()
	b := n.browser()
	for _, page := range []string{"/install/nobody", "/install/login", "/installed/nobody", "/login/nobody", "/logged-in/app/app2", "/logged-in/nobody/app", "/nothing"} {
		assert.Equal(t, http.StatusNotFound, b.get(page).status, page)
	}
	assert.Equal(t, http.StatusBadRequest, b.get("/login/app2").status, "a customised app needs a corp")
	assert.Equal(t, http.StatusForbidden, b.get("/login/app2?corp=wpNobody").status)
	for _, page := range []string{"/me", "/customers", "/licences"} {
		assert.Equal(t, "/", b.get(page).to, page)
	}
}

// Before an app is published, its links are for tests.
func TestInstallBeforePublication(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cfg.Unpublished = true
	require.Equal(t, http.StatusSeeOther, w.start().browser().get("/install/app").status)
	sent := w.Requests("/cgi-bin/service/set_session_info")
	require.Len(t, sent, 1)
	assert.Contains(t, sent[0].Body, `"auth_type":1`)
}

// Only the sandbox has WeCom's pages elsewhere.
func TestPagesOfWeCom(t *testing.T) {
	t.Parallel()
	const link = "https://open.work.weixin.qq.com/3rdapp/install?state=x#wechat_redirect"
	s := &Server{}
	assert.Equal(t, link, s.wecomPage(link))
	s.cfg.PagesURL = "http://127.0.0.1:1"
	assert.Equal(t, "http://127.0.0.1:1/3rdapp/install?state=x", s.wecomPage(link))
	assert.Equal(t, "%", s.wecomPage("%"))
}
