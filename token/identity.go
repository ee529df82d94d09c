package token

import (
	"sync"
	"sync/atomic"
)

// app is one third-party app or template, whatever secret it is used with: tickets,
// installations and exchanges belong to the suite id. The app without an id holds the
// corps of an Api that has no suite.
type app struct {
	id        string
	ticket    ticketCell
	corps     registry
	exchanges exchanges
}

// suite is an app with a secret.
type suite struct {
	*app
	secret string
	cell   cell
}

type suiteKey struct{ id, secret string }

// corp is one authorised corp of an app.
type corp struct {
	app     *app
	id      string
	present atomic.Pointer[cell] // of the installation that this process knows
	known   atomic.Pointer[knownInstallation]
	writing ctxLock              // held while the installation is written
	shared  atomic.Pointer[corp] // the one that all share, where this is another

	users int // who may be about to change it; under registry.mu
}

// cell finds the cell of the installation without a lock.
func (p *corp) cell() *cell {
	if c := p.present.Load(); c != nil {
		return c
	}
	if shared := p.shared.Load(); shared != nil {
		return shared.present.Load()
	}
	return nil
}

// idle reports whether nothing would be lost if the corp were looked up anew.
func (p *corp) idle() bool {
	k, c := p.known.Load(), p.present.Load()
	return p.users == 0 && (c == nil || c.vacant()) && (k == nil || !k.unsaved && !k.installed())
}

// registry holds the corps of an app. A lookup takes no lock. What was never installed
// is let go of again: ids come from outside.
type registry struct {
	settled atomic.Pointer[map[string]*corp] // never written to

	mu     sync.Mutex
	recent map[string]*corp // what is not in settled yet
}

// firstSettle is how many corps are looked up under the lock at most, to begin with.
const firstSettle = 32

// get returns the corp, or a new one that the registry does not hold.
func (r *registry) get(a *app, id string) *corp {
	if m := r.settled.Load(); m != nil {
		if p := (*m)[id]; p != nil {
			return p
		}
	}
	return r.unsettled(a, id)
}

func (r *registry) unsettled(a *app, id string) *corp {
	r.mu.Lock()
	defer r.mu.Unlock()
	if p := r.find(id); p != nil {
		return p
	}
	return &corp{app: a, id: id}
}

// find looks everywhere; mu is held.
func (r *registry) find(id string) *corp {
	if m := r.settled.Load(); m != nil {
		if p := (*m)[id]; p != nil {
			return p
		}
	}
	return r.recent[id]
}

// pin returns the corp that all share, and keeps it until unpin.
func (r *registry) pin(p *corp) *corp {
	r.mu.Lock()
	defer r.mu.Unlock()
	if there := r.find(p.id); there != nil {
		p = there
	} else {
		if r.recent == nil {
			r.recent = map[string]*corp{}
		}
		r.recent[p.id] = p
	}
	p.users++
	return p
}

func (r *registry) unpin(p *corp) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if p.users--; p.idle() {
		delete(r.recent, p.id)
	}
	settled := r.settled.Load()
	known := 0
	if settled != nil {
		known = len(*settled)
	}
	if len(r.recent) >= max(firstSettle, known/4) {
		r.settle(settled)
	}
}

// settle moves what is recent to where no lock is needed, and lets go of what is idle:
// often enough for lookups, and rarely enough that the copying costs each corp little.
func (r *registry) settle(before *map[string]*corp) {
	next := make(map[string]*corp, len(r.recent))
	if before != nil {
		for id, p := range *before {
			if !p.idle() {
				next[id] = p
			}
		}
	}
	for id, p := range r.recent {
		next[id] = p
	}
	r.recent = nil
	r.settled.Store(&next)
}
