package service

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/access"
	"github.com/gothird/wecom/data"
	"github.com/gothird/wecom/token"
)

// otherToken is a handle that no Api made.
type otherToken struct{}

func (otherToken) Credential() token.Credential       { return token.Suite }
func (otherToken) AppId() string                      { return "" }
func (otherToken) Fetch(data.D) (access.Token, error) { return access.Value{AcsToken: "x"}, nil }

// G: token/by-hand
func TestHandles(t *testing.T) {
	t.Parallel()
	_, api := newScript(t)
	for _, test := range []struct {
		call   func(token.Token, data.D) (access.Token, error)
		handle token.Token
		want   string
	}{
		{GetProviderToken, nil, "wecom: get_provider_token: the credential handle is nil"},
		{GetSuiteToken, nil, "wecom: get_suite_token: the credential handle is nil"},
		{GetCorpToken, nil, "wecom: get_corp_token: the credential handle is nil"},
		{GetProviderToken, api.Suite(), "wecom: get_provider_token: wants the provider handle, got that of the suite"},
		{GetSuiteToken, api.Corp(), "wecom: get_suite_token: wants the suite handle, got that of the corp"},
		{GetCorpToken, api.Provider(), "wecom: get_corp_token: wants the corp handle, got that of the provider"},
		{GetPermanentCode, nil, "handle"},
		{GetPermanentCode, otherToken{}, "handle"},
		{GetPermanentCode, api.Suite(), "auth_code is empty"},
		{GetPermanentCodeV2, api.Suite(), "auth_code is empty"},
	} {
		got, err := test.call(test.handle, nil)
		assert.Nil(t, got)
		assert.ErrorContains(t, err, test.want)
	}
	_, err := GetPermanentCode(api.Suite(), data.D{"auth_code": strings.Repeat("x", 513)})
	assert.ErrorContains(t, err, "at most 512")
	_, err = GetPermanentCode(api.Suite(), data.D{"auth_code": 7})
	assert.ErrorContains(t, err, "auth_code is empty")
}

// G: token/by-hand
func TestFetchers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	api := w.api(t, worldSuite, nil)
	_, err := GetPermanentCode(api.Provider(), data.D{"auth_code": w.AuthCode(worldSuite, worldCorp)})
	require.NoError(t, err, "any handle of the Api will do")

	got, err := GetProviderToken(api.Provider(), nil)
	require.NoError(t, err)
	assert.IsType(t, &access.ProviderAccessToken{}, got)
	got, err = GetSuiteToken(api.Suite(), nil)
	require.NoError(t, err)
	assert.IsType(t, &access.SuiteAccessToken{}, got)
	got, err = GetSuiteToken(api.Suite(), data.D{"suite_ticket": "never-pushed"})
	assert.Nil(t, got)
	assert.ErrorIs(t, err, token.Code(40085))
	got, err = GetCorpToken(api.WithCorp(worldCorp).Corp(), nil)
	require.NoError(t, err)
	assert.NotEmpty(t, got.GetAccessToken().AcsToken)
	got, err = GetCorpToken(api.Corp(), nil)
	assert.Nil(t, got)
	assert.ErrorIs(t, err, token.ErrNoCorp)
	_, err = GetCorpToken(api.WithCorp("wpOther").Corp(), nil)
	assert.ErrorIs(t, err, token.ErrNotInstalled)
}
