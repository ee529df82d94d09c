package token

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

const (
	storeTimeout = 3 * time.Second  // of one operation of the Store
	lockTimeout  = 10 * time.Second // of its lock; then we ask WeCom without
	ticketLock   = time.Second      // of the lock on a ticket: WeCom waits for its answer
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
	if s.look(ctx, "reading a token", key, &r) != nil || r.Token == "" || r.Token == rejected {
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

// lock takes the Store's lock on key where it has locks, and waits at most for limit. The
// function it returns is never nil.
func (s shared) lock(ctx context.Context, key string, limit time.Duration) (unlock func(), locked bool) {
	l, ok := s.store.(Locker)
	if !ok {
		return func() {}, false
	}
	give := func(unlock func()) {
		_, err := bounded(context.WithoutCancel(ctx), storeTimeout, func(context.Context) (struct{}, error) {
			unlock()
			return struct{}{}, nil
		}, nil)
		if err != nil {
			s.warn(ctx, "unlocking a key", key, err)
		}
	}
	held, err := bounded(ctx, limit, func(ctx context.Context) (func(), error) { return l.Lock(ctx, key) }, give)
	if err != nil {
		s.warn(ctx, "locking a key", key, err)
		return func() {}, false
	}
	return func() { give(held) }, true
}

// look is get for what may well be missing: then v stays as it is. A store that fails is
// also told to the log.
func (s shared) look(ctx context.Context, doing, key string, v any) error {
	err := s.get(ctx, key, v)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		s.warn(ctx, doing, key, err)
	}
	return err
}

func (s shared) get(ctx context.Context, key string, v any) error {
	b, err := bounded(ctx, storeTimeout, func(ctx context.Context) ([]byte, error) { return s.store.Get(ctx, key) }, nil)
	if err != nil {
		return err
	}
	if json.Unmarshal(b, v) != nil { // the decoder's text may quote the value
		return errDamaged
	}
	return nil
}

func (s shared) put(ctx context.Context, key string, v any, ttl time.Duration) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = bounded(ctx, storeTimeout, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, s.store.Put(ctx, key, b, ttl)
	}, nil)
	return err
}

func (s shared) delete(ctx context.Context, key string) error {
	_, err := bounded(ctx, storeTimeout, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, s.store.Delete(ctx, key)
	}, nil)
	return err
}

var (
	errDamaged    = errors.New("wecom: the stored value is damaged")
	errStorePanic = errors.New("wecom: panic in the Store")
)

// bounded runs an operation of the Store for at most limit. One that does not heed its
// context is left to itself; what it brings too late goes to late, which may be nil.
func bounded[T any](ctx context.Context, limit time.Duration, op func(context.Context) (T, error), late func(T)) (T, error) {
	type result struct {
		value T
		err   error
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	done, gone := make(chan result), make(chan struct{})
	go func() {
		defer cancel()
		r := result{err: errStorePanic}
		func() {
			defer func() { _ = recover() }() // its text may hold a secret
			r.value, r.err = op(ctx)
		}()
		select {
		case done <- r:
		case <-gone:
			if r.err == nil && late != nil {
				late(r.value)
			}
		}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		close(gone)
		var none T
		return none, fmt.Errorf("wecom: the Store: %w", ctx.Err())
	}
}

func (s shared) warn(ctx context.Context, doing, key string, err error) {
	s.log.WarnContext(ctx, "wecom: the store failed; going on without it", "doing", doing, "key", key, "err", err)
}
