package wecomtest_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/service"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

// Install returns when the app can call for the corp, each time.
// G: wecomtest/app
func TestInstallWaitsForTheApp(t *testing.T) {
	t.Parallel()
	w := wecomtest.New(t)
	a := newApp(t, w, w.Config())
	for range 50 {
		corp := w.Install(wecomtest.Corp{})
		in, err := a.api.WithCorp(corp.Id).Installation()
		require.NoError(t, err)
		assert.Equal(t, corp.Name, in.CorpName)
		_, err = service.GetAgentAdminList(a.api.WithCorp(corp.Id))
		require.NoError(t, err)
	}
}

// An app with a Store of its own is installed as well.
// G: wecomtest/app
func TestInstallWithAStoreOfItsOwn(t *testing.T) {
	t.Parallel()
	w := wecomtest.New(t)
	cfg := w.Config()
	cfg.Store = token.NewMemoryStore()
	a := newApp(t, w, cfg)
	_, err := service.GetPreAuthCode(a.api)
	require.ErrorIs(t, err, token.ErrNoSuiteTicket, "its Store is empty")
	corp := w.Install(wecomtest.Corp{})
	<-a.installed
	_, err = service.GetAgentAdminList(a.api.WithCorp(corp.Id))
	require.NoError(t, err)
	_, err = corp.Api().Installation()
	require.ErrorIs(t, err, token.ErrNotInstalled, "the other Store has nothing of it")
	w.Advance(10 * time.Minute)
	assert.Contains(t, w.Deliveries()[2].Payload, "suite_ticket")
}

// The two other ways to an app: the provider's own site, and a QR code.
// G: wecomtest/app
func TestWaysToInstall(t *testing.T) {
	t.Parallel()
	w := wecomtest.New(t)
	a := newApp(t, w, w.Config())
	pre, err := service.GetPreAuthCode(a.api)
	require.NoError(t, err)
	link, err := service.InstallUrl(service.InstallLink{SuiteId: a.api.SuiteId(), PreAuthCode: pre.PreAuthCode, RedirectUri: "https://app.example/done?from=site", State: "s1"})
	require.NoError(t, err)
	corp, redirect := w.Follow(link, wecomtest.Corp{Name: "Riverside"})
	assert.Equal(t, "app.example", redirect.Host)
	q := redirect.Query()
	assert.Equal(t, []string{"site", "s1"}, []string{q.Get("from"), q.Get("state")})
	p, err := a.inbox.Install(a.api, q.Get("auth_code"), q.Get("state"))
	require.NoError(t, err)
	assert.Equal(t, corp.Id, p.AuthCorpInfo.CorpId)
	assert.Equal(t, corp.Id, (<-a.installed).CorpId())

	qr, err := service.GetAppQrCode(a.api, service.QRCodeReq{SuiteId: a.api.SuiteId(), State: "booth", ResultType: 2})
	require.NoError(t, err)
	scanned := w.Scan(qr, wecomtest.Corp{Name: "Lakeside"})
	n := <-a.installed
	assert.Equal(t, scanned.Id, n.CorpId())
	_, err = service.GetAgentAdminList(scanned.Api())
	assert.NoError(t, err)
}

// A customised app: its template is authorised, its code reset, its end told.
// G: wecomtest/app
func TestCustomizedApp(t *testing.T) {
	t.Parallel()
	w := wecomtest.New(t, wecomtest.Suites(0), wecomtest.Customized(1))
	a := newApp(t, w, w.Config())
	assert.True(t, token.IsTemplate(a.api.SuiteId()))
	link, err := service.GetCustomizedAuthUrl(a.api, "s2", []string{a.api.SuiteId()})
	require.NoError(t, err)
	corp := w.Scan(link.QrcodeUrl, wecomtest.Corp{})
	<-a.installed
	before, err := corp.Api().Installation()
	require.NoError(t, err)
	assert.True(t, before.Customized)
	corp.ResetCode()
	after, err := corp.Api().Installation()
	require.NoError(t, err)
	assert.NotEqual(t, before.PermanentCode, after.PermanentCode)

	corp.Cancel()
	n := <-a.removed
	assert.Equal(t, corp.Id, n.CorpId())
	_, err = service.GetAgentAdminList(corp.Api())
	assert.True(t, errors.Is(err, token.ErrNotInstalled), "%v", err)
}

