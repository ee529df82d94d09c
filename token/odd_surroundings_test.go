package token_test

import (
	"context"
	"errors"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/token"
)

func inTime(t *testing.T, d time.Duration, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() { defer close(done); f() }()
	select {
	case <-done:
	case <-time.After(d):
		t.Fatal("hangs")
	}
}

// OnCall may use the installation of the corp whose question it is told of.
// G: hook/may-call
func TestHooksRunOutsideTheLockOfAnInstallation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	spy := &spyStore{Store: token.NewMemoryStore()}
	var broken atomic.Bool
	spy.failPut = func(key string) error {
		if broken.Load() && strings.Contains(key, "installation/") {
			return errors.New("full")
		}
		return nil
	}
	var api *token.Api
	var hooked atomic.Int64
	w.cfg.OnCall = func(_ context.Context, c token.CallInfo) {
		if c.Path == corpPath && api != nil {
			hooked.Add(1)
			began := time.Now()
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
			defer cancel()
			_, err := api.WithContext(ctx).Installation()
			assert.NoError(t, err)
			assert.Less(t, time.Since(began), 4*time.Second, "it waited for itself")
		}
	}
	one := w.process(t, spy).WithCorp(corpId)
	w.ticket(one)
	in := w.install(t, suiteId, corpId)
	broken.Store(true)
	require.Error(t, one.SetInstallation(in))
	broken.Store(false)
	two := w.process(t, spy.Store).WithCorp(corpId)
	require.NoError(t, two.SetInstallation(token.Installation{CorpId: corpId, PermanentCode: seen.secret("another-permanent-code")}))
	api = one
	inTime(t, 20*time.Second, func() {
		_, err := one.Installation()
		require.NoError(t, err)
	})
	assert.NotZero(t, hooked.Load())
}

// G: request/files
func TestUploadThatOpensNothingIsAnError(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	up := &token.Upload{Field: "media", FileName: "a.txt", Size: 4, Open: func() (io.ReadCloser, error) { return nil, nil }}
	err := w.api.Do(token.Endpoint{Path: "/cgi-bin/media/upload", Credential: token.Provider}, up, nil)
	require.Error(t, err)
	assert.NotErrorIs(t, err, token.ErrOutcomeUnknown)
}

// readsOn reads bodies beside, as the real transport does.
type readsOn struct{ http.RoundTripper }

func (r readsOn) RoundTrip(req *http.Request) (*http.Response, error) {
	if !strings.HasSuffix(req.URL.Path, "upload") {
		return r.RoundTripper.RoundTrip(req)
	}
	go func() {
		for req.Context().Err() == nil {
			_, _ = req.Body.Read(make([]byte, 1000))
		}
	}()
	<-req.Context().Done()
	return nil, req.Context().Err()
}

type stuck struct{}

func (stuck) Read([]byte) (int, error) {
	time.Sleep(10 * time.Second)
	return 0, nil
}
func (stuck) Close() error { return nil }

// G: request/time
func TestUploadThatReadsNothingMakesNoProgress(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t)
		_, err := w.api.AccessToken(token.Provider)
		require.NoError(t, err)
		w.cfg.HTTPClient = &http.Client{Transport: readsOn{w.cfg.HTTPClient.Transport}}
		w.api = newApi(t, w.cfg)
		began := time.Now()
		up := &token.Upload{Field: "media", FileName: "a.txt", Size: 4, Open: func() (io.ReadCloser, error) { return stuck{}, nil }}
		err = w.api.Do(token.Endpoint{Path: "/cgi-bin/media/upload", Credential: token.Provider}, up, nil)
		require.Error(t, err)
		assert.Less(t, time.Since(began), time.Minute)
		time.Sleep(time.Minute) // who reads on has come back
	})
}

// G: install/list
func TestInstallationsTellsOfDamage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	store := token.NewMemoryStore()
	api := w.process(t, store).WithCorp(corpId)
	require.NoError(t, api.SetInstallation(w.install(t, suiteId, corpId)))
	ctx := t.Context()
	var key string
	for k := range store.(token.Lister).List(ctx, "wecom/v1/installation/") {
		key = k
	}
	good, err := store.Get(ctx, key)
	require.NoError(t, err)
	for name, v := range map[string]string{
		"no code":    `{"v":1,"version":3,"installation":{"corp_id":"` + corpId + `"}}`,
		"other corp": string(good),
	} {
		k := key
		if name == "other corp" {
			k = strings.Replace(key, corpId, "wpOther", 1)
			require.NotEqual(t, key, k)
		}
		require.NoError(t, store.Put(ctx, k, []byte(v), 0))
		errs, n := 0, 0
		for in, err := range api.Installations() {
			n++
			if err != nil {
				errs++
				assert.Zero(t, in)
			}
		}
		assert.Equal(t, 1, errs, "%s: %d yielded", name, n)
		require.NoError(t, store.Delete(ctx, k))
		require.NoError(t, store.Put(ctx, key, good, 0))
	}
}

