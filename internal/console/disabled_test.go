package console

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/gothird/wecom/internal/sandbox"
)

// disabled lists the buttons of a page that the state of the world forbids, by their routes.
func (s *site) disabled(path string) (list []string) {
	s.t.Helper()
	for _, form := range formTags.FindAllString(s.page(path), -1) {
		for _, e := range elements(form) {
			if e.Name == "button" && e.has("disabled") {
				list = append(list, values(form).Get(fieldRoute))
			}
		}
	}
	return slices.Compact(list)
}

// forbids requires that the pages have these disabled buttons, and no others.
func (s *site) forbids(want map[string][]string) {
	s.t.Helper()
	for path, list := range want {
		assert.Equal(s.t, list, s.disabled(path), path)
	}
}

// What the state of the world does not allow cannot be pressed, and the rest can.
func TestDisabledButtons(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	corp := "/corps/" + s.corp
	member := corp + "?member=" + s.members()[1].UserId
	s.forbids(map[string][]string{
		"/": nil, "/log": nil, "/inbox": nil, "/customers": nil, "/corps": nil, "/codes": nil,
		"/urls":   {"POST /urls/check"},
		"/push":   {"POST /pushes"},
		"/faults": {"POST /tokens/kill"},
		"/kf":     {"POST /corps/{corp}/kf"},
		"/orders": {"POST /orders", "POST /orders/union", "POST /app-orders"},
		corp:      {"POST /links", "POST /links/share", "POST /licenses/activate", "POST /corps/{corp}/license", "POST /logins"},
		member:    {"POST /links", "POST /links/share", "POST /licenses/activate", "POST /orders/renew", "POST /licenses/transfer", "POST /corps/{corp}/license", "POST /logins"},
	})
	s.fill()
	s.forbids(map[string][]string{
		"/push": nil, "/faults": nil, "/kf": nil, "/orders": nil, "/inbox": nil, "/corps": nil,
		"/urls":                     {"POST /urls/check"}, // those of the second app
		corp:                        {"POST /links/share"},
		member:                      {"POST /links/share", "POST /orders/renew", "POST /licenses/transfer"},
		"/customers?corp=" + s.corp: {"POST /corps/{corp}/moments/{moment}/publish"},
	})
	must[sandbox.Killed](s)(s.KillTokens(t.Context(), sandbox.Kill{Kind: "suite"}))
	s.forbids(map[string][]string{"/corps": {"POST /tokens/kill"}, "/faults": {"POST /tokens/kill"}})
	s.happen()
	must[sandbox.Suite](s)(s.ExpireTickets(t.Context(), sandbox.SuiteRef{}))
	s.forbids(map[string][]string{corp: nil, member: nil, "/faults": {"POST /tokens/kill", "POST /tickets/expire"}})
	assert.Contains(t, s.disabled("/urls"), "POST /tickets/expire")
}

// The page of an order offers what its state allows, and says why the rest is not.
func TestDisabledButtonsOfOrders(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	const expire, pay, refund = "POST /orders/{order}/expire", "POST /orders/{order}/pay", "POST /orders/{order}/refund"
	seen, want := map[int]bool{}, map[int][]string{orderUnpaid: {refund}, orderPaid: {expire, pay}, orderExpired: {expire, pay, refund}, orderRefunding: nil}
	for _, o := range must[sandbox.Orders](s)(s.ListOrders(t.Context(), sandbox.CorpQuery{})).Orders {
		assert.Equal(t, want[o.Status], s.disabled("/orders/"+o.OrderId), o.Status)
		seen[o.Status] = true
	}
	assert.Len(t, seen, len(want), "the world has orders in these states")
}
