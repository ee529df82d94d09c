package callback

import (
	"errors"
	"fmt"
	"hash/crc32"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/token"
)

// world is a site in a bubble whose inbox has both apps.
type world struct {
	*site

	app, own *Handler // own: of the template
}

func newWorld(t *testing.T, cfg Config) *world {
	t.Helper()
	return newWorldOn(t, token.NewMemoryStore(), cfg)
}

// newWorldOn is newWorld with another Store.
func newWorldOn(t *testing.T, store token.Store, cfg Config) *world {
	t.Helper()
	w := &world{site: newBubbleSiteOn(t, store)}
	w.open(cfg)
	return w
}

// open makes an inbox of its own, as a new process would.
func (w *world) open(cfg Config) {
	w.t.Helper()
	w.in = w.inbox(cfg)
	w.app, w.own = w.handler("/app", w.api, w.appURL()), w.handler("/template", w.template(), w.appURL())
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
func (w *world) run() (stop func()) { return w.site.run(w.in) }

// errs returns what OnError has heard since the last call.
func (w *world) errs() []told {
	synctest.Wait()
	return w.takeTold()
}

func (w *world) stats() Stats {
	w.t.Helper()
	s, err := w.in.Stats(w.t.Context())
	require.NoError(w.t, err)
	return s
}

// installed saves an installation without any push.
func (w *world) installed(corps ...string) {
	w.t.Helper()
	for _, id := range corps {
		w.site.installed(w.api, id)
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
