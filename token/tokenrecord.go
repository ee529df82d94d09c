package token

import (
	"context"
	"errors"
	"time"

	"github.com/gothird/wecom/internal/clock"
)

// tokenRecord is the stored form of a grant.
type tokenRecord struct {
	V      int    `json:"v"`
	Token  string `json:"token"`
	Issued int64  `json:"issued"` // Unix milliseconds, by the clock of the process that asked for it
	Life   int64  `json:"life"`   // milliseconds
}

// load returns the stored token under key, nil if there is none that needs no renewal yet.
// there is the text of the stored token, whatever its state.
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
	if clock.Until(issued) > skew { // else it would look new each time it is read
		s.writeToken(ctx, key, g)
	}
	return g, r.Token
}

// save writes a token under key if the stored token is still before. If it is not, another
// process was faster, and this one lost its lock while WeCom was slow.
func (s *sharedStore) save(ctx context.Context, key string, g *grant, before string) {
	var there tokenRecord
	err := s.find(ctx, key, &there)
	switch {
	case err != nil && unusable(err) && !errors.Is(err, errDamaged):
		s.warn(ctx, "saving a token", key, err) // a value that other processes can read is left alone
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
