package token

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gothird/wecom/access"
)

const (
	refreshTimeout = 30 * time.Second // of one flight, lock and store included
	holdOff        = 30 * time.Second // between attempts that are likely to fail again
	doubtLife      = 5 * time.Minute  // after which an endpoint's last doubtful word is forgotten
)

// cell holds one token: of the provider, of a suite, or of a corp. At most one flight is
// under way to replace it, shared by all who wait.
type cell struct {
	open    func(ctx context.Context) (purchase, error)
	shared  shared
	current atomic.Pointer[grant]

	mu       sync.Mutex
	flight   *flight
	era      int              // counts resets: what an older flight brings back is not for now
	rejected string           // the token that WeCom refused last
	doubts   map[string]doubt // by path
	refusal  refusal
	failures int       // in a row
	pause    time.Time // no attempt before
	last     error     // what the pause is about
}

// flight is one refresh under way; the rest is set when done is closed.
type flight struct {
	era   int
	done  chan struct{}
	g     *grant
	err   error
	asked *purchase // WeCom was asked
	void  bool      // overtaken by a reset or a rejection: look again
}

// refusal remembers what WeCom said of a proof, so that it is not shown again and again:
// addresses that repeat a wrong secret are blocked for an hour.
type refusal struct {
	proof string
	err   error
	till  time.Time
}

// doubt is about an endpoint that has refused a brand-new token: the fault is not the
// token's, and asking for more of them would be the classic storm.
type doubt struct {
	times int
	till  time.Time
}

// get returns a token to use. A hit is one atomic load and a look at the clock.
func (c *cell) get(ctx context.Context) (*grant, error) {
	if g := c.current.Load(); g != nil && time.Now().Before(g.renew) {
		return g, nil
	}
	return c.wait(ctx)
}

