package service_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/service"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

func TestLogin(t *testing.T) {
	t.Parallel()
	w := wecomtest.New(t)
	corp := w.Install(wecomtest.Corp{})
	member := corp.Members[1].UserId
	code := corp.Login(member, service.ScopePrivateInfo)
	who, err := service.GetuserInfo3rd(w.Api(), code)
	require.NoError(t, err)
	assert.Equal(t, []string{corp.Id, member}, []string{who.CorpId, who.Userid})
	detail, err := service.GetUserDetail3rd(w.Api(), who.UserTicket)
	require.NoError(t, err)
	assert.Equal(t, member, detail.Userid)
	_, err = service.GetuserInfo3rd(w.Api(), code)
	require.ErrorIs(t, err, token.Code(42022), "a code works once")
}

// G: install/again
func TestInstallAgainAfterCancel(t *testing.T) {
	t.Parallel()
	w := wecomtest.New(t)
	corp := w.Install(wecomtest.Corp{})
	first, err := corp.Api().Installation()
	require.NoError(t, err)
	_, err = service.GetJsapiTicket(corp.Api())
	require.NoError(t, err)
	corp.Cancel()
	require.NoError(t, corp.Api().RemoveInstallation())
	_, err = service.GetJsapiTicket(corp.Api())
	require.ErrorIs(t, err, token.ErrNotInstalled)

	second, err := w.Install(wecomtest.Corp{Id: corp.Id}).Api().Installation()
	require.NoError(t, err)
	assert.NotEqual(t, first.PermanentCode, second.PermanentCode)
	_, err = service.GetJsapiTicket(corp.Api())
	assert.NoError(t, err)
}

// G: endpoint/links
func TestInstallFromTheProvidersSite(t *testing.T) {
	t.Parallel()
	w := wecomtest.New(t)
	pre, err := service.GetPreAuthCode(w.Api())
	require.NoError(t, err)
	require.NoError(t, service.SetSessionInfo(w.Api(), pre.PreAuthCode, service.SessionInfo{}))
	link, err := service.InstallUrl(service.InstallLink{
		SuiteId: w.Api().SuiteId(), PreAuthCode: pre.PreAuthCode, RedirectUri: "https://crm.example.com/in?a=1&b=2", State: "booth12",
	})
	require.NoError(t, err)
	corp, redirect := w.Follow(link, wecomtest.Corp{})
	q := redirect.Query()
	assert.Equal(t, []string{"1", "2", "booth12"}, []string{q.Get("a"), q.Get("b"), q.Get("state")})
	got, err := service.ExchangeAuthCode(w.Api(), q.Get("auth_code"))
	require.NoError(t, err)
	assert.Equal(t, corp.Id, got.AuthCorpInfo.CorpId)
}
