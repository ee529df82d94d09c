package token_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/token"
)

// Without locks two processes may ask for one auth code. The one that is refused gets the
// other's answer also if that is not saved yet.
// G: install/without-locks
func TestRefusedExchangeWaitsForTheOther(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t)
		store := withoutLock{token.NewMemoryStore()}
		two := w.process(t, store)
		w.cfg.Middleware = append(w.cfg.Middleware, func(next http.RoundTripper) http.RoundTripper {
			return roundTripper(func(r *http.Request) (*http.Response, error) {
				resp, err := next.RoundTrip(r)
				time.Sleep(50 * time.Millisecond) // of the answer
				return resp, err
			})
		})
		one := w.process(t, store)
		w.ticket(one)
		require.NoError(t, do(one, suiteCall)) // has the suite token
		require.NoError(t, do(two, suiteCall))
		code := w.authCode(t)
		answers := make(chan error, 1)
		go func() {
			_, err := exchange(one, code)
			answers <- err
		}()
		synctest.Wait()
		in, err := exchange(two, code)
		require.NoError(t, err)
		assert.Equal(t, corpId, in.CorpId)
		require.NoError(t, <-answers)
		assert.Equal(t, 2, w.Count(exchangePath))
	})
}
