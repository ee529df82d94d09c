package token

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"time"
)

const (
	storeTimeout = 3 * time.Second  // of one operation of the Store
	lockTimeout  = 10 * time.Second // then we ask WeCom without the lock
)

// shared is the Store as the cells see it: a help, never a reason to fail.
type shared struct {
	store Store
	log   *slog.Logger
}

// record is a grant in the Store.
type record struct {
	Token  string `json:"token"`
	Issued int64  `json:"issued"` // Unix milliseconds
	Life   int64  `json:"life"`   // milliseconds
}

// load returns the token that another process has put under key, nil when there is none
// that could be used for a while.
func (s shared) load(ctx context.Context, key, rejected string) *grant {
	var r record
	err := s.get(ctx, key, &r)
	if err != nil {
		if !errors.Is(err, ErrNotFound) {
			s.warn(ctx, "reading a token", key, err)
		}
		return nil
	}
	if r.Token == "" || r.Token == rejected {
		return nil
	}
	g := newGrant(r.Token, time.UnixMilli(r.Issued), time.Duration(r.Life)*time.Millisecond)
	if !time.Now().Before(g.renew) {
		return nil
	}
	return g
}

// save puts a token under key, unless a newer one is there: whoever lost his lock while
// WeCom took its time comes too late.
func (s shared) save(ctx context.Context, key string, g *grant) {
	r := record{g.token, g.issued.UnixMilli(), g.life.Milliseconds()}
	var there record
	if s.get(ctx, key, &there) == nil && there.Issued > r.Issued {
		return
	}
	if err := s.put(ctx, key, r, g.life); err != nil {
		s.warn(ctx, "saving a token", key, err)
	}
}

// lock takes the Store's lock on key where it has locks. What it returns is never nil.
func (s shared) lock(ctx context.Context, key string) (unlock func(), locked bool) {
	l, ok := s.store.(Locker)
	if !ok {
		return func() {}, false
	}
	ctx, cancel := context.WithTimeout(ctx, lockTimeout)
	defer cancel()
	unlock, err := l.Lock(ctx, key)
	if err != nil {
		s.warn(ctx, "locking a key", key, err)
		return func() {}, false
	}
	return unlock, true
}

func (s shared) get(ctx context.Context, key string, v any) error {
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	b, err := s.store.Get(ctx, key)
	if err != nil {
		return err
	}
	if json.Unmarshal(b, v) != nil { // the decoder's text may quote the value
		return errors.New("wecom: the stored value is damaged")
	}
	return nil
}

func (s shared) put(ctx context.Context, key string, v any, ttl time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return s.store.Put(ctx, key, b, ttl)
}

func (s shared) delete(ctx context.Context, key string) error {
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	return s.store.Delete(ctx, key)
}

func (s shared) warn(ctx context.Context, doing, key string, err error) {
	s.log.WarnContext(ctx, "wecom: the store failed; going on without it", "doing", doing, "key", key, "err", err)
}
