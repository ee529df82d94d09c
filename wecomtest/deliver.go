package wecomtest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime/debug"
	"strings"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/internal/inprocess"
	"github.com/gothird/wecom/token"
)

const hookHost = "callback.test"

// URL returns the callback URL of api's suite, or of the provider for callback.System, with the
// Token and EncodingAESKey for pushes of that channel.
func (w *WeCom) URL(api *token.Api, channel callback.Channel) callback.URL {
	w.t.Helper()
	c := w.callback("", channel, w.pairOf(api, channel))
	return callback.URL{Channel: channel, Token: c.Token, EncodingAESKey: c.EncodingAESKey}
}

// pairOf is the number of the suite whose token and key a channel has.
func (w *WeCom) pairOf(api *token.Api, channel callback.Channel) int {
	w.t.Helper()
	switch i := w.indexOf(api); channel {
	case callback.App:
		return i
	case callback.System:
		return 0
	}
	w.t.Fatalf("wecomtest: there is no channel %v: App or System", channel)
	return 0
}

// Deliver sends the pushes of a channel to h: callback.App of api's suite, or callback.System of
// the provider. They are made in process, encrypted and signed with the keys of [WeCom.URL].
//
// With two paths the first is the 指令回调URL and the second the 数据回调URL; without paths it
// is "/". $CORPID$ in a path stands for the corp. A path that begins with http:// or https:// is
// a server that listens; then h is nil.
//
// Later calls for the same channel replace earlier ones.
func (w *WeCom) Deliver(api *token.Api, channel callback.Channel, h http.Handler, paths ...string) {
	w.t.Helper()
	i := w.pairOf(api, channel)
	most := 2
	if channel == callback.System {
		most = 1
	}
	if len(paths) > most {
		w.t.Fatalf("wecomtest: Deliver: these are %d paths: the channel %v has at most %d", len(paths), channel, most)
	}
	if len(paths) == 0 {
		paths = []string{"/"}
	}
	host := fmt.Sprintf("%s%d.%s", strings.ToLower(channel.String()), i, hookHost)
	urls := make([]string, len(paths))
	for n, path := range paths {
		urls[n] = w.hookURL(host, path, h != nil)
	}
	w.mu.Lock()
	w.hooks[host] = h
	w.mu.Unlock()
	if channel == callback.System {
		w.do(w.engine.AddProvider(w.providerAt(urls[0])))
		return
	}
	w.hooked[i].command, w.hooked[i].data = urls[0], urls[len(urls)-1]
	w.do(w.engine.AddSuite(w.app(i)))
}

// Go runs what an app does beside its server, such as callback.Inbox.Run. Its context ends with
// the test. The test waits for it, and fails if it returns an error. Inside a bubble of
// testing/synctest, a goroutine of a plain go statement must have ended before the test.
func (w *WeCom) Go(run func(context.Context) error) {
	w.t.Helper()
	if run == nil {
		w.t.Fatalf("wecomtest: Go: the function is nil: give what the app runs, such as inbox.Run")
	}
	ctx, cancel := context.WithCancel(w.t.Context())
	ended := make(chan error, 1)
	go func() {
		defer close(ended) // also after t.FailNow in run, which returns nothing
		ended <- run(ctx)
	}()
	w.t.Cleanup(func() {
		w.t.Helper()
		cancel()
		if err := <-ended; err != nil {
			w.t.Errorf("wecomtest: what Go has started ended with an error: %v", err)
		}
	})
}

func (w *WeCom) hookURL(host, path string, inProcess bool) string {
	w.t.Helper()
	_, err := url.Parse(path)
	w.do(err)
	switch remote := strings.HasPrefix(path, "http://") || strings.HasPrefix(path, "https://"); {
	case inProcess && strings.HasPrefix(path, "/"):
		return "http://" + host + path
	case remote && !inProcess:
		return path
	case inProcess:
		w.t.Fatalf("wecomtest: %q: a path of the handler begins with /", path)
	default:
		w.t.Fatalf("wecomtest: %q: without a handler, give the URL of a server, http://…", path)
	}
	return ""
}

// Addr returns the host and port of a listener for this WeCom, such as 127.0.0.1:40123, for
// programs that need one. Their BaseURL is http:// and this address. The listener ends with the
// test. Inside a bubble of testing/synctest there is no network.
func (w *WeCom) Addr() string {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.addr == "" {
		w.server = httptest.NewServer(w.engine)
		w.addr = w.server.Listener.Addr().String()
	}
	return w.addr
}

// route sends a push to where it goes.
func (w *WeCom) route(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	h := w.hooks[r.URL.Host]
	w.mu.Unlock()
	if h == nil {
		return http.DefaultTransport.RoundTrip(r)
	}
	type answer struct {
		res *http.Response
		err error
	}
	done := make(chan answer, 1)
	go func() { // a handler that hangs is left behind, as WeCom leaves it
		a := answer{err: errors.New("the handler ended its goroutine: call t.FailNow and require only in that of the test")}
		defer func() {
			if p := recover(); p != nil {
				a = answer{err: fmt.Errorf("the handler panicked: %v\n%s", p, debug.Stack())}
			}
			done <- a
		}()
		a.res, a.err = inprocess.Transport(h).RoundTrip(r)
	}()
	select {
	case a := <-done:
		return a.res, a.err
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}
