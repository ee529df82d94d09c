package fakewecom

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/spec"
)

func TestProviderToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	ask := func(id, secret string) obj {
		return w.call("get_provider_token", obj{"corpid": id, "provider_secret": secret})
	}
	first := ask(testProvider, "provider-secret")
	require.NotEmpty(t, first["provider_access_token"])
	assert.Equal(t, 7200.0, first["expires_in"])
	assert.NotContains(t, first, "errcode", "success without errcode, as WeCom")

	w.clock.add(time.Hour)
	again := ask(testProvider, "provider-secret")
	assert.Equal(t, first["provider_access_token"], again["provider_access_token"], "the same within its validity")
	assert.Equal(t, 3600.0, again["expires_in"])

	w.clock.add(time.Hour)
	assert.NotEqual(t, first["provider_access_token"], ask(testProvider, "provider-secret")["provider_access_token"])

	bad := ask(testProvider, "wrong")
	assert.Equal(t, 40001, errcode(bad))
	assert.Regexp(t, `^invalid credential, hint: \[\d+\], from ip: 127\.0\.0\.1, more info at https://open\.work\.weixin\.qq\.com/devtool/query\?e=40001$`, bad["errmsg"])
	assert.Equal(t, 40013, errcode(ask("wwnobody", "provider-secret")))
	assert.Equal(t, 41002, errcode(w.call("get_provider_token", obj{"provider_secret": "x"})))
	assert.Equal(t, 41004, errcode(w.call("get_provider_token", obj{"corpid": testProvider})))
}

func TestSuiteToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	ask := func(id, secret, ticket string) obj {
		return w.call("get_suite_token", obj{"suite_id": id, "suite_secret": secret, "suite_ticket": ticket})
	}
	old, err := w.NewTicket(testSuite)
	require.NoError(t, err)
	foreign, err := w.NewTicket(testTemplate)
	require.NoError(t, err)

	first := ask(testSuite, "suite-secret", old)
	require.NotEmpty(t, first["suite_access_token"])
	assert.Equal(t, first["suite_access_token"], ask(testSuite, "suite-secret", old)["suite_access_token"])
	assert.Equal(t, 40085, errcode(ask(testSuite, "suite-secret", "nonsense")))
	assert.Equal(t, 40085, errcode(ask(testSuite, "suite-secret", foreign)), "a ticket of another suite")
	assert.Equal(t, 40080, errcode(ask(testSuite, "wrong", old)))
	assert.Equal(t, 40083, errcode(ask("ww404", "suite-secret", old)))
	assert.Equal(t, 41021, errcode(ask("", "s", "t")))
	assert.Equal(t, 41024, errcode(ask(testSuite, "", "t")))
	assert.Equal(t, 41023, errcode(ask(testSuite, "s", "")))

	w.clock.add(20 * time.Minute)
	next, err := w.NewTicket(testSuite)
	require.NoError(t, err)
	w.clock.add(10 * time.Minute)
	assert.Zero(t, errcode(ask(testSuite, "suite-secret", old)), "30 minutes are within")
	w.clock.add(time.Second)
	assert.Equal(t, 40085, errcode(ask(testSuite, "suite-secret", old)))
	assert.Zero(t, errcode(ask(testSuite, "suite-secret", next)))

	w.ExpireTickets("ww404")
	w.ExpireTickets(testSuite)
	assert.Equal(t, 40085, errcode(ask(testSuite, "suite-secret", next)))
	_, err = w.NewTicket("ww404")
	assert.Error(t, err)
}

func TestNewTokenEveryTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{NewSuiteToken: true, NewCorpToken: true})
	ticket, err := w.NewTicket(testSuite)
	require.NoError(t, err)
	in := obj{"suite_id": testSuite, "suite_secret": "suite-secret", "suite_ticket": ticket}
	first, second := w.call("get_suite_token", in)["suite_access_token"].(string), w.call("get_suite_token", in)["suite_access_token"].(string)
	assert.NotEqual(t, first, second)
	for _, value := range []string{first, second} {
		out := w.callWith(endpointNamed(t, "get_pre_auth_code"), url.Values{"suite_access_token": {value}}, url.Values{})
		assert.Zero(t, errcode(out), "both are good")
	}
}

func TestCorpToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	pc := w.call("get_permanent_code_v2", obj{"auth_code": w.install(testSuite)})["permanent_code"].(string)
	ask := func(corp, code string) obj {
		return w.call("get_corp_token", obj{"auth_corpid": corp, "permanent_code": code})
	}
	value := ask(testCorp, pc)["access_token"].(string)
	assert.Equal(t, value, ask(testCorp, pc)["access_token"])
	assert.Equal(t, 40084, errcode(ask(testCorp, "wrong")))
	assert.Equal(t, 40013, errcode(ask(strings.ToLower(testCorp), pc)), "corp ids are case-sensitive")
	assert.Equal(t, 41025, errcode(w.call("get_corp_token", obj{"auth_corpid": testCorp})))

	out := w.callWith(endpointNamed(t, "agent_get_admin_list"), url.Values{"access_token": {value}}, obj{})
	assert.Equal(t, []any{obj{"userid": "woAnna", "auth_type": 1.0}}, out["admin"])

	require.NoError(t, w.Cancel(t.Context(), testSuite, testCorp))
	out = w.callWith(endpointNamed(t, "agent_get_admin_list"), url.Values{"access_token": {value}}, obj{})
	assert.Equal(t, 40014, errcode(out))
	assert.Equal(t, 40084, errcode(ask(testCorp, pc)))
}

func TestCustomisedAppToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	own := w.callAs("get_permanent_code_v2", testTemplate, "", obj{"auth_code": w.install(testTemplate)})["permanent_code"].(string)
	third := w.call("get_permanent_code_v2", obj{"auth_code": w.install(testSuite)})["permanent_code"].(string)
	ask := func(corp, secret string) obj {
		return w.call("gettoken", url.Values{"corpid": {corp}, "corpsecret": {secret}})
	}
	good := ask(testCorp, own)
	require.NotEmpty(t, good["access_token"])
	assert.Equal(t, good["access_token"], ask(testCorp, own)["access_token"])
	assert.Equal(t, 40001, errcode(ask(testCorp, third)), "a third-party app has no secret")
	assert.Equal(t, 40013, errcode(ask("wpNobody", own)))
	assert.Equal(t, 41002, errcode(ask("", own)))
	assert.Equal(t, 41004, errcode(ask(testCorp, "")))
	out := w.callAs("get_corp_token", testTemplate, "", obj{"auth_corpid": testCorp, "permanent_code": own})
	assert.Equal(t, 48002, errcode(out))
}

func TestTokenErrors(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.install(testSuite)
	value := map[string]string{}
	var err error
	value[spec.CredentialProvider], err = w.IssueToken(spec.CredentialProvider, "", "")
	require.NoError(t, err)
	value[spec.CredentialSuite], err = w.IssueToken(spec.CredentialSuite, testSuite, "")
	require.NoError(t, err)
	value[spec.CredentialCorp], err = w.IssueToken(spec.CredentialCorp, testSuite, testCorp)
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
		ep := endpointNamed(t, row.name)
		try := func(q url.Values) int {
			_, data := w.send(ep.Method, ep.Path, q, "{}")
			return errcodeOf(t, data)
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
		ep := endpointNamed(t, row.name)
		_, data := w.send(ep.Method, ep.Path, url.Values{ep.QueryKey: {value[ep.Credential]}}, "{}")
		assert.Equal(t, row.expired, errcodeOf(t, data), row.name)
	}
	_, err = w.IssueToken(spec.CredentialCorp, testTemplate, testCorp)
	assert.Error(t, err)
	_, err = w.IssueToken(spec.CredentialSuite, "ww404", "")
	assert.Error(t, err)
}

func TestKilledToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{TokenLife: 100 * time.Second})
	ep := endpointNamed(t, "get_pre_auth_code")
	fetch := func() string {
		ticket, err := w.NewTicket(testSuite)
		require.NoError(t, err)
		out := w.call("get_suite_token", obj{"suite_id": testSuite, "suite_secret": "suite-secret", "suite_ticket": ticket})
		assert.Equal(t, 100.0, out["expires_in"])
		return out["suite_access_token"].(string)
	}
	use := func(v string) int {
		return errcode(w.callWith(ep, url.Values{ep.QueryKey: {v}}, url.Values{}))
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
