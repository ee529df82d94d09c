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
	renewMargin = 5 * time.Minute     // a token is renewed this long before its end, or a tenth of its life if that is less
	deadMargin  = 5 * time.Second     // and not used any more this long before it, or a twentieth if that is less
	unknownLife = time.Minute         // of a token whose answer names no life, or 0
	longestLife = 30 * 24 * time.Hour // limit for a malformed expires_in; WeCom's tokens live for two hours
)

// grant is a token as WeCom handed it out. Only the notes about its use change. The fields
// that a cache hit reads come first, within one cache line.
type grant struct {
	token        string
	issued       time.Time // by this machine's clock, never later than when this process got it
	life         time.Duration
	renewAt      time.Duration // age at which a new one is asked for
	escaped      string        // token as a query value
	fromEndpoint bool          // the token endpoint gave it to this process: it is neither from the Store nor from an exchange
	use          atomic.Pointer[usage]
	calls        atomic.Int64 // number of calls sent with it
	// number counts the tokens that its cell has published, from 1. cell.newest,
	// rejections.newest and trip.newest are numbers of tokens too, and compared with it.
	number int64
}

// newGrant returns a grant for a token issued at that time. A time ahead of the clock, from
// a machine with a wrong clock, counts as now.
func newGrant(token string, issued time.Time, life time.Duration) *grant {
	now := clock.Now()
	issued = now.Add(-max(0, now.Sub(issued))) // has a monotonic clock reading, which is fast to compare
	if life <= 0 {
		life = unknownLife
	}
	margin := min(renewMargin, life/10)
	margin += rand.N(margin/5 + 1) // so that processes that share a Store do not all renew at once
	return &grant{token: token, escaped: url.QueryEscape(token), issued: issued, life: life, renewAt: life - margin}
}

// lifeOf returns n units as a duration, bounded so that nothing overflows.
func lifeOf(n int64, unit time.Duration) time.Duration {
	return time.Duration(min(max(n, 0), int64(longestLife/unit))) * unit
}

// age is how long ago the token was issued.
func (g *grant) age() time.Duration { return clock.Since(g.issued) }

// fresh reports whether the token needs no renewal yet.
func (g *grant) fresh() bool { return g != nil && g.age() < g.renewAt }

// alive reports whether the token can still be used.
func (g *grant) alive() bool { return g != nil && g.age() < g.usable() }

// usable is the age from which the token is not used any more.
func (g *grant) usable() time.Duration { return g.life - min(deadMargin, g.life/20) }

// value returns the token with the seconds it has left: never more than its life, even if
// the clock was set back.
func (g *grant) value(age time.Duration) access.Value {
	left := g.life - max(0, age)
	return access.Value{AcsToken: g.token, ExpiresIn: int64((max(0, left) + time.Second/2) / time.Second)}
}

// place is where a token was used: an endpoint and a corp, which may be "".
type place struct{ path, corpId string }

// usage holds the latest call that succeeded with a token, and the latest one at another
// place.
type usage struct {
	mu             sync.Mutex
	latest, before success
}

type success struct {
	call int64 // number among the calls of the token
	at   place
}

// succeeded notes that a call has succeeded with the token. Calls are numbered when they are
// sent, so that their order does not depend on a clock.
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
		u.latest.call = max(u.latest.call, call)
	case call > u.latest.call:
		u.before, u.latest = u.latest, success{call, at}
	case call > u.before.call:
		u.before = success{call, at}
	}
}

// contradicts reports whether a later call to another place has succeeded. Then the token is
// not the reason for the rejection at this place.
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

// knownGood reports whether the token is known to be good, after a place rejected one when
// newest was the number of the cell's newest token: a token that came later must have
// succeeded at that place, any other anywhere.
func (g *grant) knownGood(at place, newest int64) bool {
	u := g.use.Load()
	if u == nil {
		return false
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	return g.number <= newest || u.latest.at == at || u.before.at == at
}
