package token

import (
	"time"

	"github.com/gothird/wecom/internal/clock"
)

const (
	tripFirst    = time.Minute // first trip: no new token for so long; doubled each time
	tripMost     = time.Hour
	blamedTokens = 2      // the next tokens after a rejection that count as fetched because of it
	mostInVain   = 4      // tokens that are replaced because of a place that accepts none
	maxPlaces    = 10_000 // that a breaker remembers
)

// breaker handles a place (an endpoint and a corp) that rejects brand-new tokens too. There the
// token is not the fault, and a new one does not help: for some time a rejection at that place
// replaces no token. The token stays in use, and rejections at other places still replace it.
//
// In this package a token is rejected, and a proof is refused: see [refusedProof].
type breaker struct{ places map[place]*trip }

type trip struct {
	replaced *grant    // the token that was last replaced because of this place
	excused  bool      // there was no token in its place: the next one is not fetched because of it
	inVain   int       // how many were replaced because of this place since it has accepted one
	at       time.Time // when it was rejected here first
	newest   int64     // number of the cell's newest token then
	steps    int       // how often it tripped in a row
	pause    pause     // until then it gets no new token
}

// rejections are those of the tokens of one call.
type rejections struct {
	n      int
	newest int64  // number of the cell's newest token at the first one
	last   *grant // the token that was rejected last, and its cell
	cell   *cell
}

// onRejection notes that a token was rejected at a place, and decides whether it is replaced
// for that. It trips the place if the token is brand-new. newest is the number of the cell's
// newest token. The cell's mutex is held.
func (b *breaker) onRejection(g *grant, at place, seen rejections, newest int64) bool {
	now := clock.Now()
	t := b.places[at]
	if t == nil {
		t = b.add(at, now)
	}
	// The token endpoint gave it after the first rejection of this call, or this is the third
	// rejection.
	brandNew := seen.n > 1 && (seen.n > 2 || g.fromEndpoint && g.number > seen.newest)
	switch {
	case t.pause.pending(now):
		return false
	case brandNew, t.rejectsReplacement(g, at), t.rejectsAll(g, now):
		t.trip(now)
		return false
	}
	if t.replaced != g {
		t.replaced, t.excused, t.at, t.newest = g, false, now, newest
		t.inVain++
	}
	return true
}

// rejectsReplacement reports whether g was fetched because of a rejection at this place and
// is rejected here too. A token from the Store does not count: it may be an old one.
func (t *trip) rejectsReplacement(g *grant, at place) bool {
	return t.replaced != nil && t.replaced != g && !t.excused && g.fromEndpoint && g.number <= t.newest+blamedTokens && !g.knownGood(at, t.newest)
}

// rejectsAll reports whether one token after the other was replaced because of this place, and
// it has accepted none. That is how a place looks whose callers do not wait for the next token,
// or do not get it because the token endpoint fails.
func (t *trip) rejectsAll(g *grant, now time.Time) bool {
	if now.Sub(t.at).Abs() > tripMost && now.Sub(t.pause.till).Abs() > tripMost {
		t.inVain = 0
	}
	return t.replaced != g && t.inVain >= mostInVain
}

func (t *trip) trip(now time.Time) {
	if now.Sub(t.pause.till).Abs() > tripMost {
		t.steps = 0
	}
	t.pause = pauseFor(now, min(tripMost, tripFirst<<min(t.steps, 6)))
	t.steps++
	t.replaced, t.inVain = nil, mostInVain-1 // after the pause it gets one token
}

// add adds a place. If there are too many, those without a rejection for a long time are
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
