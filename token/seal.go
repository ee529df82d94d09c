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
// Put seals under key, and [Reseal] rewrites what is there. A value that was changed, that
// was sealed under a key not given, or that was never sealed is an error of Get which says
// so, never [ErrNotFound].
//
// The result is a [Locker] if s is one, and a [Lister] if s is one.
func Seal(s Store, key []byte, old ...[]byte) (Store, error) {
	if s == nil {
		return nil, errors.New("wecom: Seal: no Store given")
	}
	out, err := seal(s, append([][]byte{key}, old...))
	if err != nil {
		return nil, fmt.Errorf("wecom: Seal: %w", err)
	}
	return out, nil
}

// seal makes a Store that says by its type what s can do. There is one key at least.
func seal(s Store, keys [][]byte) (Store, error) {
	box, err := sealed.New(keys[0], keys[1:]...)
	if err != nil {
		return nil, err
	}
	outer := &sealedStore{inner: s, box: box}
	locker, locks := s.(Locker)
	lister, lists := s.(Lister)
	switch {
	case locks && lists:
		return &sealedLockerLister{outer, locker, lister}, nil
	case locks:
		return &sealedLocker{outer, locker}, nil
	case lists:
		return &sealedLister{outer, lister}, nil
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

type sealedLister struct {
	*sealedStore
	Lister
}

type sealedLockerLister struct {
	*sealedStore
	Locker
	Lister
}

func (s *sealedStore) Get(ctx context.Context, key string) ([]byte, error) {
	box, err := s.inner.Get(ctx, key)
	if err != nil {
		return nil, err
	}
	value, _, err := s.open(key, box)
	return value, err
}

func (s *sealedStore) open(key string, box []byte) (value []byte, expires time.Time, err error) {
	value, expires, err = s.box.Open(box, []byte(key))
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("wecom: store: key %q: %w", key, err)
	}
	return value, expires, nil
}

func (s *sealedStore) Put(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	return s.put(ctx, key, value, expiry(ttl), ttl)
}

// put writes the expiry under the seal too, for [Reseal]. Until when the value is to be had
// is up to the inner Store, whose clock may be another one.
func (s *sealedStore) put(ctx context.Context, key string, value []byte, expires time.Time, ttl time.Duration) error {
	box, err := s.box.Seal(value, []byte(key), expires)
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
