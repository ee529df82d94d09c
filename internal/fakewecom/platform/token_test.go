package platform_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spec"
)

func TestProviderToken(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	ask := func(id, secret string) obj {
		return w.Call("get_provider_token", obj{"corpid": id, "provider_secret": secret})
	}
	first := ask(faketest.Provider, "provider-secret")
	require.NotEmpty(t, first["provider_access_token"])
	assert.Equal(t, 7200.0, first["expires_in"])
	assert.NotContains(t, first, "errcode", "success without errcode, as WeCom")

	w.Clock.Add(time.Hour)
	again := ask(faketest.Provider, "provider-secret")
	assert.Equal(t, first["provider_access_token"], again["provider_access_token"], "the same within its validity")
	assert.Equal(t, 3600.0, again["expires_in"])

	w.Clock.Add(time.Hour)
	assert.NotEqual(t, first["provider_access_token"], ask(faketest.Provider, "provider-secret")["provider_access_token"])

	bad := ask(faketest.Provider, "wrong")
	assert.Equal(t, 40001, faketest.Errcode(bad))
	assert.Regexp(t, `^invalid credential, hint: \[\d+\], from ip: 127\.0\.0\.1, more info at https://open\.work\.weixin\.qq\.com/devtool/query\?e=40001$`, bad["errmsg"])
	assert.Equal(t, 40013, faketest.Errcode(ask("wwnobody", "provider-secret")))
	assert.Equal(t, 41002, faketest.Errcode(w.Call("get_provider_token", obj{"provider_secret": "x"})))
	assert.Equal(t, 41004, faketest.Errcode(w.Call("get_provider_token", obj{"corpid": faketest.Provider})))
}

func TestSuiteToken(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	ask := func(id, secret, ticket string) obj {
		return w.Call("get_suite_token", obj{"suite_id": id, "suite_secret": secret, "suite_ticket": ticket})
	}
	old, err := w.NewTicket(faketest.Suite)
	require.NoError(t, err)
	foreign, err := w.NewTicket(faketest.Template)
	require.NoError(t, err)

	first := ask(faketest.Suite, "suite-secret", old)
	require.NotEmpty(t, first["suite_access_token"])
	assert.Equal(t, first["suite_access_token"], ask(faketest.Suite, "suite-secret", old)["suite_access_token"])
	assert.Equal(t, 40085, faketest.Errcode(ask(faketest.Suite, "suite-secret", "nonsense")))
	assert.Equal(t, 40085, faketest.Errcode(ask(faketest.Suite, "suite-secret", foreign)), "a ticket of another suite")
	assert.Equal(t, 40080, faketest.Errcode(ask(faketest.Suite, "wrong", old)))
	assert.Equal(t, 40083, faketest.Errcode(ask("ww404", "suite-secret", old)))
	assert.Equal(t, 41021, faketest.Errcode(ask("", "s", "t")))
	assert.Equal(t, 41024, faketest.Errcode(ask(faketest.Suite, "", "t")))
	assert.Equal(t, 41023, faketest.Errcode(ask(faketest.Suite, "s", "")))

	w.Clock.Add(20 * time.Minute)
	next, err := w.NewTicket(faketest.Suite)
	require.NoError(t, err)
	w.Clock.Add(10 * time.Minute)
	assert.Zero(t, faketest.Errcode(ask(faketest.Suite, "suite-secret", old)), "30 minutes are within")
	w.Clock.Add(time.Second)
	assert.Equal(t, 40085, faketest.Errcode(ask(faketest.Suite, "suite-secret", old)))
	assert.Zero(t, faketest.Errcode(ask(faketest.Suite, "suite-secret", next)))

	w.ExpireTickets("ww404")
	w.ExpireTickets(faketest.Suite)
	assert.Equal(t, 40085, faketest.Errcode(ask(faketest.Suite, "suite-secret", next)))
	_, err = w.NewTicket("ww404")
	assert.Error(t, err)
}

func TestNewTokenEveryTime(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{NewSuiteToken: true, NewCorpToken: true})
	ticket, err := w.NewTicket(faketest.Suite)
	require.NoError(t, err)
	in := obj{"suite_id": faketest.Suite, "suite_secret": "suite-secret", "suite_ticket": ticket}
	first, second := w.Call("get_suite_token", in)["suite_access_token"].(string), w.Call("get_suite_token", in)["suite_access_token"].(string)
	assert.NotEqual(t, first, second)
	for _, value := range []string{first, second} {
		out := w.CallWith(faketest.Endpoint(t, "get_pre_auth_code"), url.Values{"suite_access_token": {value}}, url.Values{})
		assert.Zero(t, faketest.Errcode(out), "both are good")
	}
}

func TestCorpToken(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	pc := w.Call("get_permanent_code_v2", obj{"auth_code": w.AuthCode(faketest.Suite)})["permanent_code"].(string)
	ask := func(corp, code string) obj {
		return w.Call("get_corp_token", obj{"auth_corpid": corp, "permanent_code": code})
	}
	value := ask(faketest.Corp, pc)["access_token"].(string)
	assert.Equal(t, value, ask(faketest.Corp, pc)["access_token"])
	assert.Equal(t, 40084, faketest.Errcode(ask(faketest.Corp, "wrong")))
	assert.Equal(t, 40013, faketest.Errcode(ask(strings.ToLower(faketest.Corp), pc)), "corp ids are case-sensitive")
	assert.Equal(t, 41025, faketest.Errcode(w.Call("get_corp_token", obj{"auth_corpid": faketest.Corp})))

	out := w.CallWith(faketest.Endpoint(t, "agent_get_admin_list"), url.Values{"access_token": {value}}, obj{})
	assert.Equal(t, []any{obj{"userid": "woAnna", "auth_type": 1.0}}, out["admin"])

	require.NoError(t, w.Cancel(t.Context(), faketest.Suite, faketest.Corp))
	out = w.CallWith(faketest.Endpoint(t, "agent_get_admin_list"), url.Values{"access_token": {value}}, obj{})
	assert.Equal(t, 40014, faketest.Errcode(out))
	assert.Equal(t, 40084, faketest.Errcode(ask(faketest.Corp, pc)))
}

