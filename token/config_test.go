package token_test

import (
	"context"
	"net/http"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/token"
)

// G: token/config
func TestBadConfig(t *testing.T) {
	t.Parallel()
	good := token.Config{CorpId: providerId, ProviderSecret: providerSecret, SuiteId: suiteId, SuiteSecret: suiteSecret}
	nilNext := func(http.RoundTripper) http.RoundTripper { return nil }
	for _, row := range []struct {
		says   []string
		change func(*token.Config)
	}{
		{[]string{"Config.CorpId is missing", "ww1a2b3c"}, func(c *token.Config) { c.CorpId = "" }},
		{[]string{"Config.Timeout is negative"}, func(c *token.Config) { c.Timeout = -1 }},
		{[]string{"Config.SuiteId is missing", "dk…"}, func(c *token.Config) { c.SuiteId = "" }},
		{[]string{"Config.SuiteSecret is missing"}, func(c *token.Config) { c.SuiteSecret = "" }},
		{[]string{"Config.CorpId is missing", "Config.SuiteSecret is missing"}, func(c *token.Config) { c.CorpId, c.SuiteSecret = "", "" }},
		{[]string{"no credentials"}, func(c *token.Config) { *c = token.Config{} }},
		{[]string{"Config.SuiteSecret has a blank"}, func(c *token.Config) { c.SuiteSecret += "\n" }},
		{[]string{"Config.ProviderSecret has a blank"}, func(c *token.Config) { c.ProviderSecret = " " + c.ProviderSecret }},
		{[]string{"Config.CorpId has a blank or an unprintable"}, func(c *token.Config) { c.CorpId += "\u200b" }},
		{[]string{"Config.SuiteId is longer"}, func(c *token.Config) { c.SuiteId = strings.Repeat("w", 513) }},
		{[]string{"Config.BaseURL", "https://qyapi"}, func(c *token.Config) { c.BaseURL = "qyapi.weixin.qq.com" }},
		{[]string{"Config.BaseURL"}, func(c *token.Config) { c.BaseURL = "ftp://host" }},
		{[]string{"Config.BaseURL"}, func(c *token.Config) { c.BaseURL = "https://host/?x=1" }},
		{[]string{"Config.BaseURL"}, func(c *token.Config) { c.BaseURL = "https://host?" }},
		{[]string{"Config.BaseURL"}, func(c *token.Config) { c.BaseURL = "https://host/#" }},
		{[]string{"Config.BaseURL"}, func(c *token.Config) { c.BaseURL = "https://user:pass@host" }},
		{[]string{"Config.BaseURL"}, func(c *token.Config) { c.BaseURL = "https://ho st" }},
		{[]string{"Config.Middleware[0] is nil"}, func(c *token.Config) { c.Middleware = append(c.Middleware, nil) }},
		{[]string{"Config.Middleware[0] returned nil"}, func(c *token.Config) { c.Middleware = append(c.Middleware, nilNext) }},
	} {
		cfg := good
		row.change(&cfg)
		api, err := token.New(cfg)
		assert.Nil(t, api)
		seen.error(err)
		for _, says := range row.says {
			require.ErrorContains(t, err, says)
		}
	}
}

// Either pair may be empty; what needs it says so before any request.
// G: token/required
func TestHalfAnApi(t *testing.T) {
	t.Parallel()
	never := &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		t.Errorf("a request to %s", r.URL.Path)
		return nil, http.ErrHandlerTimeout
	})}
	provider := newApi(t, token.Config{CorpId: providerId, ProviderSecret: providerSecret, HTTPClient: never})
	require.ErrorContains(t, do(provider, suiteCall), "Config.SuiteId")
	require.ErrorContains(t, do(provider.WithCorp(corpId), corpCall), "Config.SuiteId")
	require.ErrorContains(t, provider.SetSuiteTicket("t", time.Now()), "Config.SuiteId")
	require.ErrorIs(t, do(provider, corpCall), token.ErrNoCorp)

	suite := newApi(t, token.Config{SuiteId: suiteId, SuiteSecret: suiteSecret, HTTPClient: never})
	require.ErrorContains(t, do(suite, providerCall), "Config.CorpId")
	require.ErrorIs(t, do(suite, suiteCall), token.ErrNoSuiteTicket)
	require.ErrorIs(t, do(suite, corpCall), token.ErrNoCorp)
	require.ErrorIs(t, do(suite.WithCorp(corpId), corpCall), token.ErrNotInstalled)
	require.ErrorIs(t, suite.Verify(), token.ErrNoSuiteTicket)
	_, err := suite.TicketAge()
	require.ErrorIs(t, err, token.ErrNoSuiteTicket)
	_, err = suite.Installation()
	require.ErrorIs(t, err, token.ErrNoCorp)
	require.ErrorIs(t, suite.RemoveInstallation(), token.ErrNoCorp)
	require.NoError(t, suite.WithCorp(corpId).RemoveInstallation())
}

