package token

import (
	"maps"
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

func (s *suite) complete() bool { return s.id != "" && s.secret != "" }

type suiteKey struct{ id, secret string }

// corp is one authorised corp of an app.
type corp struct {
	present atomic.Pointer[cell] // of the installation that this process knows
	first   cell                 // the first one, where a hit finds it at once
	app     *app
	id      string
	known   atomic.Pointer[knownInstallation]
	shared  atomic.Pointer[corp] // the one that all share, where this is another

	began atomic.Bool // first is in use, or was
	users int         // who may be about to change it; under registry.mu
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
	locked int              // lookups that found it there
}

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
	p := r.find(id)
	if p == nil {
		return &corp{app: a, id: id}
	}
	if r.locked++; r.locked > len(r.recent)+r.size() {
		r.settle()
	}
	return p
}

func (r *registry) size() int {
	if m := r.settled.Load(); m != nil {
		return len(*m)
	}
	return 0
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
	if len(r.recent) > 1+r.size()/4 {
		r.settle()
	}
}

// settle moves what is recent to where no lock is needed, and lets go of what is idle:
// often enough for lookups, and rarely enough that the copying costs each of them little.
func (r *registry) settle() {
	next := make(map[string]*corp, len(r.recent)+r.size())
	if before := r.settled.Load(); before != nil {
		for id, p := range *before {
			if !p.idle() {
				next[id] = p
			}
		}
	}
	maps.Copy(next, r.recent)
	r.recent, r.locked = nil, 0
	r.settled.Store(&next)
}
