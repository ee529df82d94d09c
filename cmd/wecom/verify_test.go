package main

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/internal/wexml"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

// customer is a WeCom with an app of each kind that a customer has, and the configuration of
// one of them.
func customer(t *testing.T, suite int, choices wecomtest.Choices) environment {
	t.Helper()
	choices.Quiet = true // requests that are refused are what this is about
	w := wecomtest.New(t, wecomtest.Suites(1), wecomtest.Customized(1), choices)
	api, cfg := w.Suite(suite), w.ConfigOf(suite)
	in, err := callback.NewInbox(callback.Config{})
	require.NoError(t, err)
	h, err := in.Handler(api, w.URL(api, callback.App))
	require.NoError(t, err)
	w.Deliver(api, callback.App, h)
	w.Go(in.Run)
	corp := w.Install(wecomtest.Corp{App: api})
	installed, err := corp.Api().Installation()
	require.NoError(t, err)
	ticket, err := wexml.Text([]byte(corp.PushSample("suite_ticket").Payload), "SuiteTicket")
	require.NoError(t, err)
	return environment{"WECOM_BASE_URL": "http://" + w.Addr(), "WECOM_CORP_ID": cfg.CorpId, "WECOM_PROVIDER_SECRET": cfg.ProviderSecret,
		"WECOM_SUITE_ID": cfg.SuiteId, "WECOM_SUITE_SECRET": cfg.SuiteSecret, "WECOM_SUITE_TICKET": ticket,
		"WECOM_AUTH_CORP_ID": corp.Id, "WECOM_PERMANENT_CODE": installed.PermanentCode}
}

// G: command/verify
func TestVerifyOfGoodCredentials(t *testing.T) {
	t.Parallel()
	for suite, name := range []string{"third-party", "customised"} {
		full := customer(t, suite, wecomtest.Choices{})
		o := full.wecom(t, "", "verify")
		assert.Zero(t, o.code, name+o.out+o.err)
		assert.Regexp(t, `^provider: good \(.+\)\nsuite: good \(.+\)\ncustomer: good \(.+\)\nWeCom accepts these calls from this address.\n$`, o.out, name)
		assert.Empty(t, o.err)
		o = full.wecom(t, "", "verify", "-lang", "zh")
		assert.Regexp(t, `(?s)^服务商：有效.*应用：有效.*授权企业：有效.*企业微信接受`, o.out)

		o = full.with("WECOM_PERMANENT_CODE", "", "WECOM_SUITE_SECRET", "").wecom(t, "", "verify")
		assert.Zero(t, o.code, o.err)
		assert.Contains(t, o.err, "suite: not verified, for WECOM_SUITE_SECRET is not set")
		assert.Contains(t, o.err, "customer: not verified, for WECOM_PERMANENT_CODE is not set")
		assert.NotContains(t, o.out, "suite")
	}
}

// Secrets may be in files, named by options or in the environment.
func TestSecretsFromFiles(t *testing.T) {
	t.Parallel()
	full := customer(t, 0, wecomtest.Choices{})
	secret, ticket := full["WECOM_PROVIDER_SECRET"], full["WECOM_SUITE_TICKET"]
	full = full.with("WECOM_PROVIDER_SECRET", "@"+file(t, secret+"\n"), "WECOM_SUITE_TICKET", "", "WECOM_SUITE_ID", "@"+file(t, full["WECOM_SUITE_ID"]))
	o := full.wecom(t, ticket, "verify", "-suite-ticket-file", "-")
	assert.Zero(t, o.code, o.out+o.err)
	assert.Contains(t, o.out, "customer: good")
	o = full.wecom(t, "", "verify", "--suite-ticket-file="+file(t, ticket), "-corp-id", "wwother")
	assert.Equal(t, exitBad, o.code, "an option comes before the environment")
	assert.NotContains(t, o.out+o.err, secret)
}

// G: command/verify
func TestVerifySaysWhichCredentialIsBad(t *testing.T) {
	t.Parallel()
	good := customer(t, 0, wecomtest.Choices{})
	for name, row := range map[string]struct {
		env      environment
		says, zh string
	}{
		"provider secret": {good.with("WECOM_PROVIDER_SECRET", "a-wrong-secret"), "provider: refused. The secret is wrong", "服务商：被拒。Secret 不正确"},
		"corp id":         {good.with("WECOM_CORP_ID", "wwnobody"), "provider: refused. The id is wrong", "id 不正确"},
		"suite id":        {good.with("WECOM_SUITE_ID", "wwnobody"), "suite: refused. The id is wrong", "应用：被拒。id 不正确"},
		"suite secret":    {good.with("WECOM_SUITE_SECRET", "a-wrong-secret"), "suite: refused. The secret is wrong", "应用：被拒。Secret 不正确"},
		"ticket":          {good.with("WECOM_SUITE_TICKET", "a-wrong-ticket"), "suite: refused. The suite_ticket is no longer good", "suite_ticket 已失效"},
		"no ticket":       {good.with("WECOM_SUITE_TICKET", ""), "suite: not verified, for there is no suite_ticket", "缺少 suite_ticket"},
		"permanent code":  {good.with("WECOM_PERMANENT_CODE", "a-wrong-code"), "customer: refused. The authorisation of this customer is over", "授权已结束"},
		"address":         {good.with("WECOM_BASE_URL", good["WECOM_BASE_URL"]+"/nowhere"), "The answer is not WeCom's", "应答不是来自企业微信"},
		"no answer":       {good.with("WECOM_BASE_URL", "http://127.0.0.1:1"), "not verified, for there was no answer", "没有应答"},
	} {
		o := row.env.wecom(t, "", "verify")
		assert.Equal(t, exitBad, o.code, name)
		assert.Contains(t, o.out, row.says, name)
		assert.NotContains(t, o.out, "accepts these calls", name)
		for line := range strings.SplitSeq(strings.TrimSpace(o.out), "\n") {
			assert.Equal(t, 1, strings.Count(o.out, line), "%s: %q is said once", name, line)
		}
		assert.Contains(t, row.env.wecom(t, "", "verify", "-lang=zh").out, row.zh, name)
	}
	assert.Contains(t, good.with("WECOM_SUITE_SECRET", "a-wrong-secret").wecom(t, "", "verify").out, "provider: good", "the others are told too")
}

