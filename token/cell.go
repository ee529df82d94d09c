package token

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gothird/wecom/access"
	"github.com/gothird/wecom/internal/clock"
)

// A cell holds one token: of the provider, of a suite, of one installation in a corp, or
// a JS ticket of it. These are its states:
//
//	         get: nothing, or nothing fresh              land: a token
//	empty ─────────────────────────────────▶ flying ──────────────────▶ fresh
//	  ▲                                        │ ▲                        │
//	  │           land: an error, no token     │ │ get, after its margin  │ time
//	  ├────────────────────────────────────────┘ └─────────── ageing ◀────┘
//	  │                                                          │
//	  └── refused: WeCom rejected the token ─────────────────────┘ (or fresh)
//
// fresh: get hands the token out, with one atomic load and a look at the clock.
// ageing: the token is still good; get hands it out and starts a flight beside. If that
// fails there is a pause before the next one, and the token goes on being used.
// flying: whoever has no token waits for the flight, and all get what it brings.
// empty, with a pause: the endpoint has failed several times; get gives the last error.
//
// A flight looks in the Store, takes the lock on the key, looks again, and only then asks
// WeCom. A new installation is a new cell, so a flight for the old one disturbs nobody.
type cell struct {
	grant atomic.Pointer[grant]
	// open says how the token is asked for at this moment.
	open func(a *Api) (source, error)
	kind string // for OnToken

	mu       sync.Mutex
	flight   *flight[*grant]
	code     string   // fingerprint of the installation's permanent code, once it is known
	rejected []string // the tokens that WeCom refused last: the Store may still hold one
	tokens   int64    // that there have been
	trouble  *trouble
	tickets  map[string]*cell // JS tickets of the installation, by path and query
}

// trouble is what a cell remembers of failures.
type trouble struct {
	refusal  refusal
	failures int   // of the endpoint, in a row
	pause    pause // no flight before
	last     error // what the pause is about
	breaker  breaker
}

// refusal remembers what WeCom said of a proof, so that it is not shown again and again:
// addresses that repeat a wrong secret are blocked for an hour.
type refusal struct {
	secret string
	err    error
	pause  pause
}

const (
	refreshTimeout = 40 * time.Second // of one flight, lock and Store included
	backoff        = 30 * time.Second // between attempts that are likely to fail again
	maxRejected    = 4                // tokens that a cell remembers
)

// errReplaced: the installation is another one by now, which has a cell of its own.
var errReplaced = errors.New("wecom: the installation has been replaced")

// get returns a token to use.
func (c *cell) get(a *Api) (*grant, error) {
	if g := c.grant.Load(); g.fresh() {
		return g, nil
	}
	if err := a.ctx.Err(); err != nil {
		return nil, err
	}
	f, g, began, err := c.join(a)
	if f == nil {
		return g, err
	}
	return f.wait(a.ctx, began)
}

// join finds a token that is still good, or the flight to wait for, which it may have to
// begin.
func (c *cell) join(a *Api) (f *flight[*grant], g *grant, began bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := clock.Now()
	if g = c.grant.Load(); g.fresh() {
		return nil, g, false, nil
	}
	t := c.trouble
	if c.flight == nil && (t == nil || !t.pause.pending(now)) {
		c.flight = launch(a, refreshTimeout, c.refresh, func(g *grant, err error) { c.land(a, g, err) })
		began = true
	}
	switch {
	case g.alive():
		return nil, g, began, nil
	case c.flight == nil:
		return nil, nil, false, fmt.Errorf("%w (next attempt in %s)", t.last, t.pause.left(now).Round(time.Second))
	}
	return c.flight, nil, began, nil
}

// refresh is what a flight does.
func (c *cell) refresh(a *Api) (*grant, error) {
	s, err := c.open(a)
	if err != nil {
		if !errors.Is(err, errReplaced) {
			a.tokenTold(c.kind, false, false, err, 0)
		}
		return nil, err
	}
	store := a.core.store
	g, before := store.load(a.ctx, s.key, c.isRejected)
	if g == nil {
		unlock, locked := store.lock(a.ctx, s.key, lockTimeout)
		defer unlock()
		if locked {
			g, before = store.load(a.ctx, s.key, c.isRejected)
		}
	}
	if g != nil {
		a.tokenTold(c.kind, true, false, nil, 0)
		return g, nil
	}
	p, err := s.prove(a)
	if err == nil {
		err = c.remembered(p.secret)
	}
	if err != nil {
		a.tokenTold(c.kind, false, s.lost(err), err, 0)
		return nil, err
	}
	g, err = c.askAndSave(a, s, p, before)
	if s.lost(err) {
		if _, news := c.open(a); news != nil { // another process was faster: there is another installation, or none
			return nil, news
		}
	}
	return g, err
}

// askAndSave shows the proof to WeCom, and shares what it hands out.
func (c *cell) askAndSave(a *Api, s source, p proof, before string) (*grant, error) {
	began := clock.Now()
	g, err := a.ask(s, p)
	a.tokenTold(c.kind, false, s.lost(err), err, clock.Since(began))
	c.note(s, p, err)
	if err != nil {
		return nil, err
	}
	if c.kind != Corp.String() || a.corp.present.Load() == c { // or it would outlive its installation
		a.core.store.save(a.ctx, s.key, g, before)
	}
	return g, nil
}

// note remembers what WeCom said of the proof.
func (c *cell) note(s source, p proof, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case err == nil:
		if c.trouble != nil {
			c.trouble.refusal, c.trouble.failures = refusal{}, 0
		}
	case s.refused(err):
		c.troubled().refusal = refusal{p.secret, err, pauseFor(clock.Now(), backoff)}
	case s.failing(err):
		c.troubled().failures++
	}
}

