package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

// Whatever WeCom refuses, a page says so, and shows neither the reason nor half of itself.
func TestEachPageFailsClearly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.start()
	corp := n.install(wecomtest.Corp{})
	b := n.loginAs(corp, corp.Members[0].UserId)
	for _, x := range []struct {
		page, path string
		form       bool
	}{
		{"/install/app", "/cgi-bin/service/get_pre_auth_code", false},
		{"/install/app2", "/cgi-bin/service/get_customized_auth_url", false},
		{"/customers", "/cgi-bin/agent/get_admin_list", false},
		{"/licences", "/cgi-bin/agent/get_admin_list", false},
		{"/licences", "/cgi-bin/agent/get", false},
		{"/licences", "/cgi-bin/user/simplelist", false},
		{"/licences", "/cgi-bin/license/list_actived_account", false},
		{"/licences", "/cgi-bin/agent/get_admin_list", true},
		{"/licences", "/cgi-bin/agent/get", true},
	} {
		w.Fail(x.path, wecomtest.Fault{ErrCode: 48002})
		a := b.get
		if x.form {
			a = func(page string) answer { return b.post(page, wantedFor(corp.Members[0].UserId)) }
		}
		got := a(x.page)
		assert.Equal(t, http.StatusBadGateway, got.status, x.page+" "+x.path)
		assert.Contains(t, got.text, "请提供编号")
		assert.NotContains(t, got.text, "48002")
		assert.NotContains(t, got.text, "<table")
	}
	assert.Empty(t, w.Requests(orderPath))
}

// Without its database the server sends nobody a page of half the truth.
func TestDatabaseIsGone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.start()
	corp := n.install(wecomtest.Corp{})
	b := n.loginAs(corp, corp.Members[0].UserId)
	require.NoError(t, n.disk.db.Close())
	assert.Equal(t, http.StatusBadGateway, b.get("/licences").status)
	assert.Equal(t, http.StatusBadGateway, b.post("/licences", wantedFor(corp.Members[0].UserId)).status)
	require.Error(t, n.goOn(t.Context(), corp.Id))
	status, _ := n.ops("/readyz")
	assert.Equal(t, http.StatusServiceUnavailable, status)
	status, _ = n.ops("/metrics")
	assert.Equal(t, http.StatusOK, status, "the rest of the metrics is there")
}

// Who belongs to no corp, or to one that has not installed the app, does not get in.
func TestVisitors(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.start()
	corp := w.Install(wecomtest.Corp{App: w.Suite(1)}) // the suite for logins alone
	b := n.browser()
	back := corp.Open(corp.Members[0].UserId, b.get("/login/app").to)
	got := b.get(back.String())
	assert.Equal(t, http.StatusForbidden, got.status)
	assert.Contains(t, got.text, "尚未安装此应用")
	assert.NotContains(t, b.cookies, sessionCookie)

	const who = "/cgi-bin/service/auth/getuserinfo3rd"
	for code, want := range map[int]string{40029: "登录已过期", 42003: "登录已过期", 50001: "请提供编号"} {
		back := corp.Open(corp.Members[0].UserId, b.get("/login/app").to)
		w.Fail(who, wecomtest.Fault{ErrCode: code})
		assert.Contains(t, b.get(back.String()).text, want, code)
	}
	var p *problem
	require.ErrorAs(t, badCode(token.Code(40029)), &p)
	assert.Equal(t, "登录已过期，请重新登录。", p.Error())
}

// The counters know what is dead, what failed, and what was lost or shared.
func TestCounters(t *testing.T) {
	t.Parallel()
	m := newMetrics()
	m.failed(t.Context(), nil, callback.ErrSignature)
	m.failed(t.Context(), &callback.Notice{}, errors.New("a function"))
	m.failed(t.Context(), &callback.Notice{}, fmt.Errorf("at last: %w", callback.ErrDead))
	m.gotToken(token.TokenInfo{Kind: "corp", FromStore: true})
	m.gotToken(token.TokenInfo{Kind: "corp", Err: errors.New("refused")})
	m.gotToken(token.TokenInfo{Kind: "corp", Err: errors.New("refused"), Lost: true})
	families, err := m.registry.Gather()
	require.NoError(t, err)
	seen := map[string]float64{}
	for _, f := range families {
		for _, x := range f.GetMetric() {
			key := f.GetName()
			for _, l := range x.GetLabel() {
				key += " " + l.GetValue()
			}
			seen[key] = x.GetCounter().GetValue()
		}
	}
	for _, key := range []string{"wecom_inbox_errors_total refused", "wecom_inbox_errors_total failed", "wecom_inbox_errors_total dead",
		"wecom_tokens_total corp ok store", "wecom_tokens_total corp error wecom", "wecom_tokens_total corp lost wecom"} {
		assert.InDelta(t, 1, seen[key], 0, key)
	}
}

