// Package platform is the middle of the fake WeCom: providers with their apps, corps with
// their members, installations, tokens and logins; the HTTP front with its checks, faults
// and log; and the pushes. Everything else is played by parts that join it, see [Part].
//
// One lock guards the platform and its parts. Exported methods of [Platform] take it.
package platform

import (
	"context"
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

// Options are the settings of the fake. The zero value works.
type Options struct {
	Now    func() time.Time // nil: time.Now
	Client *http.Client     // pushes callbacks; nil: one that gives up after pushTimeout
	Seed   string           // tokens, codes and ids differ between fakes with different seeds

	// NewSuiteToken and NewCorpToken make every fetch return a new token; the
	// older ones stay valid. WeCom promises the same token only for provider
	// tokens and for gettoken.
	NewSuiteToken, NewCorpToken bool
	// AllowedIPs is the white list; empty: every address may call.
	AllowedIPs []string
	// TokenLife replaces the 7200 s of every token; 0: as WeCom.
	TokenLife time.Duration

	Tries int  // how often a push is tried; 0: three times
	JSON  bool // pushes come as JSON
	// PerMinute is how often one endpoint may be called for one corp in a minute; beyond,
	// errcode 45009. 0: no limit. Those of WeCom differ and are published in part.
	PerMinute int

	KeepAnswers  bool // Requests shows what was answered
	KeepRequests int  // how many requests the log has at least; 0: all
	// KeepBytes is how much the log has of bodies and answers, in bytes; 0: all. What the oldest
	// requests brought and were answered goes first.
	KeepBytes int
	// KeepPushes is how many pushes are kept at least; 0: all. One that is being tried is kept
	// in any case. Those that are gone cannot be repeated.
	KeepPushes int
	// KeepSecrets is how many tokens, tickets and codes are kept at least; 0: all. Those that
	// could still be used are kept in any case, and so are those of [Host.Hide]. The others are
	// answered like ones that there never were, and [Platform.Secret] no longer knows their Mark.
	KeepSecrets int
}

// Platform is WeCom but for what its parts play.
type Platform struct {
	opt      Options
	handlers map[string]Handler
	spec     map[string]*spec.Endpoint // by path
	parts    []Part

	mu            sync.Mutex // guards everything below; handlers run with it held
	serial        uint64
	ahead         time.Duration // of Options.Now
	providers     map[string]*Provider
	firstProvider string
	suites        map[string]*suite
	corps         map[string]*Corp
	installs      map[installKey]*Install
	tokens        map[string]*token
	current       map[owner]string // the newest token of each owner
	codes         map[string]*code
	files         map[string]published // by path
	requests      []*Request
	faults        []*Fault
	sent          []*parcel // by id
	pushId        int       // of the newest push
	feed          feed
	requestId     int64 // of the newest in the log
	logBytes      int   // of bodies and answers in the log, at most
	faultId       int   // of the newest fault
	outbox        []notice
	aside         map[chan struct{}]bool       // closed when pushes end that a request did not wait for
	pushing       map[*context.CancelFunc]bool // ends pushes that are under way
	cut           []*parcel                    // pushes that the state was loaded with before their end
	exchanged     chan struct{}                // closed when an auth code is next used
	calls         map[rate]int                 // in this minute
	minute        int64
	secrets       []string // that were handed out, as they were
	own           []string // of parts
	lasting       int      // how many secrets were left when some were last forgotten
	hidden        hidden
}

// New returns an empty platform: no provider, no suite, no corp.
func New(o Options) *Platform {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Client == nil {
		o.Client = &http.Client{Timeout: pushTimeout, CheckRedirect: noRedirect}
	}
	p := &Platform{
		opt:       o,
		handlers:  map[string]Handler{},
		spec:      specByPath(),
		providers: map[string]*Provider{},
		suites:    map[string]*suite{},
		corps:     map[string]*Corp{},
		installs:  map[installKey]*Install{},
		tokens:    map[string]*token{},
		current:   map[owner]string{},
		codes:     map[string]*code{},
		files:     map[string]published{},
		exchanged: make(chan struct{}),
		hidden:    hidden{all: map[string]bool{}},
		aside:     map[chan struct{}]bool{},
		pushing:   map[*context.CancelFunc]bool{},
	}
	for _, own := range []map[string]Handler{p.tokenHandlers(), p.installHandlers(), p.loginHandlers(), p.idHandlers()} {
		maps.Copy(p.handlers, own)
	}
	return p
}

// noRedirect: a redirect is an answer, and a wrong one.
func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// Format shows no state: it is full of secrets.
func (p *Platform) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "fakewecom{…}") }

// now is the platform's clock. p.mu is held.
func (p *Platform) now() time.Time { return p.opt.Now().Add(p.ahead) }

// MaxAhead is how far the clock may be put ahead, so that all times are within what a
// time.Duration can tell.
const MaxAhead = 100 * 365 * 24 * time.Hour

// Advance puts the platform's clock ahead of Options.Now by d more. Pushes keep to
// Options.Now: an app refuses those of another time.
func (p *Platform) Advance(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ahead += d
	p.note(ChangedClock, "", "", "")
}

// Ahead is how far the clock is ahead, by all calls of Advance.
func (p *Platform) Ahead() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ahead
}

// pushTime is the time that an event bears, in seconds.
func (p *Platform) pushTime() int64 { return p.opt.Now().Unix() }

// id returns a new identifier: prefix and n more characters, the same on every
// run with the same seed and order of calls. p.mu is held.
func (p *Platform) id(prefix string, n int) string {
	p.serial++
	return prefix + hash(n, p.opt.Seed, prefix, strconv.FormatUint(p.serial, 10))
}

// hash derives n hexadecimal digits from parts.
func hash(n int, parts ...string) string {
	h := sha256.New()
	for _, part := range parts {
		h.Write([]byte(part))
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
