package token_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/token"
)

// told is what the hooks were told, in order.
type told struct {
	mu    sync.Mutex
	lines []string
	calls []token.CallInfo
	infos []token.TokenInfo
}

func (h *told) hook(cfg *token.Config) {
	cfg.OnCall = func(_ context.Context, c token.CallInfo) {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.calls = append(h.calls, c)
		h.lines = append(h.lines, "call "+c.Path[strings.LastIndex(c.Path, "/")+1:])
	}
	cfg.OnToken = func(_ context.Context, i token.TokenInfo) {
		time.Sleep(50 * time.Millisecond) // slow hooks keep their order too; on the bubble's clock
		h.mu.Lock()
		defer h.mu.Unlock()
		h.infos = append(h.infos, i)
		h.lines = append(h.lines, fmt.Sprintf("token %s store=%t lost=%t err=%t", i.Kind, i.FromStore, i.Lost, i.Err != nil))
	}
}

func (h *told) clear() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lines, h.calls, h.infos = nil, nil, nil
}

// A single caller is told of each attempt once, in the order of what happened, before his
// call returns.
// G: hook/told
func TestHooksTellInOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := new(told)
		store := token.NewMemoryStore()
		w := newBubble(t, h.hook, func(cfg *token.Config) { cfg.Store = store })
		h.clear()
		require.NoError(t, do(w.api, corpCall))
		assert.Equal(t, []string{
			"call get_suite_token", "token suite store=false lost=false err=false",
			"call get_corp_token", "token corp store=false lost=false err=false", "call getcallbackip",
		}, h.lines)
		h.clear()
		require.NoError(t, do(w.api, corpCall))
		assert.Equal(t, []string{"call getcallbackip"}, h.lines)
		h.clear()
		cfg := w.cfg // another process
		h.hook(&cfg)
		require.NoError(t, do(newApi(t, cfg).WithCorp(corpId), corpCall))
		assert.Equal(t, []string{"token corp store=true lost=false err=false", "call getcallbackip"}, h.lines)
	})
}

// Lost is said for the codes that end an authorisation and for no other, again for each
// attempt that the refusal stands in the way of.
// G: hook/told
func TestLostIsSaidOfTheEndOfAnAuthorisation(t *testing.T) {
	t.Parallel()
	for _, suite := range []string{suiteId, templateId} {
		for _, code := range []int{40084, 48004, 41025, 301007, 40001, 40013, 40085, 40082, 40091, 42009, 48002, 50003, 60020, 45009, 2000002, -1} {
			synctest.Test(t, func(t *testing.T) {
				h := new(told)
				w := newBubble(t, h.hook)
				path, api := corpPath, w.api
				if suite == templateId {
					path, api = gettokenPath, w.api.WithSuite(templateId, templateSecret)
					require.NoError(t, api.SetInstallation(w.install(t, templateId, corpId)))
				}
				want := slices.Contains([]int{40084, 48004, 41025, 301007}, code) || code == 40001 && path == gettokenPath
				w.Fault(platform.Fault{Path: path, ErrCode: code})
				for range 2 {
					h.clear()
					require.ErrorIs(t, do(api, corpCall), token.Code(code))
					last := h.infos[len(h.infos)-1]
					assert.Equal(t, want, last.Lost, "%s %d", path, code)
					assert.ErrorIs(t, last.Err, token.Code(code))
					assert.Equal(t, []string{"corp", suite, corpId}, []string{last.Kind, last.SuiteId, last.CorpId})
					assert.False(t, last.FromStore)
				}
			})
		}
	}
}

// What the hooks, errors and the log say of a token names the suite, and the corp where it
// is a corp's.
// G: error/details hook/told
func TestHooksNameSuiteAndCorp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := new(told)
		var log bytes.Buffer
		w := newBubble(t, h.hook, func(cfg *token.Config) { cfg.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
		h.clear()
		w.Fault(platform.Fault{Path: suitePath, Delay: 2 * time.Second, ErrCode: 40080})
		err := do(w.api, corpCall)
		var e *token.Error
		require.ErrorAs(t, err, &e)
		assert.Equal(t, []string{suitePath, suiteId, ""}, []string{e.Path, e.SuiteId, e.CorpId}, "several corps need it")
		assert.Contains(t, err.Error(), suiteId)
		require.Len(t, h.calls, 1)
		assert.Equal(t, []string{suitePath, suiteId, ""}, []string{h.calls[0].Path, h.calls[0].SuiteId, h.calls[0].CorpId})
		assert.Equal(t, 2*time.Second, h.calls[0].Duration)
		require.Len(t, h.infos, 2)
		assert.Equal(t, []string{"suite", suiteId, ""}, []string{h.infos[0].Kind, h.infos[0].SuiteId, h.infos[0].CorpId})
		assert.Equal(t, 2*time.Second, h.infos[0].Duration)
		assert.Equal(t, []string{"corp", suiteId, corpId}, []string{h.infos[1].Kind, h.infos[1].SuiteId, h.infos[1].CorpId})
		require.NoError(t, do(w.api, providerCall))
		last := h.infos[len(h.infos)-1]
		assert.Equal(t, []string{"provider", "", ""}, []string{last.Kind, last.SuiteId, last.CorpId})
		w.ClearFaults()
		w.ticket(w.api)
		require.NoError(t, do(w.api, suiteCall))
		time.Sleep(118 * time.Minute)
		w.Fault(platform.Fault{Path: suitePath, ErrCode: -1})
		require.NoError(t, do(w.api, suiteCall))
		time.Sleep(5 * time.Second)
		synctest.Wait()
		assert.Contains(t, log.String(), "suite="+suiteId)
	})
}

