package token_test

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/token"
)

// removeIfLost shows its results to the leak detector.
func removeIfLost(api *token.Api) (*token.Installation, error) {
	in, err := api.RemoveIfLost(time.Time{})
	seen.error(err)
	seen.text(in)
	return in, err
}

// G: install/remove-if-lost
func TestCancelledCorpIsRemoved(t *testing.T) {
	t.Parallel()
	for _, suite := range []string{suiteId, templateId} {
		w := newWorld(t)
		store := token.NewMemoryStore()
		var lost atomic.Int64
		w.cfg.OnToken = func(_ context.Context, info token.TokenInfo) {
			if info.Lost && info.CorpId == corpId && info.Err != nil && !info.FromStore {
				lost.Add(1)
			}
		}
		one, two := w.process(t, store).WithCorp(corpId), w.process(t, store).WithCorp(corpId)
		if suite == templateId {
			one, two = one.WithSuite(templateId, templateSecret), two.WithSuite(templateId, templateSecret)
		}
		w.ticket(one)
		require.NoError(t, one.SetInstallation(w.install(t, suite, corpId)))
		require.NoError(t, do(two, corpCall))

		in, err := removeIfLost(one)
		require.NoError(t, err)
		require.Nil(t, in, "the corp has the suite")
		_ = w.Cancel(t.Context(), suite, corpId) // there is no callback URL
		in, err = removeIfLost(one)
		require.NoError(t, err)
		require.Equal(t, corpId, in.CorpId)
		assert.EqualValues(t, 1, lost.Load(), "OnToken is told")
		for _, api := range []*token.Api{one, two} {
			require.ErrorIs(t, do(api, corpCall), token.ErrNotInstalled)
			in, err = removeIfLost(api)
			require.NoError(t, err)
			assert.Nil(t, in, "nothing is left")
		}
	}
}

// WeCom's word is about one installation. Another one that is saved meanwhile stays.
// G: install/remove-if-lost
func TestCorpThatInstallsAgainIsNotRemoved(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	store := token.NewMemoryStore()
	two := w.process(t, store).WithCorp(corpId)
	w.ticket(two)
	_, err := exchange(two, w.authCode(t))
	require.NoError(t, err)
	_ = w.Cancel(t.Context(), suiteId, corpId)
	code := w.authCode(t)
	w.cfg.Middleware = append(w.cfg.Middleware, after(corpPath, func() {
		_, err := exchange(two, code)
		assert.NoError(t, err)
	}))
	one := w.process(t, store).WithCorp(corpId)
	in, err := removeIfLost(one)
	require.NoError(t, err)
	assert.Nil(t, in)
	for _, api := range []*token.Api{one, two, w.process(t, store).WithCorp(corpId)} {
		require.NoError(t, do(api, corpCall))
	}
	answer, _, err := one.Exchange(code, exchangeEp)
	require.NoError(t, err)
	assert.Contains(t, string(answer), "permanent_code")
}

// What says nothing about the authorisation removes nothing, and is an error.
// G: install/remove-if-lost
func TestNothingIsRemovedWithoutWeComsWord(t *testing.T) {
	t.Parallel()
	store := &spyStore{Store: token.NewMemoryStore()}
	w := newWorld(t, func(cfg *token.Config) { cfg.Store = store })
	for _, f := range []platform.Fault{{HTTPStatus: 502}, {Cut: true}, {ErrCode: -1}, {ErrCode: 60020}, {ErrCode: 45009}} {
		f.Path = corpPath
		remove := w.Fault(f)
		in, err := removeIfLost(w.api)
		require.Error(t, err)
		require.Nil(t, in)
		remove()
	}
	require.NoError(t, do(w.api, corpCall))

	_ = w.Cancel(t.Context(), suiteId, corpId)
	store.failPut = func(string) error { return errors.New("the disk is full") }
	in, err := removeIfLost(w.api)
	require.ErrorContains(t, err, "the disk is full")
	require.Nil(t, in)
	store.failPut = nil
	in, err = removeIfLost(w.api)
	require.NoError(t, err)
	assert.Equal(t, corpId, in.CorpId)

	_, err = removeIfLost(newApi(t, w.cfg))
	require.ErrorIs(t, err, token.ErrNoCorp)
}

// after runs do once, between an answer to a path and its caller.
func after(path string, do func()) func(http.RoundTripper) http.RoundTripper {
	var done atomic.Bool
	return func(next http.RoundTripper) http.RoundTripper {
		return roundTripper(func(r *http.Request) (*http.Response, error) {
			resp, err := next.RoundTrip(r)
			if r.URL.Path == path && done.CompareAndSwap(false, true) {
				do()
			}
			return resp, err
		})
	}
}

// When a corp has cancelled is known by WeCom's time, also when it has installed again.
// G: install/list
func TestCancelledAt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	store := token.NewMemoryStore()
	api := w.process(t, store).WithCorp(corpId)
	w.ticket(api)
	cancelledAt := func() time.Time {
		_, _ = api.Installation()
		at, err := api.CancelledAt()
		require.NoError(t, err)
		there, err := w.process(t, store).WithCorp(corpId).CancelledAt()
		require.NoError(t, err)
		assert.Equal(t, at, there, "the same whoever asks")
		return at
	}
	remove := func(cancelled time.Time) {
		_, err := api.RemoveIfLost(cancelled)
		require.NoError(t, err)
	}
	install := func(code string) {
		require.NoError(t, api.SetInstallation(token.Installation{CorpId: corpId, PermanentCode: seen.secret(code)}))
	}
	assert.Zero(t, cancelledAt())
	install("a-permanent-code")
	require.NoError(t, api.RemoveInstallation())
	assert.Zero(t, cancelledAt(), "no cancel_auth says when")

	early := time.Unix(1_700_000_000, 0)
	remove(early)
	assert.Equal(t, early, cancelledAt(), "the corp is not there any more")
	remove(early.Add(time.Hour))
	assert.Equal(t, early.Add(time.Hour), cancelledAt())
	remove(early)
	remove(time.Time{})
	assert.Equal(t, early.Add(time.Hour), cancelledAt(), "an older cancel_auth that comes again")
	install("another-permanent-code")
	assert.Equal(t, early.Add(time.Hour), cancelledAt(), "it has installed again")
	require.NoError(t, api.RemoveInstallation())
	assert.Equal(t, early.Add(time.Hour), cancelledAt())

	remove(clock.Now().Add(1000 * time.Hour))
	assert.WithinDuration(t, clock.Now().Add(10*time.Minute), cancelledAt(), 30*time.Second, "not later than clocks differ")
	_, err := api.WithCorp("").CancelledAt()
	assert.ErrorIs(t, err, token.ErrNoCorp)
	_, err = (*token.Api)(nil).CancelledAt()
	assert.Error(t, err)
}

// A nil *Error that was returned as an error is a poor one, and no crash.
// G: error/nil
func TestNilError(t *testing.T) {
	t.Parallel()
	var none *token.Error
	var err error = none
	assert.NotPanics(t, func() {
		assert.NotEmpty(t, err.Error())
		assert.NotErrorIs(t, err, token.Code(40001))
		assert.False(t, token.IsRateLimited(err) || token.IsBusy(err) || token.IsLost(err) || token.IsIPNotAllowed(err))
		var partial *token.PartialError
		err = partial
		assert.NotEmpty(t, err.Error())
		assert.NotErrorIs(t, err, token.Code(40001))
	})
}
