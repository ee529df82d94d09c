package token_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/token"
)

// Removing through a copy with another secret of the suite, as while secrets are rotated,
// ends the corp for all copies, and leaves no secret of it in the Store.
// G: install/removal
func TestARemovalReachesEveryCopyAndTheStore(t *testing.T) {
	t.Parallel()
	w := newBubble(t)
	store := &spyStore{Store: token.NewMemoryStore()}
	one := w.process(t, store)
	w.ticket(one)
	in, err := exchange(one, w.authCode(t))
	require.NoError(t, err)
	one = one.WithCorp(corpId)
	_, err = one.AccessToken(token.Corp)
	require.NoError(t, err)
	_, err = one.CachedTicket("/cgi-bin/get_jsapi_ticket", nil)
	require.NoError(t, err)
	require.NoError(t, one.WithSuite(suiteId, seen.secret("the-secret-before")).RemoveInstallation())
	_, err = one.AccessToken(token.Corp)
	require.ErrorIs(t, err, token.ErrNotInstalled)
	_, err = one.CachedTicket("/cgi-bin/get_jsapi_ticket", nil)
	require.ErrorIs(t, err, token.ErrNotInstalled)
	for _, key := range store.seen() {
		value, err := store.Store.Get(t.Context(), key)
		if strings.Contains(key, "/corp/") || strings.Contains(key, "/jsticket/") {
			require.ErrorIs(t, err, token.ErrNotFound, key)
		}
		assert.NotContains(t, string(value), in.PermanentCode, key)
		if strings.Contains(key, "/exchange/") {
			r := record(t, store.Store, key)
			answer, err := base64.StdEncoding.DecodeString(r["answer"].(string))
			require.NoError(t, err)
			assert.Contains(t, string(answer), corpId)
			assert.NotContains(t, string(answer), in.PermanentCode)
			assert.NotContains(t, string(answer), "access_token")
		}
	}
}

// An answer that was never made an installation keeps no permanent code after a removal.
// G: install/removal
func TestARemovalClearsAnAnswerThatWasNotSaved(t *testing.T) {
	t.Parallel()
	w := newBubble(t)
	store, api, code := w.keptExchange(t)
	require.Error(t, api.SetInstallation(slowInstallation)) // which is what this process knows from then on
	store.failPut = nil
	require.NoError(t, api.WithCorp(corpId).RemoveInstallation())
	for _, key := range store.seen() {
		if strings.Contains(key, "/exchange/") {
			r := record(t, store.Store, key)
			assert.Equal(t, true, r["removed"])
		}
	}
	answer, first, err := api.Exchange(code, exchangeEp)
	require.NoError(t, err)
	assert.NotContains(t, string(answer), "permanent_code")
	assert.Empty(t, first.AcsToken)
}

// What another process has removed does not come back when the Store fails afterwards.
// G: install/removal
func TestWhatAnotherProcessRemovedStaysAway(t *testing.T) {
	t.Parallel()
	w := newBubble(t)
	store := &spyStore{Store: token.NewMemoryStore()}
	one, two := w.process(t, store).WithCorp(corpId), w.process(t, store).WithCorp(corpId)
	require.NoError(t, one.SetInstallation(slowInstallation))
	require.NoError(t, two.RemoveInstallation())
	_, err := one.Installation()
	require.ErrorIs(t, err, token.ErrNotInstalled)
	store.failGet = down
	_, err = one.Installation()
	require.ErrorIs(t, err, errDown)
	require.ErrorIs(t, two.RemoveInstallation(), errDown, "what can't be read is not known to be gone")
}
