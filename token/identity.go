package token

import (
	"maps"
	"sync"
	"sync/atomic"
)

// app is one third-party app or template: tickets, installations and exchanges belong to the
// suite id, whatever the secret. The app with id "" holds the corps of an Api without a
// suite.
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
	first   cell                 // the first cell, in place, so that a hit needs no further pointer
	app     *app
	id      string
	known   atomic.Pointer[knownInstallation]
	shared  atomic.Pointer[corp] // the corp that the registry has, if it is another object

	began atomic.Bool // first has been used
	users int         // callers that have pinned it; guarded by registry.mu
}

// cell returns the cell of the installation. It takes no lock.
func (p *corp) cell() *cell {
	if c := p.present.Load(); c != nil {
		return c
	}
	if shared := p.shared.Load(); shared != nil {
		return shared.present.Load()
	}
	return nil
}

// idle reports whether the corp can be dropped without losing anything.
func (p *corp) idle() bool {
	k, c := p.known.Load(), p.present.Load()
	return p.users == 0 && (c == nil || c.vacant()) && (k == nil || !k.unsaved && !k.installed())
}

// registry holds the corps of an app. A lookup takes no lock. Corps that were never
// installed are dropped again: ids may come from untrusted requests.
type registry struct {
	settled atomic.Pointer[map[string]*corp] // never written to

	mu     sync.Mutex
	recent map[string]*corp // not in settled yet
	locked int              // lookups that found their corp in recent
}

// get returns the corp, or a new one that is not in the registry.
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

// find looks in settled and recent; mu is held.
func (r *registry) find(id string) *corp {
	if m := r.settled.Load(); m != nil {
		if p := (*m)[id]; p != nil {
			return p
		}
	}
	return r.recent[id]
}

// pin returns the shared corp, which stays in the registry until unpin.
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

// settle moves recent corps to settled, where lookups need no lock, and drops idle ones. It
// runs often enough for fast lookups, and rarely enough that the copy costs each lookup
// little.
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
