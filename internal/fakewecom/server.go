// Package fakewecom is a fake WeCom (企业微信): an http.Handler with state that
// answers every endpoint a service provider calls, refuses what WeCom refuses,
// and pushes callbacks in the real encryption.
//
// The admin methods of Server play everybody else: the provider console, the
// customer's administrator who installs an app, the clock of the platform.
// Server starts no goroutine; time is Options.Now.
package fakewecom

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/gothird/wecom/internal/spec"
)

// Options are the settings of a Server. The zero value works.
type Options struct {
	Now    func() time.Time // nil: time.Now
	Client *http.Client     // pushes callbacks; nil: one that gives up after pushTimeout
	Seed   string           // tokens, codes and ids differ between servers with different seeds

	// NewSuiteToken and NewCorpToken make every fetch return a new token; the
	// older ones stay valid. WeCom promises the same token only for provider
	// tokens and for gettoken.
	NewSuiteToken, NewCorpToken bool
	// AllowedIPs is the white list; empty: every address may call.
	AllowedIPs []string
	// TokenLife replaces the 7200 s of every token; 0: as WeCom.
	TokenLife time.Duration
}

// Server is the fake WeCom.
type Server struct {
	opt      Options
	handlers map[string]handler
	spec     map[string]*spec.Endpoint // by path

	mu        sync.Mutex // guards everything below; handlers run with it held
	serial    uint64
	providers map[string]*Provider
	firstProv string
	suites    map[string]*suite
	corps     map[string]*Corp
	installs  map[installKey]*install
	tokens    map[string]*token
	current   map[owner]string // the newest token of each owner
	codes     map[string]*code
	media     map[string]mediaFile // by media_id
	requests  []*Request
	faults    []*Fault
	sent      []*parcel
	secrets   []string                // all that were ever handed out
	desks     map[string]*licenseDesk // by provider corp
}

// parts are the handlers by topic, each under its path. Endpoints without one
// answer with their sample.
func parts() []map[string]handler {
	return []map[string]handler{tokenHandlers(), installHandlers(), loginHandlers(), idHandlers(), licenseHandlers(), orderHandlers(), messageHandlers(), mediaHandlers()}
}

// handler answers one endpoint; s.mu is held. An answer beside an error is
// sent with the errcode merged in (batches that failed as a whole).
type handler func(s *Server, c *call) (obj, error)

// obj is a JSON object.
type obj = map[string]any

// New returns an empty fake: no provider, no suite, no corp.
func New(o Options) *Server {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Client == nil {
		o.Client = &http.Client{Timeout: pushTimeout, CheckRedirect: noRedirect}
	}
	s := &Server{
		opt:       o,
		handlers:  map[string]handler{},
		spec:      specByPath(),
		providers: map[string]*Provider{},
		suites:    map[string]*suite{},
		corps:     map[string]*Corp{},
		installs:  map[installKey]*install{},
		tokens:    map[string]*token{},
		current:   map[owner]string{},
		codes:     map[string]*code{},
		media:     map[string]mediaFile{},
	}
	for _, part := range parts() {
		maps.Copy(s.handlers, part)
	}
	return s
}

// noRedirect: a redirect is an answer, and a wrong one.
func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// Format shows no state: it is full of secrets.
func (s *Server) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "fakewecom.Server{…}") }

// now is the platform's clock.
func (s *Server) now() time.Time { return s.opt.Now() }

// id returns a new identifier: prefix and n more characters, the same on every
// run with the same seed and order of calls. s.mu is held.
func (s *Server) id(prefix string, n int) string {
	s.serial++
	return prefix + hash(n, s.opt.Seed, prefix, strconv.FormatUint(s.serial, 10))
}

// hash derives n hexadecimal digits from parts.
func hash(n int, parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	sum := h.Sum(nil)
	text := hex.EncodeToString(sum)
	for len(text) < n {
		next := sha256.Sum256(sum)
		sum = next[:]
		text += hex.EncodeToString(sum)
	}
	return text[:n]
}
