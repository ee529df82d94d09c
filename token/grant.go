package token

import (
	"math/rand/v2"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gothird/wecom/access"
	"github.com/gothird/wecom/internal/clock"
)

const (
	renewMargin = 5 * time.Minute     // a token is renewed this long before its end, or a tenth of its life
	deadMargin  = 5 * time.Second     // and not used this long before it, or a twentieth
	unknownLife = time.Minute         // of a token handed out with no life, or with none left
	longestLife = 30 * 24 * time.Hour // of a token; WeCom's live for two hours, and more is nothing that anybody means
)

// grant is a token as it was handed out. But for the notes of its use it never changes.
// What a hit reads stands first, in one line of the processor's cache.
type grant struct {
	token   string
	issued  time.Time // by our clock, and never later than when this process got it
	life    time.Duration
	renew   time.Duration // age from which a new one is asked for
	escaped string        // token as a query value
	asked   bool          // this process had it from WeCom, not from the Store
	use     atomic.Pointer[usage]
	calls   atomic.Int64 // that were sent with it
	number  int64        // among the tokens of its cell
}

// newGrant makes a grant of a token that was issued at that time. A time ahead of the
// clock, from a machine whose clock is wrong, counts as now.
func newGrant(token string, issued time.Time, life time.Duration) *grant {
	now := clock.Now()
	issued = now.Add(-max(0, now.Sub(issued))) // with the monotonic clock in it, which is fast to compare
	if life <= 0 {
		life = unknownLife
	}
	margin := min(renewMargin, life/10)
	margin += rand.N(margin/5 + 1) // processes that share a store do not all wake at once
	return &grant{token: token, escaped: url.QueryEscape(token), issued: issued, life: life, renew: life - margin}
}

// lifeOf is a number of units as a time that overflows nothing.
func lifeOf(n int64, unit time.Duration) time.Duration {
	return time.Duration(min(max(n, 0), int64(longestLife/unit))) * unit
}

// age is how long ago the token was issued.
func (g *grant) age() time.Duration { return clock.Since(g.issued) }

// fresh reports whether the token is good for a while.
func (g *grant) fresh() bool { return g != nil && g.age() < g.renew }

// alive reports whether the token can still be used.
func (g *grant) alive() bool { return g != nil && g.age() < g.usable() }

// usable is the age from which the token is not used any more.
func (g *grant) usable() time.Duration { return g.life - min(deadMargin, g.life/20) }

// value is the token with the seconds it has left: never more than its life, also when
// the clock was set back since it was issued.
func (g *grant) value(age time.Duration) access.Value {
	left := g.life - max(0, age)
	return access.Value{AcsToken: g.token, ExpiresIn: int64((max(0, left) + time.Second/2) / time.Second)}
}

// place is where a token was shown: an endpoint, for a corp or for none.
type place struct{ path, corpId string }

// usage notes with which calls a token has succeeded lately: the latest one, and the
// latest one at another place.
type usage struct {
	mu             sync.Mutex
	latest, before success
}

type success struct {
	call int64 // its number among those of the token
	at   place
}

// succeeded notes that a call has succeeded with the token. Calls are numbered as they are
// sent, so that no clock says which was the later one.
func (g *grant) succeeded(call int64, at place) {
	u := g.use.Load()
	if u == nil {
		g.use.CompareAndSwap(nil, new(usage))
		u = g.use.Load()
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	switch {
	case u.latest.at == at:
		if call > u.latest.call {
			u.latest.call = call
		}
	case call > u.latest.call:
		u.before, u.latest = u.latest, success{call, at}
	case call > u.before.call:
		u.before = success{call, at}
	}
}

// contradicts reports whether a call that was sent later, to another place, has
// succeeded: then a refusal at this place is not about the token.
func (g *grant) contradicts(call int64, at place) bool {
	u := g.use.Load()
	if u == nil {
		return false
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	other := u.latest
	if other.at == at {
		other = u.before
	}
	return other.call > call
}

// vouchesFor reports whether the token was good at a place that complained when its cell
// had had so many tokens: one that came since then must have succeeded there, an older one
// anywhere.
func (g *grant) vouchesFor(at place, tokens int64) bool {
	u := g.use.Load()
	if u == nil {
		return false
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	return g.number <= tokens || u.latest.at == at || u.before.at == at
}
