package token

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gothird/wecom/internal/clock"
)

const (
	storeTimeout = 3 * time.Second  // of one operation of the Store
	storePause   = 5 * time.Second  // in which a Store that did not answer is left alone
	lockTimeout  = 10 * time.Second // of its lock; then we ask WeCom without
	ticketLock   = time.Second      // of the lock on a ticket: WeCom waits for its answer
	maxStuck     = 64               // operations that a Store may leave unanswered for good
	atRest       = 1                // version of all values in the Store
)

var (
	errDamaged    = errors.New("wecom: the stored value is damaged: restore it, or delete it and save it anew")
	errNewer      = errors.New("wecom: the stored value was written by a newer version of this module")
	errStorePanic = errors.New("wecom: panic in the Store")
	errStorePause = errors.New("wecom: the Store did not answer a moment ago and is left alone for some seconds")
	errStuck      = errors.New("wecom: too many operations of the Store never came back")
	errUnfinished = errors.New("wecom: an earlier write of this key has not come back from the Store, and could undo this one")
)

// unusable reports whether a value is there and can't be used: it must not be taken for
// an absent one, nor written over by the way.
func unusable(err error) bool {
	return errors.Is(err, errDamaged) || errors.Is(err, errNewer) || unreadable(err)
}

// sharedStore is the Store as the rest of this package sees it: each operation has a
// limit, also where the Store does not heed its context.
type sharedStore struct {
	store  Store
	log    *slog.Logger
	paused atomic.Pointer[pause]
	stuck  atomic.Int32 // operations that nobody waits for any more

	mu         sync.Mutex
	unfinished map[string]int // writes among them, by key
}

// get decodes the value under key into v, which is a struct with the version as V.
func (s *sharedStore) get(ctx context.Context, key string, v any) error {
	b, err := bounded(ctx, s, operation[[]byte]{limit: storeTimeout, run: func(ctx context.Context) ([]byte, error) { return s.store.Get(ctx, key) }})
	if err != nil {
		return err
	}
	var head struct {
		V int `json:"v"`
	}
	switch { // the decoder's text may quote the value
	case json.Unmarshal(b, &head) != nil || head.V < atRest:
		return errDamaged
	case head.V > atRest:
		return errNewer
	case json.Unmarshal(b, v) != nil:
		return errDamaged
	}
	return nil
}

// find is get for what may well be missing: then v stays as it is, without an error.
func (s *sharedStore) find(ctx context.Context, key string, v any) error {
	if err := s.get(ctx, key, v); !errors.Is(err, ErrNotFound) {
		return err
	}
	return nil
}

// put saves v. What must not be lost is tried even while the Store is left alone.
func (s *sharedStore) put(ctx context.Context, key string, v any, ttl time.Duration, must bool) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return s.write(ctx, key, must, func(ctx context.Context) error { return s.store.Put(ctx, key, b, ttl) })
}

func (s *sharedStore) delete(ctx context.Context, key string) error {
	return s.write(ctx, key, false, func(ctx context.Context) error { return s.store.Delete(ctx, key) })
}

// write changes what is under key, unless an earlier change may still be on its way: a
// Store that does not heed its context could carry that out after this one.
func (s *sharedStore) write(ctx context.Context, key string, must bool, change func(context.Context) error) error {
	s.mu.Lock()
	n := s.unfinished[key]
	s.mu.Unlock()
	if n > 0 {
		return errUnfinished
	}
	_, err := bounded(ctx, s, operation[struct{}]{
		limit: storeTimeout, must: must,
		run:  func(ctx context.Context) (struct{}, error) { return struct{}{}, change(ctx) },
		left: func() { s.addUnfinished(key, 1) },
		late: func(struct{}, error) { s.addUnfinished(key, -1) },
	})
	return err
}

// walk gives the keys with a prefix as the Store lists them. It ends with ctx, also where the
// Store, which is a [Lister], does not.
func (s *sharedStore) walk(ctx context.Context, prefix string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		keys, left := make(chan listedKey), make(chan struct{})
		defer close(left)
		go s.feed(ctx, prefix, keys, left)
		for {
			select {
			case k, more := <-keys:
				if !more || !yield(k.key, k.err) {
					return
				}
			case <-ctx.Done():
				yield("", ctx.Err())
				return
			}
		}
	}
}

// listedKey is what a [Lister] yields.
type listedKey struct {
	key string
	err error
}

// feed lists keys until nobody takes them any more.
func (s *sharedStore) feed(ctx context.Context, prefix string, keys chan<- listedKey, left <-chan struct{}) {
	give := func(key string, err error) bool {
		select {
		case keys <- listedKey{key, err}:
			return true
		case <-left:
			return false
		}
	}
	defer close(keys)
	defer func() {
		if recover() != nil { // its text may hold a secret
			give("", errStorePanic)
		}
	}()
	for key, err := range s.store.(Lister).List(ctx, prefix) {
		if !give(key, err) {
			return
		}
	}
}

