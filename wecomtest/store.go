package wecomtest

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/gothird/wecom/token"
)

// store is the memory store that the apps of one WeCom share. It tells when it is used.
type store struct {
	token.Store
	token.Locker
	token.Lister

	mu   sync.Mutex
	uses int
	next chan struct{} // closed at the next use
}

func newStore() *store {
	memory := token.NewMemoryStore()
	locker, _ := memory.(token.Locker)
	lister, _ := memory.(token.Lister)
	return &store{Store: memory, Locker: locker, Lister: lister, next: make(chan struct{})}
}

// Put writes a value.
func (s *store) Put(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	defer s.tell()
	return s.Store.Put(ctx, key, value, ttl)
}

// Lock locks a key, as an exchange does before it asks.
func (s *store) Lock(ctx context.Context, key string) (unlock func(), err error) {
	defer s.tell()
	return s.Locker.Lock(ctx, key)
}

func (s *store) tell() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.next)
	s.uses, s.next = s.uses+1, make(chan struct{})
}

// state is how often the store was written or locked, and a channel that is closed when it
// is again.
func (s *store) state() (uses int, next <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.uses, s.next
}

// Format shows no values.
func (s *store) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "wecomtest.Store") }

// LogValue shows no values.
func (s *store) LogValue() slog.Value { return slog.StringValue("wecomtest.Store") }