// wait joins the flight, or starts it. The old token is handed out while it still lives.
func (c *cell) wait(ctx context.Context) (*grant, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for joined := (*flight)(nil); ; {
		c.mu.Lock()
		if joined != nil && joined.era == c.era && !joined.void {
			c.mu.Unlock()
			return joined.g, joined.err
		}
		now := time.Now()
		g := c.current.Load()
		if g != nil && now.Before(g.renew) {
			c.mu.Unlock()
			return g, nil
		}
		if c.flight == nil && !now.Before(c.pause) {
			c.flight = c.start(ctx)
		}
		joined = c.flight
		last, pause := c.last, c.pause
		c.mu.Unlock()
		if g != nil && now.Before(g.expires) {
			return g, nil
		}
		if joined == nil {
			return nil, fmt.Errorf("%w (next attempt in %s)", last, pause.Sub(now).Round(time.Second))
		}
		select {
		case <-joined.done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// start runs a refresh that outlives its first caller and ends by its own timeout.
func (c *cell) start(ctx context.Context) *flight {
	f := &flight{era: c.era, done: make(chan struct{}), err: errAborted}
	rejected := c.rejected
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), refreshTimeout)
	go func() {
		defer cancel()
		defer c.land(f)
		defer func() {
			if recover() != nil { // its text may hold a secret
				f.err = fmt.Errorf("%w: panic in Middleware, OnCall or the Logger", errAborted)
			}
		}()
		f.g, f.err = c.refresh(ctx, f, rejected)
	}()
	return f
}

// refresh looks in the store, takes the lock, looks again, and only then asks WeCom.
func (c *cell) refresh(ctx context.Context, f *flight, rejected string) (*grant, error) {
	p, err := c.open(ctx)
	if err != nil {
		return nil, err
	}
	if g := c.shared.load(ctx, p.key, rejected); g != nil {
		return g, nil
	}
	unlock, locked := c.shared.lock(ctx, p.key, lockTimeout)
	defer unlock()
	if locked {
		if g := c.shared.load(ctx, p.key, rejected); g != nil {
			return g, nil
		}
	}
	proof, err := p.proof(ctx)
	if err != nil {
		return nil, err
	}
	if err := c.refused(proof); err != nil {
		return nil, err
	}
	f.asked = &p
	return c.buy(ctx, p, proof)
}

// buy shows the proof to WeCom.
func (c *cell) buy(ctx context.Context, p purchase, proof string) (*grant, error) {
	issued := time.Now() // before the answer: the safe side
	v, err := p.ask(ctx, proof)
	if err != nil {
		if p.refused(err) {
			c.mu.Lock()
			c.refusal = refusal{proof, err, time.Now().Add(holdOff)}
			c.mu.Unlock()
		}
		return nil, err
	}
	g := newGrant(v.AcsToken, issued, time.Duration(v.ExpiresIn)*time.Second)
	c.shared.save(ctx, p.key, g)
	return g, nil
}

// fetch asks WeCom for one caller, whatever is cached; proof "" is the usual one.
func (c *cell) fetch(ctx context.Context, proof string) (access.Value, error) {
	c.mu.Lock()
	era := c.era
	c.mu.Unlock()
	p, err := c.open(ctx)
	if err == nil && proof == "" {
		proof, err = p.proof(ctx)
	}
	if err != nil {
		return access.Value{}, err
	}
	g, err := c.buy(ctx, p, proof)
	if err != nil {
		return access.Value{}, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if era == c.era {
		c.publish(g)
	}
	return g.value(), nil
}

// land publishes what a flight brought, or sets the pause before the next.
func (c *cell) land(f *flight) {
	c.mu.Lock()
	defer c.mu.Unlock()
	defer close(f.done)
	if c.flight == f {
		c.flight = nil
	}
	f.void = f.era != c.era || f.err == nil && f.asked == nil && f.g.token == c.rejected
	if f.void {
		return
	}
	if f.err == nil {
		c.publish(f.g)
		return
	}
	now := time.Now()
	c.last = f.err
	if f.asked != nil && f.asked.failed(f.err) {
		c.failures++
	}
	if g := c.current.Load(); g != nil && now.Before(g.expires) {
		c.pause = g.expires // without a token there is no reason to wait
		if soon := now.Add(holdOff); soon.Before(c.pause) {
			c.pause = soon
		}
	} else if c.failures > 1 { // WeCom is unwell: 1 s, 2 s, 4 s …
		c.pause = now.Add(min(holdOff, time.Second<<min(c.failures-2, 5)))
	}
}

func (c *cell) publish(g *grant) {
	c.current.Store(g)
	c.failures, c.pause, c.last = 0, time.Time{}, nil
	c.refusal = refusal{}
}

// reject takes out a token that the endpoint at path refused, unless it has been replaced
// already, and reports whether another attempt makes sense.
func (c *cell) reject(failed, path string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if time.Now().Before(c.doubts[path].till) {
		return false
	}
	c.drop(failed)
	return true
}

func (c *cell) drop(failed string) {
	if g := c.current.Load(); g != nil && g.token == failed {
		c.current.Store(nil)
		c.rejected, c.pause = failed, time.Time{}
	}
}

// distrust notes that the endpoint at path refused a token that was bought after it had
// refused another: for 1 s, 2 s, 4 s … it gets no third one.
func (c *cell) distrust(path string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	d := c.doubts[path]
	switch {
	case now.Before(d.till):
		return // others have said so
	case now.Sub(d.till) > doubtLife:
		d.times = 0
	}
	d.till = now.Add(min(holdOff, time.Second<<min(d.times, 5)))
	d.times++
	if c.doubts == nil {
		c.doubts = map[string]doubt{}
	}
	c.doubts[path] = d
}

// reset forgets everything: the installation is another one, or gone.
func (c *cell) reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.era++
	c.flight = nil
	c.current.Store(nil)
	c.rejected, c.doubts, c.refusal = "", nil, refusal{}
	c.failures, c.pause, c.last = 0, time.Time{}, nil
}

// retry lifts the pause: there is something new to try.
func (c *cell) retry() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pause = time.Time{}
}

func (c *cell) refused(proof string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	if c.refusal.proof != proof || !now.Before(c.refusal.till) {
		return nil
	}
	return fmt.Errorf("%w (refused %s ago; asked again in %s)", c.refusal.err,
		now.Sub(c.refusal.till.Add(-holdOff)).Round(time.Second), c.refusal.till.Sub(now).Round(time.Second))
}
