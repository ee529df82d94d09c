package console

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/gothird/wecom/internal/sandbox"
)

const (
	pushAgain    = "Next: push create_auth again"
	installAgain = "Next: install the app again"
)

// An app that was down at the install gets the notice again, as the next step.
func TestAMissedInstallIsPushedAgain(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.submit("/", "POST /urls", url.Values{"command_url": {s.answering(http.StatusBadGateway, "")}})
	body := s.submit("/", "POST /installs", url.Values{"corp_id": {s.corp}})
	assert.Contains(t, body, pushAgain)
	assert.Contains(t, body, "the app has missed create_auth")
	assert.NotContains(t, body, "Next: order licences")

	good := s.goodURL()
	must[sandbox.Outcome](s)(s.SetURLs(t.Context(), sandbox.URLs{CommandURL: &good}))
	body = s.done(s.submit("/", "POST /pushes/{id}/redeliver", nil))
	assert.NotContains(t, body, pushAgain)
	assert.Contains(t, body, "Next: order licences")
}

// A push again is of no use when the auth_code has expired.
func TestAnExpiredAuthCodeNeedsAnotherInstall(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.submit("/", "POST /urls", url.Values{"command_url": {s.answering(http.StatusBadGateway, "")}})
	in := must[sandbox.Installed](s)(s.Install(t.Context(), sandbox.NewInstall{CorpId: s.corp, SuiteId: s.suites()[0].SuiteId}))
	assert.Contains(t, s.page("/"), pushAgain)
	must[sandbox.ClockMoved](s)(s.MoveClock(t.Context(), sandbox.ClockMove{Add: sandbox.Span(11 * time.Minute)}))
	body := s.page("/")
	assert.Contains(t, body, installAgain)
	assert.NotContains(t, body, pushAgain)
	s.lang = chinese
	assert.Contains(t, s.page("/"), "下一步：重新安装应用")
	s.lang = english

	must[sandbox.Outcome](s)(s.Cancel(t.Context(), sandbox.InstallRef{SuiteId: in.Install.SuiteId, CorpId: s.corp}))
	assert.NotContains(t, s.page("/"), installAgain)
}

// An app that has the auth_code from a redirect has missed nothing.
func TestAnExchangedAuthCodeIsNotMissed(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.submit("/", "POST /urls", url.Values{"command_url": {s.answering(http.StatusBadGateway, "")}})
	in := must[sandbox.Installed](s)(s.Install(t.Context(), sandbox.NewInstall{CorpId: s.corp, SuiteId: s.suites()[0].SuiteId}))
	assert.Contains(t, s.page("/"), pushAgain)
	s.call("service/get_permanent_code?suite_access_token="+s.suiteToken(), map[string]string{"auth_code": s.reveal(in.AuthCode)})
	assert.NotContains(t, s.page("/"), pushAgain)
}

// A URL that nobody has checked is not called good.
func TestAnUncheckedURLIsNamed(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	good := s.goodURL()
	must[sandbox.Outcome](s)(s.SetURLs(t.Context(), sandbox.URLs{CommandURL: &good}))
	body := s.page("/")
	assert.Contains(t, body, "Not checked")
	assert.Contains(t, body, "1 set, 0 pass")
	s.submit("/urls", "POST /urls/check", url.Values{"channel": {"command"}})
	body = s.page("/")
	assert.NotContains(t, body, "Not checked")
	assert.Contains(t, body, "1 set, 1 pass")
}
