package token

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gothird/wecom/internal/clock"
)

// A cell holds one token: of the provider, of a suite, of one installation in a corp, or a
// JS ticket of that installation. These are its states:
//
//	         get: nothing, or nothing fresh              land: a token
//	empty ─────────────────────────────────▶ flying ──────────────────▶ fresh
//	  ▲                                        │ ▲                        │
//	  │           land: an error, no token     │ │ get, after its margin  │ time
//	  ├────────────────────────────────────────┘ └─────────── ageing ◀────┘
//	  │                                                          │
//	  └── drop: WeCom rejected the token ────────────────────────┘ (or fresh)
//
// fresh: get returns the token, with one atomic load and one read of the clock. ageing: the
// token is still good; get returns it and starts a flight in the background. flying: callers
// without a token wait for the flight, and all get its result.
//
// After a failure there are three different limits:
//   - A renewal failed: no flight for at most 30 seconds, and the token stays in use.
//   - WeCom refused the proof (secret, ticket or permanent code): the next flights look in
//     the Store, but for 30 seconds they do not send the same proof again.
//   - The endpoint failed otherwise, such as no answer, twice or more: no flight for 1, 2,
//     4 … 30 seconds; get returns the last error.
//
// A flight looks in the Store, takes the lock on the key, looks again, and only then asks
// WeCom. A new installation gets a new cell, so a flight for the old one changes nothing
// there.
type cell struct {
	grant atomic.Pointer[grant]
	// bindSource returns the source to ask. For a corp it also works: it reads the installation
	// from the Store, saves one that could not be saved before, and binds this cell to it. If
	// the cell is bound to another installation, a new cell replaces it and the error is
	// errReplaced.
	bindSource func(a *Api) (source, error)
	kind       string      // for OnToken
	blamed     atomic.Bool // a place has rejected a token: see answered

	mu       sync.Mutex
	flight   *flight[*grant]
	boundTo  string   // fingerprint of the installation; "" until it is known
	rejected []string // the tokens that WeCom rejected last: the Store may still hold one
	newest   int64    // number of the newest token, see grant.number; 0: none yet
	failures *failures
	tickets  map[string]*cell // JS tickets of the installation, by path and query
}

const (
	refreshTimeout = 40 * time.Second // of one flight, lock and Store included
	longestPause   = 30 * time.Second // limit of the three pauses above
	maxRejected    = 4                // rejected tokens that a cell remembers
)

// errReplaced: there is another installation now, with a cell of its own.
var errReplaced = errors.New("wecom: the installation has been replaced")

// get returns a token that can be used.
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

// join returns a token that is still good, or the flight to wait for. It starts the flight
// if there is none.
func (c *cell) join(a *Api) (f *flight[*grant], g *grant, began bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := clock.Now()
	if g = c.grant.Load(); g.fresh() {
		return nil, g, false, nil
	}
	t := c.failures
	if c.flight == nil && (t == nil || !t.pause.pending(now)) {
		c.flight = launch(a, refreshTimeout, c.refresh, c.land)
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

// refresh is the work of a flight.
func (c *cell) refresh(a *Api) (*grant, error) {
	s, err := c.bindSource(a)
	if err != nil {
		if !errors.Is(err, errReplaced) {
			a.reportToken(c.kind, false, false, err, 0)
		}
		return nil, err
	}
	store := a.core.store
	g, stored := store.load(a.ctx, s.key, c.isRejected)
	if g == nil {
		unlock, others := store.lockToken(a.ctx, s.key)
		defer unlock()
		if others {
			g, stored = store.load(a.ctx, s.key, c.isRejected)
		}
	}
	if g != nil {
		a.reportToken(c.kind, true, false, nil, 0)
		return g, nil
	}
	p, err := s.prove(a)
	if err == nil {
		err = c.remembered(p.secret)
	}
	if err != nil {
		a.reportToken(c.kind, false, s.lost(err), err, 0)
		return nil, err
	}
	g, err = c.askAndSave(a, s, p, stored)
	if s.lost(err) {
		if _, news := c.bindSource(a); news != nil { // another process has replaced or removed the installation
			return nil, news
		}
	}
	return g, err
}

// askAndSave asks WeCom for a token with the proof, and saves it in the Store.
func (c *cell) askAndSave(a *Api, s source, p proof, stored string) (*grant, error) {
	began := clock.Now()
	g, err := a.ask(s, p)
	a.reportToken(c.kind, false, s.lost(err), err, clock.Since(began))
	c.note(s, p, err)
	if err != nil {
		return nil, err
	}
	if c.kind != Corp.String() || a.corp.current.Load() == c { // else the token of an old installation would be saved
		a.core.store.save(a.ctx, s.key, g, stored)
	}
	return g, nil
}

// land publishes the token of a flight, or sets the pause before the next flight. After it the
// flight wakes its waiters, and then runs the hooks.
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
		c.ensureFailures().pause = pauseFor(now, min(longestPause, old.usable()-old.age())) // no longer than the old token can be used
		c.failures.last = err
		a.core.log.WarnContext(a.ctx, "wecom: renewing a token failed; the old one goes on until its end", "kind", c.kind,
			"suite", a.SuiteId(), "corp", a.CorpId(), "err", err)
		return
	}
	if c.failures != nil && c.failures.inARow > 1 { // the endpoint is failing: 1 s, 2 s, 4 s …
		c.failures.pause = pauseFor(now, min(longestPause, time.Second<<min(c.failures.inARow-2, 5)))
		c.failures.last = err
	}
}

func (c *cell) publish(g *grant) {
	c.newest++
	g.number = c.newest
	c.grant.Store(g)
	c.rejected = slices.DeleteFunc(c.rejected, func(t string) bool { return t == g.token }) // WeCom gave the same token again
	if t := c.failures; t != nil {
		t.refusedProof, t.inARow, t.pause, t.last = refusedProof{}, 0, pause{}, nil
	}
}

// take publishes a token that did not come from a flight.
func (c *cell) take(g *grant) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.publish(g)
}

// bind binds a corp's cell to an installation if it has none, and reports whether it belongs
// to in.
func (c *cell) bind(in Installation) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.boundTo == "" {
		c.boundTo = in.fingerprint()
	}
	return c.boundTo == in.fingerprint()
}

func (c *cell) bound() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.boundTo
}

// vacant reports whether a corp's cell belongs to no installation and nobody waits for it.
func (c *cell) vacant() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.boundTo == "" && c.flight == nil
}
