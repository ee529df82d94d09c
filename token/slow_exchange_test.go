package token_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/token"
)

// slowExchange is an exchange during which, after WeCom has answered, something happens by
// way of another process.
func slowExchange(t *testing.T, suite string, meanwhile func(w *world, other *token.Api)) (w *world, apis []*token.Api, answer []byte) {
	t.Helper()
	w = newWorld(t)
	store := token.NewMemoryStore()
	bind := func(api *token.Api) *token.Api {
		if suite == templateId {
			api = api.WithSuite(templateId, templateSecret)
		}
		return api.WithCorp(corpId)
	}
	other := bind(w.process(t, store))
	w.ticket(other)
	code := w.authCodeOf(t, suite)
	w.cfg.Middleware = append(w.cfg.Middleware, after(exchangePath, func() { meanwhile(w, other) }))
	slow := bind(w.process(t, store))
	answer, first, err := slow.Exchange(code, exchangeEp)
	require.NoError(t, err)
	seen.secret(first.AcsToken)
	w.KillTokens("corp", 0)
	return w, []*token.Api{slow, other, bind(w.process(t, store))}, answer
}

func (w *world) authCodeOf(t *testing.T, suite string) string {
	t.Helper()
	code, err := w.Install(t.Context(), suite, corpId, platform.InstallOptions{FromProviderSite: true})
	require.NoError(t, err)
	return seen.secret(code)
}

// An answer that is slow on its way does not replace what a later authorisation brought.
// G: install/late-write
func TestSlowExchangeDoesNotReplaceALaterInstallation(t *testing.T) {
	t.Parallel()
	for _, suite := range []string{suiteId, templateId} {
		_, apis, answer := slowExchange(t, suite, func(w *world, other *token.Api) {
			_ = w.Cancel(t.Context(), suite, corpId) // there is no callback URL
			_, err := exchange(other, w.authCodeOf(t, suite))
			assert.NoError(t, err)
		})
		for _, api := range apis {
			require.NoError(t, do(api, corpCall), suite)
		}
		assert.NotContains(t, string(answer), "permanent_code", "that one is dead")
	}
}

// G: install/late-write
func TestSlowExchangeDoesNotReplaceALaterCode(t *testing.T) {
	t.Parallel()
	_, apis, _ := slowExchange(t, templateId, func(w *world, other *token.Api) {
		code, _ := w.ResetPermanentCode(t.Context(), templateId, corpId) // there is no callback URL
		_, err := exchange(other, seen.secret(code))
		assert.NoError(t, err)
	})
	for _, api := range apis {
		require.NoError(t, do(api, corpCall))
	}
}

// G: install/late-write
func TestSlowExchangeDoesNotBringBackACorpThatHasCancelled(t *testing.T) {
	t.Parallel()
	for _, suite := range []string{suiteId, templateId} {
		_, apis, answer := slowExchange(t, suite, func(w *world, other *token.Api) {
			_ = w.Cancel(t.Context(), suite, corpId)
			_, err := removeIfLost(other)
			assert.NoError(t, err)
		})
		for _, api := range apis {
			require.ErrorIs(t, do(api, corpCall), token.ErrNotInstalled, suite)
		}
		assert.NotContains(t, string(answer), "permanent_code")
	}
}

// Who installs again is asked about once, and the token that this brings is used.
// G: install/first-token
func TestInstallingAgainCostsOneToken(t *testing.T) {
	t.Parallel()
	for suite, path := range map[string]string{suiteId: corpPath, templateId: gettokenPath} {
		w, apis, _ := slowExchange(t, suite, func(*world, *token.Api) {})
		require.NoError(t, do(apis[0], corpCall))
		_ = w.Cancel(t.Context(), suite, corpId)
		_, err := removeIfLost(apis[0])
		require.NoError(t, err)
		w.ClearLog()
		_, err = exchange(apis[0], w.authCodeOf(t, suite))
		require.NoError(t, err)
		for _, api := range apis {
			require.NoError(t, do(api, corpCall))
		}
		assert.Equal(t, 1, w.Count(path), suite)
	}
}

// The template decides which endpoint is asked for the token of its corps, even if the
// answer to the auth code is incomplete.
// G: token/kinds
func TestTemplateThatInstallsAgainWithAShortAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	api := w.api.WithSuite(templateId, templateSecret)
	w.ticket(api)
	in := w.install(t, templateId, corpId)
	require.NoError(t, api.SetInstallation(in))
	require.NoError(t, api.RemoveInstallation())
	w.Fault(platform.Fault{
		Path: exchangePath, Count: 1,
		Body: fmt.Sprintf(`{"permanent_code":%q,"auth_corp_info":{"corpid":%q}}`, in.PermanentCode, corpId),
	})
	_, err := exchange(api, w.authCodeOf(t, templateId))
	require.NoError(t, err)
	require.NoError(t, do(api, corpCall))
	assert.Zero(t, w.Count(corpPath))
}
