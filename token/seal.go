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

// Seal returns s with its values encrypted by AES-256-GCM under key, 32 random bytes. Each
// value is bound to its key in s, so that a value copied to another key does not open; keys
// stay readable. Values sealed with an old key still open; Put seals with key, and [Reseal]
// rewrites what is stored. For a value that was changed, was sealed with an unknown key or
// was never sealed, Get returns an error that says so, never [ErrNotFound].
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

// seal returns a Store that implements Locker and Lister if s does. There is at least one
// key.
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

// put also seals the expiry, for [Reseal]. The inner Store decides when the value expires;
// its clock may differ.
func (s *sealedStore) put(ctx context.Context, key string, value []byte, expires time.Time, ttl time.Duration) error {
	return s.inner.Put(ctx, key, s.box.Seal(value, []byte(key), expires), ttl)
}

func (s *sealedStore) Delete(ctx context.Context, key string) error { return s.inner.Delete(ctx, key) }

// Format prints neither key nor values.
func (s *sealedStore) Format(f fmt.State, _ rune) { io.WriteString(f, "token.SealedStore") }

// LogValue prints neither key nor values.
func (s *sealedStore) LogValue() slog.Value { return slog.StringValue("token.SealedStore") }
