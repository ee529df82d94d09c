package wecomtest_test

import (
	"context"
	"log/slog"
	"maps"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

const (
	walkSuites   = 3
	walkTemplate = 2 // the suite that is a template of customised apps
)

// walkApp is the app of a walk: two processes on one Store, the first of which has the
// callback URLs.
type walkApp struct {
	t     testing.TB
	w     *wecomtest.WeCom
	wire  *walkWire
	procs [2]*token.Api

	deaf    [walkSuites]atomic.Bool // answers pushes of a suite with an error
	refused atomic.Int64            // pushes
	down    atomic.Bool             // the same for all of them

	mu       sync.Mutex
	handlers [walkSuites + 1]http.Handler // the last is for system events
	heard    map[string]int               // notices that were processed

	inbox *callback.Inbox
	stop  func() // ends the inbox
}

func newWalkApp(t testing.TB, w *wecomtest.WeCom, wire *walkWire) *walkApp {
	a := &walkApp{t: t, w: w, wire: wire, heard: map[string]int{}}
	for i := range a.procs {
		a.begin(i)
	}
	for i := range a.handlers { // before there is an inbox: the first push comes later
		channel, api := callback.App, w.Suite(min(i, walkSuites-1))
		if i == walkSuites {
			channel = callback.System
		}
		w.Deliver(api, channel, a.door(i))
	}
	a.open()
	a.run()
	t.Cleanup(func() { a.stop() })
	return a
}

// begin starts a process.
func (a *walkApp) begin(i int) {
	cfg := a.w.Config()
	cfg.HTTPClient, cfg.Logger = &http.Client{Transport: a.wire}, slog.New(slog.DiscardHandler)
	api, err := token.New(cfg)
	require.NoError(a.t, err)
	a.procs[i] = api
}

// api is a process of the app, for a suite.
func (a *walkApp) api(proc, suite int) *token.Api {
	cfg := a.w.ConfigOf(suite)
	return a.procs[proc].WithSuite(cfg.SuiteId, cfg.SuiteSecret)
}

// open makes the inbox of the first process: it takes pushes from now on.
func (a *walkApp) open() {
	inbox, err := callback.NewInbox(callback.Config{Logger: slog.New(slog.DiscardHandler), OnError: func(_ context.Context, _ *callback.Notice, err error) {
		a.hear("error: " + err.Error())
	}})
	require.NoError(a.t, err)
	a.inbox = inbox
	inbox.OnAny(func(_ context.Context, n *callback.Notice) error {
		a.hear(a.nameOf(n))
		return nil
	})
	for i := range a.handlers {
		api, channel := a.api(0, min(i, walkSuites-1)), callback.App
		if i == walkSuites {
			api, channel = a.api(0, 0), callback.System
		}
		h, err := inbox.Handler(api, a.w.URL(api, channel))
		require.NoError(a.t, err)
		a.mu.Lock()
		a.handlers[i] = h
		a.mu.Unlock()
	}
}

// run works what the inbox holds and gets.
func (a *walkApp) run() {
	inbox := a.inbox
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- inbox.Run(ctx) }()
	a.stop = func() {
		cancel()
		<-done
	}
}

// door is a callback URL of the app, whatever process is behind it.
func (a *walkApp) door(i int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if a.down.Load() || i < walkSuites && a.deaf[i].Load() {
			a.refused.Add(1)
			http.Error(w, "not now", http.StatusServiceUnavailable)
			return
		}
		a.mu.Lock()
		h := a.handlers[i]
		a.mu.Unlock()
		h.ServeHTTP(w, r)
	})
}

// nameOf is what a notice says, in the words of the model.
func (a *walkApp) nameOf(n *callback.Notice) string {
	switch e := n.Content.(type) {
	case *callback.TextMessage:
		return "text " + n.CorpId() + " " + n.FromUserName + " " + e.Content
	case *callback.LicensePayEvent:
		return "paid " + n.AuthCorpId + " " + e.OrderId
	case *callback.ContactEvent:
		return n.ChangeType + " " + n.CorpId() + " " + e.UserID
	}
	if p := n.Permanent(); p != nil {
		return n.Kind() + " " + n.SuiteId + " " + p.AuthCorpInfo.CorpId
	}
	name := n.Kind() + " " + n.SuiteId + " " + n.CorpId()
	if in := n.Removed(); in != nil {
		name += " removed " + in.CorpId
	}
	return name
}

func (a *walkApp) hear(what string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.heard[what]++
}

// told is what the app has processed so far.
func (a *walkApp) told() map[string]int {
	a.mu.Lock()
	defer a.mu.Unlock()
	told := maps.Clone(a.heard)
	for name := range told {
		if strings.HasPrefix(name, "suite_ticket") {
			delete(told, name)
		}
	}
	return told
}
