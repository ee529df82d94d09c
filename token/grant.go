package token

import (
	"math/rand/v2"
	"time"

	"github.com/gothird/wecom/access"
)

const (
	renewMargin = 5 * time.Minute // a token is renewed this long before its end, or a tenth of its life
	deadMargin  = 5 * time.Second // and not used this long before it, or a twentieth
	unknownLife = time.Minute     // of a token handed out with no life, or with none left
)

// grant is a token as it was handed out. It never changes.
type grant struct {
	token   string
	issued  time.Time
	life    time.Duration
	renew   time.Time // from here on a new one is asked for
	expires time.Time // from here on it is not used
}

func newGrant(token string, issued time.Time, life time.Duration) *grant {
	if life <= 0 {
		life = unknownLife
	}
	margin := min(renewMargin, life/10)
	margin += rand.N(margin/5 + 1) // processes that share a store do not all wake at once
	return &grant{token, issued, life, issued.Add(life - margin), issued.Add(life - min(deadMargin, life/20))}
}

func (g *grant) value() access.Value {
	left := time.Until(g.issued.Add(g.life))
	return access.Value{AcsToken: g.token, ExpiresIn: max(0, int64(left.Round(time.Second)/time.Second))}
}
