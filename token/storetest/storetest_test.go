package storetest

import (
	"context"
	"errors"
	"iter"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/gothird/wecom/token"
)

// shared hands one value out to everybody.
type shared struct {
	token.Store
	mu     sync.Mutex
	values map[string][]byte
}

func (s *shared) Put(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.values[key] = value
	return s.Store.Put(ctx, key, value, ttl)
}

func (s *shared) Get(ctx context.Context, key string) ([]byte, error) {
	if _, err := s.Store.Get(ctx, key); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.values[key], nil
}

type foldsCase struct{ token.Store }

func (s foldsCase) Get(ctx context.Context, key string) ([]byte, error) {
	return s.Store.Get(ctx, strings.ToLower(key))
}

func (s foldsCase) Put(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	return s.Store.Put(ctx, strings.ToLower(key), value, ttl)
}

func (s foldsCase) Delete(ctx context.Context, key string) error {
	return s.Store.Delete(ctx, strings.ToLower(key))
}

type forgets struct{ token.Store }

func (forgets) Put(context.Context, string, []byte, time.Duration) error { return nil }

type deaf struct{ token.Store }

func (s deaf) Put(_ context.Context, key string, value []byte, ttl time.Duration) error {
	return s.Store.Put(context.Background(), key, value, ttl)
}

type keepsTTL struct{ token.Store }

func (s keepsTTL) Put(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	if ttl == 0 {
		ttl = time.Millisecond
	}
	return s.Store.Put(ctx, key, value, ttl)
}

// locker locks by a function.
type locker struct {
	token.Store
	lock func(ctx context.Context, key string) (func(), error)
}

func (l locker) Lock(ctx context.Context, key string) (func(), error) { return l.lock(ctx, key) }

// lister lists what a memory store lists, but for a flaw.
type lister struct {
	token.Store
	list func(ctx context.Context, prefix string) iter.Seq2[string, error]
}

func (l lister) List(ctx context.Context, prefix string) iter.Seq2[string, error] {
	return l.list(ctx, prefix)
}

func brokenLister(what string) token.Store {
	m := token.NewMemoryStore()
	list := m.(token.Lister).List
	switch what {
	case "list prefix": // as who builds a pattern without escaping
		return lister{m, func(ctx context.Context, prefix string) iter.Seq2[string, error] {
			return list(ctx, strings.TrimSuffix(prefix, "*"))
		}}
	case "list stops":
		return lister{m, func(ctx context.Context, prefix string) iter.Seq2[string, error] {
			return func(yield func(string, error) bool) { yield("", errors.New("not today")) }
		}}
	case "list while writing": // as who repeats a page
		return lister{m, func(ctx context.Context, prefix string) iter.Seq2[string, error] {
			return func(yield func(string, error) bool) {
				for key, err := range list(ctx, prefix) {
					for range 2 {
						if !yield(key, err) {
							return
						}
					}
				}
			}
		}}
	default:
		return lister{m, func(_ context.Context, prefix string) iter.Seq2[string, error] {
			return list(context.Background(), prefix)
		}}
	}
}

func broken(what string) token.Store {
	switch kind, _, _ := strings.Cut(what, " "); kind {
	case "list":
		return brokenLister(what)
	case "lock":
		return brokenLocker(what)
	}
	m := token.NewMemoryStore()
	switch what {
	case "copies":
		return &shared{Store: m, values: map[string][]byte{}}
	case "keys":
		return foldsCase{m}
	case "values":
		return forgets{m}
	case "cancelled":
		return deaf{m}
	case "ttl":
		return keepsTTL{m}
	}
	return m
}

func brokenLocker(what string) token.Store {
	m := token.NewMemoryStore()
	lock := m.(token.Locker).Lock
	switch what {
	case "lock excludes":
		return locker{m, func(context.Context, string) (func(), error) { return func() {}, nil }}
	case "lock per key":
		return locker{m, func(ctx context.Context, key string) (func(), error) {
			ctx, cancel := context.WithTimeout(ctx, 50*time.Millisecond) // the test would wait long
			defer cancel()
			return lock(ctx, strings.ToLower(key))
		}}
	default: // "lock cancelled"
		return locker{m, func(ctx context.Context, key string) (func(), error) {
			unlock, err := lock(ctx, key)
			if err != nil {
				return func() {}, nil
			}
			return unlock, nil
		}}
	}
}

const brokenHow = "STORETEST_BROKEN"

// TestBroken is run by TestFindsWhatIsBroken in a process of its own, where it has to fail.
func TestBroken(t *testing.T) {
	what := os.Getenv(brokenHow)
	Run(t, func(*testing.T) token.Store { return broken(what) })
}

// G: store/own
func TestFindsWhatIsBroken(t *testing.T) {
	t.Parallel()
	for _, what := range []string{
		"values", "copies", "keys", "ttl", "cancelled", "lock excludes", "lock per key", "lock cancelled",
		"list prefix", "list stops", "list while writing", "list cancelled",
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			name := strings.ReplaceAll(what, " ", "_")
			cmd := exec.Command(os.Args[0], "-test.run=^TestBroken$/^"+name+"$")
			cmd.Env = append(os.Environ(), brokenHow+"="+what)
			out, err := cmd.CombinedOutput()
			assert.Error(t, err)
			assert.Contains(t, string(out), "--- FAIL: TestBroken/"+name)
		})
	}
}
