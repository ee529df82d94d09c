package main

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

// provider is what a service provider's program holds: one Api, and one inbox
// with a handler for each callback URL. The channel shows the steps what has arrived.
type provider struct {
	*stage
	api      *token.Api
	inbox    *callback.Inbox
	events   chan *callback.Notice
	lakeside *wecomtest.Corp // a customer
	paid     string          // the order
	codes    []order.Account
}

// start is the whole set-up of a provider.
func (p *provider) start(ctx context.Context) (err error) {
	console := p.wecom.Config() // what the provider reads in WeCom's console
	p.api, err = token.New(token.Config{
		CorpId: console.CorpId, ProviderSecret: console.ProviderSecret,
		SuiteId: console.SuiteId, SuiteSecret: console.SuiteSecret,
		BaseURL: "http://" + p.wecom.Addr(), // leave it out for the real WeCom
		OnCall:  p.sent,
	})
	if err != nil {
		return err
	}
	p.api = p.api.WithContext(ctx)
	p.inbox, err = callback.NewInbox(callback.Config{OnError: p.failed, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	p.inbox.OnAny(func(ctx context.Context, n *callback.Notice) error {
		p.events <- n
		return nil
	})
	for path, channel := range channels {
		h, err := p.inbox.Handler(p.api, p.wecom.URL(p.api, channel)) // its Token and EncodingAESKey, from the console too
		if err != nil {
			return err
		}
		p.mux.Handle(path, h)
	}
	go p.inbox.Run(ctx)
	return nil
}

func (p *provider) failed(_ context.Context, _ *callback.Notice, err error) {
	p.note("! %v", err)
}

// event waits for the next notice that the inbox's function was given.
func (p *provider) event(ctx context.Context, kind string) (*callback.Notice, error) {
	for {
		select {
		case n := <-p.events:
			if n.Kind() == kind {
				return n, nil
			}
		case <-ctx.Done():
			return nil, fmt.Errorf("%s did not reach the function: %w", kind, ctx.Err())
		}
	}
}
