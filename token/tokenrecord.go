package token

import (
	"context"
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

// load returns the stored token under key if it is fresh and was not rejected, else nil.
// stored is the text of that token in any case; "" if there is none.
func (s *sharedStore) load(ctx context.Context, key string, rejected func(token string) bool) (g *grant, stored string) {
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

// save writes a token under key if what is stored has not changed: stored is what load has
// returned. If it has changed, another process was faster, and this one lost its lock while
// WeCom was slow.
func (s *sharedStore) save(ctx context.Context, key string, g *grant, stored string) {
	var there tokenRecord
	err := s.find(ctx, key, &there)
	switch {
	case usableElsewhere(err):
		s.warn(ctx, "saving a token", key, err) // a value that other processes can read is left alone
		return
	case err == nil && there.Token != "" && there.Token != stored:
		return
	}
	s.writeToken(ctx, key, g)
}

func (s *sharedStore) writeToken(ctx context.Context, key string, g *grant) {
	r := tokenRecord{recordVersion, g.token, g.issued.UnixMilli(), g.life.Milliseconds()}
	if err := s.put(ctx, key, r, g.life, false); err != nil {
		s.warn(ctx, "saving a token", key, err)
	}
}
