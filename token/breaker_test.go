package token_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gothird/wecom/internal/clock/clocktest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/testworld"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/token"
)

const badCorpId = "wpAbCdEf00000bad01"

var loginCall = token.Endpoint{Method: "GET", Path: "/cgi-bin/service/auth/getuserinfo3rd", Credential: token.Suite, Read: true}

// stranger is a WeCom that blames the suite token for one corp, and for the login codes of
// other suites. Every answer takes a moment.
type stranger struct{ next http.RoundTripper }

func (s stranger) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(100 * time.Millisecond) // on the bubble's clock
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	foreign := r.URL.Path == loginCall.Path && r.URL.Query().Get("code") == "foreign-login-code"
	if foreign || r.URL.Path == corpPath && bytes.Contains(body, []byte(badCorpId)) {
		return httpmock.NewStringResponse(200, `{"errcode":40082,"errmsg":"invalid suite_access_token"}`), nil
	}
	return s.next.RoundTrip(r)
}

// newStrangerWorld is a world in a bubble with a stranger in it.
func newStrangerWorld(t *testing.T, o platform.Options) *world {
	t.Helper()
	w := &world{World: testworld.New(o, nil)}
	w.Client = &http.Client{Transport: stranger{w.Client.Transport}}
	w.start(t)
	api, err := token.New(w.cfg) // a day's texts would be too many for the leak detector
	require.NoError(t, err)
	w.api = api.WithCorp(corpId)
	w.ticket(w.api)
	require.NoError(t, w.api.SetInstallation(w.install(t, suiteId, corpId)))
	bad := token.Installation{CorpId: badCorpId, PermanentCode: seen.secret("permanent-code-of-the-bad-corp")}
	require.NoError(t, w.api.WithCorp(badCorpId).SetInstallation(bad))
	return w
}

func login(api *token.Api, code string) error {
	return api.Do(loginCall, url.Values{"code": {code}}, nil)
}

func (w *world) goodLogin() error {
	return login(w.api, w.LoginCode(platform.Login{SuiteId: suiteId, CorpId: corpId, UserId: "zhangsan"}))
}

// each runs call n times at once, again and again.
func each(every, until time.Duration, n int, call func()) {
	for begin := time.Now(); time.Since(begin) < until; time.Sleep(every) {
		var wg sync.WaitGroup
		for range n {
			wg.Go(call)
		}
		wg.Wait()
	}
}

// One corp for which WeCom rejects every suite token, and login codes of other suites, cost one
// suite token for each step of their back-off in a day, and other calls are not affected: with
// much traffic, and with none.
// G: token/breaker
func TestOneBadCorpBuysOneTokenPerStep(t *testing.T) {
	t.Parallel()
	clocktest.Hold(t)
	const day = 24 * time.Hour
	const steps = 6 + 24 // after 1, 2, 4 … 32 minutes, and each hour
	for _, row := range []struct {
		name              string
		busy, newEach     bool
		corp, login, most int
	}{
		{name: "bad corp, quiet", newEach: true, corp: 3, most: steps},
		{name: "foreign codes, busy", busy: true, newEach: true, login: 3, most: steps},
		{name: "both, busy", busy: true, newEach: true, corp: 3, login: 3, most: 2 * steps},
		{name: "both, busy, and WeCom gives the same token, with less and less time left", busy: true, corp: 3, login: 3, most: 2*steps + 36},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newStrangerWorld(t, platform.Options{NewSuiteToken: row.newEach})
				var failed atomic.Int32
				var slowest atomic.Int64
				healthy := func(call func() error) func() {
					return func() {
						begin := time.Now()
						if call() != nil {
							failed.Add(1)
						}
						slowest.Store(max(slowest.Load(), int64(time.Since(begin))))
					}
				}
				var wg sync.WaitGroup
				wg.Go(func() { each(10*time.Minute, day, 1, func() { w.ticket(w.api) }) })
				wg.Go(func() { each(60*time.Second, day, row.corp, func() { _ = do(w.api.WithCorp(badCorpId), corpCall) }) })
				wg.Go(func() { each(429*time.Second, day, row.login, func() { _ = login(w.api, "foreign-login-code") }) })
				if row.busy {
					wg.Go(func() { each(29*time.Second, day, 2, healthy(func() error { return w.api.Do(suiteCall, nil, nil) })) })
					wg.Go(func() { each(31*time.Second, day, 2, healthy(func() error { return w.api.Do(corpCall, nil, nil) })) })
				}
				wg.Wait()
				bought := w.Count(suitePath)
				assert.LessOrEqual(t, bought, row.most+12, "12 are a day's, of two hours each")
				assert.GreaterOrEqual(t, bought, 12)
				assert.Zero(t, failed.Load(), "healthy calls fail")
				assert.LessOrEqual(t, time.Duration(slowest.Load()), time.Second, "healthy calls wait")
			})
		})
	}
}

