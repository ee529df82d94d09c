package token_test

import (
	"context"
	"errors"
	"fmt"
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

// all runs n calls at once and returns their errors.
func all(n int, call func(i int) error) []error {
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { errs[i] = call(i) })
	}
	wg.Wait()
	return errs
}

func count(errs []error) (failed int) {
	for _, err := range errs {
		if err != nil {
			failed++
		}
	}
	return failed
}

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

// One refresh, one repeat with the same body, per code and credential.
// G: token/rejected
func TestRejectedToken(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		ep     token.Endpoint
		path   string
		heals  []int
		leaves []int
	}{
		{providerCall, providerPath, []int{40014, 42001, 40082}, []int{42009, 40001, 60020, 45009}},
		{suiteCall, suitePath, []int{40082, 42009}, []int{42001, 40014, 40001, 60020, 45009, 40085}},
		{corpCall, corpPath, []int{40014, 42001}, []int{40082, 42009, 40001, 60020, 45009, 48002}},
		{writeCall, providerPath, []int{40014, 42001, 40082}, []int{40001, 60020, 45009, -1}},
	} {
		for _, code := range row.heals {
			t.Run(fmt.Sprintf("%s heals %d", row.ep.Path, code), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				require.NoError(t, do(w.api, row.ep))
				w.KillTokens(row.ep.Credential.String(), code)
				w.ClearLog()
				require.NoError(t, do(w.api, row.ep))
				assert.Equal(t, 1, w.Count(row.path))
				sent := w.RequestsTo(row.ep.Path)
				require.Len(t, sent, 2)
				assert.Equal(t, code, sent[0].ErrCode)
				assert.Equal(t, sent[0].Method, sent[1].Method)
				assert.Equal(t, sent[0].Body, sent[1].Body)
				assert.Equal(t, sent[0].ContentType, sent[1].ContentType)
				assert.NotEqual(t, sent[0].TokenMark, sent[1].TokenMark)
			})
		}
		for _, code := range row.leaves {
			t.Run(fmt.Sprintf("%s leaves %d", row.ep.Path, code), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				require.NoError(t, do(w.api, row.ep))
				w.ClearLog()
				w.Fault(platform.Fault{Path: row.ep.Path, ErrCode: code})
				require.ErrorIs(t, do(w.api, row.ep), token.Code(code))
				assert.Len(t, w.Requests(), 1)
			})
		}
	}
}

// A second rejection is returned, and an endpoint that rejects every token makes no
// storm.
// G: token/rejected token/breaker
func TestSecondRejection(t *testing.T) {
	t.Parallel()
	clocktest.Hold(t)
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t)
		require.NoError(t, do(w.api, providerCall))
		w.ClearLog()
		w.Fault(platform.Fault{Path: writeCall.Path, ErrCode: 40014})
		for range 100 {
			require.ErrorIs(t, do(w.api, writeCall), token.Code(40014))
		}
		assert.Equal(t, 1, w.Count(providerPath))
		assert.Equal(t, 101, w.Count(writeCall.Path))
		require.NoError(t, do(w.api, providerCall))
		w.KillTokens("provider", 0)
		require.NoError(t, do(w.api, providerCall), "other endpoints heal as ever")
		assert.Equal(t, 2, w.Count(providerPath))
		begin := time.Now()
		for time.Since(begin) < 100*time.Minute {
			require.ErrorIs(t, do(w.api, writeCall), token.Code(40014))
			time.Sleep(20 * time.Second)
		}
		bought := w.Count(providerPath) - 2
		assert.Equal(t, 6, bought, "after 1, 2, 4 … 32 minutes")
		time.Sleep(3 * time.Hour)
		require.NoError(t, do(w.api, providerCall)) // has a token for two hours
		n := w.Count(providerPath)
		for range 2 { // after a long time it starts afresh, with a minute
			require.ErrorIs(t, do(w.api, writeCall), token.Code(40014))
			time.Sleep(61 * time.Second)
		}
		assert.Equal(t, n+2, w.Count(providerPath))
	})
}

// Many callers at once make no storm at such an endpoint either.
// G: token/breaker
func TestSecondRejectionOfMany(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Fault(platform.Fault{Path: writeCall.Path, ErrCode: 40014})
	errs := all(500, func(int) error { return do(w.api, writeCall) })
	assert.Equal(t, 500, count(errs))
	assert.LessOrEqual(t, w.Count(providerPath), 5)
}

// Two tokens that die together cost one call three requests, and no call fails.
// G: token/rejected
func TestBothTokensDie(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t)
		require.NoError(t, do(w.api, writeCall))
		w.Fault(platform.Fault{Path: writeCall.Path, Delay: 3 * time.Second, Count: 1})
		slow := make(chan error)
		go func() { slow <- do(w.api, writeCall) }() // on its way with the first token
		time.Sleep(time.Second)
		w.KillTokens("provider", 0)
		require.NoError(t, do(w.api, providerCall)) // gets the second
		time.Sleep(time.Second)
		w.KillTokens("provider", 0)
		w.ClearLog()
		require.NoError(t, <-slow)
		assert.Equal(t, 1, w.Count(providerPath))
		require.NoError(t, do(w.api, writeCall))
	})
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
