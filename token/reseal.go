package token

import (
	"context"
	"errors"
	"fmt"

	"github.com/gothird/wecom/internal/clock"
)

// Reseal rewrites the values in s that were sealed with an old key, with the first key, so that
// the old key can be removed. s was made by [Seal], or by [NewDirStore] with keys, from a Store
// that is a [Locker] and a [Lister]. It may run while the Store is in use: each value is
// rewritten under the lock that its writers take, and keeps its expiry.
//
// A value that cannot be read or opened is left as it is, and Reseal goes on; these errors are
// returned together at the end. Other errors of the Store, and the end of ctx, stop it. When it
// returns nil, everything in s opens with the first key, except values that have expired. Reseal
// may be repeated: a value sealed with the first key is not written again.
//
// Run it when every process has the new key as its first key: a process without it still seals
// with the old one.
func Reseal(ctx context.Context, s Store) error {
	r, err := newResealer(s)
	if err != nil {
		return fmt.Errorf("wecom: Reseal: %w", err)
	}
	var failed []error
	for key, err := range r.lister.List(ctx, "") {
		if err == nil {
			err = r.reseal(ctx, key)
			if err != nil && !unreadable(err) {
				failed = append(failed, err)
				break
			}
		}
		if err != nil {
			failed = append(failed, err)
		}
	}
	if err := errors.Join(failed...); err != nil {
		return fmt.Errorf("wecom: Reseal: %w", err)
	}
	return nil
}

type resealer struct {
	*sealedStore
	locker Locker
	lister Lister
}

func newResealer(s Store) (*resealer, error) {
	if s == nil {
		return nil, errors.New("no Store given")
	}
	layer, ok := s.(interface{ sealedLayer() *sealedStore })
	if !ok {
		return nil, errors.New("the Store is not sealed: pass what Seal, or NewDirStore with keys, has returned")
	}
	inner := layer.sealedLayer().inner
	locker, ok := inner.(Locker)
	if !ok {
		return nil, errors.New("the Store that was sealed has no locks: it must implement Locker")
	}
	lister, ok := inner.(Lister)
	if !ok {
		return nil, errors.New("the Store that was sealed lists no keys: it must implement Lister")
	}
	return &resealer{layer.sealedLayer(), locker, lister}, nil
}

func (s *sealedStore) sealedLayer() *sealedStore { return s }

// reseal rewrites one value if an old key has sealed it. Only then it takes a lock.
func (r *resealer) reseal(ctx context.Context, key string) error {
	if old, err := r.old(ctx, key); err != nil || !old {
		return err
	}
	unlock, err := r.locker.Lock(ctx, key)
	if err != nil {
		return fmt.Errorf("key %q: %w", key, err)
	}
	defer unlock()
	return r.rewrite(ctx, key)
}

// old reports whether key holds a value that an old key has sealed.
func (r *resealer) old(ctx context.Context, key string) (bool, error) {
	box, err := r.inner.Get(ctx, key)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	if err == nil {
		_, _, err = r.open(key, box)
	}
	return err == nil && !r.box.Current(box), err
}

// rewrite runs under the lock on key. It reads the value again: it may have changed.
func (r *resealer) rewrite(ctx context.Context, key string) error {
	box, err := r.inner.Get(ctx, key)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil || r.box.Current(box) {
		return err
	}
	value, expires, err := r.open(key, box)
	if err != nil {
		return err
	}
	if expires.IsZero() {
		return r.put(ctx, key, value, expires, 0)
	}
	left := clock.Until(expires)
	if left <= 0 {
		return nil
	}
	return r.put(ctx, key, value, expires, left)
}
