package token

import (
	"time"

	"github.com/gothird/wecom/internal/clock"
)

const (
	tripFirst = time.Minute // how long a place gets no new token, doubled each time
	tripMost  = time.Hour
	suspicion = 2      // how many tokens after a complaint count as asked for because of it
	maxPlaces = 10_000 // that a breaker remembers
)

// breaker stops the storm at a place, an endpoint and a corp, that refuses brand-new
// tokens too: the fault is not the token's there, and asking for ever more of them would
// not mend it. Refusals elsewhere are not held up by it.
type breaker struct{ places map[place]*trip }

type trip struct {
	replaced *grant    // what was replaced for this place last
	at       time.Time // when it was refused here first
	tokens   int64     // how many the cell had had then
	steps    int       // how often it tripped in a row
	pause    pause     // until then it gets no new token
}

// refusals is what one call has met so far.
type refusals struct {
	n     int
	first int64 // number of the cell's newest token when the first one came
}

// replaceable decides whether a token that was refused at a place is replaced for it;
// tokens is how many the cell has had. The cell's mutex is held.
func (b *breaker) replaceable(g *grant, at place, met refusals, tokens int64) bool {
	now := clock.Now()
	t := b.places[at]
	if t == nil {
		t = b.add(at, now)
	}
	brandNew := met.n > 1 && (met.n > 2 || g.asked && g.number > met.first)
	switch {
	case t.pause.pending(now):
		return false
	case brandNew, t.suspects(g, at):
		t.trip(now)
		return false
	}
	if t.replaced != g {
		t.replaced, t.at, t.tokens = g, now, tokens
	}
	return true
}

// suspects reports whether a token came because of this place's complaint, and was no better
// here. One of the Store may have been dead for long: it says nothing about new ones.
func (t *trip) suspects(g *grant, at place) bool {
	return t.replaced != nil && t.replaced != g && g.asked && g.number <= t.tokens+suspicion && !g.vouchesFor(at, t.tokens)
}

func (t *trip) trip(now time.Time) {
	if now.Sub(t.pause.till).Abs() > tripMost {
		t.steps = 0
	}
	t.pause = pauseFor(now, min(tripMost, tripFirst<<min(t.steps, 6)))
	t.steps++
	t.replaced = nil // what comes after the pause is looked at anew
}

// add makes room for a place, at the cost of those that were quiet for long.
func (b *breaker) add(at place, now time.Time) *trip {
	if b.places == nil {
		b.places = map[place]*trip{}
	}
	if len(b.places) >= maxPlaces {
		for p, t := range b.places {
			if now.Sub(t.at).Abs() > 2*tripMost {
				delete(b.places, p)
			}
		}
		if len(b.places) >= maxPlaces {
			clear(b.places)
		}
	}
	t := new(trip)
	b.places[at] = t
	return t
}

// pause is a time before which something is not done again. A clock that is set back
// does not prolong it.
type pause struct {
	till time.Time
	span time.Duration
}

func pauseFor(now time.Time, span time.Duration) pause { return pause{now.Add(span), span} }

func (p pause) pending(now time.Time) bool { return now.Before(p.till) && p.left(now) <= p.span }

func (p pause) left(now time.Time) time.Duration { return p.till.Sub(now) }
