package token_test

import (
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/clock/clocktest"
	"github.com/gothird/wecom/token"
)

// took is how long f takes on the bubble's clock.
func took(f func()) time.Duration {
	began := time.Now()
	f()
	return time.Since(began)
}

// A Store that hangs holds a caller up for three seconds and is then left alone for five; a
// lock on a ticket is waited for a second, since WeCom waits for the answer to its push.
// G: store/hangs
func TestHowLongAStoreMayTake(t *testing.T) {
	t.Parallel()
	clocktest.Hold(t)
	synctest.Test(t, func(t *testing.T) {
		w, store, api := newGated(t)
		open := store.shut("get")
		defer open()
		ask := func() (err error) { _, err = api.TicketAge(); return err }
		for range 3 {
			var err error
			assert.Equal(t, 3*time.Second, took(func() { err = ask() }))
			require.ErrorContains(t, err, "deadline exceeded")
			for _, wait := range []time.Duration{0, 5*time.Second - 1} {
				time.Sleep(wait)
				assert.Zero(t, took(func() { err = ask() }))
				require.ErrorContains(t, err, "left alone for some seconds")
			}
			time.Sleep(time.Nanosecond)
		}
		open()
		require.ErrorIs(t, ask(), token.ErrNoSuiteTicket)

		open = store.shut("lock")
		defer open()
		assert.Equal(t, time.Second, took(func() { w.ticket(api) }))
		assert.Equal(t, 10*time.Second, took(func() { assert.NoError(t, api.SetInstallation(slowInstallation)) }))
		assert.NoError(t, ask(), "a lock that is not free says nothing about the Store")
	})
}

// At most 64 operations hang in a Store; more are not begun until some have come back.
// G: store/hangs
func TestHowManyOperationsMayHang(t *testing.T) {
	t.Parallel()
	clocktest.Hold(t)
	synctest.Test(t, func(t *testing.T) {
		_, store, api := newGated(t)
		open := store.shut("")
		defer open()
		ask := func(int) (err error) { _, err = api.TicketAge(); return err }
		all(63, ask)
		time.Sleep(5 * time.Second)
		assert.Equal(t, 3*time.Second, took(func() { _ = ask(0) }), "the sixty-fourth")
		time.Sleep(5 * time.Second)
		require.ErrorContains(t, ask(0), "too many operations")
		require.ErrorContains(t, api.SetInstallation(slowInstallation), "too many operations")
		assert.EqualValues(t, 64, store.inside.Load())
		open()
		synctest.Wait()
		require.NoError(t, errors.Join(api.SetInstallation(slowInstallation), api.SetSuiteTicket(seen.secret("a-ticket-after-all"), time.Now()), ask(0)))
	})
}

// What ignores its context holds a caller up no longer than a flight may take and ten
// seconds more: 40 s for a token or an agent id, two minutes for an exchange.
// G: error/panics token/caller-leaves
func TestHowLongAFlightMayTake(t *testing.T) {
	t.Parallel()
	clocktest.Hold(t)
	const agentPath = "/cgi-bin/service/v2/get_auth_info"
	for path, row := range map[string]struct {
		limit time.Duration
		call  func(w *world) error
	}{
		providerPath: {50 * time.Second, func(w *world) error { return do(w.api, providerCall) }},
		suitePath:    {50 * time.Second, func(w *world) error { return do(w.api, suiteCall) }},
		agentPath:    {50 * time.Second, func(w *world) error { _, err := w.api.AgentId(); return err }},
		exchangePath: {130 * time.Second, func(w *world) error { _, err := exchange(w.api, w.AuthCode(suiteId, corpId)); return err }},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := newBubble(t)
			in := w.install(t, suiteId, corpId)
			in.AgentId = 0
			release := make(chan struct{})
			w.cfg.Middleware = append(w.cfg.Middleware, func(next http.RoundTripper) http.RoundTripper {
				return roundTripper(func(r *http.Request) (*http.Response, error) {
					if r.URL.Path == path {
						<-release
					}
					return next.RoundTrip(r)
				})
			})
			w.api = newApi(t, w.cfg).WithCorp(corpId)
			w.ticket(w.api)
			require.NoError(t, w.api.SetInstallation(in))
			var err error
			assert.Equal(t, row.limit, took(func() { err = row.call(w) }), path)
			require.ErrorContains(t, err, "did not finish within "+row.limit.String(), path)
			close(release)
			synctest.Wait()
		})
	}
}
