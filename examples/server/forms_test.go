package main

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/wecomtest"
)

// fill sends a form of a page as browsers do that send no Sec-Fetch-Site: older ones, such as those
// inside clients of WeCom, and all on a site without TLS. What they say about the origin depends on
// the policy of the page.
func (b *browser) fill(page, action string, form url.Values) answer {
	b.t.Helper()
	shown := httptest.NewRecorder()
	b.server.ServeHTTP(shown, httptest.NewRequestWithContext(b.t.Context(), http.MethodGet, page, nil))
	origin := siteURL
	if policy := shown.Header().Get("Referrer-Policy"); policy == "no-referrer" {
		origin = "null"
	}
	return b.from(origin, action, form)
}

// from sends a form with an Origin.
func (b *browser) from(origin, action string, form url.Values) answer {
	r := httptest.NewRequestWithContext(b.t.Context(), http.MethodPost, action, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", origin)
	return b.do(r)
}

// The forms work in each browser, and what other sites send in none; no site is told the address of
// a page, which may have a code.
func TestFormsInOlderBrowsers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.start()
	corp := n.install(wecomtest.Corp{})
	user := corp.Members[0].UserId
	b := n.loginAs(corp, user)
	text := url.Values{"text": {"hi"}}
	sent := b.fill("/me", "/message", text)
	require.Equal(t, "/me?sent=1", sent.to, sent.text)
	for _, origin := range []string{"https://other.example", "https://app.example.other.example", "http://app.example", "null"} {
		assert.Equal(t, http.StatusForbidden, b.from(origin, "/message", text).status, origin)
	}
	assert.Len(t, w.Messages(user), 1)
	shown := httptest.NewRecorder()
	n.ServeHTTP(shown, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
	assert.Equal(t, "same-origin", shown.Header().Get("Referrer-Policy"))
}

// Who is named twice in a form gets one account.
func TestTwiceInAForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.start()
	corp := n.install(wecomtest.Corp{})
	user, other := corp.Members[0].UserId, corp.Members[1].UserId
	b := n.loginAs(corp, user)
	require.Equal(t, "/licences", b.post("/licences", wantedFor(user, other, user)).to)
	n.ordered(corp)
	r, err := n.loadPurchase(t.Context(), corp.Id)
	require.NoError(t, err)
	assert.Len(t, r.Purchase.Members, 2)
	assert.Equal(t, 2, r.Purchase.Order.AccountCount.BaseCount)
}

// A customised app knows members by other userids than the suite for logins does.
func TestNobodyLogsInToACustomizedAppByTheOther(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.start()
	assert.Equal(t, http.StatusNotFound, n.browser().get("/logged-in/app2/login?code=x&state=y").status)
}
