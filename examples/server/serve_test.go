package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

// process is the whole program on ports of its own.
type process struct {
	site, ops string
	end       context.CancelFunc
	ended     chan error
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	return l
}

// run runs the program over real connections.
func (w *world) run() *process {
	w.t.Helper()
	pages, ops := listen(w.t), listen(w.t)
	ctx, end := context.WithCancel(context.Background())
	p := &process{site: "http://" + pages.Addr().String(), ops: "http://" + ops.Addr().String(), end: end, ended: make(chan error, 1)}
	cfg := w.cfg
	cfg.WeCom.HTTPClient, cfg.WeCom.BaseURL = nil, "http://"+w.Addr()
	go func() {
		p.ended <- serve(ctx, cfg, slog.New(slog.DiscardHandler), pages, ops)
		close(p.ended)
	}()
	w.t.Cleanup(func() { end(); <-p.ended })
	for i, x := range w.cfg.Suites {
		path := p.site + "/wecom/" + x.Name
		w.Deliver(w.Suite(i), callback.App, nil, path+"/command", path+"/data")
	}
	w.Deliver(w.Api(), callback.System, nil, p.site+"/wecom/system")
	return p
}

// What was accepted before the end is done, by this process or by the next.
func TestTheEndLosesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.run()
	w.Advance(10 * time.Minute) // tickets
	require.NoError(t, w.CheckURL(w.app(), callback.App))
	require.NoError(t, w.CheckURL(w.Api(), callback.System))
	corp := w.Install(wecomtest.Corp{App: w.app()})
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		res, err := http.Get(p.ops + "/readyz")
		if assert.NoError(c, err) {
			assert.NoError(c, res.Body.Close())
			assert.Equal(c, http.StatusOK, res.StatusCode)
		}
	}, patience, poll)

	w.Fail(welcomePath, wecomtest.Fault{Status: http.StatusBadGateway})
	failed := corp.AddCustomer(corp.Members[0].UserId, wecomtest.Customer{})
	require.Eventually(t, func() bool { return len(w.Requests(welcomePath)) == 1 }, patience, poll)

	const customers = 12
	w.Fail(welcomePath, wecomtest.Fault{Times: customers, Delay: 100 * time.Millisecond})
	var list []*wecomtest.Customer
	for i := range customers {
		if i == customers-1 {
			p.end() // while others are being welcomed
		}
		list = append(list, corp.AddCustomer(corp.Members[0].UserId, wecomtest.Customer{}))
	}
	require.NoError(t, <-p.ended)
	_, err := net.Dial("tcp", p.site[len("http://"):])
	require.Error(t, err, "it listens no more")
	accepted := map[int]bool{}
	deliveries := w.Deliveries()
	for i := range customers {
		accepted[i] = deliveries[len(deliveries)-customers+i].Err() == nil
	}

	assert.Empty(t, failed.Messages())

	w.run()
	require.Eventually(t, func() bool { return len(failed.Messages()) == 1 }, patience, poll, "what has failed is tried by the next process")
	for i, x := range list {
		if accepted[i] {
			require.Eventually(t, func() bool { return len(x.Messages()) == 1 }, patience, poll, fmt.Sprint(i))
		}
	}
	assert.True(t, accepted[0])
}

// A listener that can't go on ends the program with its error; so does a mistake before.
func TestServeFails(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pages, ops := listen(t), listen(t)
	require.NoError(t, pages.Close())
	err := serve(t.Context(), w.cfg, slog.New(slog.DiscardHandler), pages, ops)
	require.ErrorContains(t, err, "use of closed network connection")

	cfg := w.cfg
	cfg.Database = t.TempDir()
	require.Error(t, serve(t.Context(), cfg, slog.New(slog.DiscardHandler), pages, ops))
	cfg = w.cfg
	cfg.WeCom.CorpId = "" // a secret without its corp
	require.Error(t, serve(t.Context(), cfg, slog.New(slog.DiscardHandler), pages, ops))
	cfg = w.cfg
	cfg.Site = "not a site"
	require.Error(t, serve(t.Context(), cfg, slog.New(slog.DiscardHandler), pages, ops))
	cfg = w.cfg
	cfg.System.Token = ""
	require.Error(t, serve(t.Context(), cfg, slog.New(slog.DiscardHandler), pages, ops))
}

// A corp that has cancelled while no server was there is found out by its next call.
func TestLostCorp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.start()
	corp := n.install(wecomtest.Corp{})
	b := n.loginAs(corp, corp.Members[0].UserId)
	n.stop()
	w.Deliver(w.app(), callback.App, http.NotFoundHandler(), "/")
	corp.Cancel()
	deliveries := w.Deliveries()
	require.Error(t, deliveries[len(deliveries)-1].Err(), "cancel_auth is lost")

	next := w.start()
	w.Advance(3 * time.Hour) // its token has ended, too
	b.server = next.Server
	b.get("/customers")
	require.Eventually(t, func() bool { return len(next.installations()) == 0 }, patience, poll)
	assert.Equal(t, http.StatusForbidden, b.get("/me").status)
	require.ErrorIs(t, next.removeIfLost(t.Context(), token.TokenInfo{SuiteId: "wwUnknown", CorpId: corp.Id}), errNoSuite)
}
