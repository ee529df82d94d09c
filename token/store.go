package token

import (
	"context"
	"errors"
	"iter"
	"net/url"
	"time"

	"github.com/gothird/wecom/internal/sealed"
)

// Store stores what has to outlive a call: tokens, suite tickets and installations.
//
// Values hold secrets. Use [Seal] with a Store that other people can read. Implementations must
// be safe for concurrent use and obey the context. [Locker] and [Lister] are optional.
type Store interface {
	// Get returns the value under key, or ErrNotFound when there is none or it has expired.
	// The caller may change the slice.
	Get(ctx context.Context, key string) ([]byte, error)
	// Put writes value under key; it keeps no reference to value. ttl 0: until deleted.
	Put(ctx context.Context, key string, value []byte, ttl time.Duration) error
	// Delete removes key; a key that is not there is not an error.
	Delete(ctx context.Context, key string) error
}

// Locker is implemented by a Store that several processes share, so that they ask for each
// token once.
type Locker interface {
	// Lock waits until the caller holds key, or ctx ends. The lock of a process that died
	// ends by itself after some time. Calling unlock after the lock was lost is harmless: it
	// never frees another holder's lock.
	Lock(ctx context.Context, key string) (unlock func(), err error)
}

// Lister is implemented by a Store that can list its keys. All stores of this package do.
type Lister interface {
	// List yields the keys that begin with prefix, in no order, each once. A key that exists
	// during the whole loop is yielded, even if its value is replaced; a key that is added
	// or removed meanwhile may be. The caller may use the Store inside the loop.
	//
	// An error is yielded with an empty key if something could not be read. The loop then
	// goes on if it can. It ends with the error of ctx when ctx ends.
	List(ctx context.Context, prefix string) iter.Seq2[string, error]
}

// storeKey makes every key under which something is stored or locked. Its parts are
// escaped, so that no two lists of parts give the same key.
func storeKey(kind string, parts ...string) string {
	key := make([]byte, 0, 256) // a string of exact length: many are kept
	key = append(append(key, "wecom/v1/"...), kind...)
	for _, p := range parts {
		key = append(append(key, '/'), url.PathEscape(p)...)
	}
	return string(key)
}

// unreadable reports whether err says that a value exists and the Store can't give it: its
// file is damaged or of a newer version, or no key opens it.
func unreadable(err error) bool {
	var e *entryError
	return errors.As(err, &e) || sealed.DoesNotOpen(err)
}
