package token_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/token"
)

var errDown = errors.New("the store is down")

func down(string) error { return errDown }

// With the store down on read, write or both, calls go on with the
// tokens of the process, one fetch each.
// G: ticket/unsaved install/set store/down
func TestStoreDown(t *testing.T) {
	t.Parallel()
	for name, fail := range map[string]func(*spyStore){
		"read":  func(s *spyStore) { s.failGet = down },
		"write": func(s *spyStore) { s.failPut = down },
		"both":  func(s *spyStore) { s.failGet, s.failPut = down, down },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := &spyStore{Store: token.NewMemoryStore()}
			w := newWorld(t, func(cfg *token.Config) { cfg.Store = store })
			fail(store)
			for range 100 {
				for _, ep := range []token.Endpoint{providerCall, suiteCall, corpCall} {
					require.NoError(t, do(w.api, ep))
				}
			}
			assert.Equal(t, 1, w.Count(providerPath))
			assert.Equal(t, 1, w.Count(suitePath))
			assert.Equal(t, 1, w.Count(corpPath))
			w.KillTokens("corp", 0)
			require.NoError(t, do(w.api, corpCall))
			assert.Equal(t, 2, w.Count(corpPath))

			err := w.api.SetSuiteTicket(seen.secret("some-other-ticket"), time.Now())
			inst := w.api.SetInstallation(token.Installation{CorpId: corpId, PermanentCode: seen.secret("some-other-code")})
			if name == "read" {
				require.NoError(t, err)
				require.NoError(t, inst)
			} else {
				require.ErrorIs(t, err, errDown, "what must not be lost is an error")
				require.ErrorIs(t, inst, errDown)
			}
		})
	}
}

// A process that starts with the store down knows no installation: it says why.
// G: store/down
func TestStoreDownAtStart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cfg := w.cfg
	cfg.Store = &spyStore{Store: token.NewMemoryStore(), failGet: down}
	api := newApi(t, cfg).WithCorp(corpId)
	err := do(api, corpCall)
	require.ErrorIs(t, err, errDown)
	require.NotErrorIs(t, err, token.ErrNotInstalled)
	err = do(api, suiteCall)
	require.ErrorIs(t, err, token.ErrNoSuiteTicket)
	require.ErrorIs(t, err, errDown)
	require.NoError(t, do(api, providerCall))
	require.NoError(t, api.SetSuiteTicket(w.ticket(w.api), time.Now()), "a write that works is enough")
	require.NoError(t, do(api, suiteCall))
}

// A store that hangs is left after its own timeout, far below the refresh's.
// G: store/hangs
func TestStoreHangs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t)
		deaf := make(chan struct{})
		defer close(deaf)
		for _, store := range []token.Store{hangingStore{}, hangingStore{deaf}} {
			cfg := w.cfg
			cfg.Store = store
			api := newApi(t, cfg)
			begin := time.Now()
			require.NoError(t, do(api, providerCall))
			assert.LessOrEqual(t, time.Since(begin), 25*time.Second)
			begin = time.Now()
			require.NoError(t, do(api, providerCall))
			assert.Zero(t, time.Since(begin))
			begin = time.Now()
			require.ErrorIs(t, api.SetInstallation(token.Installation{CorpId: corpId, PermanentCode: "p-0000001"}), context.DeadlineExceeded)
			assert.LessOrEqual(t, time.Since(begin), 20*time.Second)
			begin = time.Now()
			require.ErrorIs(t, api.SetSuiteTicket("ticket-00001", time.Now()), context.DeadlineExceeded)
			assert.LessOrEqual(t, time.Since(begin), 8*time.Second)
		}
	})
}

// hangingStore answers nothing, and some of its kind do not even heed the context: a disk
// that is gone cannot be interrupted.
type hangingStore struct{ deaf <-chan struct{} }

func (s hangingStore) hang(ctx context.Context) error {
	if s.deaf != nil {
		<-s.deaf
		return errDown
	}
	<-ctx.Done()
	return ctx.Err()
}

func (s hangingStore) Get(ctx context.Context, _ string) ([]byte, error) { return nil, s.hang(ctx) }

func (s hangingStore) Put(ctx context.Context, _ string, _ []byte, _ time.Duration) error {
	return s.hang(ctx)
}

func (s hangingStore) Delete(ctx context.Context, _ string) error { return s.hang(ctx) }

func (s hangingStore) Lock(ctx context.Context, _ string) (func(), error) { return nil, s.hang(ctx) }

// A lock that is got when nobody waits any more is given back.
// G: token/processes
func TestLateLock(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t)
		cfg := w.cfg
		late := &lateLocker{Store: token.NewMemoryStore()}
		cfg.Store = late
		require.NoError(t, do(newApi(t, cfg), providerCall))
		assert.Zero(t, late.unlocked.Load())
		time.Sleep(time.Minute)
		synctest.Wait()
		assert.EqualValues(t, 1, late.unlocked.Load())
	})
}

