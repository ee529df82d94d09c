package token_test

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/token"
)

// After cancel_auth nothing old is used, and a new install starts afresh.
// G: install/again
func TestReinstall(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before, err := w.api.AccessToken(token.Corp)
	require.NoError(t, err)
	require.NoError(t, w.api.RemoveInstallation())
	require.ErrorIs(t, do(w.api, corpCall), token.ErrNotInstalled)
	_, err = w.api.Installation()
	require.ErrorIs(t, err, token.ErrNotInstalled)
	_ = w.Cancel(t.Context(), suiteId, corpId) // there is no callback URL
	require.NoError(t, w.api.SetInstallation(w.install(t, suiteId, corpId)))
	require.NoError(t, do(w.api, corpCall))
	after, err := w.api.AccessToken(token.Corp)
	require.NoError(t, err)
	assert.NotEqual(t, before.AcsToken, after.AcsToken)
}

// The code changes under running calls, and none fails.
// G: install/again
func TestResetWhileCalling(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	template := w.api.WithSuite(templateId, templateSecret)
	w.ticket(template)
	require.NoError(t, template.SetInstallation(w.install(t, templateId, corpId)))
	require.NoError(t, do(template, corpCall))
	var stop atomic.Bool
	var wg sync.WaitGroup
	var calls [8]atomic.Int64
	for i := range calls {
		wg.Go(func() {
			for !stop.Load() {
				assert.NoError(t, do(template, corpCall))
				calls[i].Add(1)
			}
		})
	}
	twice := func() { // a call that meets two deaths is rejected twice, and may fail
		for i := range calls {
			for end := calls[i].Load() + 2; calls[i].Load() < end; {
				runtime.Gosched()
			}
		}
	}
	for range 5 {
		code, _ := w.ResetPermanentCode(t.Context(), templateId, corpId)
		require.NotEmpty(t, code)
		in, err := exchange(template, code)
		require.NoError(t, err)
		w.KillTokens("corp", 40014)
		twice()
		stored, err := template.Installation()
		require.NoError(t, err)
		assert.Equal(t, in.PermanentCode, stored.PermanentCode)
	}
	stop.Store(true)
	wg.Wait()
}

// What a flight brings back for an installation that is gone is not used.
// G: install/again
func TestResetDuringAFlight(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t)
		good, err := w.api.Installation()
		require.NoError(t, err)
		require.NoError(t, w.api.SetInstallation(token.Installation{CorpId: corpId, PermanentCode: seen.secret("a-dead-permanent-code")}))
		w.Fault(platform.Fault{Path: corpPath, Delay: time.Second, Count: 1})
		result := make(chan error)
		go func() { result <- do(w.api, corpCall) }()
		synctest.Wait()
		require.NoError(t, w.api.SetInstallation(good))
		require.NoError(t, <-result, "the caller gets the token of the new code")
		assert.Equal(t, 2, w.Count(corpPath))
	})
}

// G: install/set
func TestBadInstallations(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.ErrorContains(t, w.api.SetInstallation(token.Installation{CorpId: corpId}), "PermanentCode")
	require.ErrorContains(t, w.api.SetInstallation(token.Installation{PermanentCode: "p"}), "CorpId")
	require.ErrorContains(t, w.api.SetInstallation(token.Installation{CorpId: "other", PermanentCode: "p"}), "bound to corp")
}

// A token that WeCom granted to an installation that was replaced meanwhile is nobody's.
// G: install/again
func TestATokenOfAReplacedInstallationIsNotUsed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t)
		w.install(t, suiteId, corpId)
		w.Fault(platform.Fault{Path: corpPath, Delay: time.Second, Count: 1, Body: `{"access_token":"token-of-the-replaced-one","expires_in":7200}`})
		result := make(chan error)
		go func() { result <- do(w.api, corpCall) }()
		synctest.Wait()
		_ = w.Cancel(t.Context(), suiteId, corpId) // there is no callback URL
		in := w.install(t, suiteId, corpId)
		require.NoError(t, w.api.SetInstallation(in))
		require.NoError(t, <-result)
		assert.Equal(t, 1, w.Count(corpCall.Path), "it is not even shown")
		v, err := w.api.AccessToken(token.Corp)
		require.NoError(t, err)
		assert.NotEqual(t, seen.secret("token-of-the-replaced-one"), v.AcsToken)
	})
}
