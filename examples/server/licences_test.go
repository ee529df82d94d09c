package main

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/wecomtest"
)

const orderPath = "/cgi-bin/license/create_new_order"

func wantedFor(members ...string) url.Values {
	return url.Values{"member": members, "type": {"1"}, "months": {"2"}}
}

// ordered waits until the order of a corp is known, and returns it.
func (n *node) ordered(corp *wecomtest.Corp) (orderId string) {
	n.w.t.Helper()
	require.Eventually(n.w.t, func() bool {
		r, err := n.loadPurchase(n.w.t.Context(), corp.Id)
		if err == nil && r.Waits() {
			orderId = r.Purchase.OrderId
		}
		return orderId != ""
	}, patience, poll)
	return orderId
}

// From the button to the activation, and in the middle the server is replaced by another one.
func TestPurchaseOverARestart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.start()
	corp := n.install(wecomtest.Corp{})
	admin, member := corp.Members[0].UserId, corp.Members[1].UserId
	b := n.loginAs(corp, admin)
	page := b.get("/licences").text
	assert.Contains(t, page, `value="`+member+`"`)
	assert.Contains(t, page, "还没有已激活的账号")
	bought := b.post("/licences", wantedFor(admin, member))
	require.Equal(t, "/licences", bought.to, bought.text)
	assert.Equal(t, http.StatusConflict, b.post("/licences", wantedFor(admin)).status, "a second click")
	orderId := n.ordered(corp)
	page = b.get("/licences").text
	assert.Contains(t, page, orderId)
	assert.Contains(t, page, "待支付")
	assert.Contains(t, page, `http-equiv="refresh"`)
	assert.NotContains(t, page, "购买许可")
	n.stop()

	next := w.start()
	b.server = next.Server
	corp.Pay(orderId)
	b.eventually("/licences", "账号已全部激活")
	page = b.get("/licences").text
	assert.NotContains(t, page, `http-equiv="refresh"`)
	assert.Contains(t, page, "购买许可")
	for _, id := range []string{admin, member} {
		assert.Contains(t, page, "<td><code>"+id+"</code></td><td>基础账号</td>")
	}
	assert.Len(t, w.Requests(orderPath), 1)
	for _, r := range w.Requests("") {
		assert.False(t, r.Sample, "%s is answered with a sample", r.Path)
	}
}

// An order that was paid while no server was there is activated at the next start.
func TestPaidMeanwhile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.start()
	corp := n.install(wecomtest.Corp{})
	b := n.loginAs(corp, corp.Members[0].UserId)
	require.Equal(t, "/licences", b.post("/licences", wantedFor(corp.Members[0].UserId)).to)
	orderId := n.ordered(corp)
	n.stop()
	w.Deliver(w.Api(), callback.System, http.NotFoundHandler(), "/wecom/system")
	corp.Pay(orderId)
	deliveries := w.Deliveries()
	require.Error(t, deliveries[len(deliveries)-1].Err(), "license_pay_success is lost")
	b.server = w.start().Server
	b.eventually("/licences", "账号已全部激活")
}

// Paid from the account of the provider, nobody has to do anything; without money it goes on when
// there is some.
func TestPayer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cfg.Payer = "chen.mei"
	w.SetBalance(0)
	n := w.start()
	corp := n.install(wecomtest.Corp{})
	b := n.loginAs(corp, corp.Members[0].UserId)
	require.Equal(t, "/licences", b.post("/licences", wantedFor(corp.Members[0].UserId)).to)
	b.eventually("/licences", "处理遇到问题")
	w.SetBalance(1_000_000)
	require.NoError(t, n.goOn(t.Context(), corp.Id))
	assert.Contains(t, b.get("/licences").text, "账号已全部激活")
}

// An order that nobody pays closes, and another one can be begun.
func TestOrderCloses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.start()
	corp := n.install(wecomtest.Corp{})
	user := corp.Members[0].UserId
	b := n.loginAs(corp, user)
	require.Equal(t, "/licences", b.post("/licences", wantedFor(user)).to)
	n.ordered(corp)
	require.NoError(t, n.goOn(t.Context(), corp.Id))
	assert.Contains(t, b.get("/licences").text, "待支付", "nothing has changed")
	w.Advance(30 * 24 * time.Hour)
	require.NoError(t, n.goOn(t.Context(), corp.Id)) // as happens now and then
	assert.Contains(t, b.get("/licences").text, "订单已取消或已过期")
	require.Equal(t, "/licences", b.post("/licences", wantedFor(user)).to)
	n.ordered(corp)
	assert.Len(t, w.Requests(orderPath), 2)
}

// Only an administrator spends money, for members of his corp who see the app; another corp sees
// nothing of it.
func TestWhoMayBuy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.start()
	corp, other := n.install(wecomtest.Corp{}), n.install(wecomtest.Corp{})
	admin, member := corp.Members[0].UserId, corp.Members[1].UserId
	assert.Equal(t, http.StatusForbidden, n.loginAs(corp, member).get("/licences").status)
	assert.Equal(t, http.StatusForbidden, n.loginAs(corp, member).post("/licences", wantedFor(member)).status)

	b := n.loginAs(corp, admin)
	for name, change := range map[string]func(url.Values){
		"nobody":        func(f url.Values) { f.Del("member") },
		"of other corp": func(f url.Values) { f.Add("member", other.Members[0].UserId) },
		"no months":     func(f url.Values) { f.Del("months") },
		"months":        func(f url.Values) { f.Set("months", "61") },
		"type":          func(f url.Values) { f.Set("type", "3") },
	} {
		f := wantedFor(admin)
		change(f)
		assert.Equal(t, http.StatusBadRequest, b.post("/licences", f).status, name)
	}
	assert.Empty(t, w.Requests(orderPath))

	require.Equal(t, "/licences", b.post("/licences", wantedFor(admin)).to)
	orderId := n.ordered(corp)
	page := n.loginAs(other, other.Members[0].UserId).get("/licences").text
	assert.NotContains(t, page, orderId)
	assert.NotContains(t, page, admin)
	assert.Contains(t, page, "购买许可")
}

// Two processes on one database, as during a release, order once and welcome once.
func TestTwoProcesses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.start()
	second := w.start() // gets the pushes from now on
	corp := second.install(wecomtest.Corp{})
	user := corp.Members[0].UserId
	b := first.loginAs(corp, user)
	require.Equal(t, "/licences", b.post("/licences", wantedFor(user)).to)
	b.server = second.Server
	assert.Equal(t, http.StatusConflict, b.post("/licences", wantedFor(user)).status)
	orderId := first.ordered(corp)
	li := corp.AddCustomer(user, wecomtest.Customer{})
	corp.Pay(orderId)
	for _, n := range []*node{first, second} {
		b.server = n.Server
		b.eventually("/licences", "账号已全部激活")
	}
	require.Eventually(t, func() bool { return len(li.Messages()) == 1 }, patience, poll)
	first.stop()
	second.stop()
	assert.Len(t, w.Requests(orderPath), 1)
	assert.Len(t, w.Requests("/cgi-bin/license/batch_active_account"), 1)
	assert.Len(t, w.Requests(welcomePath), 1)
}
