package token

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/internal/keylock"
)

// sweepEvery is how often a store removes expired entries that nobody reads.
const sweepEvery = 10 * time.Minute

// NewMemoryStore returns a Store in the memory of this process, a [Locker] and [Lister]. Its
// content is lost when the process ends. A ticket is pushed again within ten minutes, an
// installation is not: in production use [NewDirStore] or a store of your own.
func NewMemoryStore() Store {
	return &memoryStore{entries: make(map[string]memoryEntry), nextSweep: clock.Now().Add(sweepEvery)}
}

type memoryStore struct {
	locks keylock.Locks

	mu        sync.Mutex
	entries   map[string]memoryEntry
	nextSweep time.Time
}

type memoryEntry struct {
	value   []byte
	expires time.Time // zero: never
}

// expiry returns when a value that is written now expires; zero: never.
func expiry(ttl time.Duration) time.Time {
	if ttl == 0 {
		return time.Time{}
	}
	return clock.Now().Add(ttl)
}

// expired reports whether a value has expired; a zero time never does.
func expired(expires, now time.Time) bool { return !expires.IsZero() && !now.Before(expires) }

func (s *memoryStore) Get(ctx context.Context, key string) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.entries[key]
	if !ok {
		return nil, ErrNotFound
	}
	if expired(e.expires, clock.Now()) {
		delete(s.entries, key)
		return nil, ErrNotFound
	}
	return bytes.Clone(e.value), nil
}

func (s *memoryStore) Put(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	now := clock.Now()
	e := memoryEntry{value: append([]byte{}, value...), expires: expiry(ttl)}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.entries[key] = e
	if !now.Before(s.nextSweep) {
		s.sweep(now)
	}
	return nil
}

// sweep removes expired entries; s.mu is held.
func (s *memoryStore) sweep(now time.Time) {
	s.nextSweep = now.Add(sweepEvery)
	for key, e := range s.entries {
		if expired(e.expires, now) {
			delete(s.entries, key)
		}
	}
}

func (s *memoryStore) Delete(ctx context.Context, key string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.entries, key)
	return nil
}

// List implements [Lister] with the keys that exist when the loop begins.
func (s *memoryStore) List(ctx context.Context, prefix string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for _, key := range s.keys(prefix) {
			if err := ctx.Err(); err != nil {
				yield("", err)
				return
			}
			if !yield(key, nil) {
				return
			}
		}
		if err := ctx.Err(); err != nil {
			yield("", err)
		}
	}
}

func (s *memoryStore) keys(prefix string) (keys []string) {
	now := clock.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	for key, e := range s.entries {
		if strings.HasPrefix(key, prefix) && !expired(e.expires, now) {
			keys = append(keys, key)
		}
	}
	return keys
}

// Lock implements [Locker].
func (s *memoryStore) Lock(ctx context.Context, key string) (unlock func(), err error) {
	return s.locks.Lock(ctx, key)
}

// Format prints none of the values.
func (s *memoryStore) Format(f fmt.State, _ rune) { io.WriteString(f, "token.MemoryStore") }

// LogValue prints none of the values.
func (s *memoryStore) LogValue() slog.Value { return slog.StringValue("token.MemoryStore") }
