package main

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"log/slog"
	"net/http"
	"sync"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/token"
)

// Server is the provider's program: pages, callback URLs, and what runs beside them.
type Server struct {
	cfg     Config
	log     *slog.Logger
	disk    *storage
	api     *token.Api // bound to the first app
	inbox   *callback.Inbox
	suites  map[string]*suite
	apps    []*suite // those that corps install
	metrics *metrics
	cookies [][]byte // keys of signatures, the first signs

	pages   *http.ServeMux
	guarded http.Handler // the pages, without what other sites make a browser send
	begun   chan string  // corps with a new purchase
	lost    chan token.TokenInfo
}

// suite is an app at work.
type suite struct {
	Suite
	api      *token.Api
	Template bool // of customised apps
}

// New makes the server. Nothing runs before [Server.Run].
func New(cfg Config, disk *storage, log *slog.Logger) (*Server, error) {
	const waiting = 64
	s := &Server{
		cfg: cfg, log: log, disk: disk, suites: map[string]*suite{}, metrics: newMetrics(), pages: http.NewServeMux(),
		begun: make(chan string, waiting), lost: make(chan token.TokenInfo, waiting),
	}
	for _, key := range cfg.Keys {
		derived, err := hkdf.Key(sha256.New, key, nil, "cookies", sha256.Size)
		if err != nil {
			return nil, err
		}
		s.cookies = append(s.cookies, derived)
	}
	if err := s.connect(); err != nil {
		return nil, err
	}
	s.metrics.watch(s)
	s.addPages()
	guard := http.NewCrossOriginProtection()
	if err := guard.AddTrustedOrigin(cfg.Site); err != nil { // proxies may change the host
		return nil, err
	}
	s.guarded = guard.Handler(s.pages)
	return s, nil
}

// connect makes the Api, the inbox and a handler for each callback URL.
func (s *Server) connect() (err error) {
	wecom := s.cfg.WeCom
	wecom.SuiteId, wecom.SuiteSecret = s.cfg.Suites[0].Id, s.cfg.Suites[0].Secret
	wecom.Store, wecom.Logger = s.disk.store, s.log
	wecom.OnCall = s.metrics.called
	wecom.OnToken = s.gotToken
	if s.api, err = token.New(wecom); err != nil {
		return err
	}
	if s.inbox, err = callback.NewInbox(callback.Config{Queue: s.disk.queue, Logger: s.log, OnError: s.metrics.failed}); err != nil {
		return err
	}
	s.inbox.OnAny(s.noticed)
	callback.On(s.inbox, s.welcome, callback.KCtAddExternalContact)
	callback.On(s.inbox, s.paid, callback.KItLicensePaySuccess)
	for _, x := range s.cfg.Suites {
		if err := s.addSuite(x); err != nil {
			return err
		}
	}
	return s.handle(s.api, s.cfg.System, "/wecom/system")
}

func (s *Server) addSuite(x Suite) error {
	added := &suite{Suite: x, api: s.api.WithSuite(x.Id, x.Secret), Template: token.IsTemplate(x.Id)}
	s.suites[x.Name] = added
	if x.Name != loginSuite {
		s.apps = append(s.apps, added)
	}
	return s.handle(added.api, x.URL, "/wecom/"+x.Name+"/command", "/wecom/"+x.Name+"/data")
}

func (s *Server) handle(api *token.Api, url callback.URL, paths ...string) error {
	h, err := s.inbox.Handler(api, url)
	if err != nil {
		return err
	}
	for _, path := range paths {
		s.pages.Handle(path, h)
	}
	return nil
}

// Run works until ctx ends: notices, purchases, and corps that are lost.
func (s *Server) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var beside sync.WaitGroup
	beside.Go(func() { s.runPurchases(ctx) })
	beside.Go(func() { s.removeLost(ctx) })
	err := s.inbox.Run(ctx)
	cancel()
	beside.Wait()
	return err
}

// gotToken counts, and hands over corps whose authorisation is over. It must not block.
func (s *Server) gotToken(_ context.Context, info token.TokenInfo) {
	s.metrics.gotToken(info)
	if info.Lost {
		select {
		case s.lost <- info:
		default: // the next token of the corp says it again
		}
	}
}

// removeLost asks WeCom once more about each corp that is lost, and removes its installation.
func (s *Server) removeLost(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case info := <-s.lost:
			if err := s.removeIfLost(ctx, info); err != nil {
				s.log.ErrorContext(ctx, "a corp that is lost could not be removed", "corp", info.CorpId, "error", err)
			}
		}
	}
}

// errNoSuite is about what an earlier configuration has left.
var errNoSuite = errors.New("the suite is not configured")
