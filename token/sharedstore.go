package token

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

const (
	storeTimeout  = 3 * time.Second  // of one operation of the Store
	storePause    = 5 * time.Second  // pause after a Store did not answer in time
	lockTimeout   = 10 * time.Second // wait for a lock; then work goes on without it
	tokenLock     = 12 * time.Second // the same for a token: longer than the lock of a process that was killed lives in backend/…
	tokenSpread   = 3 * time.Second  // and so much longer at random, that not all ask WeCom together
	ticketLock    = time.Second      // wait for the lock on a ticket: WeCom waits for the answer to its push
	maxStuck      = 64               // operations that may hang in the Store at the same time
	recordVersion = 1                // version of the form of all stored values
)

var (
	errDamaged    = errors.New("wecom: the stored value is damaged: restore it, or delete it and save it anew")
	errNewer      = errors.New("wecom: the stored value was written by a newer version of this module")
	errStorePanic = errors.New("wecom: panic in the Store")
	errStorePause = errors.New("wecom: the Store did not answer a moment ago and is left alone for some seconds")
	errStuck      = errors.New("wecom: too many operations of the Store never came back")
	errUnfinished = errors.New("wecom: an earlier write of this key has not come back from the Store, and could undo this one")
)

// unusable reports whether a value exists but can't be used here: the Store can't give it
// (unreadable), it is damaged, or of a newer version. It must not be treated as absent, nor
// be overwritten.
func unusable(err error) bool {
	return errors.Is(err, errDamaged) || usableElsewhere(err)
}

// usableElsewhere reports whether a value exists but can't be used here, while another
// process with a further key or a newer version may be able to.
func usableElsewhere(err error) bool { return errors.Is(err, errNewer) || unreadable(err) }

// sharedStore is the Store as the rest of this package uses it: each operation has a time
// limit, even if the Store ignores its context.
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
	case json.Unmarshal(b, &head) != nil || head.V < recordVersion:
		return errDamaged
	case head.V > recordVersion:
		return errNewer
	case json.Unmarshal(b, v) != nil:
		return errDamaged
	}
	return nil
}

// find is get for values that may be absent: then v is unchanged and there is not an error.
func (s *sharedStore) find(ctx context.Context, key string, v any) error {
	if err := s.get(ctx, key, v); !errors.Is(err, ErrNotFound) {
		return err
	}
	return nil
}

// put saves v. With must it tries even during the pause of a failing Store.
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

// write changes the value under key, unless an earlier write still hangs in the Store: it
// could be carried out after this one.
func (s *sharedStore) write(ctx context.Context, key string, must bool, change func(context.Context) error) error {
	s.mu.Lock()
	n := s.unfinished[key]
	s.mu.Unlock()
	if n > 0 {
		return errUnfinished
	}
	_, err := bounded(ctx, s, operation[struct{}]{
		limit: storeTimeout, must: must,
		run:          func(ctx context.Context) (struct{}, error) { return struct{}{}, change(ctx) },
		onGivenUp:    func() { s.addUnfinished(key, 1) },
		onLateResult: func(struct{}, error) { s.addUnfinished(key, -1) },
	})
	return err
}

// walk yields the keys with a prefix. It ends with ctx, even if the Store's List ignores it.
// The Store must be a [Lister].
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

// feed sends the listed keys until the receiver has left.
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

// list returns the keys with a prefix, none if the Store is not a [Lister].
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

// lock takes the Store's lock on key if it has locks, and waits at most for limit. Locks are
// best effort: without one, work goes on. unlock is never nil.
func (s *sharedStore) lock(ctx context.Context, key string, limit time.Duration) (unlock func(), locked bool) {
	l, ok := s.store.(Locker)
	if !ok {
		return func() {}, false
	}
	giveBack := func(unlock func()) { s.unlock(ctx, key, unlock) }
	held, err := bounded(ctx, s, operation[func()]{
		limit: limit,
		run:   func(ctx context.Context) (func(), error) { return l.Lock(ctx, key) },
		onLateResult: func(unlock func(), err error) {
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

// lockToken takes the lock under which a token is asked for. others reports whether other processes
// may have got one meanwhile: also if the lock was not free for so long that this one goes on without.
func (s *sharedStore) lockToken(ctx context.Context, key string) (unlock func(), others bool) {
	_, others = s.store.(Locker)
	unlock, _ = s.lock(ctx, key, tokenLock+rand.N(tokenSpread))
	return unlock, others
}

// unlock releases a lock in any case, but waits for that no longer than ctx.
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
