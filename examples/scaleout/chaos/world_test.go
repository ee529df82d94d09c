package chaos

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/examples/scaleout/internal/shared"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

// world is a WeCom of one row, with corps that have installed the app of processes on a backend.
type world struct {
	t      *testing.T
	wecom  *wecomtest.WeCom
	config config // of the processes
	corps  []corp
}

// corp is one that pushes to the app.
type corp struct{ id, user string }

// newWorld lets n corps install an app whose processes share what is at url.
func newWorld(t *testing.T, backend, url string, n int, options ...wecomtest.Option) *world {
	t.Helper()
	w := &world{t: t, wecom: wecomtest.New(t, append(options, wecomtest.Seed(t.Name()))...)}
	cfg, app := w.wecom.Config(), w.wecom.URL(w.wecom.Api(), callback.App)
	for i := range n {
		c := w.wecom.Install(wecomtest.Corp{Name: fmt.Sprint("Corp ", i), Members: []wecomtest.Member{{}}})
		w.corps = append(w.corps, corp{c.Id, c.Members[0].UserId})
	}
	w.config = config{Backend: backend, URL: url, WeCom: "http://" + w.wecom.Addr(), CorpId: cfg.CorpId, SuiteId: cfg.SuiteId, SuiteSecret: cfg.SuiteSecret,
		Token: app.Token, EncodingAESKey: app.EncodingAESKey, Corp: w.corps[0].id, Folder: t.TempDir()}
	t.Cleanup(w.showLog)
	w.seed()
	return w
}

// showLog shows what the processes of a row that has failed have logged last.
func (w *world) showLog() {
	if text, err := os.ReadFile(filepath.Join(w.config.Folder, logName)); err == nil && w.t.Failed() {
		w.t.Logf("%s", text[max(0, len(text)-4000):])
	}
}

// seed puts into the backend what the processes of the app would have put there before: tickets and
// installations, but no token.
func (w *world) seed() {
	w.t.Helper()
	b, err := shared.Open(w.config.Backend, w.config.URL)
	require.NoError(w.t, err)
	defer b.Close()
	from := w.wecom.Config().Store
	var puts errgroup.Group
	puts.SetLimit(8)
	for key, err := range from.(token.Lister).List(w.t.Context(), "wecom/") {
		require.NoError(w.t, err)
		if strings.Contains(key, "/token/") || strings.Contains(key, "/exchange/") {
			continue
		}
		value, err := from.Get(w.t.Context(), key)
		require.NoError(w.t, err)
		puts.Go(func() (err error) {
			for range 5 { // rows that have begun make servers slow
				if err = b.Store.Put(w.t.Context(), key, value, 0); err == nil {
					break
				}
			}
			return err
		})
	}
	require.NoError(w.t, puts.Wait())
}

const (
	corpTokenPath  = "/cgi-bin/service/get_corp_token"
	suiteTokenPath = "/cgi-bin/service/get_suite_token"
	callPath       = "/cgi-bin/getcallbackip" // of the calls of the processes
)

// tokens counts the requests for corp tokens that WeCom has got.
func (w *world) tokens() int {
	w.t.Helper()
	return len(w.wecom.Requests(corpTokenPath))
}

// endToken lets WeCom end the token that the next call brings.
func (w *world) endToken() {
	w.t.Helper()
	w.wecom.Fail(callPath, wecomtest.Fault{KillToken: true})
}

// queueIsEmpty reports whether no notice waits or is being worked.
func (w *world) queueIsEmpty() bool {
	w.t.Helper()
	b, err := shared.Open(w.config.Backend, w.config.URL)
	require.NoError(w.t, err)
	defer b.Close()
	stats, err := b.Queue.Stats(w.t.Context())
	require.NoError(w.t, err)
	for _, s := range stats {
		if s.Waiting+s.Later+s.Busy > 0 {
			return false
		}
	}
	return true
}
