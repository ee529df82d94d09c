package token

import (
	"context"
	"errors"
	"time"

	"github.com/gothird/wecom/internal/clock"
)

// tokenRecord is a grant in the Store.
type tokenRecord struct {
	V      int    `json:"v"`
	Token  string `json:"token"`
	Issued int64  `json:"issued"` // Unix milliseconds, by the clock of who asked for it
	Life   int64  `json:"life"`   // milliseconds
}

// load returns the token that another process has put under key, nil when there is none
// that could be used for a while, and the text of whatever token stands there.
func (s *sharedStore) load(ctx context.Context, key string, rejected func(token string) bool) (g *grant, there string) {
	var r tokenRecord
	if err := s.find(ctx, key, &r); err != nil {
		s.warn(ctx, "reading a token", key, err)
		return nil, ""
	}
	if r.Token == "" || rejected(r.Token) {
		return nil, r.Token
	}
	issued := time.UnixMilli(r.Issued)
	g = newGrant(r.Token, issued, lifeOf(r.Life, time.Millisecond))
	if !g.fresh() {
		return nil, r.Token
	}
	if clock.Until(issued) > skew { // or it would look new to everybody, again and again
		s.writeToken(ctx, key, g)
	}
	return g, r.Token
}

// save puts a token under key, in the place of the one that stood there when it was asked
// for. If it is another one by now, somebody was faster: whoever lost his lock while WeCom
// took its time comes too late.
func (s *sharedStore) save(ctx context.Context, key string, g *grant, before string) {
	var there tokenRecord
	err := s.find(ctx, key, &there)
	switch {
	case err != nil && unusable(err) && !errors.Is(err, errDamaged):
		s.warn(ctx, "saving a token", key, err) // sealed by others, who can read it
		return
	case err == nil && there.Token != "" && there.Token != before:
		return
	}
	s.writeToken(ctx, key, g)
}

func (s *sharedStore) writeToken(ctx context.Context, key string, g *grant) {
	r := tokenRecord{atRest, g.token, g.issued.UnixMilli(), g.life.Milliseconds()}
	if err := s.put(ctx, key, r, g.life, false); err != nil {
		s.warn(ctx, "saving a token", key, err)
	}
}
