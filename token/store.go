package token

import (
	"context"
	"errors"
	"iter"
	"net/url"
	"strings"
	"time"

	"github.com/gothird/wecom/internal/sealed"
)

// Store keeps what has to outlive a call: tokens, suite tickets and installations.
//
// Values hold secrets. A Store that other people can read belongs behind [Seal].
// Implementations are safe for concurrent use and obey the context. What a Store can also
// do it says by implementing [Locker] and [Lister], which are optional.
type Store interface {
	// Get returns the value under key, or ErrNotFound when there is none or it has expired.
	// The caller may change the slice.
	Get(ctx context.Context, key string) ([]byte, error)
	// Put writes value under key; it keeps no reference to value. ttl 0: until deleted.
	Put(ctx context.Context, key string, value []byte, ttl time.Duration) error
	// Delete removes key; a key that is not there is no error.
	Delete(ctx context.Context, key string) error
}

// Locker is what a Store implements besides when several processes share it, so that
// they ask for each token once.
type Locker interface {
	// Lock waits until the caller holds key, or ctx ends. The lock goes away by itself
	// some time after a holder that died; unlock may be called once the lock is lost and
	// never frees another holder's lock.
	Lock(ctx context.Context, key string) (unlock func(), err error)
}

// Lister is what a Store implements besides when it can tell which keys it holds. All
// stores of this package do.
type Lister interface {
	// List yields the keys that begin with prefix, in no order, each once. A key that was
	// there all the time is among them, also when its value is being replaced; one that
	// comes or goes meanwhile may be. The caller may use the Store while it ranges.
	//
	// An error comes with an empty key: something could not be read. The walk goes on
	// after it if it can, and ends with the error of ctx when ctx ends.
	List(ctx context.Context, prefix string) iter.Seq2[string, error]
}

// storeKey makes every key under which something is stored or locked. Its parts are
// escaped, so that no two lists of parts give the same key.
func storeKey(kind string, parts ...string) string {
	var b strings.Builder
	b.WriteString("wecom/v1/")
	b.WriteString(kind)
	for _, p := range parts {
		b.WriteByte('/')
		b.WriteString(url.PathEscape(p))
	}
	return b.String()
}

// unreadable reports whether a value is there and does not open.
func unreadable(err error) bool {
	return errors.Is(err, sealed.ErrKey) || errors.Is(err, sealed.ErrChanged) || errors.Is(err, sealed.ErrFormat)
}
