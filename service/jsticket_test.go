package service

import (
	"context"
	"errors"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gothird/wecom/internal/spec"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// G: jsapi/ticket
func TestOneJsTicketForAllPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	store := token.NewMemoryStore()
	one := w.installed(t, store)
	for range 100 {
		_, err := JsConfig(one, page)
		require.NoError(t, err)
		_, err = JsAgentConfig(one, page)
		require.NoError(t, err)
	}
	two := w.api(t, worldSuite, store).WithCorp(worldCorp) // another process
	_, err := JsConfig(two, page)
	require.NoError(t, err)
	_, err = JsAgentConfig(two, page)
	require.NoError(t, err)
	assert.Equal(t, 1, w.Count(jsTicketPath))
	assert.Equal(t, 1, w.Count(agentTicketPath))
}

// G: jsapi/ticket
func TestManyPagesAtOnceAskForOneJsTicket(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	api := w.installed(t, nil)
	start := make(chan struct{})
	var wg sync.WaitGroup
	errs := make([]error, 10000)
	for i := range errs {
		wg.Go(func() {
			<-start
			_, errs[i] = JsConfig(api, page)
		})
	}
	close(start)
	wg.Wait()
	require.NoError(t, errors.Join(errs...))
	assert.Equal(t, 1, w.Count(jsTicketPath))
}

// G: jsapi/ticket
func TestJsTicketIsRenewedBeforeItsEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newBubble()
		api := w.installed(t, nil)
		sign := func(ticket string) {
			t.Helper()
			s, err := JsConfig(api, page)
			require.NoError(t, err)
			assert.True(t, signs(s, ticket, page), "signed with %s", ticket)
			synctest.Wait()
		}
		w.hands(jsTicketPath, "ticket-1")
		sign("ticket-1")
		w.hands(jsTicketPath, "ticket-2")
		time.Sleep(2*time.Hour - 10*time.Minute)
		sign("ticket-1")
		assert.Equal(t, 1, w.Count(jsTicketPath), "it is good for a while")
		time.Sleep(6 * time.Minute)
		sign("ticket-1") // it is still good, and nobody waits for the next one
		assert.Equal(t, 2, w.Count(jsTicketPath))
		sign("ticket-2")
		time.Sleep(3 * time.Hour)
		fresh, err := w.NewTicket(worldSuite)
		require.NoError(t, err)
		require.NoError(t, api.SetSuiteTicket(fresh, time.Now()))
		w.hands(jsTicketPath, "ticket-3")
		sign("ticket-3") // what is over signs nothing
		assert.Equal(t, 3, w.Count(jsTicketPath))
	})
}

// listStore is a Store that can say which keys it has.
type listStore struct {
	token.Store
	mu   sync.Mutex
	keys map[string]bool
}

func newListStore() *listStore {
	return &listStore{Store: token.NewMemoryStore(), keys: map[string]bool{}}
}

func (s *listStore) note(key string, there bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.keys[key] = there; !there {
		delete(s.keys, key)
	}
}

func (s *listStore) Put(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	s.note(key, true)
	return s.Store.Put(ctx, key, value, ttl)
}

func (s *listStore) Delete(ctx context.Context, key string) error {
	s.note(key, false)
	return s.Store.Delete(ctx, key)
}

func (s *listStore) List(_ context.Context, prefix string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		s.mu.Lock()
		keys := slices.Sorted(maps.Keys(s.keys))
		s.mu.Unlock()
		for _, key := range keys {
			if strings.HasPrefix(key, prefix) && !yield(key, nil) {
				return
			}
		}
	}
}

// jsKeys lists the keys of JS tickets.
func (s *listStore) jsKeys() (keys []string) {
	for key := range s.List(context.Background(), "") {
		if strings.Contains(key, "jsticket") {
			keys = append(keys, key)
		}
	}
	return keys
}

// G: jsapi/ticket
func TestANewInstallationHasANewJsTicket(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	store := token.NewMemoryStore()
	api := w.installed(t, store)
	w.hands(jsTicketPath, "ticket-1")
	s, err := JsConfig(api, page)
	require.NoError(t, err)
	require.True(t, signs(s, "ticket-1", page))

	require.NoError(t, w.Cancel(t.Context(), worldSuite, worldCorp))
	require.NoError(t, api.RemoveInstallation())
	s, err = JsConfig(api, page)
	require.ErrorIs(t, err, token.ErrNotInstalled)
	assert.Nil(t, s)

	for i, ticket := range []string{"ticket-2", "ticket-3"} { // after the removal, and over what is there
		require.Equal(t, i == 1, w.Cancel(t.Context(), worldSuite, worldCorp) == nil)
		w.hands(jsTicketPath, ticket)
		_, err = ExchangeAuthCode(api, w.AuthCode(worldSuite, worldCorp))
		require.NoError(t, err)
		s, err = JsConfig(api, page)
		require.NoError(t, err)
		assert.True(t, signs(s, ticket, page), ticket)
	}
}

// G: install/removal
func TestRemoveInstallationDeletesItsJsTickets(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	store := newListStore()
	pages := w.installed(t, store)
	_, err := JsConfig(pages, page)
	require.NoError(t, err)
	_, err = JsAgentConfig(pages, page)
	require.NoError(t, err)
	require.Len(t, store.jsKeys(), 2)

	callbacks := w.api(t, worldSuite, store).WithCorp(worldCorp) // a process that has signed no page
	require.NoError(t, callbacks.RemoveInstallation())
	assert.Empty(t, store.jsKeys())
}

// G: jsapi/ticket
func TestJsTicketIsAskedForWithAGoodToken(t *testing.T) {
	t.Parallel()
	for _, code := range []int{42001, 40014} {
		w := newWorld(t)
		api := w.installed(t, nil)
		_, err := GetJsapiTicket(api) // with the corp's first token
		require.NoError(t, err)
		require.NotZero(t, w.KillTokens(spec.CredentialCorp, code))
		w.ClearLog()
		s, err := JsConfig(api, page)
		require.NoError(t, err, code)
		assert.True(t, signs(s, "demoTicket", page))
		assert.Equal(t, 2, w.Count(jsTicketPath), "refused, and asked for once more with the new token")
		assert.Equal(t, 1, w.Count("/cgi-bin/service/get_corp_token"))
	}
}

// downStore fails when it is down.
type downStore struct {
	token.Store
	mu   sync.Mutex
	down bool
}

func (s *downStore) err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down {
		return errors.New("no route to the Store")
	}
	return nil
}

func (s *downStore) Get(ctx context.Context, key string) ([]byte, error) {
	if err := s.err(); err != nil {
		return nil, err
	}
	return s.Store.Get(ctx, key)
}

func (s *downStore) Put(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	return unless(s.err(), func() error { return s.Store.Put(ctx, key, value, ttl) })
}

func (s *downStore) Delete(ctx context.Context, key string) error {
	return unless(s.err(), func() error { return s.Store.Delete(ctx, key) })
}

func unless(err error, next func() error) error {
	if err != nil {
		return err
	}
	return next()
}

// G: jsapi/ticket
func TestPagesAreSignedWhileTheStoreIsDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	store := &downStore{Store: token.NewMemoryStore()}
	api := w.installed(t, store)
	store.mu.Lock()
	store.down = true
	store.mu.Unlock()
	for range 20 {
		s, err := JsConfig(api, page)
		require.NoError(t, err)
		require.True(t, signs(s, "demoTicket", page))
	}
	assert.Equal(t, 1, w.Count(jsTicketPath))
}
