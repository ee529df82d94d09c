package wecomtest_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/service"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

// A member follows the link of a login and comes back with a code that says who he is.
// G: wecomtest/app
func TestOpen(t *testing.T) {
	t.Parallel()
	w := wecomtest.New(t, wecomtest.Customized(1))
	corp := w.Install(wecomtest.Corp{})
	member := corp.Members[1].UserId
	link, err := service.OAuth2Url(service.OAuth2Link{AppId: corp.App.SuiteId(), RedirectUri: "https://app.example/in?from=menu", State: "s1", Scope: service.ScopePrivateInfo, AgentId: 1000002})
	require.NoError(t, err)
	redirect := corp.Open(member, link)
	q := redirect.Query()
	assert.Equal(t, []string{"app.example", "/in", "menu", "s1"}, []string{redirect.Host, redirect.Path, q.Get("from"), q.Get("state")})
	who, err := service.GetuserInfo3rd(corp.App, q.Get("code"))
	require.NoError(t, err)
	assert.Equal(t, []string{corp.Id, member}, []string{who.CorpId, who.Userid})
	assert.NotEmpty(t, who.UserTicket, "as the scope asks")

	custom := w.Install(wecomtest.Corp{App: w.Suite(1)})
	link, err = service.WebLoginUrl(service.WebLoginLink{LoginType: service.LoginCorpApp, AppId: custom.Id, AgentId: 1000002, RedirectUri: "https://app.example/in", State: "s2"})
	require.NoError(t, err)
	code := custom.Open(custom.Members[0].UserId, link).Query().Get("code")
	user, err := service.GetUserInfo(custom.Api(), code)
	require.NoError(t, err)
	assert.Equal(t, custom.Members[0].UserId, user.UserId)
	assert.Empty(t, user.UserTicket)
}

// The provider's own site learns who has come, and of which apps he is an administrator.
// G: wecomtest/app
func TestScanLogin(t *testing.T) {
	t.Parallel()
	w := wecomtest.New(t)
	corp := w.Install(wecomtest.Corp{AgentId: 1000007})
	boss, err := service.GetLoginInfo(w.Api(), corp.ScanLogin(corp.Members[0].UserId))
	require.NoError(t, err)
	assert.Equal(t, corp.Id, boss.CorpInfo.CorpId)
	assert.Equal(t, corp.Members[0].UserId, boss.UserInfo.UserId)
	assert.Equal(t, []service.LoginAgent{{AgentId: 1000007, AuthType: 1}}, boss.Agent)
	code := corp.ScanLogin(corp.Members[1].UserId)
	_, err = service.GetuserInfo3rd(w.Api(), code)
	require.Error(t, err, "it is no code of the app")
	member, err := service.GetLoginInfo(w.Api(), code)
	require.NoError(t, err)
	assert.Empty(t, member.Agent)
}

// What Go has started has ended when the test has, and what it says is told.
// G: wecomtest/told
func TestGo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ended := false
		err := wecomtest.Run(func(t testing.TB) {
			w := wecomtest.New(t)
			w.Go(func(ctx context.Context) error {
				<-ctx.Done()
				time.Sleep(time.Minute) // of the bubble
				ended = true
				return errors.New("oh dear")
			})
		})
		assert.True(t, ended)
		assert.ErrorContains(t, err, "oh dear")
		assert.NoError(t, wecomtest.Run(func(t testing.TB) {
			wecomtest.New(t).Go(func(ctx context.Context) error { <-ctx.Done(); return nil })
		}))
	})
}

// Run ends the context of its TB before the first Cleanup, as testing does.
// G: wecomtest/told
func TestRunEndsItsContextFirst(t *testing.T) {
	t.Parallel()
	var during, after error
	require.NoError(t, wecomtest.Run(func(t testing.TB) {
		t.Cleanup(func() { after = t.Context().Err() })
		during = t.Context().Err()
	}))
	assert.NoError(t, during)
	assert.ErrorIs(t, after, context.Canceled)
}

// An answer that is a sample says so; one that has rules, or was refused, does not.
// G: wecomtest/samples
func TestSamplesAreTold(t *testing.T) {
	t.Parallel()
	w := wecomtest.New(t)
	corp := w.Install(wecomtest.Corp{})
	_, err := service.GetPermissions(corp.Api())
	require.NoError(t, err)
	_, err = service.GetAgentAdminList(corp.Api())
	require.NoError(t, err)
	w.Fail("/cgi-bin/agent/get_permissions", wecomtest.Fault{ErrCode: 60011})
	_, err = service.GetPermissions(corp.Api())
	require.ErrorIs(t, err, token.Code(60011))
	samples := map[string][]bool{}
	for _, r := range w.Requests("") {
		samples[r.Path] = append(samples[r.Path], r.Sample)
	}
	assert.Equal(t, []bool{true, false}, samples["/cgi-bin/agent/get_permissions"])
	assert.Equal(t, []bool{false}, samples[adminList])
}