// mortal is the network of a process that is killed at one of the requests of a purchase.
type mortal struct {
	http.RoundTripper
	left atomic.Int64 // requests until the end
	late bool         // WeCom has the last one
}

func (m *mortal) RoundTrip(r *http.Request) (*http.Response, error) {
	counts := strings.HasPrefix(r.URL.Path, "/cgi-bin/license/")
	left := m.left.Load()
	if counts {
		left = m.left.Add(-1)
	}
	if left > 0 || left == 0 && !counts {
		return m.RoundTripper.RoundTrip(r)
	}
	if left == 0 && m.late {
		if res, err := m.RoundTripper.RoundTrip(r); err == nil {
			_ = res.Body.Close()
		}
	}
	return nil, errors.New("the process is dead")
}

// A purchase that was cut off at any of its requests is completed by the next process, with one
// order, which is paid once.
func TestKilledAtEachRequest(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("an order whose answer was lost is looked for after ten seconds")
	}
	const longest = 9
	for k := int64(1); k <= longest; k++ {
		for _, late := range []bool{false, true} {
			t.Run(fmt.Sprintf("request %d, late %t", k, late), func(t *testing.T) {
				t.Parallel()
				killedAt(t, k, late)
			})
		}
	}
}

func killedAt(t *testing.T, k int64, late bool) {
	w := newWorld(t)
	w.cfg.Payer = buyer
	network := &mortal{RoundTripper: w.Config().HTTPClient.Transport, late: late}
	network.left.Store(k)
	w.cfg.WeCom.HTTPClient = &http.Client{Transport: network}
	first := w.start()
	corp := first.install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woLin", Admin: true}}})
	b := first.browser()
	b.cookies[sessionCookie] = first.cookieOf(t, session{Suite: firstApp, Corp: corp.Id, User: "woLin"})
	require.Equal(t, "/licences", b.post("/licences", wantedFor("woLin")).to)
	require.Eventually(t, func() bool {
		r, err := first.loadPurchase(t.Context(), corp.Id)
		return err == nil && (network.left.Load() <= 0 || r.Done())
	}, patience, poll)
	first.stop()

	w.cfg.WeCom.HTTPClient = w.Config().HTTPClient
	next := w.start()
	deadline, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	for r, err := next.loadPurchase(deadline, corp.Id); r.Open(); r, err = next.loadPurchase(deadline, corp.Id) {
		require.NoError(t, err)
		require.NoError(t, deadline.Err(), "%s: %s", r.Purchase.Step, r.Problem)
		_ = next.goOn(deadline, corp.Id) // as it would by itself, some minutes later; its error is in the record
	}
	orders := 0
	for o, err := range order.ORAllOrders(w.app().WithCorp(corp.Id), order.ListCond{CorpId: corp.Id}) {
		require.NoError(t, err)
		detail, err := order.ORGetDetail(w.app(), o.OrderId)
		require.NoError(t, err)
		assert.Equal(t, order.OrderPaid, detail.OrderStatus)
		orders++
	}
	assert.Equal(t, 1, orders)
	b.server = next.Server
	assert.Contains(t, b.get("/licences").text, "<td><code>woLin</code></td><td>基础账号</td>")
}

// cookieOf is the session of a member.
func (n *node) cookieOf(t *testing.T, who session) string {
	t.Helper()
	w := httptest.NewRecorder()
	require.NoError(t, n.setSession(w, who))
	return w.Result().Cookies()[0].Value
}

// The program takes all from its environment, and says all that is missing.
func TestProgramByEnvironment(t *testing.T) {
	for _, name := range envNames(t) {
		t.Setenv(name, "")
	}
	require.ErrorContains(t, run(t.Context()), "WECOM_SUITE_ID: missing")

	w := newWorld(t)
	for name, value := range variables() {
		t.Setenv(name, value)
	}
	pages, ops := listen(t), listen(t)
	require.NoError(t, pages.Close())
	t.Setenv("SERVER_LISTEN", pages.Addr().String())
	t.Setenv("SERVER_OPS_LISTEN", ops.Addr().String())
	t.Setenv("SERVER_DATABASE", w.file)
	require.ErrorContains(t, run(t.Context()), "SERVER_OPS_LISTEN: ", "somebody listens there")
	t.Setenv("SERVER_LISTEN", ops.Addr().String())
	require.ErrorContains(t, run(t.Context()), "SERVER_LISTEN: ")

	require.NoError(t, ops.Close())
	t.Setenv("SERVER_LISTEN", pages.Addr().String())
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- run(ctx) }()
	require.Eventually(t, func() bool {
		res, err := http.Get("http://" + ops.Addr().String() + "/healthz")
		return err == nil && res.Body.Close() == nil && res.StatusCode == http.StatusOK
	}, patience, poll)
	end()
	require.NoError(t, <-ended)
	info, err := os.Stat(w.file)
	require.NoError(t, err)
	assert.Zero(t, info.Mode().Perm()&0o077, "nobody else reads the database")
}
