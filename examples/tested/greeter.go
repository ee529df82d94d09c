package main

import (
	"context"
	"errors"
	"net/http"
	"os"
	"sync"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/token"
)

// Config is all that differs between the app in its tests and at work.
type Config struct {
	WeCom  token.Config
	App    callback.URL // of the suite in WeCom
	System callback.URL
	Queue  callback.Queue
	Folder string // of the purchases
	Site   string // where members reach the app, such as https://greeter.example
	Buyer  string // the provider's member in whose name licences are ordered
	Payer  string // pays them from the prepaid account; "": a person pays in the console
}

// Greeter is the app: the pages that people see and the callback URLs.
type Greeter struct {
	http.ServeMux

	cfg    Config
	api    *token.Api
	inbox  *callback.Inbox
	folder *os.Root
	suites map[string]*token.Api // by suite id
	turns  sync.Map              // a turn for each corp
}

// New makes the app. Its callback URLs are /wecom/system and, for a suite, /wecom/ and its id.
func New(cfg Config) (*Greeter, error) {
	api, err := token.New(cfg.WeCom)
	if err != nil {
		return nil, err
	}
	inbox, err := callback.NewInbox(callback.Config{Queue: cfg.Queue})
	if err != nil {
		return nil, err
	}
	folder, err := os.OpenRoot(cfg.Folder)
	if err != nil {
		return nil, err
	}
	g := &Greeter{cfg: cfg, api: api, inbox: inbox, folder: folder, suites: map[string]*token.Api{}}
	callback.On(inbox, g.installed, callback.KItCreateAuth)
	callback.On(inbox, g.paid, callback.KItLicensePaySuccess)
	callback.Answer(inbox, g.reply)
	g.page("/install/", g.install)
	g.page("/installed/", g.returned)
	g.page("/open/", g.open)
	g.page("/login/", g.login)
	cfg.System.Channel = callback.System
	return g, errors.Join(g.AddSuite(api, cfg.App), g.handle("system", api, cfg.System))
}

// AddSuite serves a further app of the provider, on the same inbox.
func (g *Greeter) AddSuite(api *token.Api, url callback.URL) error {
	g.suites[api.SuiteId()] = api
	return g.handle(api.SuiteId(), api, url)
}

func (g *Greeter) handle(name string, api *token.Api, url callback.URL) error {
	h, err := g.inbox.Handler(api, url)
	if err == nil {
		g.Handle("/wecom/"+name, h)
	}
	return err
}

// Run goes on with what an earlier process has left, and works until ctx ends.
func (g *Greeter) Run(ctx context.Context) error {
	done := make(chan struct{})
	go func() { defer close(done); g.resume(ctx) }()
	err := g.inbox.Run(ctx)
	<-done
	return err
}

// reply answers a member who writes to the app.
func (g *Greeter) reply(_ context.Context, n *callback.Notice, m *callback.TextMessage) (callback.Reply, error) {
	return &callback.TextReply{Content: "Hello " + n.FromUserName + ", you said: " + m.Content}, nil
}
