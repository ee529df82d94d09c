package token_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/token"
)

// Callback and redirect bring the same auth code, at once or one after the other.
// G: install/one-exchange install/first-token install/removal
func TestExchangeOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	store := token.NewMemoryStore()
	one, two := w.process(t, store), w.process(t, store)
	w.ticket(one)
	code := w.authCode(t)
	errs := all(20, func(i int) error {
		in, err := exchange([]*token.Api{one, two}[i%2], code)
		if err == nil && in.CorpId != corpId {
			err = errors.New("another answer")
		}
		return err
	})
	require.NoError(t, errors.Join(errs...))
	assert.Equal(t, 1, w.Count(exchangePath))
	for _, api := range []*token.Api{one, two} {
		require.NoError(t, do(api.WithCorp(corpId), corpCall))
	}
	assert.Zero(t, w.Count(corpPath), "the token that came with the code is used, by both processes")

	// A late repeat of the push does not bring back an installation that was removed.
	require.NoError(t, one.WithCorp(corpId).RemoveInstallation())
	for _, api := range []*token.Api{two, w.process(t, store)} {
		answer, first, err := api.Exchange(code, exchangeEp)
		require.NoError(t, err)
		assert.Contains(t, string(answer), corpId)
		assert.NotContains(t, string(answer), "permanent_code")
		assert.Empty(t, first.AcsToken)
	}
	_, err := two.WithCorp(corpId).Installation()
	require.ErrorIs(t, err, token.ErrNotInstalled)
	assert.Equal(t, 1, w.Count(exchangePath))
}

// keptExchange is an exchange whose answer is kept, while its installation could not be saved.
func (w *world) keptExchange(t *testing.T) (store *spyStore, api *token.Api, code string) {
	t.Helper()
	store = &spyStore{Store: token.NewMemoryStore(), failPut: failInstallations}
	api = w.process(t, store)
	w.ticket(api)
	code = w.authCode(t)
	_, err := exchange(api, code)
	require.ErrorContains(t, err, "the disk is full")
	require.ErrorContains(t, err, "the permanent code is kept")
	return store, api, code
}

// A crash after the exchange and before the installation is saved loses nothing.
// G: install/crash
func TestExchangeAfterACrash(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	store, _, code := w.keptExchange(t)
	store.failPut = nil
	restarted := w.process(t, store)
	in, err := exchange(restarted, code)
	require.NoError(t, err)
	assert.Equal(t, 1, w.Count(exchangePath))
	stored, err := restarted.WithCorp(corpId).Installation()
	require.NoError(t, err)
	assert.Equal(t, in.PermanentCode, stored.PermanentCode)
}

// With the whole store down the code is kept in memory, and used, until it can be saved.
// G: install/kept
func TestExchangeWithTheStoreDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	store := &spyStore{Store: token.NewMemoryStore()}
	api := w.process(t, store)
	w.ticket(api)
	code := w.authCode(t)
	refuse := func(string) error { return errors.New("connection refused") }
	store.failPut = refuse
	for range 3 {
		_, err := exchange(api, code)
		require.ErrorContains(t, err, "connection refused")
	}
	require.NoError(t, do(api.WithCorp(corpId), corpCall), "this process works with it")
	store.failPut = nil
	_, err := exchange(api, code)
	require.NoError(t, err)
	assert.Equal(t, 1, w.Count(exchangePath))

	store.failPut = refuse
	second := token.Installation{CorpId: corpId, PermanentCode: seen.secret("another-permanent-code")}
	require.Error(t, api.SetInstallation(second))
	got, err := api.WithCorp(corpId).Installation()
	require.NoError(t, err)
	assert.Equal(t, second.PermanentCode, got.PermanentCode)
	store.failPut = nil
	_, err = api.WithCorp(corpId).Installation() // the next occasion
	require.NoError(t, err)
	got, err = w.process(t, store).WithCorp(corpId).Installation()
	require.NoError(t, err)
	assert.Equal(t, second.PermanentCode, got.PermanentCode)
}

// An installation is saved, the function that wants to know of it fails for a day:
// the code is answered all the same, with one request.
// G: install/one-exchange
func TestExchangeIsAnsweredForADay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t)
		code := w.authCode(t)
		for range 24 {
			in, err := exchange(w.api, code)
			require.NoError(t, err)
			assert.Equal(t, corpId, in.CorpId)
			time.Sleep(time.Hour)
		}
		assert.Equal(t, 1, w.Count(exchangePath))
	})
}