// A hook that calls the Api for the very token it is told of gets it, also with the
// context that it was given; calls that it makes are told of, too.
// G: hook/may-call
func TestHooksMayCallTheApi(t *testing.T) {
	t.Parallel()
	for _, own := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			var w *world
			var got []string
			var calls int
			use := func(ctx context.Context, c token.Credential, ep token.Endpoint) {
				api := w.api
				if own {
					api = api.WithContext(ctx)
				}
				_, err := api.AccessToken(c)
				got = append(got, fmt.Sprint(c, err == nil, do(api, ep) == nil))
			}
			w = newBubble(t, func(cfg *token.Config) {
				cfg.OnToken = func(ctx context.Context, i token.TokenInfo) {
					switch {
					case w.api == nil || len(got) > 1:
					case i.Kind == "suite":
						use(ctx, token.Corp, corpCall) // whose flight this one belongs to
					case i.Kind == "corp":
						use(ctx, token.Corp, corpCall)
					}
				}
				cfg.OnCall = func(ctx context.Context, c token.CallInfo) {
					if c.Path == corpCall.Path {
						calls++
					}
				}
			})
			begin := time.Now()
			require.NoError(t, do(w.api, corpCall))
			synctest.Wait()
			assert.Equal(t, []string{"corp true true", "corp true true"}, got)
			assert.Equal(t, 3, calls)
			assert.Less(t, time.Since(begin), time.Second)
		})
	}
}

// A hook that panics in a flight is reported without its text, and disturbs nobody.
// G: error/panics
func TestHookThatPanics(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		w := newBubble(t, func(cfg *token.Config) {
			cfg.Logger = slog.New(slog.NewTextHandler(&log, nil))
			cfg.OnToken = func(context.Context, token.TokenInfo) { panic("suite-secret") }
		})
		require.NoError(t, do(w.api, corpCall))
		assert.Contains(t, log.String(), "panic in OnCall, OnToken or the Logger")
		assert.NotContains(t, log.String(), "suite-secret")
	})
}

// Whatever never returns or panics in a request for a token, the cell goes on after the
// hard end of its flight.
// G: token/caller-leaves error/panics
func TestCellGoesOnAfterTheHardEnd(t *testing.T) {
	t.Parallel()
	type layer = func(http.RoundTripper) http.RoundTripper
	for _, name := range []string{"transport", "middleware", "OnCall", "OnToken", "panic"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				release := make(chan struct{})
				var freed atomic.Bool
				hang := func(where string) {
					if where == name && !freed.Load() {
						<-release
					}
				}
				cfg := token.Config{CorpId: providerId, ProviderSecret: providerSecret}
				cfg.HTTPClient = &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
					hang("transport")
					if r.URL.Path == providerPath {
						return httpmock.NewStringResponse(200, `{"provider_access_token":"after-the-hard-end","expires_in":7200}`), nil
					}
					return httpmock.NewStringResponse(200, `{"errcode":0}`), nil
				})}
				cfg.Middleware = []layer{func(next http.RoundTripper) http.RoundTripper {
					return roundTripper(func(r *http.Request) (*http.Response, error) {
						hang("middleware")
						if name == "panic" && !freed.Load() {
							panic(providerSecret)
						}
						return next.RoundTrip(r)
					})
				}}
				cfg.OnCall = func(context.Context, token.CallInfo) { hang("OnCall") }
				cfg.OnToken = func(context.Context, token.TokenInfo) { hang("OnToken") }
				api := newApi(t, cfg)
				begin := time.Now()
				errs := all(3, func(int) error { _, err := api.AccessToken(token.Provider); seen.error(err); return err })
				assert.LessOrEqual(t, time.Since(begin), 51*time.Second)
				inHook := name == "OnCall" || name == "OnToken"
				assert.Equal(t, inHook, count(errs) == 0, "%v", errs)
				freed.Store(true)
				_, err := api.AccessToken(token.Provider)
				require.NoError(t, err)
				close(release)
				synctest.Wait()
			})
		})
	}
}

// Without a Logger the default one is used, for warnings and errors only.
// G: request/lenient hook/logger
func TestDefaultLogger(t *testing.T) {
	before := slog.Default()
	defer slog.SetDefault(before)
	var log bytes.Buffer
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	body := `{"errcode":0,"errmsg":"ok","list":[{"n":{}},{"n":{}}],"id":[]}`
	api, err := token.New(token.Config{SuiteId: suiteId, SuiteSecret: suiteSecret, HTTPClient: &http.Client{Transport: roundTripper(
		func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Body: io.NopCloser(strings.NewReader(body))}, nil
		})}})
	require.NoError(t, err)
	type out struct {
		Id   string `json:"id"`
		List []struct {
			N int `json:"n"`
		} `json:"list"`
	}
	other := none
	other.Path = "/cgi-bin/other"
	for _, ep := range []token.Endpoint{none, none, other, none} {
		_, err := token.Call[out](api, ep, nil)
		require.NoError(t, err)
	}
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	assert.Len(t, lines, 4, "two fields of two endpoints: %s", log.String())
	for _, line := range lines {
		assert.Contains(t, line, "level=WARN")
	}
}
