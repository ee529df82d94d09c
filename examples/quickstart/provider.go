package main

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/token"
)

// provider is what a service provider's program holds: one Api, and one inbox
// with a handler for each callback URL. The channel shows the steps what has arrived.
type provider struct {
	*stage
	api    *token.Api
	inbox  *callback.Inbox
	events chan *callback.Notice
	paid   string // the order
	codes  []order.Account
}

// start is the whole set-up of a provider.
func (p *provider) start(ctx context.Context) (err error) {
	p.api, err = token.New(token.Config{
		CorpId: providerId, ProviderSecret: providerSecret,
		SuiteId: suiteId, SuiteSecret: suiteSecret,
		BaseURL: p.wecomURL, // leave it out for the real WeCom
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
	for path, channel := range map[string]callback.Channel{"/wecom/app": callback.App, "/wecom/system": callback.System} {
		h, err := p.inbox.Handler(p.api, callback.URL{Channel: channel, Token: callbackToken, EncodingAESKey: callbackAESKey})
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
