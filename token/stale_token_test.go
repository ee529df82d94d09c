package token_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/token"
)

// A token of the Store that WeCom rejects says nothing about new ones: one is asked for.
// G: token/breaker
func TestRejectedTokenOfTheStoreIsNotTakenForANewOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	store := token.NewMemoryStore()
	one, two := w.process(t, store).WithCorp(corpId), w.process(t, store).WithCorp(corpId)
	w.ticket(one)
	_, err := exchange(one, w.authCode(t))
	require.NoError(t, err)
	require.NoError(t, do(two, corpCall)) // with the first token, from the Store
	w.KillTokens("corp", 0)
	_, err = exchange(one, w.authCode(t)) // the corp authorises anew, which brings a second one
	require.NoError(t, err)
	require.NoError(t, do(one, corpCall))
	w.KillTokens("corp", 0)
	w.ClearLog()
	require.NoError(t, do(one, corpCall))
	assert.Equal(t, 1, w.Count(corpPath))
	require.NoError(t, do(two, corpCall))
	assert.Equal(t, 1, w.Count(corpPath), "the other process has it from the Store")
}

// Tokens that were rejected do not come back from a Store that did not take their successors.
// G: clock/token
func TestARejectedTokenDoesNotComeBackFromTheStore(t *testing.T) {
	t.Parallel()
	w := newBubble(t)
	store := &spyStore{Store: token.NewMemoryStore()}
	api := w.process(t, store)
	require.NoError(t, do(api, providerCall))
	store.failPut = down
	for range 3 {
		w.KillTokens("provider", 0)
		require.NoError(t, do(api, providerCall))
	}
	assert.Equal(t, 4, w.Count(providerPath))
	store.failPut = nil
	w.KillTokens("provider", 0)
	require.NoError(t, do(api, providerCall))
	require.NoError(t, do(w.process(t, store), providerCall))
	assert.Equal(t, 5, w.Count(providerPath), "and the successor is saved over it")
}