// A real early kill is healed at once wherever no back-off runs, and costs one token.
// G: token/breaker
func TestEarlyKillHealsBesideABadCorp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newStrangerWorld(t, platform.Options{NewSuiteToken: true})
		for range 50 { // deep in the back-off
			_ = do(w.api.WithCorp(badCorpId), corpCall)
			_ = login(w.api, "foreign-login-code")
			w.ticket(w.api)
			time.Sleep(time.Minute)
		}
		for range 5 {
			require.Positive(t, w.KillTokens("suite", 0))
			w.ClearLog()
			begin := time.Now()
			for _, err := range all(20, func(int) error { return w.api.Do(suiteCall, nil, nil) }) {
				require.NoError(t, err)
			}
			assert.Less(t, time.Since(begin), time.Second)
			assert.Equal(t, 1, w.Count(suitePath))
			require.NoError(t, w.goodLogin(), "a back-off keeps nobody from the new token")
			time.Sleep(2 * time.Minute)
		}
	})
}

// A call that was on its way with the dead token is repeated with the one that has taken
// its place, which costs nothing, also where the back-off runs.
// G: token/breaker
func TestBackOffStillTakesTheNewToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newStrangerWorld(t, platform.Options{NewSuiteToken: true})
		require.ErrorIs(t, login(w.api, "foreign-login-code"), token.Code(40082))
		w.ClearLog()
		w.Fault(platform.Fault{Path: loginCall.Path, Delay: 3 * time.Second, Count: 1})
		slow := make(chan error)
		go func() { slow <- w.goodLogin() }()
		time.Sleep(time.Second)
		w.KillTokens("suite", 0)
		require.NoError(t, w.api.Do(suiteCall, nil, nil))
		require.NoError(t, <-slow)
		assert.Equal(t, 1, w.Count(suitePath))
	})
}

// An endpoint that rejects every token costs one request for a token, and nobody more than
// two calls, however many call at once and whatever succeeds beside.
// G: token/breaker
func TestEveryTokenRejected(t *testing.T) {
	t.Parallel()
	clocktest.Hold(t)
	for run := range 35 {
		n, busy := 100+run*184/34, run%2 == 1
		t.Run(fmt.Sprintf("%d callers, busy %t", n, busy), func(t *testing.T) {
			var bought, calls atomic.Int32
			same := run%4 > 1 // WeCom gives the same token while it is valid
			server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				switch r.URL.Path {
				case providerPath:
					n := bought.Add(1)
					if same {
						n = 1
					}
					fmt.Fprintf(rw, `{"provider_access_token":"token-number-%d","expires_in":7200}`, n)
				case writeCall.Path:
					calls.Add(1)
					io.WriteString(rw, `{"errcode":40014,"errmsg":"invalid access_token"}`)
				default:
					io.WriteString(rw, `{"errcode":0}`)
				}
			}))
			defer server.Close()
			api, err := token.New(token.Config{CorpId: providerId, ProviderSecret: providerSecret, BaseURL: server.URL})
			require.NoError(t, err)
			require.NoError(t, api.Do(providerCall, nil, nil))
			stop := make(chan struct{})
			var beside sync.WaitGroup
			for range 4 {
				beside.Go(func() {
					for busy {
						select {
						case <-stop:
							return
						default:
							assert.NoError(t, api.Do(providerCall, nil, nil))
						}
					}
				})
			}
			errs := all(n, func(int) error { return api.Do(writeCall, nil, nil) })
			close(stop)
			beside.Wait()
			assert.Equal(t, n, count(errs))
			assert.LessOrEqual(t, bought.Load(), int32(2))
			assert.LessOrEqual(t, calls.Load(), int32(2*n))
			if !busy {
				assert.Equal(t, int32(2), bought.Load())
			}
		})
	}
}

// What a breaker remembers is bounded, however many corps and paths there are.
// G: token/breaker
func TestBreakerMemoryIsBounded(t *testing.T) {
	t.Parallel()
	assert.LessOrEqual(t, token.BreakerPlaces(1_000_000), 10_000)
}