// G: token/renewal
func TestAbsurdLifeOfAToken(t *testing.T) {
	t.Parallel()
	for _, life := range []string{"18446744074", "9223372036", "9223372036854775807", "-5", "1e400", "0.5", `"7200"`, "36893488148"} {
		w := newWorld(t)
		w.Fault(platform.Fault{Path: providerPath, Body: `{"errcode":0,"provider_access_token":"` + seen.secret("token-of-absurd-life") + `","expires_in":` + life + `}`})
		v, err := w.api.AccessToken(token.Provider)
		require.NoError(t, err)
		assert.Positive(t, v.ExpiresIn, life)
		if len(life) > 9 {
			assert.Greater(t, v.ExpiresIn, int64(30), life)
		}
		assert.Less(t, v.ExpiresIn, int64(400*24*3600), life)
	}
}

// callingHandler is a log handler that sends what it gets by WeCom.
type callingHandler struct{ call, asked func() }

func (h *callingHandler) Enabled(context.Context, slog.Level) bool {
	if h.asked != nil {
		h.asked()
	}
	return true
}

func (h *callingHandler) Handle(context.Context, slog.Record) error {
	if h.call != nil {
		h.call()
	}
	return nil
}
func (h *callingHandler) WithAttrs([]slog.Attr) slog.Handler { return h }
func (h *callingHandler) WithGroup(string) slog.Handler      { return h }

// A Logger may call the Api.
// G: hook/may-call
func TestLoggerMayCallTheApi(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := new(callingHandler)
		w := newBubble(t, func(cfg *token.Config) { cfg.Logger = slog.New(h) })
		v, err := w.api.AccessToken(token.Provider)
		require.NoError(t, err)
		logged := 0
		h.call = func() {
			logged++
			got, err := w.api.AccessToken(token.Provider)
			assert.NoError(t, err)
			assert.Equal(t, v.AcsToken, got.AcsToken)
		}
		time.Sleep(116 * time.Minute)
		w.Fault(platform.Fault{Path: providerPath, HTTPStatus: 502})
		_, err = w.api.AccessToken(token.Provider)
		require.NoError(t, err)
		time.Sleep(time.Minute)
		synctest.Wait()
		assert.NotZero(t, logged)
	})
}

type oddLister struct {
	token.Store
	list func(ctx context.Context, prefix string) iter.Seq2[string, error]
}

func (l oddLister) List(ctx context.Context, prefix string) iter.Seq2[string, error] {
	return l.list(ctx, prefix)
}

// The end of the context ends the walk, also where the Store does not heed it.
// G: install/list
func TestInstallationsEndsWithItsContext(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	hold := make(chan struct{})
	defer close(hold)
	w.cfg.Store = oddLister{token.NewMemoryStore(), func(context.Context, string) iter.Seq2[string, error] {
		return func(func(string, error) bool) { <-hold }
	}}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	inTime(t, 5*time.Second, func() {
		n := 0
		for _, err := range newApi(t, w.cfg).WithContext(ctx).Installations() {
			n++
			assert.Error(t, err)
		}
		assert.Equal(t, 1, n)
	})
}

// G: error/panics
func TestListThatPanics(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cfg.Store = oddLister{token.NewMemoryStore(), func(context.Context, string) iter.Seq2[string, error] {
		return func(func(string, error) bool) { panic("store") }
	}}
	assert.NotPanics(t, func() {
		for _, err := range newApi(t, w.cfg).Installations() {
			assert.Error(t, err)
		}
	})
}

// After the corp has cancelled, nothing secret of its exchange is stored or answered.
// G: install/removal
func TestClearedExchangeHasNoSecretsAtAnyDepth(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	store := token.NewMemoryStore()
	api := w.process(t, store)
	w.ticket(api)
	w.Fault(platform.Fault{Path: exchangeEp.Path, Body: `{"permanent_code":"perm-code-very-secret","access_token":"tok-very-secret-1","expires_in":7200,
	"auth_corp_info":{"corpid":"` + corpId + `","permanent_code":"nested-very-secret"},"register_code_info":{"register_code":"regcode-very-secret"},"list":[{"ticket":"tick-very-secret"}]}`})
	_, _, err := api.Exchange("some-auth-code-1", exchangeEp)
	require.NoError(t, err)
	require.NoError(t, api.WithCorp(corpId).RemoveInstallation())
	answer, first, err := api.Exchange("some-auth-code-1", exchangeEp)
	require.NoError(t, err)
	assert.Zero(t, first)
	assert.NotContains(t, string(answer), "very-secret")
	for key, err := range store.(token.Lister).List(t.Context(), "") {
		require.NoError(t, err)
		v, err := store.Get(t.Context(), key)
		require.NoError(t, err)
		assert.NotContains(t, string(v), "very-secret")
	}
}
