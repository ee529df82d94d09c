package token_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/clock/clocktest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/token"
)

// Over real HTTP, under the race detector.
// G: token/one-refresh
func TestColdCachesAskOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	open := make(chan struct{})
	for _, path := range []string{providerPath, suitePath, corpPath} {
		w.Fault(platform.Fault{Path: path, Hold: open})
	}
	var tokens sync.Map
	var started sync.WaitGroup
	started.Add(10_000)
	go func() {
		started.Wait() // nobody gets an answer before everybody has asked
		close(open)
	}()
	errs := all(10_000, func(i int) error {
		started.Done()
		c := []token.Credential{token.Provider, token.Suite, token.Corp}[i%3]
		v, err := w.api.AccessToken(c)
		tokens.Store(v.AcsToken, true)
		return err
	})
	require.Zero(t, count(errs))
	assert.Equal(t, 1, w.Count(providerPath))
	assert.Equal(t, 1, w.Count(suitePath))
	assert.Equal(t, 1, w.Count(corpPath))
	n := 0
	tokens.Range(func(any, any) bool { n++; return true })
	assert.Equal(t, 3, n)
}

// G: token/cached
func TestServedUntilItsMargin(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		mark := clocktest.Now()
		w := newBubble(t)
		for range 100 {
			require.NoError(t, do(w.api, corpCall))
			require.NoError(t, do(w.api, providerCall))
			time.Sleep(time.Minute) // on the bubble's clock
		}
		mark.Times(t, 1, w.Count(providerPath))
		mark.Times(t, 1, w.Count(corpPath))
	})
}

// A token that dies under 500 calls is replaced once, and nobody notices.
// G: token/one-refresh
func TestKilledTokenHealsOnce(t *testing.T) {
	t.Parallel()
	for _, ep := range []token.Endpoint{providerCall, suiteCall, corpCall} {
		t.Run(ep.Credential.String(), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			require.NoError(t, do(w.api, ep))
			w.ClearLog()
			require.Positive(t, w.KillTokens(ep.Credential.String(), 0))
			errs := all(500, func(int) error { return do(w.api, ep) })
			assert.Zero(t, count(errs), "%v", errors.Join(errs...))
			assert.Equal(t, 1, w.Count(map[string]string{"provider": providerPath, "suite": suitePath, "corp": corpPath}[ep.Credential.String()]))
		})
	}
}

// G: token/caller-leaves
func TestFirstCallerLeaves(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t)
		w.Fault(platform.Fault{Path: providerPath, Delay: 5 * time.Second})
		ctx, leave := context.WithCancel(t.Context())
		first := make(chan error, 1)
		go func() { first <- do(w.api.WithContext(ctx), providerCall) }()
		synctest.Wait()
		var errs []error
		others := make(chan struct{})
		go func() {
			defer close(others)
			errs = all(50, func(int) error { return do(w.api, providerCall) })
		}()
		synctest.Wait()
		begin := time.Now()
		leave()
		require.ErrorIs(t, <-first, context.Canceled)
		assert.Zero(t, time.Since(begin), "who leaves does not wait")
		<-others
		assert.Zero(t, count(errs))
		assert.Equal(t, 1, w.Count(providerPath))
	})
}

// An ended context makes no request at all.
// G: token/context request/not-sent
func TestEndedContext(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, ep := range []token.Endpoint{providerCall, suiteCall, corpCall, writeCall} {
		err := do(w.api.WithContext(ctx), ep)
		require.ErrorIs(t, err, context.Canceled)
		assert.NotErrorIs(t, err, token.ErrOutcomeUnknown)
	}
	_, err := w.api.WithContext(ctx).AccessToken(token.Corp)
	require.ErrorIs(t, err, context.Canceled)
	assert.Empty(t, w.Requests())
}

// G: token/by-hand
func TestInvalidate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before, err := w.api.AccessToken(token.Corp)
	require.NoError(t, err)
	w.api.Invalidate(token.Corp, "another")
	same, err := w.api.AccessToken(token.Corp)
	require.NoError(t, err)
	assert.Equal(t, before.AcsToken, same.AcsToken)
	w.KillTokens("corp", 0)
	w.api.Invalidate(token.Corp, before.AcsToken)
	after, err := w.api.AccessToken(token.Corp)
	require.NoError(t, err)
	assert.NotEqual(t, before.AcsToken, after.AcsToken)
	assert.Equal(t, 2, w.Count(corpPath))
	w.api.WithCorp("").Invalidate(token.Corp, "x") // nothing to drop
}

// G: token/cached
func TestHitAllocatesNothing(t *testing.T) {
	w := newWorld(t)
	for _, c := range []token.Credential{token.Provider, token.Suite, token.Corp} {
		_, err := w.api.AccessToken(c)
		require.NoError(t, err)
		assert.Zero(t, testing.AllocsPerRun(1000, func() {
			if _, err := w.api.AccessToken(c); err != nil {
				t.Error(err)
			}
		}), "%s", c)
	}
}

// A hit takes no lock: it goes through while somebody holds the cell's.
// G: token/cached
func TestHitTakesNoLock(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.api.AccessToken(token.Corp)
	require.NoError(t, err)
	unlock := token.LockCell(w.api, token.Corp)
	defer unlock()
	_, err = w.api.AccessToken(token.Corp)
	require.NoError(t, err)
}

// Panics of what the user has brought end with an error, not with the process.
// G: error/panics
func TestPanics(t *testing.T) {
	t.Parallel()
	var store, onCall atomic.Bool
	w := newWorld(t, func(cfg *token.Config) {
		cfg.Store = panicStore{token.NewMemoryStore(), &store}
		cfg.OnCall = func(context.Context, token.CallInfo) {
			if onCall.Load() {
				panic("OnCall with " + providerSecret)
			}
		}
	})
	store.Store(true)
	require.NoError(t, do(w.api, providerCall), "an error of the store is no error of the call")
	store.Store(false)
	w.api.Invalidate(token.Provider, provider(t, w.api))
	onCall.Store(true)
	_, err := w.api.AccessToken(token.Provider)
	require.NoError(t, err, "a hook has no part in it")
	onCall.Store(false)
	require.NoError(t, do(w.api, providerCall))
}

func provider(t *testing.T, api *token.Api) string {
	t.Helper()
	v, err := api.AccessToken(token.Provider)
	require.NoError(t, err)
	return v.AcsToken
}

type panicStore struct {
	token.Store
	armed *atomic.Bool
}

func (s panicStore) Get(ctx context.Context, key string) ([]byte, error) {
	if s.armed.Load() {
		panic("store with " + providerSecret)
	}
	return s.Store.Get(ctx, key)
}
