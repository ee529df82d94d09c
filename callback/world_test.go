package callback

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"log/slog"
	"net/http"
	"slices"
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

// world is an inbox with an app, in front of a fake WeCom, in a bubble.
type world struct {
	t     *testing.T
	fake  *fakewecom.Server
	store token.Store
	api   *token.Api
	in    *Inbox
	app   *Handler
	own   *Handler // of the template

	mu   sync.Mutex
	told []told
}

// told is what OnError has heard.
type told struct {
	n   *Notice
	err error
}

func newWorld(t *testing.T, cfg Config) *world {
	t.Helper()
	return newWorldOn(t, token.NewMemoryStore(), cfg)
}

// newWorldOn is newWorld with another Store.
func newWorldOn(t *testing.T, store token.Store, cfg Config) *world {
	t.Helper()
	w := &world{t: t, store: store}
	shared := testworld.New(platform.Options{}, http.HandlerFunc(w.serve))
	w.fake, w.api = shared.Server, siteApi(t, shared, w.store)
	w.open(cfg)
	return w
}

// open makes an inbox of its own, as a new process would.
func (w *world) open(cfg Config) {
	cfg.OnError = func(_ context.Context, n *Notice, err error) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.told = append(w.told, told{n, err})
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	var err error
	w.in, err = NewInbox(cfg)
	require.NoError(w.t, err)
	w.app, w.own = w.handler(w.api), w.handler(w.api.WithSuite(siteTemplate, testworld.TemplateSecret))
}

func (w *world) handler(api *token.Api) *Handler {
	w.t.Helper()
	h, err := w.in.Handler(api, URL{Token: siteToken, EncodingAESKey: siteKey})
	require.NoError(w.t, err)
	return h
}

// serve is the callback server.
func (w *world) serve(rw http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/template" {
		w.own.ServeHTTP(rw, r)
	} else {
		w.app.ServeHTTP(rw, r)
	}
}

// deliver is a push that was accepted.
func (w *world) deliver(receiveId, doc string) error {
	n, err := Parse([]byte(doc))
	require.NoError(w.t, err)
	n.ReceiveId = receiveId
	h := w.app
	if n.SuiteId == siteTemplate {
		h = w.own
	}
	h.mark(n)
	return w.in.enqueue(w.t.Context(), h, n)
}

// run processes the queue until stop.
func (w *world) run() (stop func()) {
	ctx, cancel := context.WithCancel(w.t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		assert.NoError(w.t, w.in.Run(ctx))
	}()
	return func() {
		cancel()
		<-done
	}
}

// errs returns what OnError has heard since the last call.
func (w *world) errs() []told {
	synctest.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	told := w.told
	w.told = nil
	return told
}

func (w *world) stats() Stats {
	w.t.Helper()
	s, err := w.in.Stats(w.t.Context())
	require.NoError(w.t, err)
	return s
}

func (w *world) ticket() {
	w.t.Helper()
	_, err := w.fake.PushTicket(w.t.Context(), siteSuite)
	require.NoError(w.t, err)
}

// installed saves an installation without any push.
func (w *world) installed(corps ...string) {
	w.t.Helper()
	for _, id := range corps {
		require.NoError(w.t, w.api.SetInstallation(token.Installation{CorpId: id, PermanentCode: "code-of-" + id}))
	}
}

// text is a text message, for a corp.
func (w *world) text(corp, text string) error {
	return w.textFrom(corp, "woLin01", text)
}

func (w *world) textFrom(corp, from, text string) error {
	return w.deliver(corp, fmt.Sprintf("<xml><ToUserName>%s</ToUserName><FromUserName>%s</FromUserName><CreateTime>%d</CreateTime>"+
		"<MsgType>text</MsgType><Content>%s</Content><MsgId>%d</MsgId></xml>", corp, from, time.Now().Unix(), text, crc32.ChecksumIEEE([]byte(corp+from+text))))
}

// contact is a change of a member: an event with no identity.
func (w *world) contact(corp, user string) error {
	return w.deliver(siteSuite, infoDoc(siteSuite, "change_contact", "<AuthCorpId>"+corp+"</AuthCorpId><ChangeType>update_user</ChangeType><UserID>"+user+"</UserID>"))
}

// seen collects what functions were run with.
type seen struct {
	mu   sync.Mutex
	what []string
}

func (s *seen) add(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.what = append(s.what, what)
}

func (s *seen) all() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.what)
}

func (s *seen) count(what string) (n int) {
	for _, w := range s.all() {
		if w == what {
			n++
		}
	}
	return n
}

// pass lets everything happen that happens at once.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

var errTest = errors.New("a test says so")