// A lock that cannot be given back holds nobody up: neither one that hangs nor one that
// panics.
// G: token/processes
func TestUnlockFails(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"hangs", "panics"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newBubble(t)
				stop := make(chan struct{})
				defer close(stop)
				cfg := w.cfg
				cfg.Store = badUnlock{token.NewMemoryStore(), func() {
					if name == "panics" {
						panic("unlock")
					}
					<-stop
				}}
				api := newApi(t, cfg)
				begin := time.Now()
				require.NoError(t, do(api, providerCall))
				require.NoError(t, api.SetInstallation(token.Installation{CorpId: corpId, PermanentCode: seen.secret("p-0000003")}))
				assert.LessOrEqual(t, time.Since(begin), 10*time.Second)
			})
		})
	}
}

type badUnlock struct {
	token.Store
	unlock func()
}

func (l badUnlock) Lock(context.Context, string) (func(), error) { return l.unlock, nil }

type lateLocker struct {
	token.Store
	unlocked atomic.Int32
}

func (l *lateLocker) Lock(context.Context, string) (func(), error) {
	time.Sleep(time.Minute)
	return func() { l.unlocked.Add(1) }, nil
}

// Values that somebody has damaged are as good as none, and their text is not shown.
// G: store/damage
func TestDamagedValues(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"", "{", "null", `{"token":5}`, `"damaged-secret-value"`, `{"token":"","corp_id":"someone else"}`} {
		store := &damaged{Store: token.NewMemoryStore(), value: seen.secret(value)}
		w := newWorld(t, func(cfg *token.Config) { cfg.Store = store })
		store.on = true
		require.NoError(t, do(w.api, providerCall))
		require.NoError(t, do(w.api, corpCall))
		cfg := w.cfg
		err := do(newApi(t, cfg).WithCorp(corpId), corpCall)
		require.ErrorContains(t, err, "damaged")
	}
}

type damaged struct {
	token.Store
	value string
	on    bool
}

func (s *damaged) Format(f fmt.State, _ rune) { fmt.Fprint(f, "damaged") }

func (s *damaged) Get(ctx context.Context, key string) ([]byte, error) {
	if s.on {
		return []byte(s.value), nil
	}
	return s.Store.Get(ctx, key)
}

// Of two processes on one store with locks, the second takes the token of the first,
// also when both have seen the same one rejected.
// G: token/processes
func TestTwoProcesses(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(cfg *token.Config) { cfg.Store = token.NewMemoryStore() })
	apis := []*token.Api{w.api, newApi(t, w.cfg).WithCorp(corpId)}
	paths := map[string]string{"provider": providerPath, "suite": suitePath, "corp": corpPath}
	for round := 1; round <= 3; round++ {
		for _, ep := range []token.Endpoint{providerCall, suiteCall, corpCall} {
			errs := all(100, func(i int) error { return do(apis[i%2], ep) })
			require.NoError(t, errors.Join(errs...))
			assert.Equal(t, round, w.Count(paths[ep.Credential.String()]), "%s", ep.Credential)
		}
		for kind := range paths {
			w.KillTokens(kind, 0)
		}
	}
}

// A lock that cannot be had delays a refresh, it does not prevent it.
// G: token/processes store/hangs
func TestLockNeverFree(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t)
		cfg := w.cfg
		cfg.Store = neverFree{token.NewMemoryStore()}
		begin := time.Now()
		require.NoError(t, do(newApi(t, cfg), providerCall))
		assert.InDelta(t, 13.5, time.Since(begin).Seconds(), 1.5)
	})
}

type neverFree struct{ token.Store }

func (neverFree) Lock(ctx context.Context, _ string) (func(), error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// Who lost his lock to a slow answer does not overwrite a newer token.
// G: token/processes
func TestSlowHolderComesTooLate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := token.NewMemoryStore()
		w := newBubble(t, func(cfg *token.Config) { cfg.Store = withoutLock{store} })
		slow, quick := w.api, newApi(t, w.cfg)
		w.Fault(platform.Fault{Path: providerPath, Delay: 5 * time.Second, Count: 1, Body: `{"provider_access_token":"the-older-token","expires_in":7200}`})
		done := make(chan error)
		go func() { done <- do(slow, providerCall) }()
		time.Sleep(time.Second)
		newer, err := quick.AccessToken(token.Provider)
		require.NoError(t, err)
		<-done // its own call may fail, as the fake does not know that token
		third, err := newApi(t, w.cfg).AccessToken(token.Provider)
		require.NoError(t, err)
		assert.Equal(t, newer.AcsToken, third.AcsToken)
		assert.NotEqual(t, "the-older-token", third.AcsToken)
	})
}

// withoutLock hides the locks of a store.
type withoutLock struct{ token.Store }