func TestCustomisedAppToken(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	own := w.CallAs("get_permanent_code_v2", faketest.Template, "", obj{"auth_code": w.AuthCode(faketest.Template)})["permanent_code"].(string)
	third := w.Call("get_permanent_code_v2", obj{"auth_code": w.AuthCode(faketest.Suite)})["permanent_code"].(string)
	ask := func(corp, secret string) obj {
		return w.Call("gettoken", url.Values{"corpid": {corp}, "corpsecret": {secret}})
	}
	good := ask(faketest.Corp, own)
	require.NotEmpty(t, good["access_token"])
	assert.Equal(t, good["access_token"], ask(faketest.Corp, own)["access_token"])
	assert.Equal(t, 40001, faketest.Errcode(ask(faketest.Corp, third)), "a third-party app has no secret")
	assert.Equal(t, 40013, faketest.Errcode(ask("wpNobody", own)))
	assert.Equal(t, 41002, faketest.Errcode(ask("", own)))
	assert.Equal(t, 41004, faketest.Errcode(ask(faketest.Corp, "")))
	out := w.CallAs("get_corp_token", faketest.Template, "", obj{"auth_corpid": faketest.Corp, "permanent_code": own})
	assert.Equal(t, 48002, faketest.Errcode(out))
}

func TestTokenErrors(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	w.AuthCode(faketest.Suite)
	value := map[string]string{}
	var err error
	value[spec.CredentialProvider], err = w.IssueToken(spec.CredentialProvider, "", "")
	require.NoError(t, err)
	value[spec.CredentialSuite], err = w.IssueToken(spec.CredentialSuite, faketest.Suite, "")
	require.NoError(t, err)
	value[spec.CredentialCorp], err = w.IssueToken(spec.CredentialCorp, faketest.Suite, faketest.Corp)
	require.NoError(t, err)

	rows := []struct {
		name                      string
		missing, unknown, expired int
	}{
		{"get_customized_auth_url", 41001, 40082, 42001},
		{"get_login_info", 41001, 40082, 42001},
		{"get_pre_auth_code", 41022, 40082, 42009},
		{"agent_get_admin_list", 41001, 40014, 42001},
	}
	for _, row := range rows {
		ep := faketest.Endpoint(t, row.name)
		try := func(q url.Values) int {
			_, data := w.Send(ep.Method, ep.Path, q, "{}")
			return faketest.ErrcodeOf(t, data)
		}
		assert.Equal(t, row.missing, try(url.Values{}), row.name)
		assert.Equal(t, row.missing, try(url.Values{"token": {value[ep.Credential]}}), "%s under a wrong key", row.name)
		assert.Equal(t, row.unknown, try(url.Values{ep.QueryKey: {"never issued"}}), row.name)
		for kind, v := range value {
			if kind != ep.Credential {
				assert.Equal(t, row.unknown, try(url.Values{ep.QueryKey: {v}}), "%s with a %s token", row.name, kind)
			}
		}
	}
	for kind := range value {
		w.ExpireTokens(kind)
	}
	for _, row := range rows {
		ep := faketest.Endpoint(t, row.name)
		_, data := w.Send(ep.Method, ep.Path, url.Values{ep.QueryKey: {value[ep.Credential]}}, "{}")
		assert.Equal(t, row.expired, faketest.ErrcodeOf(t, data), row.name)
	}
	_, err = w.IssueToken(spec.CredentialCorp, faketest.Template, faketest.Corp)
	assert.Error(t, err)
	_, err = w.IssueToken(spec.CredentialSuite, "ww404", "")
	assert.Error(t, err)
}

func TestKilledToken(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{TokenLife: 100 * time.Second})
	ep := faketest.Endpoint(t, "get_pre_auth_code")
	fetch := func() string {
		ticket, err := w.NewTicket(faketest.Suite)
		require.NoError(t, err)
		out := w.Call("get_suite_token", obj{"suite_id": faketest.Suite, "suite_secret": "suite-secret", "suite_ticket": ticket})
		assert.Equal(t, 100.0, out["expires_in"])
		return out["suite_access_token"].(string)
	}
	use := func(v string) int {
		return faketest.Errcode(w.CallWith(ep, url.Values{ep.QueryKey: {v}}, url.Values{}))
	}
	first := fetch()
	assert.Zero(t, use(first))
	assert.Equal(t, 1, w.KillTokens(spec.CredentialSuite, 0))
	assert.Equal(t, 40082, use(first))
	second := fetch()
	assert.NotEqual(t, first, second, "a dead token is not handed out again")
	assert.Zero(t, use(second))
	assert.True(t, w.KillToken(second, 42009))
	assert.Equal(t, 42009, use(second))
	assert.False(t, w.KillToken("never issued", 0))
	assert.Zero(t, w.KillTokens(spec.CredentialProvider, 0))
}