// A write that is repeated late does not bring back an older installation.
// G: install/late-write
func TestOlderInstallationComesLate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	store := &spyStore{Store: token.NewMemoryStore(), failPut: failInstallations}
	one, two := w.process(t, store), w.process(t, store)
	w.ticket(two)
	first := token.Installation{CorpId: corpId, PermanentCode: seen.secret("the-first-permanent-code")}
	require.Error(t, one.SetInstallation(first)) // kept to be saved later
	code := w.authCode(t)
	_, err := exchange(two, code) // answered, not saved
	require.Error(t, err)
	_ = w.Cancel(t.Context(), suiteId, corpId) // there is no callback URL
	in := w.install(t, suiteId, corpId)
	store.failPut = nil
	require.NoError(t, w.process(t, store).SetInstallation(in))
	for _, api := range []*token.Api{one, two} {
		_, err = exchange(api, code) // delivered again
		require.NoError(t, err)
		got, err := api.WithCorp(corpId).Installation()
		require.NoError(t, err)
		assert.Equal(t, in.PermanentCode, got.PermanentCode)
		require.NoError(t, do(api.WithCorp(corpId), corpCall))
	}
}

// A second process waits for the first, and without locks, or when it has waited
// long enough, finds its answer.
// G: install/without-locks
func TestSlowExchange(t *testing.T) {
	t.Parallel()
	for name, wrap := range map[string]func(token.Store) token.Store{
		"locks": func(s token.Store) token.Store { return s },
		"none":  func(s token.Store) token.Store { return withoutLock{s} },
	} {
		for _, slow := range []time.Duration{8 * time.Second, 40 * time.Second} {
			t.Run(name+slow.String(), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					w := newBubble(t)
					store := wrap(token.NewMemoryStore()) // its channels belong to the bubble
					one, two := w.process(t, store), w.process(t, store)
					w.ticket(one)
					code := w.authCode(t)
					w.Fault(platform.Fault{Path: exchangePath, Delay: slow, After: true, Count: 1})
					done := make(chan error)
					go func() {
						_, err := exchange(one, code)
						done <- err
					}()
					synctest.Wait()
					w.Fault(platform.Fault{Path: exchangePath, Delay: slow + time.Second, Count: 1}) // refused when the other is answered
					in, err := exchange(two, code)
					require.NoError(t, err)
					assert.Equal(t, corpId, in.CorpId)
					require.NoError(t, <-done)
				})
			})
		}
	}
}

// A lock that can't be had delays an exchange by ten seconds; it has a minute for the
// answer, whatever Config.Timeout is.
// G: install/slow-answer
func TestExchangeHasAMinute(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t, func(cfg *token.Config) { cfg.Timeout = 2 * time.Second })
		api := w.process(t, neverFree{token.NewMemoryStore()})
		w.ticket(api)
		require.NoError(t, do(api, suiteCall)) // has the suite token
		w.Fault(platform.Fault{Path: exchangePath, Delay: 55 * time.Second, Count: 1})
		begin := time.Now()
		_, err := exchange(api, w.authCode(t))
		require.NoError(t, err)
		assert.InDelta(t, 75, time.Since(begin).Seconds(), 1, "10 s of waiting for each lock, and the answer")
		assert.Equal(t, 1, w.Count(exchangePath))
	})
}

// A refusal counts for nothing while the store cannot tell whether the code was
// exchanged before, in another life.
// G: install/refused-code
func TestExchangeWithTheStoreUnread(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	store := &spyStore{Store: token.NewMemoryStore()}
	before := w.process(t, store)
	w.ticket(before)
	code := w.authCode(t)
	_, err := exchange(before, code)
	require.NoError(t, err)
	store.failGet = failExchanges
	after := w.process(t, store)
	_, err = exchange(after, code)
	require.ErrorIs(t, err, errDown)
	require.ErrorContains(t, err, "40078")
	assert.False(t, errors.As(err, new(*token.Error)), "not WeCom's last word")
	store.failGet = nil
	in, err := exchange(after, code)
	require.NoError(t, err)
	assert.Equal(t, corpId, in.CorpId)
}

// The exchange goes on when its caller leaves: the code is good for one try only.
// G: install/slow-answer
func TestExchangeSurvivesItsCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t)
		code := w.authCode(t)
		w.Fault(platform.Fault{Path: exchangePath, Delay: 3 * time.Second})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		for range 2 {
			_, err := exchange(w.api.WithContext(ctx), code)
			require.ErrorIs(t, err, context.DeadlineExceeded)
		}
		in, err := exchange(w.api, code)
		require.NoError(t, err)
		assert.Equal(t, corpId, in.CorpId)
		assert.Equal(t, 1, w.Count(exchangePath))
	})
}

// A refused code is asked again when it is brought again.
// G: install/refused-code
func TestExchangeFails(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := exchange(w.api, "")
	require.ErrorContains(t, err, "empty")
	unknown := strings.Repeat("unknown-auth-code", 4)
	for range 2 {
		_, err = exchange(w.api, unknown)
		require.ErrorIs(t, err, token.Code(40078))
	}
	assert.Equal(t, 2, w.Count(exchangePath))
}
