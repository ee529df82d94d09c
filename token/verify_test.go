package token_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/token"
)

// Verify names each stored value that can't be read, also that of another corp.
// G: token/verify
func TestVerifyNamesWhatCannotBeRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	store := token.NewMemoryStore()
	api := w.process(t, store).WithCorp(corpId)
	w.ticket(api)
	require.NoError(t, api.SetInstallation(w.install(t, suiteId, corpId)))
	require.NoError(t, api.Verify())
	damage := map[string]string{
		"/ticket/":       "the stored suite_ticket",
		"/provider":      "the stored provider token",
		"/suite/":        "the stored suite token",
		"/corp/":         "the stored corp token",
		"/installation/": "the stored installation of corp " + corpId,
	}
	for key, err := range store.(token.Lister).List(t.Context(), "") {
		require.NoError(t, err)
		for part, want := range damage {
			if kind := strings.TrimPrefix(key, "wecom/v1"); !strings.Contains(kind, part) || part == "/provider" && !strings.HasSuffix(kind, part) {
				continue
			}
			delete(damage, part)
			value, err := store.Get(t.Context(), key)
			require.NoError(t, err)
			require.NoError(t, store.Put(t.Context(), key, []byte("damaged"), 0))
			err = w.process(t, store).WithCorp(corpId).Verify()
			require.ErrorContains(t, err, want)
			if part == "/installation/" {
				require.ErrorContains(t, w.process(t, store).Verify(), "wecom: Installations: ", "one is read without a corp too")
				require.NoError(t, newApi(t, token.Config{CorpId: providerId, ProviderSecret: providerSecret,
					BaseURL: w.cfg.BaseURL, Store: store}).WithCorp(corpId).Verify(), "the corps of a suite are not looked at without it")
			}
			require.NoError(t, store.Put(t.Context(), key, value, 0))
		}
	}
	assert.Empty(t, damage, "not stored")
	require.NoError(t, w.process(t, store).WithCorp(corpId).Verify())
}

// A suite without its secret, or a secret without its suite, is said; neither is none.
// G: token/verify
func TestVerifyOfHalfASuite(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.ErrorContains(t, w.api.WithSuite(suiteId, "").Verify(), "suite "+suiteId+" has no secret")
	require.ErrorContains(t, w.api.WithSuite("", seen.secret("some-suite-secret")).Verify(), "a suite secret without a suite id")
	require.NoError(t, w.api.WithSuite("", "").Verify())
}

// Without a suite there is nothing to list, which is an error and no empty list.
// G: install/list
func TestInstallationsNeedASuite(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var errs []error
	for _, err := range w.api.WithSuite("", "").Installations() {
		errs = append(errs, err)
	}
	require.Len(t, errs, 1)
	require.ErrorContains(t, errs[0], "no suite")
}