// remembered returns the refusal of a proof that was shown a moment ago.
func (c *cell) remembered(secret string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := clock.Now()
	if c.trouble == nil || c.trouble.refusal.secret != secret || !c.trouble.refusal.pause.pending(now) {
		return nil
	}
	r := c.trouble.refusal
	left := r.pause.left(now)
	return fmt.Errorf("%w (refused %s ago; asked again in %s)", r.err, (backoff - left).Round(time.Second), left.Round(time.Second))
}

func (c *cell) isRejected(token string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Contains(c.rejected, token)
}

// land takes in what a flight brought, or sets the pause before the next.
func (c *cell) land(a *Api, g *grant, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.flight = nil
	if err == nil {
		c.publish(g)
		return
	}
	now := clock.Now()
	old := c.grant.Load()
	if old.alive() {
		c.troubled().pause = pauseFor(now, min(backoff, old.usable()-old.age())) // without a token there is no reason to wait
		c.trouble.last = err
		a.core.log.WarnContext(a.ctx, "wecom: renewing a token failed; the old one goes on until its end", "kind", c.kind,
			"suite", a.SuiteId(), "corp", a.CorpId(), "err", err)
	} else if c.trouble != nil && c.trouble.failures > 1 { // the endpoint is failing: 1 s, 2 s, 4 s …
		c.trouble.pause = pauseFor(now, min(backoff, time.Second<<min(c.trouble.failures-2, 5)))
		c.trouble.last = err
	}
}

func (c *cell) publish(g *grant) {
	c.tokens++
	g.number = c.tokens
	c.grant.Store(g)
	c.rejected = slices.DeleteFunc(c.rejected, func(t string) bool { return t == g.token }) // WeCom stands by it
	if t := c.trouble; t != nil {
		t.refusal, t.failures, t.pause, t.last = refusal{}, 0, pause{}, nil
	}
}

// take publishes a token that came in another way than by a flight.
func (c *cell) take(g *grant) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.publish(g)
}

func (c *cell) troubled() *trouble {
	if c.trouble == nil {
		c.trouble = new(trouble)
	}
	return c.trouble
}

// refused decides what follows when WeCom rejects a token at a place. It returns true if
// the token is gone and the call should be sent once more with another one. WeCom may hand
// out the same text again, so grants are compared, not texts.
func (c *cell) refused(g *grant, at place, call int64, met *refusals) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if met.n++; met.n == 1 {
		met.first = c.tokens
	}
	if g.contradicts(call, at) {
		return false
	}
	if !c.troubled().breaker.replaceable(g, at, *met, c.tokens) {
		return c.grant.Load() != g && met.n == 1 // others have replaced it, so that another one costs nothing
	}
	c.drop(g)
	return true
}

// drop takes a token out of use, unless it has been replaced already, also by the same
// text: WeCom may insist that the token is good. The mutex is held.
func (c *cell) drop(failed *grant) {
	if failed != nil && c.grant.CompareAndSwap(failed, nil) {
		c.rejected = append(c.rejected[max(0, len(c.rejected)-maxRejected+1):], failed.token)
		if c.trouble != nil {
			c.trouble.pause = pause{}
		}
	}
}

// retry ends the pause: there is something new to try.
func (c *cell) retry() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.trouble != nil {
		c.trouble.pause = pause{}
	}
}

// bind ties a corp's cell to an installation, and reports whether it is that one's.
func (c *cell) bind(in Installation) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.code == "" {
		c.code = in.fingerprint()
	}
	return c.code == in.fingerprint()
}

func (c *cell) bound() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.code
}

// vacant reports whether a corp's cell is of no installation, and nobody waits for it.
func (c *cell) vacant() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.code == "" && c.flight == nil
}

// fetch asks WeCom for one caller, whatever is cached, and caches the answer. A
// suiteTicket that is given is shown in place of the newest one.
func (a *Api) fetch(c Credential, suiteTicket string) (access.Value, error) {
	a, unpin := a.pin(c)
	defer unpin()
	cell := a.cell(c)
	s, err := cell.open(a)
	if errors.Is(err, errReplaced) { // another process has changed the installation
		cell = a.cell(c)
		s, err = cell.open(a)
	}
	if err != nil {
		return access.Value{}, err
	}
	p := proof{}
	if suiteTicket != "" {
		p = a.suite.proof(suiteTicket, 0)
	} else if p, err = s.prove(a); err != nil {
		return access.Value{}, err
	}
	_, before := a.core.store.load(a.ctx, s.key, cell.isRejected)
	g, err := cell.askAndSave(a, s, p, before)
	if err != nil {
		return access.Value{}, err
	}
	cell.take(g)
	return g.value(g.age()), nil
}

// fetchWithCode asks for the token of a permanent code that the caller holds. It is his
// alone.
func (a *Api) fetchWithCode(code string) (access.Value, error) {
	in, err := a.Installation()
	if errors.Is(err, ErrNotInstalled) {
		in, err = Installation{CorpId: a.CorpId(), Customized: IsTemplate(a.SuiteId())}, nil
	}
	if err != nil {
		return access.Value{}, err
	}
	in.PermanentCode = code
	s := a.corpSource(in)
	p, _ := s.prove(a)
	g, err := a.ask(s, p)
	if err != nil {
		return access.Value{}, err
	}
	return g.value(g.age()), nil
}
