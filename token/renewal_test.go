package token_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/clock/clocktest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/token"
)

// Early renewal: the old token goes on while a new one is fetched, and while it cannot be.
// G: token/renewal
func TestEarlyRenewal(t *testing.T) {
	t.Parallel()
	clocktest.Hold(t)
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t)
		old, err := w.api.AccessToken(token.Provider)
		require.NoError(t, err)
		time.Sleep(7200*time.Second - 4*time.Minute)
		w.KillTokens("provider", 0) // so that the fake gives another
		w.Fault(platform.Fault{Path: providerPath, Delay: 2 * time.Second, ErrCode: -1, Count: 6})
		var slowest time.Duration
		for range 60 {
			begin := time.Now()
			v, err := w.api.AccessToken(token.Provider)
			require.NoError(t, err)
			assert.Equal(t, old.AcsToken, v.AcsToken)
			slowest = max(slowest, time.Since(begin))
			time.Sleep(time.Second)
		}
		assert.Zero(t, slowest, "nobody waits for a renewal")
		assert.Equal(t, 7, w.Count(providerPath), "one at first, then an attempt of three requests in 30 s")
		time.Sleep(30 * time.Second)
		_, err = w.api.AccessToken(token.Provider)
		require.NoError(t, err)
		synctest.Wait()
		v, err := w.api.AccessToken(token.Provider)
		require.NoError(t, err)
		assert.NotEqual(t, old.AcsToken, v.AcsToken)
	})
}

// A renewal that failed shortly before the end keeps nobody from trying once the old token
// is gone.
// G: token/renewal
func TestRenewalFailsJustBeforeTheEnd(t *testing.T) {
	t.Parallel()
	clocktest.Hold(t)
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t)
		w.Fault(platform.Fault{Path: providerPath, Count: 1, Body: `{"provider_access_token":"a-minute-of-life","expires_in":60}`})
		_, err := w.api.AccessToken(token.Provider)
		require.NoError(t, err)
		w.Fault(platform.Fault{Path: providerPath, Count: 1, HTTPStatus: 503})
		time.Sleep(56 * time.Second)
		old, err := w.api.AccessToken(token.Provider)
		require.NoError(t, err)
		synctest.Wait()
		time.Sleep(2 * time.Second)
		v, err := w.api.AccessToken(token.Provider)
		require.NoError(t, err)
		assert.NotEqual(t, old.AcsToken, v.AcsToken)
		assert.Equal(t, 3, w.Count(providerPath))
	})
}

// G: token/renewal
func TestLives(t *testing.T) {
	t.Parallel()
	clocktest.Hold(t)
	for life, row := range map[string]struct{ first, second time.Duration }{
		"7200": {6800 * time.Second, 7201 * time.Second}, // still, and no longer served
		"100":  {85 * time.Second, 101 * time.Second},
		"1":    {800 * time.Millisecond, 2 * time.Second},
		"0":    {50 * time.Second, 61 * time.Second}, // unknown: a minute
		"-5":   {50 * time.Second, 61 * time.Second},
		`""`:   {50 * time.Second, 61 * time.Second},
		`"90"`: {70 * time.Second, 91 * time.Second},
	} {
		t.Run(life, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newBubble(t)
				w.Fault(platform.Fault{Path: providerPath, Body: `{"provider_access_token":"tok-of-some-life","expires_in":` + life + `}`})
				get := func() int {
					_, err := w.api.AccessToken(token.Provider)
					require.NoError(t, err)
					synctest.Wait()
					return w.Count(providerPath)
				}
				assert.Equal(t, 1, get())
				assert.Equal(t, 1, get())
				time.Sleep(row.first)
				assert.Equal(t, 1, get())
				time.Sleep(row.second - row.first)
				assert.Equal(t, 2, get())
			})
		})
	}
}
