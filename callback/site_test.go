package callback

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/testworld"
	"github.com/gothird/wecom/token"
)

const (
	siteProvider = testworld.Provider
	siteSuite    = testworld.Suite
	siteTemplate = testworld.Template
	siteCorp     = testworld.Corp
	siteOther    = testworld.Other
	siteToken    = testworld.CallbackToken
	siteKey      = testworld.CallbackKey
	ownToken     = testworld.SystemToken
	ownKey       = testworld.SystemKey
)

// site is a provider with one app and one template, its inbox and callback URLs, and a fake
// WeCom.
type site struct {
	t     *testing.T
	fake  *fakewecom.Server
	api   *token.Api // of the app
	url   string     // of the callback server
	http  *http.Client
	store token.Store

	in *Inbox

	mu       sync.Mutex
	handlers map[string]http.Handler // by path
	told     []told
}

// told is what OnError has heard.
type told struct {
	n   *Notice
	err error
}

// newSite uses real HTTP over loopback.
func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{t: t, handlers: map[string]http.Handler{}}
	s.start(testworld.Loopback(t, platform.Options{}, s), token.NewMemoryStore())
	return s
}

// newBubbleSite works inside synctest.Test.
func newBubbleSite(t *testing.T) *site {
	t.Helper()
	return newBubbleSiteOn(t, token.NewMemoryStore())
}

// newBubbleSiteOn is newBubbleSite with another Store.
func newBubbleSiteOn(t *testing.T, store token.Store) *site {
	t.Helper()
	s := &site{t: t, handlers: map[string]http.Handler{}}
	s.start(testworld.New(platform.Options{}, s), store)
	return s
}

// start makes an Api of the app, without a ticket, and an inbox.
func (s *site) start(w *testworld.World, store token.Store) {
	s.t.Helper()
	s.fake, s.http, s.url, s.store = w.Server, w.Client, w.Hook, store
	cfg := w.Config()
	cfg.Store = store
	var err error
	s.api, err = token.New(cfg)
	require.NoError(s.t, err)
	s.in = s.inbox(Config{})
}

// inbox makes an Inbox that tells this site of its errors.
func (s *site) inbox(cfg Config) *Inbox {
	s.t.Helper()
	cfg.OnError = s.onError
	if cfg.Logger == nil {
		cfg.Logger = discard()
	}
	in, err := NewInbox(cfg)
	require.NoError(s.t, err)
	return in
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	h := s.handlers[r.URL.Path]
	s.mu.Unlock()
	if h == nil {
		http.NotFound(w, r)
		return
	}
	h.ServeHTTP(w, r)
}

func (s *site) mount(path string, h http.Handler) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.handlers[path] = h
}

func (s *site) onError(_ context.Context, n *Notice, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.told = append(s.told, told{n, err})
}

// takeErrs returns what OnError has heard since the last call. A report comes after the
// answer, so it waits for as many as are awaited.
func (s *site) takeErrs(awaited int) (errs []error) {
	s.t.Helper()
	assert.Eventually(s.t, func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return len(s.told) >= awaited
	}, 10*time.Second, time.Millisecond)
	for _, told := range s.takeTold() {
		errs = append(errs, told.err)
	}
	return errs
}

func (s *site) takeTold() []told {
	s.mu.Lock()
	defer s.mu.Unlock()
	told := s.told
	s.told = nil
	return told
}

// lastErr returns the only error that OnError has heard.
func (s *site) lastErr() error {
	s.t.Helper()
	errs := s.takeErrs(1)
	require.Len(s.t, errs, 1)
	return errs[0]
}

// appURL is that of the app, and with its SuiteId changed that of the template.
func (s *site) appURL() URL { return URL{Token: siteToken, EncodingAESKey: siteKey} }

// systemURL is that of the provider.
func (s *site) systemURL() URL {
	return URL{Channel: System, Token: ownToken, EncodingAESKey: ownKey}
}

func (s *site) template() *token.Api { return s.api.WithSuite(siteTemplate, testworld.TemplateSecret) }

// handler mounts a Handler of the site's inbox at a path.
func (s *site) handler(path string, api *token.Api, url URL) *Handler {
	s.t.Helper()
	return s.handlerOf(s.in, path, api, url)
}

func (s *site) handlerOf(in *Inbox, path string, api *token.Api, url URL) *Handler {
	s.t.Helper()
	h, err := in.Handler(api, url)
	require.NoError(s.t, err)
	s.mount(path, h)
	return h
}

// app mounts the app's URL.
func (s *site) app() *Handler {
	s.t.Helper()
	return s.handler("/app", s.api, s.appURL())
}

// received registers a function for all notices of the site's inbox, and runs it until the
// test ends.
func (s *site) received() <-chan *Notice {
	notices := make(chan *Notice, 1000)
	s.in.OnAny(func(_ context.Context, n *Notice) error { notices <- n; return nil })
	s.t.Cleanup(s.run(s.in))
	return notices
}

// next waits for a notice.
func (s *site) next(notices <-chan *Notice) *Notice {
	s.t.Helper()
	select {
	case n := <-notices:
		return n
	case <-time.After(20 * time.Second):
		require.Fail(s.t, "no notice")
		return nil
	}
}

// run works the queue of an Inbox until stop.
func (s *site) run(in *Inbox) (stop func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(s.t.Context()))
	done := make(chan struct{})
	go func() {
		defer close(done)
		assert.NoError(s.t, in.Run(ctx))
	}()
	return sync.OnceFunc(func() {
		cancel()
		<-done
	})
}

// ticket pushes a suite_ticket, which must be accepted.
func (s *site) ticket() {
	s.t.Helper()
	_, err := s.fake.PushTicket(s.t.Context(), siteSuite)
	require.NoError(s.t, err)
}

// installed saves an installation without any callback.
func (s *site) installed(api *token.Api, corpId string) {
	s.t.Helper()
	require.NoError(s.t, api.SetInstallation(token.Installation{
		CorpId: corpId, PermanentCode: "code-of-" + corpId, Customized: token.IsTemplate(api.SuiteId())}))
}

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }

// inBubble runs a test on a clock of its own, without a network.
func inBubble(t *testing.T, test func(t *testing.T, s *site)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { test(t, newBubbleSite(t)) })
}