// Without a callback URL an app is installed, reset and cancelled all the same.
// G: wecomtest/app
func TestAppsWithoutACallbackURL(t *testing.T) {
	t.Parallel()
	w := wecomtest.New(t, wecomtest.Customized(1))
	for i := range 2 {
		corp := w.Install(wecomtest.Corp{App: w.Suite(i)})
		_, err := service.GetAgentAdminList(corp.Api())
		require.NoError(t, err)
		corp.ChangeAuth()
		corp.Change(wecomtest.Member{Name: "Zhou"})
		assert.Len(t, corp.Members, 4)
		if i == 1 {
			corp.ResetCode()
		}
		corp.Cancel()
		_, err = service.GetAdminList(w.Suite(i), corp.Id, 1)
		assert.Error(t, err)
	}
	assert.Empty(t, w.Deliveries())
}

// One AgentId, the test's or one that was made up: in the corp, the installation and messages.
// G: wecomtest/app
func TestAgentId(t *testing.T) {
	t.Parallel()
	w := wecomtest.New(t, wecomtest.Suites(0), wecomtest.Customized(1))
	a := newApp(t, w, w.Config())
	link, err := service.GetCustomizedAuthUrl(a.api, "fair", []string{a.api.SuiteId()})
	require.NoError(t, err)
	for _, corp := range []*wecomtest.Corp{
		w.Scan(link.QrcodeUrl, wecomtest.Corp{AgentId: 1000002}), w.Scan(link.QrcodeUrl, wecomtest.Corp{}), w.Install(wecomtest.Corp{State: "fair"})} {
		in, err := corp.Api().Installation()
		require.NoError(t, err)
		assert.NotZero(t, in.AgentId)
		assert.Equal(t, in.AgentId, corp.AgentId)
		assert.Equal(t, "fair", corp.State)
		d := corp.Send(wecomtest.Message{UserId: corp.Members[0].UserId, Text: "hi"})
		require.NoError(t, d.Err())
		assert.Contains(t, d.Payload, fmt.Sprintf("<AgentID>%d</AgentID>", in.AgentId))
	}
}

// What is known of a corp stays when it installs a second app.
// G: wecomtest/app
func TestSecondApp(t *testing.T) {
	t.Parallel()
	w := wecomtest.New(t, wecomtest.Suites(2))
	first := w.Install(wecomtest.Corp{Name: "Riverside", Members: []wecomtest.Member{{UserId: "woLin"}, {UserId: "woZhou", Admin: true}}})
	first.Change(wecomtest.Member{UserId: "woChen"})
	second := w.Install(wecomtest.Corp{Id: first.Id, App: w.Suite(1)})
	assert.Equal(t, first.Members, second.Members)
	assert.Equal(t, []wecomtest.Member{{UserId: "woLin", Name: "Member 1"}, {UserId: "woZhou", Name: "Member 2", Admin: true}, {UserId: "woChen", Name: "Member 3"}}, second.Members)
	second.Change(wecomtest.Member{UserId: "woLin", Left: true})
	assert.True(t, first.Members[0].Left)
	one, err := first.Api().Installation()
	require.NoError(t, err)
	other, err := second.Api().Installation()
	require.NoError(t, err)
	assert.NotEqual(t, one.PermanentCode, other.PermanentCode)
}

// One QR code installs several templates; the corp's App is the first of them.
// G: wecomtest/app
func TestScanOfSeveralApps(t *testing.T) {
	t.Parallel()
	w := wecomtest.New(t, wecomtest.Customized(3))
	link, err := service.GetCustomizedAuthUrl(w.Api(), "s", []string{w.Suite(2).SuiteId(), w.Suite(1).SuiteId()})
	require.NoError(t, err)
	corp := w.Scan(link.QrcodeUrl, wecomtest.Corp{})
	assert.Equal(t, w.Suite(1).SuiteId(), corp.App.SuiteId())
	for i, want := range []error{token.ErrNotInstalled, nil, nil, token.ErrNotInstalled} {
		_, err := w.Suite(i).WithCorp(corp.Id).Installation()
		assert.ErrorIs(t, err, want, "suite %d", i)
	}
}