// list returns the keys with a prefix, none if the Store is no [Lister].
func (s *sharedStore) list(ctx context.Context, prefix string) ([]string, error) {
	l, ok := s.store.(Lister)
	if !ok {
		return nil, nil
	}
	return bounded(ctx, s, operation[[]string]{limit: storeTimeout, run: func(ctx context.Context) (keys []string, err error) {
		for key, err := range l.List(ctx, prefix) {
			if err != nil {
				return keys, err
			}
			keys = append(keys, key)
		}
		return keys, nil
	}})
}

func (s *sharedStore) addUnfinished(key string, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.unfinished == nil {
		s.unfinished = map[string]int{}
	}
	if s.unfinished[key] += n; s.unfinished[key] == 0 {
		delete(s.unfinished, key)
	}
}

// lock takes the Store's lock on key where it has locks, and waits at most for limit.
// Locks are best effort: without one, work goes on. unlock is never nil.
func (s *sharedStore) lock(ctx context.Context, key string, limit time.Duration) (unlock func(), locked bool) {
	l, ok := s.store.(Locker)
	if !ok {
		return func() {}, false
	}
	giveBack := func(unlock func()) { s.unlock(ctx, key, unlock) }
	held, err := bounded(ctx, s, operation[func()]{
		limit: limit,
		run:   func(ctx context.Context) (func(), error) { return l.Lock(ctx, key) },
		late: func(unlock func(), err error) {
			if err == nil {
				giveBack(unlock)
			}
		},
	})
	if err != nil {
		s.warn(ctx, "locking a key", key, err)
		return func() {}, false
	}
	return func() { giveBack(held) }, true
}

// unlock gives a lock back in any case, and waits for that no longer than ctx.
func (s *sharedStore) unlock(ctx context.Context, key string, unlock func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, err := bounded(context.WithoutCancel(ctx), s, operation[struct{}]{
			limit: storeTimeout, must: true, always: true,
			run: func(context.Context) (struct{}, error) {
				unlock()
				return struct{}{}, nil
			},
		})
		if err != nil {
			s.warn(ctx, "unlocking a key", key, err)
		}
	}()
	select {
	case <-done:
	case <-ctx.Done():
	}
}

func (s *sharedStore) warn(ctx context.Context, doing, key string, err error) {
	s.log.WarnContext(ctx, "wecom: the Store failed; going on without it", "doing", doing, "key", key, "err", err)
}

// operation is one of the Store. It has limit to come back; after that, or after its
// caller has left, left is called at once, and late with what it brings when it is over.
// Both may be nil.
type operation[T any] struct {
	limit  time.Duration
	must   bool // also while the Store is left alone
	always bool // also while too many have not come back
	run    func(context.Context) (T, error)
	left   func()
	late   func(T, error)
}

// allows reports whether an operation may begin.
func (s *sharedStore) allows(must, always bool) error {
	if s.stuck.Load() >= maxStuck && !always {
		return errStuck
	}
	if p := s.paused.Load(); p != nil && !must && p.pending(clock.Now()) {
		return errStorePause
	}
	return nil
}

// bounded runs an operation of the Store for at most its limit. One that does not heed its
// context is left to itself.
func bounded[T any](ctx context.Context, s *sharedStore, op operation[T]) (T, error) {
	var none T
	if err := ctx.Err(); err != nil {
		return none, err
	}
	if err := s.allows(op.must, op.always); err != nil {
		return none, err
	}
	type result struct {
		value T
		err   error
	}
	inner, cancel := context.WithTimeout(ctx, op.limit)
	done, left := make(chan result), make(chan struct{})
	go func() {
		defer cancel()
		r := result{err: errStorePanic}
		func() {
			defer func() { _ = recover() }() // its text may hold a secret
			r.value, r.err = op.run(inner)
		}()
		select {
		case done <- r:
		case <-left:
			s.stuck.Add(-1)
			if op.late != nil {
				op.late(r.value, r.err)
			}
		}
	}()
	select {
	case r := <-done:
		s.noteSilence(ctx, op.limit, r.err)
		return r.value, r.err
	case <-inner.Done():
		s.stuck.Add(1)
		if op.left != nil {
			op.left()
		}
		close(left)
		s.noteSilence(ctx, op.limit, inner.Err())
		return none, fmt.Errorf("wecom: the Store: %w", inner.Err())
	}
}

// noteSilence leaves a Store alone for a while that has not answered in time. Who waited for a
// lock in vain has met its holder, and who left early has not seen how long it takes.
func (s *sharedStore) noteSilence(ctx context.Context, limit time.Duration, err error) {
	switch {
	case err == nil:
		if s.paused.Load() != nil {
			s.paused.Store(nil)
		}
	case errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil && limit == storeTimeout:
		p := pauseFor(clock.Now(), storePause)
		s.paused.Store(&p)
	}
}
