package token_test

import (
	"context"
	"errors"
	"iter"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/token"
)

// listing is a Store that notes its keys and lists them, or fails to.
type listing struct {
	token.Store
	err  error
	mu   sync.Mutex
	keys []string
}

func (s *listing) Put(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	s.mu.Lock()
	s.keys = append(s.keys, key)
	s.mu.Unlock()
	return s.Store.Put(ctx, key, value, ttl)
}

func (s *listing) List(_ context.Context, prefix string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		if s.err != nil {
			yield("", s.err)
			return
		}
		s.mu.Lock()
		keys := append([]string{}, s.keys...)
		s.mu.Unlock()
		for _, key := range keys {
			if strings.HasPrefix(key, prefix) && !yield(key, nil) {
				return
			}
		}
	}
}

// tickets lists the keys under which a JS ticket is still there.
func (s *listing) tickets(t *testing.T) (there []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, key := range s.keys {
		if _, err := s.Get(t.Context(), key); strings.Contains(key, "jsticket") && err == nil {
			there = append(there, key)
		}
	}
	return there
}

// G: install/removal
func TestRemovedInstallationLeavesNoTicketInTheStore(t *testing.T) {
	t.Parallel()
	const path = "/cgi-bin/get_jsapi_ticket"
	for _, test := range []struct {
		list      error
		elsewhere bool // another process removes it
		left      int
	}{
		{nil, false, 0}, {nil, true, 0},
		{errors.New("no list today"), false, 0}, // this process knows what it has asked for
		{errors.New("no list today"), true, 1},  // which ends by itself
	} {
		store := &listing{Store: token.NewMemoryStore(), err: test.list}
		w := newWorld(t, func(cfg *token.Config) { cfg.Store = store })
		_, err := w.api.CachedTicket(path, nil)
		require.NoError(t, err)
		require.Len(t, store.tickets(t), 1)
		api := w.api
		if test.elsewhere {
			api = w.process(t, store).WithCorp(corpId)
		}
		require.NoError(t, api.RemoveInstallation())
		assert.Len(t, store.tickets(t), test.left, "%+v", test)
	}
}
