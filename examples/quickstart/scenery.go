package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/gothird/wecom/internal/fakewecom"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/token"
)

// What the provider has entered in WeCom's console and in its own configuration.
const (
	providerId     = "ww0a1b2c3d4e5f6071"
	providerSecret = "demo-provider-secret"
	suiteId        = "ww9f8e7d6c5b4a3021"
	suiteSecret    = "demo-suite-secret"
	callbackToken  = "demoToken2026"
	callbackAESKey = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"

	riverside = "wpRiverside00000000001" // installs through the provider's own site
	lakeside  = "wpLakeside000000000002" // installs from the app market
)

// stage is the fake WeCom, the provider's server and what is printed.
type stage struct {
	wecom    *fakewecom.Server
	mux      *http.ServeMux // of the provider's server
	wecomURL string
	ownURL   string
	servers  []*http.Server

	mu   sync.Mutex
	out  io.Writer
	step int
	err  error // of printing
}

// newStage starts both servers on ports of their own.
func newStage(out io.Writer) (*stage, error) {
	s := &stage{wecom: fakewecom.New(platform.Options{}), mux: http.NewServeMux(), out: out}
	var err error
	if s.wecomURL, err = s.serve(s.wecom); err != nil {
		return nil, err
	}
	if s.ownURL, err = s.serve(s.mux); err != nil {
		return nil, err
	}
	app := platform.Callback{URL: s.ownURL + "/wecom/app", Token: callbackToken, EncodingAESKey: callbackAESKey}
	system := app
	system.URL = s.ownURL + "/wecom/system"
	staff := []platform.Member{{UserId: "woLin", Name: "Lin", Admin: true}, {UserId: "woZhou", Name: "Zhou"}}
	return s, errors.Join(
		s.wecom.AddProvider(platform.Provider{CorpId: providerId, Secret: providerSecret, System: system, Members: []string{"buyer"}}),
		s.wecom.AddSuite(platform.Suite{Id: suiteId, Secret: suiteSecret, Command: app}),
		s.wecom.AddCorp(platform.Corp{Id: riverside, Name: "Riverside", Members: staff}),
		s.wecom.AddCorp(platform.Corp{Id: lakeside, Name: "Lakeside", Members: staff}),
	)
}

func (s *stage) serve(h http.Handler) (url string, err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: walkTimeout}
	s.servers = append(s.servers, server)
	go server.Serve(listener) // ends with Close
	return "http://" + listener.Addr().String(), nil
}

func (s *stage) close() {
	for _, server := range s.servers {
		server.Close()
	}
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

// pushed prints what became of a push.
func (s *stage) pushed(what string, d platform.Delivery, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	s.note("← %-46s answered %d %.20q in %s", what, d.Status, d.Body, d.Duration.Round(10*time.Microsecond))
	if !d.Accepted() {
		return fmt.Errorf("%s: WeCom is not content with %d %q", what, d.Status, d.Body)
	}
	return nil
}
