package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/corp/contact"
	"github.com/gothird/wecom/examples/scaleout/internal/shared"
	"github.com/gothird/wecom/token"
)

// settings are all that a worker is told. They are the same in every worker.
type settings struct {
	backend string       // what is shared: sqlite, redis, mariadb or postgres
	url     string       // where it is
	key     []byte       // 32 bytes, which encrypt all that is shared
	wecom   token.Config // from WeCom's console; the Store is filled in here
	app     callback.URL // from WeCom's console, too

	// heard is what this provider does with a message of a member.
	heard func(ctx context.Context, n *callback.Notice, member *contact.User, m *callback.TextMessage) error
}

// work is one of the processes of a provider: it takes pushes, works notices that it or another one has
// taken, and calls WeCom with tokens that all share. It returns when ctx has ended and what was begun is
// done. Run as many as you like, on as many machines as you like: they need not know of each other.
func work(ctx context.Context, s settings, listener net.Listener) (err error) {
	backend, err := shared.Open(s.backend, s.url)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, backend.Close()) }()
	s.wecom.Store, err = token.Seal(backend.Store, s.key) // values and notices hold secrets
	if err != nil {
		return err
	}
	queue, err := callback.SealQueue(backend.Queue, s.key)
	if err != nil {
		return err
	}
	api, err := token.New(s.wecom)
	if err != nil {
		return err
	}
	inbox, err := callback.NewInbox(callback.Config{Queue: queue})
	if err != nil {
		return err
	}
	callback.On(inbox, s.onText)
	handler, err := inbox.Handler(api, s.app)
	if err != nil {
		return err
	}
	return serve(ctx, inbox, handler, listener)
}

// onText is called once for each message, in one process, after the earlier ones of the same member:
// more often only if a process dies between the begin of the work and its record.
func (s settings) onText(ctx context.Context, n *callback.Notice, m *callback.TextMessage) error {
	member, err := contact.UserGet(n.Api.WithContext(ctx), n.FromUserName)
	if err != nil {
		return err // the notice comes again later, here or in another process
	}
	return s.heard(ctx, n, member, m)
}

// serve runs until ctx ends, and then ends everything in the order that loses nothing: nothing more is
// worked, what was begun is done, the pushes under way are answered.
func serve(ctx context.Context, inbox *callback.Inbox, handler http.Handler, listener net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 1)
	go func() { defer cancel(); ended <- server.Serve(listener) }() // a server that can't go on ends Run
	err := inbox.Run(ctx)
	last, stop := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer stop()
	err = errors.Join(err, server.Shutdown(last))
	if cause := <-ended; !errors.Is(cause, http.ErrServerClosed) {
		err = errors.Join(err, cause)
	}
	return err
}
