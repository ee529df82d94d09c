package wecomredis

import (
	"context"
	_ "embed" // scripts
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/bsm/redislock"
	"github.com/redis/go-redis/v9"

	"github.com/gothird/wecom/token"
)

// ErrLockLost is the error of Put and Delete under a key whose lock this process was given and
// has lost: it was paused, or the server was away, for longer than a lock lives. Nothing was
// changed, since the next holder may have written something newer.
var ErrLockLost = errors.New("wecomredis: the lock on this key has ended before its holder was done, and another process may have written: nothing was changed")

var (
	//go:embed lua/storeput.lua
	storePutText string
	//go:embed lua/storedelete.lua
	storeDeleteText string
)

// Store is a [token.Store] in Redis, with locks and a list of keys. Its methods may be called
// concurrently.
type Store struct {
	c      redis.UniversalClient
	prefix string
	locks  *redislock.Client
	life   time.Duration // of a lock

	put, delete *redis.Script

	mu   sync.Mutex
	held map[string][]*lock // by key: what this process was given and has not given back
}

var (
	_ token.Store  = (*Store)(nil)
	_ token.Locker = (*Store)(nil)
	_ token.Lister = (*Store)(nil)
)

// NewStore returns a Store for [token.Config]. It makes no request, and leaves the client
// open for others.
func NewStore(c redis.UniversalClient, o Options) (*Store, error) {
	prefix, err := o.prefix(c)
	if err != nil {
		return nil, err
	}
	return &Store{
		c: c, prefix: prefix, locks: redislock.New(c), life: lockLife, held: map[string][]*lock{},
		put: redis.NewScript(storePutText), delete: redis.NewScript(storeDeleteText),
	}, nil
}

// A value and its lock are in one slot of a cluster: what is in braces chooses it.
const (
	keyHead  = "{store/"
	valueEnd = "}value"
	lockEnd  = "}lock"
)

func (s *Store) valueKey(key string) string { return s.prefix + keyHead + key + valueEnd }
func (s *Store) lockKey(key string) string  { return s.prefix + keyHead + key + lockEnd }

// Get returns the value under key, or [token.ErrNotFound].
func (s *Store) Get(ctx context.Context, key string) ([]byte, error) {
	value, err := ask(ctx, func(ctx context.Context) ([]byte, error) { return s.c.Get(ctx, s.valueKey(key)).Bytes() })
	switch {
	case errors.Is(err, redis.Nil):
		return nil, token.ErrNotFound
	case err != nil:
		return nil, fmt.Errorf("wecomredis: read %q: %w", key, err)
	}
	return value, nil
}

// Put writes a value. It returns [ErrLockLost] if this process has lost the lock on the key.
func (s *Store) Put(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	if ttl < 0 {
		return s.Delete(ctx, key) // it has expired
	}
	life := milliseconds(ttl)
	return s.change(ctx, "write", key,
		func(ctx context.Context) error {
			return s.c.Set(ctx, s.valueKey(key), value, time.Duration(life)*time.Millisecond).Err()
		},
		func(ctx context.Context, token string) (int, error) {
			return s.put.Run(ctx, s.c, []string{s.valueKey(key), s.lockKey(key)}, token, value, life).Int()
		})
}

// Delete removes a value. It returns [ErrLockLost] if this process has lost the lock on the
// key.
func (s *Store) Delete(ctx context.Context, key string) error {
	return s.change(ctx, "remove", key,
		func(ctx context.Context) error { return s.c.Del(ctx, s.valueKey(key)).Err() },
		func(ctx context.Context, token string) (int, error) {
			return s.delete.Run(ctx, s.c, []string{s.valueKey(key), s.lockKey(key)}, token).Int()
		})
}

// change does the plain thing, or if this process was given the lock on key what only its
// holder can do.
func (s *Store) change(ctx context.Context, what, key string, plain func(ctx context.Context) error, fenced func(ctx context.Context, token string) (int, error)) error {
	l := s.holder(key)
	changed, err := ask(ctx, func(ctx context.Context) (int, error) {
		if l == nil {
			return 1, plain(ctx)
		}
		return fenced(ctx, l.Token())
	})
	if err == nil && changed == 0 {
		err = ErrLockLost
	}
	if err != nil {
		return fmt.Errorf("wecomredis: %s %q: %w", what, key, err)
	}
	return nil
}

// milliseconds rounds up, so that what lives at all lives for one.
func milliseconds(d time.Duration) int64 {
	ms := d.Milliseconds()
	if d > time.Duration(ms)*time.Millisecond {
		ms++
	}
	return ms
}

// Format prints the prefix and no value.
func (s *Store) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// LogValue logs the prefix and no value.
func (s *Store) LogValue() slog.Value { return slog.StringValue(s.String()) }

// String names the prefix.
func (s *Store) String() string { return fmt.Sprintf("wecomredis.Store{%s}", s.prefix) }
