package token_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/token"
)

// lives notes for how long a Store is to keep what is put into it.
type lives struct {
	token.Store
	ttl map[string]time.Duration // by the beginning of the key
}

func (l *lives) Put(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	l.ttl[strings.Split(key, "/")[2]] = ttl
	if err := failInstallations(key); err != nil && l.ttl["fail"] != 0 {
		return err
	}
	return l.Store.Put(ctx, key, value, ttl)
}

// What must not be lost has no end in the Store; an answer that has become an installation,
// and what is left of a removed one, has.
// G: install/kept install/list
func TestWhatMustNotBeLostHasNoEnd(t *testing.T) {
	t.Parallel()
	w := newBubble(t)
	store := &lives{token.NewMemoryStore(), map[string]time.Duration{"fail": 1}}
	api := w.process(t, store)
	w.ticket(api)
	code := w.authCode(t)
	_, err := exchange(api, code)
	require.Error(t, err)
	assert.Zero(t, store.ttl["exchange"])
	assert.Zero(t, store.ttl["ticket"])
	store.ttl["fail"] = 0
	_, err = exchange(api, code)
	require.NoError(t, err)
	assert.Equal(t, 25*time.Hour, store.ttl["exchange"])
	assert.Zero(t, store.ttl["installation"])
	assert.InDelta(t, 2*time.Hour, store.ttl["token"], float64(time.Minute))
	require.NoError(t, api.WithCorp(corpId).RemoveInstallation())
	assert.Equal(t, 25*time.Hour, store.ttl["exchange"])
	assert.Equal(t, 30*24*time.Hour, store.ttl["installation"])
}
