package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

const (
	patience = time.Minute
	poll     = 20 * time.Millisecond
	siteURL  = "https://app.example"
	buyer    = "chen.mei"
)

// world is a WeCom whose provider has a third-party app, the suite of 登录授权 and a template of
// customised apps, and the file that his server keeps.
type world struct {
	*wecomtest.WeCom

	t    *testing.T
	file string
	cfg  Config
}

func newWorld(t *testing.T) *world {
	w := &world{WeCom: wecomtest.New(t, wecomtest.Suites(2), wecomtest.Customized(1)), t: t, file: filepath.Join(t.TempDir(), "server.db")}
	w.cfg = Config{
		Site: siteURL, Database: w.file, Keys: [][]byte{make([]byte, sealKeySize)}, Buyer: buyer, Welcome: "您好！",
		WeCom: w.Config(), System: w.URL(w.Api(), callback.System), Poll: poll,
	}
	for i, name := range []string{firstApp, loginSuite, secondApp} {
		suite := w.ConfigOf(i)
		w.cfg.Suites = append(w.cfg.Suites, Suite{Name: name, Id: suite.SuiteId, Secret: suite.SuiteSecret, URL: w.URL(w.Suite(i), callback.App)})
	}
	return w
}

// app, login and template are the suites.
func (w *world) app() *token.Api      { return w.Suite(0) }
func (w *world) template() *token.Api { return w.Suite(2) }

// node is a server at work.
type node struct {
	*Server

	w    *world
	stop func()
}

// start runs a server, until the test ends or it is stopped.
func (w *world) start() *node {
	w.t.Helper()
	disk, err := openStorage(w.t.Context(), w.file, w.cfg.Keys)
	require.NoError(w.t, err)
	server, err := New(w.cfg, disk, slog.New(slog.NewTextHandler(w.t.Output(), nil)))
	require.NoError(w.t, err)
	for i, x := range w.cfg.Suites {
		w.Deliver(w.Suite(i), callback.App, server, "/wecom/"+x.Name+"/command", "/wecom/"+x.Name+"/data")
	}
	w.Deliver(w.Api(), callback.System, server, "/wecom/system")
	ctx, end := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Run(ctx) }()
	stopped := false
	n := &node{Server: server, w: w, stop: func() {
		if stopped {
			return
		}
		stopped = true
		end()
		assert.NoError(w.t, <-ended)
		assert.NoError(w.t, disk.close())
	}}
	w.t.Cleanup(n.stop)
	w.Advance(10 * time.Minute) // a ticket for each suite
	return n
}

// browser opens pages and keeps cookies.
type browser struct {
	t       *testing.T
	server  http.Handler
	agent   string
	cookies map[string]string
}

func (n *node) browser() *browser {
	return &browser{t: n.w.t, server: n.Server, cookies: map[string]string{}}
}

// answer is what came.
type answer struct {
	status int
	to     string // where it redirects
	text   string
}

func (b *browser) do(r *http.Request) answer {
	r.Header.Set("User-Agent", b.agent)
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	b.server.ServeHTTP(w, r)
	res := w.Result()
	for _, c := range res.Cookies() {
		assert.True(b.t, c.HttpOnly && c.Secure && c.SameSite == http.SameSiteLaxMode, c.Name)
		if b.cookies[c.Name] = c.Value; c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	body, err := io.ReadAll(res.Body)
	require.NoError(b.t, err)
	return answer{res.StatusCode, res.Header.Get("Location"), string(body)}
}

func (b *browser) get(address string) answer {
	return b.do(httptest.NewRequestWithContext(b.t.Context(), http.MethodGet, address, nil))
}

func (b *browser) post(path string, form url.Values) answer {
	r := httptest.NewRequestWithContext(b.t.Context(), http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return b.do(r)
}

// loginAs is a member who logs in inside WeCom's client.
func (n *node) loginAs(corp *wecomtest.Corp, userId string) *browser {
	n.w.t.Helper()
	b := n.browser()
	b.agent = "Mozilla/5.0 wxwork/4.1"
	page := "/login/app"
	if corp.App.SuiteId() == n.w.template().SuiteId() {
		page = "/login/app2?corp=" + corp.Id
	}
	back := b.get(corp.Open(userId, b.get(page).to).String())
	require.Equal(n.w.t, "/me", back.to, back.text)
	return b
}

// eventually waits until a page has a text.
func (b *browser) eventually(path, text string) {
	b.t.Helper()
	require.EventuallyWithT(b.t, func(c *assert.CollectT) { assert.Contains(c, b.get(path).text, text) }, patience, poll)
}

func timestamp() string { return strconv.FormatInt(time.Now().Unix(), 10) }
