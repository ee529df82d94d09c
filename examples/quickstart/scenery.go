package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

// stage is WeCom, the provider's server and what is printed.
type stage struct {
	wecom  *wecomtest.WeCom
	mux    *http.ServeMux   // of the provider's server
	server *httptest.Server // the provider's

	mu   sync.Mutex
	out  io.Writer
	step int
	err  error // of printing
}

// newStage starts both servers on ports of their own.
func newStage(t testing.TB, out io.Writer) *stage {
	s := &stage{wecom: wecomtest.New(t), mux: http.NewServeMux(), out: out}
	s.server = httptest.NewServer(s.mux)
	t.Cleanup(s.server.Close)
	for path, channel := range channels {
		s.wecom.Deliver(s.wecom.Api(), channel, nil, s.server.URL+path) // as entered in the console
	}
	return s
}

// channels are the callback URLs of the provider.
var channels = map[string]callback.Channel{"/wecom/app": callback.App, "/wecom/system": callback.System}

// staff are the members of both corps.
var staff = []wecomtest.Member{
	{UserId: "woLin", Name: "Lin", Admin: true, Departments: []string{"Sales"}},
	{UserId: "woZhou", Name: "Zhou", Departments: []string{"Sales/East"}},
}

// walk lets a provider take all steps.
func walk(ctx context.Context, out io.Writer) (err error) {
	failed := wecomtest.Run(func(t testing.TB) {
		ctx, cancel := context.WithCancel(ctx) // ends the inbox before WeCom
		defer cancel()
		begin := time.Now()
		p := &provider{stage: newStage(t, out), events: make(chan *callback.Notice, 16)}
		p.print("WeCom (a fake)    http://%s\nyour callbacks    %s/wecom/…\n", p.wecom.Addr(), p.server.URL)
		for _, step := range []func(context.Context) error{
			p.start, p.checkURLs, p.ticket, p.link, p.market, p.corpToken, p.buy, p.pay, p.activate, p.inspect, p.heal, p.change, p.roster, p.message, p.welcome, p.cancel,
		} {
			if err = errors.Join(ctx.Err(), step(ctx)); err != nil {
				return
			}
		}
		p.print("\nAll steps done in %s.\n", time.Since(begin).Round(time.Millisecond))
		err = p.stage.err
	})
	return errors.Join(err, failed)
}

// title begins a step.
func (s *stage) title(format string, args ...any) {
	s.mu.Lock()
	s.step++
	n := s.step
	s.mu.Unlock()
	s.print("\n%2d  %s\n", n, fmt.Sprintf(format, args...))
}

// note prints one line of a step.
func (s *stage) note(format string, args ...any) { s.print("      "+format+"\n", args...) }

func (s *stage) print(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := fmt.Fprintf(s.out, format, args...); err != nil {
		s.err = err
	}
}

// sent prints every call to WeCom; it is the OnCall of the Api.
func (s *stage) sent(_ context.Context, c token.CallInfo) {
	result := "ok"
	if c.ErrCode != 0 {
		result = fmt.Sprintf("errcode %d", c.ErrCode)
	}
	credential := c.Credential + " token"
	if c.Credential == "none" {
		credential = "no token"
	}
	s.note("→ %-46s %-15s %-15s %s", c.Path, credential, result, c.Duration.Round(10*time.Microsecond))
}
