package console

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/gothird/wecom/internal/sandbox"
)

// The overview leads through the main job: each step is a form on it, or a link.
func TestTheOverviewLeadsThroughTheMainJob(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	assert.Contains(t, s.page("/"), "The sandbox is ready")
	good := s.goodURL()
	body := s.done(s.submit("/", "POST /urls", url.Values{"command_url": {good}}))
	assert.Contains(t, body, "The URL passes the check.")
	assert.Contains(t, body, "Next: let a corp install your app")
	body = s.done(s.submit("/", "POST /installs", url.Values{"corp_id": {s.corp}}))
	assert.Contains(t, body, "1\u00a0corp, 1\u00a0install<")
	assert.Contains(t, body, "Next: order licences")

	order := must[sandbox.OrderChanged](s)(s.PlaceOrder(t.Context(), sandbox.NewOrder{CorpId: s.corp, Buyer: "zhaoyun", Base: 1, Months: 1})).Order
	assert.Contains(t, s.page("/"), "Next: pay order "+order.OrderId)
	body = s.done(s.submit("/", "POST /orders/{order}/pay", url.Values{"order": {order.OrderId}}))
	assert.NotContains(t, body, "Next: pay order")
	assert.Contains(t, body, "0 active, 1 unbound")
	s.providerToken()
	assert.Contains(t, s.page("/"), "1 valid; the first ends in")
	assert.NotContains(t, s.page("/"), "The sandbox is ready")
}

// A broken URL is named, and does not hide what can be done next.
func TestABrokenURLHidesNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	body := s.submit("/", "POST /urls", url.Values{"command_url": {s.answering(http.StatusNotFound, "")}})
	s.refused(body, "HTTP 404")
	assert.Contains(t, body, "1 failed")
	assert.Contains(t, body, "Next: let a corp install your app")
}

func TestTheEnvironmentIsOfTheChosenApp(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	second := s.suites()[1]
	body := s.page("/?suite=" + second.SuiteId)
	assert.Contains(t, body, "WECOM_SUITE_ID="+second.SuiteId)
	assert.Contains(t, s.page("/?suite=none"), "WECOM_SUITE_ID="+s.suites()[0].SuiteId)
	for _, l := range []language{chinese, english} {
		env := must[sandbox.Environment](s)(s.ShowEnvironment(t.Context(), sandbox.EnvironmentQuery{}))
		for _, v := range env.Variables {
			assert.NotEmpty(t, l.variable(v.Name), v.Name)
		}
	}
}
