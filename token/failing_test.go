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

// Everybody who waits gets the one error.
// G: token/one-refresh token/required
func TestFailingTokenEndpointIsAskedOnce(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]platform.Fault{
		"refusal":   {ErrCode: 40001},
		"busy":      {ErrCode: -1},
		"bad gate":  {HTTPStatus: 502},
		"cut":       {Cut: true},
		"empty":     {Body: " "},
		"truncated": {Body: `{"errcode":0,"provider_access`},
		"no token":  {Body: `{"errcode":0,"errmsg":"ok","expires_in":7200}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newBubble(t)
				fault.Path, fault.Delay = providerPath, time.Second
				w.Fault(fault)
				errs := all(200, func(int) error { return do(w.api, providerCall) })
				assert.Equal(t, 200, count(errs))
				want := 1
				if fault.ErrCode == -1 || fault.HTTPStatus != 0 || fault.Cut {
					want = 3 // a token request is repeated as a read is
				}
				assert.Equal(t, want, w.Count(providerPath))
				assert.Zero(t, w.Count(providerCall.Path), "no request without a token")
				for _, err := range errs {
					var e *token.Error
					require.ErrorAs(t, err, &e)
					assert.Equal(t, providerPath, e.Path)
					assert.Equal(t, fault.ErrCode, e.Code)
				}
			})
		})
	}
}

// A wrong secret is shown once in 30 s; a new one at once.
// G: token/failing
func TestBadCredentialsAreRemembered(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		mark := clocktest.Now()
		w := newBubble(t)
		require.NoError(t, w.AddSuite(platform.Suite{Id: suiteId, Secret: "another-suite-secret"}))
		for range 50 {
			require.ErrorIs(t, do(w.api, suiteCall), token.Code(40080))
		}
		mark.Times(t, 1, w.Count(suitePath))
		time.Sleep(31 * time.Second)
		require.ErrorIs(t, do(w.api, suiteCall), token.Code(40080))
		mark.Times(t, 2, w.Count(suitePath))
		require.NoError(t, do(w.api.WithSuite(suiteId, "another-suite-secret"), suiteCall), "a changed secret is tried at once")

		require.NoError(t, w.AddSuite(platform.Suite{Id: suiteId, Secret: suiteSecret}))
		time.Sleep(time.Second)
		w.ticket(w.api)
		require.NoError(t, do(w.api, suiteCall), "a newer ticket is tried at once")
	})
}

// A dead permanent code is remembered too; the suite's own trouble is not held against it.
// G: token/failing
func TestDeadPermanentCode(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		mark := clocktest.Now()
		w := newBubble(t)
		good, err := w.api.Installation()
		require.NoError(t, err)
		require.NoError(t, w.api.SetInstallation(token.Installation{CorpId: corpId, PermanentCode: seen.secret("a-dead-permanent-code")}))
		for range 20 {
			require.ErrorIs(t, do(w.api, corpCall), token.Code(40084))
		}
		mark.Times(t, 1, w.Count(corpPath))
		require.NoError(t, w.api.SetInstallation(good))
		remove := w.Fault(platform.Fault{Path: suitePath, ErrCode: 40085})
		w.KillTokens("suite", 0)
		require.ErrorIs(t, do(w.api, corpCall), token.Code(40085))
		remove()
		w.ticket(w.api)
		require.NoError(t, do(w.api, corpCall))
	})
}

// An endpoint that is down is asked at a falling rate, and works again soon after.
// G: token/failing
func TestBackOff(t *testing.T) {
	t.Parallel()
	clocktest.Hold(t)
	for name, fault := range map[string]platform.Fault{
		"down":        {HTTPStatus: 503},
		"not found":   {HTTPStatus: 404},
		"redirected":  {HTTPStatus: 302},
		"a page":      {Body: "<html>log in</html>"},
		"an empty no": {Body: "{}"},
		"busy":        {ErrCode: -1},
		"cut":         {Cut: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			backOff(t, fault)
		})
	}
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t)
		w.Fault(platform.Fault{Path: providerPath, HTTPStatus: 503, Count: 3})
		require.Error(t, do(w.api, providerCall))
		require.NoError(t, do(w.api, providerCall), "one failure is not held against it")
	})
}

func backOff(t *testing.T, fault platform.Fault) {
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t)
		fault.Path = providerPath
		remove := w.Fault(fault)
		begin := time.Now()
		for time.Since(begin) < 2*time.Minute {
			require.Error(t, do(w.api, providerCall))
			time.Sleep(500 * time.Millisecond)
		}
		n := w.Count(providerPath)
		assert.True(t, n >= 6 && n <= 30, "%d requests in two minutes", n)
		remove()
		time.Sleep(30 * time.Second)
		require.NoError(t, do(w.api, providerCall))
	})
}
