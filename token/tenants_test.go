package token_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/token"
)

// Providers, suites and corps of one process and one store never meet.
// G: token/tenants secret/keys
func TestTenantsNeverMeet(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(cfg *token.Config) { cfg.Store = &spyStore{Store: token.NewMemoryStore()} })
	second := platform.Provider{CorpId: "ww0000000provider2", Secret: seen.secret("second-provider-secret")}
	require.NoError(t, w.AddProvider(second))
	lower := strings.ToLower(corpId)
	require.NoError(t, w.AddCorp(platform.Corp{Id: lower, Name: "Lake"}))
	cfg := w.cfg
	cfg.CorpId, cfg.ProviderSecret = second.CorpId, second.Secret
	other := newApi(t, cfg)
	template := w.api.WithSuite(templateId, templateSecret)
	w.ticket(template)
	apis := []*token.Api{w.api, w.api.WithCorp(lower), template, template.WithCorp(lower)}
	for _, api := range apis[1:] {
		require.ErrorIs(t, do(api, corpCall), token.ErrNotInstalled)
		require.NoError(t, api.SetInstallation(w.install(t, api.SuiteId(), api.CorpId())))
	}
	var wg sync.WaitGroup
	for _, api := range apis {
		wg.Go(func() { assert.NoError(t, do(api, corpCall)) })
	}
	wg.Go(func() { assert.NoError(t, do(w.api, providerCall)) })
	wg.Go(func() { assert.NoError(t, do(other, providerCall)) })
	wg.Wait()
	tokens := map[string]bool{}
	for _, api := range apis {
		v, err := api.AccessToken(token.Corp)
		require.NoError(t, err)
		tokens[v.AcsToken] = true
	}
	for _, api := range []*token.Api{w.api, other} {
		v, err := api.AccessToken(token.Provider)
		require.NoError(t, err)
		tokens[v.AcsToken] = true
	}
	assert.Len(t, tokens, 6)
	for _, r := range w.RequestsTo(corpCall.Path) {
		assert.NotEmpty(t, r.CorpId)
	}
	for _, key := range w.cfg.Store.(*spyStore).seen() {
		seen.text(key)
		assert.True(t, strings.HasPrefix(key, "wecom/v1/"), key)
	}
}

// An Api that only names the provider shares everything with one that has its secret.
// G: token/required
func TestCorpIdAloneNamesTheSameWorld(t *testing.T) {
	t.Parallel()
	w := newBubble(t, func(cfg *token.Config) { cfg.Store = token.NewMemoryStore() })
	require.NoError(t, do(w.api, corpCall))
	w.ClearLog()
	cfg := w.cfg
	cfg.ProviderSecret = ""
	api := newApi(t, cfg).WithCorp(corpId)
	require.NoError(t, do(api, corpCall))
	_, err := api.TicketAge()
	require.NoError(t, err)
	assert.Len(t, w.Requests(), 1, "token and ticket are there")
	require.ErrorContains(t, do(api, providerCall), "Config.ProviderSecret")
	require.NoError(t, api.RemoveInstallation())
	_, err = w.api.Installation()
	require.ErrorIs(t, err, token.ErrNotInstalled)
}