// G: token/verify
func TestVerify(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.NoError(t, w.api.Verify())
	require.NoError(t, w.api.Verify())
	for _, path := range []string{providerPath, suitePath, corpPath} {
		assert.Equal(t, 2, w.Count(path), "it asks WeCom each time")
	}
	bad := w.cfg
	bad.ProviderSecret = seen.secret("a-wrong-provider-secret")
	err := newApi(t, bad).Verify()
	seen.error(err)
	require.ErrorIs(t, err, token.Code(40001))
	require.ErrorIs(t, err, token.ErrNoSuiteTicket, "both are looked at")
}

// An empty Api is of no use, and does no harm.
// G: error/nil
func TestZeroApi(t *testing.T) {
	t.Parallel()
	for _, api := range []*token.Api{nil, {}} {
		assert.NotNil(t, api.Context())
		assert.Empty(t, api.CorpId()+api.SuiteId()+api.ProviderCorpId())
		for _, err := range []error{
			api.Verify(), api.SetSuiteTicket("t", time.Now()), api.RemoveInstallation(),
			api.SetInstallation(token.Installation{CorpId: "c", PermanentCode: "p"}),
			api.WithCorp("c").WithSuite("s", "x").WithContext(t.Context()).Verify(),
		} {
			require.ErrorContains(t, err, "token.New")
		}
		_, err := api.AccessToken(token.Provider)
		require.ErrorContains(t, err, "token.New")
		_, err = api.Provider().Fetch(nil)
		require.ErrorContains(t, err, "token.New")
		_, _, err = api.Exchange("code", exchangeEp)
		require.ErrorContains(t, err, "token.New")
		assert.Empty(t, api.Suite().AppId())
		api.Invalidate(token.Corp, "x")
	}
}

// G: token/required token/by-hand
func TestCredentialsWithoutAToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.api.AccessToken(token.Credential{})
	require.ErrorContains(t, err, "no Credential")
	_, err = w.api.AccessToken(token.None)
	require.ErrorContains(t, err, "has no token")
	own := token.Static(seen.secret("a-token-of-my-own"))
	seen.text(own)
	v, err := w.api.AccessToken(own)
	require.NoError(t, err)
	assert.Equal(t, "a-token-of-my-own", v.AcsToken)
	w.api.Invalidate(own, "a-token-of-my-own") // nothing to drop
	w.api.Invalidate(token.Credential{}, "")

	// No request without a token.
	for says, c := range map[string]token.Credential{"empty token": token.Static(""), "query key": token.Provider.As(""), "no Credential": {}} {
		ep := providerCall
		ep.Credential = c
		require.ErrorContains(t, do(w.api, ep), says)
	}
	_, err = w.api.AccessToken(token.Static(""))
	require.ErrorContains(t, err, "empty token")
	assert.Empty(t, w.Requests())
}

// G: token/light
func TestCopies(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	type key struct{}
	ctx := context.WithValue(t.Context(), key{}, 1)
	b := w.api.WithContext(ctx)
	assert.Equal(t, ctx, b.Context())
	assert.NotEqual(t, ctx, w.api.Context())
	assert.Equal(t, corpId, b.CorpId())
	assert.Equal(t, "other", b.WithCorp("other").CorpId())
	assert.Empty(t, b.WithCorp("").CorpId())
	assert.Equal(t, corpId, b.WithSuite(templateId, templateSecret).CorpId())
	assert.Equal(t, templateId, b.WithSuite(templateId, templateSecret).SuiteId())
	assert.Equal(t, context.Background(), b.WithContext(nil).Context()) //lint:ignore SA1012 what it does with nil is the subject
	assert.Equal(t, providerId, b.Provider().AppId())
	assert.Equal(t, suiteId, b.Suite().AppId())
	assert.Equal(t, corpId, b.Corp().AppId())
	assert.Equal(t, token.Suite, b.Suite().Credential())
}

// Copying an Api is free and safe: it is a pointer to the core, a context, a suite and a corp.
// G: token/light
func TestApiIsSmall(t *testing.T) {
	t.Parallel()
	typ := reflect.TypeFor[token.Api]()
	require.Equal(t, 4, typ.NumField())
	for i := range typ.NumField() {
		kind := typ.Field(i).Type.Kind()
		assert.True(t, kind == reflect.Pointer || kind == reflect.Interface, "%s", typ.Field(i).Name)
	}
}

// G: token/light
func TestNewStartsNothing(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 100 {
		_, err := token.New(token.Config{SuiteId: suiteId, SuiteSecret: suiteSecret})
		require.NoError(t, err)
	}
	assert.LessOrEqual(t, runtime.NumGoroutine(), before)
}
