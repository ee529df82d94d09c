package token

import (
	"time"

	"github.com/gothird/wecom/internal/clock"
)

const (
	tripFirst = time.Minute // first trip: no new token for so long; doubled each time
	tripMost  = time.Hour
	suspicion = 2      // the next tokens after a refusal that count as fetched because of it
	maxPlaces = 10_000 // that a breaker remembers
)

// breaker stops token refreshes for a place (an endpoint and a corp) that refuses brand-new
// tokens too. There the token is not the fault, and a new one does not help. Refusals at
// other places still get a new token.
type breaker struct{ places map[place]*trip }

type trip struct {
	replaced *grant    // the token that was last replaced because of this place
	at       time.Time // when it was refused here first
	tokens   int64     // number of tokens the cell had had then
	steps    int       // how often it tripped in a row
	pause    pause     // until then it gets no new token
}

// refusals counts how often one call was refused.
type refusals struct {
	n     int
	first int64 // number of the cell's newest token when the first one came
}

// replaceable decides whether a token that was refused at a place is replaced for it; tokens
// is how many tokens the cell has had. The cell's mutex is held.
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

// suspects reports whether g was fetched because of a refusal at this place and is refused
// here too. A token from the Store does not count: it may be an old one.
func (t *trip) suspects(g *grant, at place) bool {
	return t.replaced != nil && t.replaced != g && g.asked && g.number <= t.tokens+suspicion && !g.vouchesFor(at, t.tokens)
}

func (t *trip) trip(now time.Time) {
	if now.Sub(t.pause.till).Abs() > tripMost {
		t.steps = 0
	}
	t.pause = pauseFor(now, min(tripMost, tripFirst<<min(t.steps, 6)))
	t.steps++
	t.replaced = nil // after the pause the count starts again
}

// add adds a place. If there are too many, those without a refusal for a long time are
// dropped.
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

// pause is a time before which something is not tried again. Setting the clock back does not
// make it longer.
type pause struct {
	till time.Time
	span time.Duration
}

func pauseFor(now time.Time, span time.Duration) pause { return pause{now.Add(span), span} }

func (p pause) pending(now time.Time) bool { return now.Before(p.till) && p.left(now) <= p.span }

func (p pause) left(now time.Time) time.Duration { return p.till.Sub(now) }