// An address that WeCom does not accept is said, with the address that it sees.
// G: command/verify
func TestVerifySaysThatTheAddressIsNotAccepted(t *testing.T) {
	t.Parallel()
	url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"errcode":60020,"errmsg":"not allow to access from your ip, hint: [1700000000_1_a], from ip: 198.51.100.7, more info at https://open.work.weixin.qq.com/devtool/query?e=60020"}`)
	}))
	env := environment{"WECOM_BASE_URL": url, "WECOM_CORP_ID": "ww1", "WECOM_PROVIDER_SECRET": "provider-secret"}
	o := env.wecom(t, "", "verify")
	assert.Equal(t, exitBad, o.code)
	assert.Contains(t, o.out, "198.51.100.7: put it on the IP white list")
	assert.Contains(t, env.wecom(t, "", "verify", "-lang", "zh").out, "198.51.100.7")

	url = serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"errcode":45009,"errmsg":"api freq out of limit provider-secret"}`)
	}))
	o = env.with("WECOM_BASE_URL", url).wecom(t, "", "verify")
	assert.Equal(t, exitBad, o.code)
	assert.Contains(t, o.out, "errcode 45009, call frequency limit")
	assert.Equal(t, "?", meaning(-12345))
}

// Errors that Verify joins are told one by one; one that wraps several is one.
func TestJoinedErrors(t *testing.T) {
	t.Parallel()
	a, b := errors.New("wecom: the first"), errors.New("wecom: the second")
	for _, row := range []struct {
		err  error
		want string
	}{
		{errors.Join(a, b), "not good: the first\nnot good: the second\n"},
		{errors.Join(errors.Join(a), errors.Join(b, a)), "not good: the first\nnot good: the second\n"},
		{fmt.Errorf("wecom: both: %w, %w", a, b), "not good: both: wecom: the first, wecom: the second\n"},
		{errors.Join(a, token.ErrNoSuiteTicket), "not good: the first\nsuite: not verified, for there is no suite_ticket. Set WECOM_SUITE_TICKET to the newest that was pushed, or push one from the console\n"},
		{a, "not good: the first\n"},
	} {
		var out strings.Builder
		(&session{stdout: &out}).report(row.err, map[string]bool{})
		assert.Equal(t, row.want, out.String())
	}
}

// Each path belongs to the credential that its token stands for, and each code that has
// advice of its own gets it.
func TestAdvice(t *testing.T) {
	t.Parallel()
	s := &session{}
	for path, kind := range map[string]string{
		"/cgi-bin/service/get_provider_token": "provider", "/cgi-bin/service/get_suite_token": "suite",
		"/cgi-bin/service/get_corp_token": "customer", "/cgi-bin/gettoken": "customer",
	} {
		assert.Equal(t, kind, kindName(kindOf(path)).en, path)
		assert.Regexp(t, `\p{Han}`, kindName(kindOf(path)).zh, path)
	}
	for _, row := range []struct {
		e    token.Error
		says string
	}{
		{token.Error{Code: 60020, FromIP: "198.51.100.7", HTTPStatus: 200}, "198.51.100.7"},
		{token.Error{Code: 40085, HTTPStatus: 200}, "each is good for 30 minutes"},
		{token.Error{Code: 40086, HTTPStatus: 200}, "The id is wrong"},
		{token.Error{Code: 40013, HTTPStatus: 200}, "The id is wrong"},
		{token.Error{Code: 40091, HTTPStatus: 200}, "The secret is wrong"},
		{token.Error{Code: 40001, HTTPStatus: 200, Path: "/cgi-bin/service/get_provider_token"}, "The secret is wrong"},
		{token.Error{Code: 40084, HTTPStatus: 200, Path: "/cgi-bin/service/get_corp_token"}, "installed again"},
		{token.Error{Code: 301007, HTTPStatus: 200, Path: "/cgi-bin/gettoken"}, "installed again"},
		{token.Error{Code: 40084, HTTPStatus: 200, Path: "/cgi-bin/service/get_suite_token"}, "errcode 40084, permanent_code invalid"},
		{token.Error{Code: -1, HTTPStatus: 200, Msg: "system busy"}, "errcode -1, system busy"},
		{token.Error{HTTPStatus: 502, Msg: "Bad Gateway"}, "Does a proxy answer"},
	} {
		assert.Contains(t, s.advice(&row.e), row.says)
		assert.Regexp(t, `\p{Han}`, (&session{lang: chinese}).advice(&row.e))
	}
}
