package token_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/access"
	"github.com/gothird/wecom/data"
	"github.com/gothird/wecom/token"
)

// The documented fetchers ask WeCom, and what they get is used from then on.
// G: token/by-hand
func TestFetch(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, h := range []token.Token{w.api.Provider(), w.api.Suite(), w.api.Corp()} {
		for range 2 {
			got, err := h.Fetch(nil)
			require.NoError(t, err)
			seen.text(got)
			cached, err := w.api.AccessToken(h.Credential())
			require.NoError(t, err)
			assert.Equal(t, got.GetAccessToken().AcsToken, cached.AcsToken)
		}
	}
	assert.Equal(t, 2, w.Count(providerPath))
	assert.Equal(t, 2, w.Count(suitePath))
	assert.Equal(t, 2, w.Count(corpPath))

	_, err := w.api.Suite().Fetch(data.D{"suite_ticket": seen.secret("not-a-ticket-at-all")})
	require.ErrorIs(t, err, token.Code(40085))
	fresh, err := w.NewTicket(suiteId)
	require.NoError(t, err)
	got, err := w.api.Suite().Fetch(data.D{"suite_ticket": fresh})
	require.NoError(t, err)
	assert.IsType(t, &access.SuiteAccessToken{}, got)

	_, err = w.api.Provider().Fetch(data.D{"suite_ticket": fresh})
	require.NoError(t, err, "a ticket is no provider secret")
}

// The token of a permanent code that the caller passes is not cached.
// G: token/by-hand
func TestFetchWithAPermanentCode(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in, err := w.api.Installation()
	require.NoError(t, err)
	require.NoError(t, w.api.RemoveInstallation())
	got, err := w.api.Corp().Fetch(data.D{"permanent_code": in.PermanentCode})
	require.NoError(t, err)
	assert.NotEmpty(t, got.GetAccessToken().AcsToken)
	_, err = w.api.AccessToken(token.Corp)
	require.ErrorIs(t, err, token.ErrNotInstalled)
	_, err = w.api.Corp().Fetch(nil)
	require.ErrorIs(t, err, token.ErrNotInstalled)

	custom := w.install(t, templateId, corpId)
	template := w.api.WithSuite(templateId, templateSecret)
	_, err = template.Corp().Fetch(data.D{"permanent_code": custom.PermanentCode})
	require.NoError(t, err)
	assert.Equal(t, 1, w.Count(gettokenPath))
}
