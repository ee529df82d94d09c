package console

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/sandbox"
)

func TestOrders(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	body := s.page("/orders")
	assert.Contains(t, body, "No licence orders yet")
	assert.Contains(t, body, "No orders in the app market yet")
	assert.Contains(t, body, "nobody to order for")
	s.fill()
	body = s.page("/orders")
	for _, text := range []string{"2 base, 1 interop, 1\u00a0month<", "1 base, 12\u00a0months, 7\u00a0days", "purchase (test)", "refund asked", "expired unpaid",
		"notice not accepted", "¥1,299.00", "20\u00a0users 365\u00a0days"} {
		assert.Contains(t, body, text)
	}
	for state, count := range map[string]int{"unpaid": 1, "paid": 1, "refund": 1, "dead": 1, "": 4} {
		assert.Len(t, s.listed("/orders?state="+state), count, state)
	}
	assert.Equal(t, []string{s.order}, s.listed("/orders?state=paid&q=purchase"))
	assert.Empty(t, s.listed("/orders?state=paid&q=nothing"))
}

// listed are the orders that a page has rows of.
func (s *site) listed(path string) (ids []string) {
	s.t.Helper()
	for _, e := range elements(s.page(path)) {
		if e.Name == "a" && e.has("data-row") {
			ids = append(ids, e.Attrs["href"][len("/orders/"):])
		}
	}
	return ids
}

func (s *site) shown(order string) sandbox.Order {
	s.t.Helper()
	return must[sandbox.Order](s)(s.ShowOrder(s.t.Context(), sandbox.OrderRef{OrderId: order}))
}

func TestOrderActions(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fillCorp()
	given := url.Values{"corp_id": {s.corp}, "buyer": {"zhaoyun"}, "base": {"2"}, "interop": {"1"}, "months": {"2"}, "days": {"3"}}
	s.done(s.submit("/orders", "POST /orders", given))
	s.refused(s.submit("/orders", "POST /orders", given), "701032")
	ids := s.listed("/orders")
	require.Len(t, ids, 1)
	o := s.shown(ids[0])
	assert.Equal(t, []int{2, 1, 2, 3}, []int{o.Base, o.Interop, o.Months, o.Days})
	assert.Equal(t, s.corp, o.CorpId)
	at := url.Values{"order": {o.OrderId}}
	s.done(s.submit("/orders", "POST /orders/{order}/pay", at))
	assert.Equal(t, orderPaid, s.shown(o.OrderId).Status)
	ask, decide := "POST /orders/{order}/refund", "POST /orders/{order}/refund/decide"
	for _, path := range []string{"/orders", "/orders/" + o.OrderId} {
		s.done(s.submit(path, ask, at))
		assert.Equal(t, orderRefunding, s.shown(o.OrderId).Status, path)
		s.done(s.submit(path, decide, url.Values{"order": {o.OrderId}, "approve": {"false"}}))
		assert.Equal(t, orderRefundRefused, s.shown(o.OrderId).Status, path)
	}
	s.done(s.submit("/orders", ask, at))
	s.done(s.submit("/orders", decide, url.Values{"order": {o.OrderId}, "approve": {"true"}}))
	assert.Equal(t, orderRefunded, s.shown(o.OrderId).Status)
	second := s.place(sandbox.NewOrder{Base: 1, Months: 1})
	s.done(s.submit("/orders", "POST /orders/{order}/expire", url.Values{"order": {second}}))
	assert.Equal(t, orderExpired, s.shown(second).Status)
}

func TestMarketActions(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fillCorp()
	terms := sandbox.AppOrderTerms{SuiteId: s.suites()[0].SuiteId, CorpId: s.corp, Operator: "chen", Kind: 3, EditionId: "sp2", EditionName: "Pro", Price: 5, Users: 6, Days: 7, From: 1, Test: true}
	s.done(s.submit("/orders", "POST /app-orders", url.Values{"corp_id": {s.corp}, "operator": {"chen"}, "kind": {"3"}, "edition_id": {"sp2"}, "edition_name": {"Pro"},
		"price": {"5"}, "users": {"6"}, "days": {"7"}, "from": {"1"}, "test": {"true"}}))
	o := s.market()
	assert.Equal(t, terms, o.AppOrderTerms)
	assert.Contains(t, s.page("/orders"), "edition change")
	for _, status := range []string{"1", "4", "6", "4", "5"} {
		s.done(s.submit("/orders", "POST /app-orders/{order}/move", url.Values{"order": {o.OrderId}, "status": {status}}))
		assert.Equal(t, status, string(rune('0'+s.market().Status)))
	}
	assert.NotContains(t, s.page("/orders"), "/app-orders/{order}/move", "nothing follows a refund")
	s.refused(s.submit("/orders", "POST /app-orders", url.Values{"corp_id": {s.corp}, "price": {"-1"}}), "must not be negative")
}

// market is the newest order in the app market.
func (s *site) market() sandbox.AppOrder {
	s.t.Helper()
	all := must[sandbox.AppOrders](s)(s.ListAppOrders(s.t.Context(), sandbox.CorpQuery{})).Orders
	require.NotEmpty(s.t, all)
	return all[len(all)-1]
}

// The buttons are those of what the engine allows.
func TestMoves(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		order sandbox.Order
		moves orderMoves
	}{
		{sandbox.Order{}, orderMoves{CanPay: true, CanExpire: true}},
		{sandbox.Order{Paying: true}, orderMoves{}},
		{sandbox.Order{Parent: "OI1"}, orderMoves{}},
		{sandbox.Order{Status: orderPaid}, orderMoves{CanRefund: true}},
		{sandbox.Order{Status: orderPaid, Parent: "OI1"}, orderMoves{CanRefund: true}},
		{sandbox.Order{Status: orderPaid, Kind: orderUnion}, orderMoves{}},
		{sandbox.Order{Status: orderRefunding}, orderMoves{CanDecide: true}},
		{sandbox.Order{Status: orderRefundRefused}, orderMoves{CanRefund: true}},
		{sandbox.Order{Status: orderRefunded}, orderMoves{}},
	} {
		assert.Equal(t, x.moves, movesOf(x.order), "%+v", x.order)
	}
	assert.Equal(t, "kind 9", english.appOrderKind(9))
	union := sandbox.Order{Kind: orderUnion, Subs: []string{"a", "b"}}
	assert.Equal(t, "2\u00a0sub orders", english.content(union))
	assert.Equal(t, "多企业购买", chinese.orderKind(union))
}
