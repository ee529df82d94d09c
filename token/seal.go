package token

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/gothird/wecom/internal/sealed"
)

// Seal returns s with its values encrypted by AES-256-GCM under key, 32 random bytes.
// Each value is bound to its name, so that whoever can write to s cannot give one corp
// the value of another; names stay readable. Values sealed under an old key still open;
// Put seals under key. A value that was changed, that was sealed under a key not given,
// or that was never sealed is an error of Get which says so.
//
// The result is a [Locker] if s is one.
func Seal(s Store, key []byte, old ...[]byte) (Store, error) {
	if s == nil {
		return nil, errors.New("wecom: Seal: no Store given")
	}
	box, err := sealed.New(key, old...)
	if err != nil {
		return nil, fmt.Errorf("wecom: Seal: %w", err)
	}
	outer := &sealedStore{inner: s, box: box}
	if l, ok := s.(Locker); ok {
		return &sealedLocker{outer, l}, nil
	}
	return outer, nil
}

type sealedStore struct {
	inner Store
	box   *sealed.Box
}

type sealedLocker struct {
	*sealedStore
	Locker
}

func (s *sealedStore) Get(ctx context.Context, key string) ([]byte, error) {
	box, err := s.inner.Get(ctx, key)
	if err != nil {
		return nil, err
	}
	value, err := s.box.Open(box, []byte(key))
	if err != nil {
		return nil, fmt.Errorf("wecom: store: key %q: %w", key, err)
	}
	return value, nil
}

func (s *sealedStore) Put(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	box, err := s.box.Seal(value, []byte(key))
	if err != nil {
		return fmt.Errorf("wecom: store: key %q: %w", key, err)
	}
	return s.inner.Put(ctx, key, box, ttl)
}

func (s *sealedStore) Delete(ctx context.Context, key string) error { return s.inner.Delete(ctx, key) }

// Format prints neither key nor values.
func (s *sealedStore) Format(f fmt.State, _ rune) { io.WriteString(f, "token.SealedStore") }

// LogValue prints neither key nor values.
func (s *sealedStore) LogValue() slog.Value { return slog.StringValue("token.SealedStore") }
