package wecomredis

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/bsm/redislock"
)

const (
	lockLife    = 10 * time.Second // of a lock whose holder is gone
	lockAsk     = 5 * time.Millisecond
	lockAskMost = 20 * time.Millisecond
	unlockLimit = 3 * time.Second // for giving a lock back; then it ends by itself
)

// lock is one that this process was given. It stays in the list of its store until it is given
// back, also when it has ended on the server.
type lock struct {
	*redislock.Lock
	stop chan struct{} // closed when it is given back
}

// Lock waits for the lock on key. A holder renews it until it is unlocked; that of a process
// that is gone ends after ten seconds.
func (s *Store) Lock(ctx context.Context, key string) (unlock func(), err error) {
	held, err := obey(ctx, func(ctx context.Context) (*redislock.Lock, error) { return s.obtain(ctx, s.lockKey(key)) },
		func(late *redislock.Lock) { s.release(late) })
	if err != nil {
		return nil, fmt.Errorf("wecomredis: lock %q: %w", key, err)
	}
	l := &lock{held, make(chan struct{})}
	s.mu.Lock()
	s.held[key] = append(s.held[key], l)
	s.mu.Unlock()
	go s.renew(l)
	return sync.OnceFunc(func() {
		close(l.stop)
		s.drop(key, l)
		s.release(held)
	}), nil
}

// obtain asks for a lock until it is free. The library itself would end when a lock's life has
// passed.
func (s *Store) obtain(ctx context.Context, key string) (*redislock.Lock, error) {
	for {
		l, err := s.locks.Obtain(ctx, key, s.life, &redislock.Options{RetryStrategy: jitter{}})
		if !errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil {
			return l, err
		}
	}
}

// jitter lets those who wait ask at different times.
type jitter struct{}

// NextBackoff implements [redislock.RetryStrategy].
func (jitter) NextBackoff() time.Duration {
	return lockAsk + rand.N(lockAskMost-lockAsk)
}

// renew keeps a lock alive until it is given back or lost.
func (s *Store) renew(l *lock) {
	ticker := time.NewTicker(s.life / 3)
	defer ticker.Stop()
	for {
		select {
		case <-l.stop:
			return
		case <-ticker.C:
		}
		ctx, cancel := context.WithTimeout(context.Background(), s.life/3)
		_, err := obey(ctx, func(ctx context.Context) (struct{}, error) { return struct{}{}, l.Refresh(ctx, s.life, nil) }, nil)
		cancel()
		if errors.Is(err, redislock.ErrNotObtained) {
			return
		}
	}
}

// release frees a lock if it is still that of its holder. If the server is away, the lock ends
// by itself.
func (s *Store) release(l *redislock.Lock) {
	ctx, cancel := context.WithTimeout(context.Background(), unlockLimit)
	defer cancel()
	_, _ = obey(ctx, func(ctx context.Context) (struct{}, error) { return struct{}{}, l.Release(ctx) }, nil)
}

// holder returns the lock that this process was given last on key and has not given back.
func (s *Store) holder(key string) *lock {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.held[key]
	if len(all) == 0 {
		return nil
	}
	return all[len(all)-1]
}

func (s *Store) drop(key string, l *lock) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.held[key] = slices.DeleteFunc(s.held[key], func(other *lock) bool { return other == l })
	if len(s.held[key]) == 0 {
		delete(s.held, key)
	}
}
