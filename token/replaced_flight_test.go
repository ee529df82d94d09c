package token_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/token"
)

// WeCom's word that an installation is over may come when another process has saved the
// next one, or has removed it: whoever waits for that answer gets to know the news.
// G: install/in-the-end
func TestLostInstallationIsLookedUpAgain(t *testing.T) {
	t.Parallel()
	for suite, path := range map[string]string{suiteId: corpPath, templateId: gettokenPath} {
		for name, news := range map[string]func(w *world, other *token.Api) error{
			"installed again": func(w *world, other *token.Api) error {
				_, err := exchange(other, w.authCodeOf(t, suite))
				return err
			},
			"removed": func(w *world, other *token.Api) error { return other.RemoveInstallation() },
		} {
			t.Run(name+" "+suite, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				store := token.NewMemoryStore()
				process := func() *token.Api {
					api := w.process(t, store)
					if suite == templateId {
						api = api.WithSuite(templateId, templateSecret)
					}
					return api.WithCorp(corpId)
				}
				two := process()
				w.ticket(two)
				require.NoError(t, two.SetInstallation(w.install(t, suite, corpId)))
				_ = w.Cancel(t.Context(), suite, corpId) // there is no callback URL
				w.cfg.Middleware = append(w.cfg.Middleware, after(path, func() { assert.NoError(t, news(w, two)) }))
				err := do(process(), corpCall)
				if name == "removed" {
					require.ErrorIs(t, err, token.ErrNotInstalled)
				} else {
					require.NoError(t, err)
				}
			})
		}
	}
}
