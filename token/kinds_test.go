package token_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/data"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/token"
)

// The installation alone decides which endpoint is asked for the corp token.
// G: token/kinds
func TestBothKindsOfApp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	template := w.api.WithSuite(templateId, templateSecret)
	require.NoError(t, template.SetInstallation(w.install(t, templateId, corpId)))
	require.NoError(t, do(template, corpCall))
	assert.Equal(t, 1, w.Count(gettokenPath))
	assert.Zero(t, w.Count(corpPath))
	assert.Zero(t, w.Count(suitePath), "a customised app needs no suite token")
	require.NoError(t, do(w.api, corpCall))
	assert.Equal(t, 1, w.Count(gettokenPath))
	assert.Equal(t, 1, w.Count(corpPath))
	for _, r := range w.RequestsTo(corpCall.Path) {
		assert.Equal(t, "corp", r.Token)
	}
}

// Who sets the installation of a template need not say that it is customised.
// G: token/kinds
func TestTheSuiteIdSaysThatAnAppIsCustomised(t *testing.T) {
	t.Parallel()
	w := newBubble(t)
	template := w.api.WithSuite(templateId, templateSecret)
	in := w.install(t, templateId, corpId)
	in.Customized = false
	require.NoError(t, template.SetInstallation(in))
	require.NoError(t, do(template, corpCall))
	assert.Equal(t, 1, w.Count(gettokenPath))
	assert.Zero(t, w.Count(corpPath))
	got, err := template.Installation()
	require.NoError(t, err)
	assert.True(t, got.Customized)
	_, err = template.Corp().Fetch(data.D{"permanent_code": in.PermanentCode})
	require.NoError(t, err)
	assert.Zero(t, w.Count(corpPath))
}

// An answer that names no agents, and comes late, is asked about at the right place.
// G: token/kinds
func TestALateAnswerOfATemplateIsAskedAboutAtItsPlace(t *testing.T) {
	t.Parallel()
	w := newBubble(t)
	store := &spyStore{Store: token.NewMemoryStore(), failPut: failInstallations}
	cfg := w.cfg
	cfg.Store, cfg.SuiteId, cfg.SuiteSecret = store, templateId, templateSecret
	one, two := newApi(t, cfg), newApi(t, cfg)
	w.ticket(one)
	code, err := w.Install(t.Context(), templateId, corpId, platform.InstallOptions{FromProviderSite: true})
	require.NoError(t, err)
	v2 := token.Endpoint{Path: "/cgi-bin/service/v2/get_permanent_code", Credential: token.Suite}
	_, _, err = one.Exchange(seen.secret(code), v2)
	require.Error(t, err)
	store.failPut = nil
	require.NoError(t, two.SetInstallation(token.Installation{CorpId: corpId, PermanentCode: seen.secret("a-dead-permanent-code")}))
	_, _, err = one.Exchange(code, v2)
	require.NoError(t, err)
	require.NoError(t, do(two.WithCorp(corpId), corpCall), "WeCom says which of the two is alive")
	assert.Zero(t, w.Count(corpPath))
}
