package token

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/internal/durable"
	"github.com/gothird/wecom/internal/keylock"
)

// NewDirStore returns a Store that keeps one file per key in dir, and creates dir if needed.
// A value for which Put returned nil survives the end of the process and a power loss.
// Processes of one machine may share the folder: the Store is a [Locker], and a lock ends
// with the process that holds it. It is a [Lister] too. Keep the folder on a local disk.
//
// With keys the values are encrypted as by [Seal]: the first key seals, the others open what
// was sealed before. Without keys, anyone who can read the files or their backups can read
// the values.
//
// Files are for their owner only (0600), a new folder too (0700). A folder that others can
// write to is refused: fix that with chmod go-w. (Windows has no such modes, and nothing is
// checked there.) Files that are not the Store's own are left alone.
//
// A time to live is stored as the time of expiry, by the clock of this machine. If the clock
// was ahead when a value was written, the value is kept that much longer; if it was behind,
// that much shorter. While the clock is ahead, values that seem to have expired are not
// found. Their files are removed only a day after expiry, so that they are found again when
// the clock is right.
//
// A key has at most 16 KiB, a value at most 16 MiB.
func NewDirStore(dir string, keys ...[]byte) (Store, error) {
	s, err := newDirStore(dir)
	if err != nil {
		return nil, fmt.Errorf("wecom: NewDirStore: %w", err)
	}
	if len(keys) == 0 {
		return s, nil
	}
	out, err := seal(s, keys)
	if err != nil {
		return nil, fmt.Errorf("wecom: NewDirStore: %w", err)
	}
	return out, nil
}

func newDirStore(dir string) (*dirStore, error) {
	dir, err := durable.PrivateDir(dir)
	if err != nil {
		return nil, err
	}
	return &dirStore{dir: dir, write: durable.WriteFile}, nil
}

type dirStore struct {
	dir   string
	write func(path string, data []byte) error
	locks keylock.Locks
	sweep sweep
}

// The lock files of a key exist for short times next to its value. The file name of a value has
// no dot.
const (
	lockSuffix  = ".lock"  // held through [Locker]
	writeSuffix = ".write" // held while the value's file is replaced or removed as expired
)

func (s *dirStore) Get(ctx context.Context, key string) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	path := s.path(key)
	e, err := readEntry(path)
	if errors.Is(err, fs.ErrNotExist) {
		// If the folder is gone, this is no ErrNotFound.
		if _, err = os.Stat(s.dir); err == nil {
			return nil, ErrNotFound
		}
	}
	if err != nil {
		return nil, fmt.Errorf("wecom: store: %w", err)
	}
	if e.key != key {
		return nil, fmt.Errorf("wecom: store: %w", otherKey(path, e.key))
	}
	if expired(e.expires, clock.Now()) {
		return nil, ErrNotFound
	}
	return e.value, nil
}

func (s *dirStore) Put(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	if len(key) > maxKey {
		return fmt.Errorf("wecom: store: the key %.40q… has %d bytes, at most %d are possible", key, len(key), maxKey)
	}
	if len(value) > maxValue {
		return fmt.Errorf("wecom: store: the value of key %q has %d bytes, at most %d are possible", key, len(value), maxValue)
	}
	unlock, err := s.lock(ctx, key, writeSuffix)
	if err != nil {
		return err
	}
	e := dirEntry{key: key, value: value, expires: expiry(ttl)}
	err = s.write(s.path(key), e.encode())
	unlock()
	if err != nil {
		return fmt.Errorf("wecom: store: %w", err)
	}
	s.sweepSome()
	return nil
}

func (s *dirStore) Delete(ctx context.Context, key string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := durable.Remove(s.path(key)); err != nil {
		return fmt.Errorf("wecom: store: %w", err)
	}
	return nil
}

// Lock implements [Locker].
func (s *dirStore) Lock(ctx context.Context, key string) (unlock func(), err error) {
	return s.lock(ctx, key, lockSuffix)
}

// lock first waits for the lock of this process, so that only one caller per process and key
// polls the file.
func (s *dirStore) lock(ctx context.Context, key, suffix string) (unlock func(), err error) {
	path := s.path(key) + suffix
	here, err := s.locks.Lock(ctx, path)
	if err != nil {
		return nil, err
	}
	everywhere, err := durable.Lock(ctx, path)
	if err != nil {
		here()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("wecom: store: %w", err)
	}
	return sync.OnceFunc(func() {
		everywhere()
		here()
	}), nil
}

func (s *dirStore) path(key string) string { return filepath.Join(s.dir, durable.SafeName(key)) }

// Format prints none of the values.
func (s *dirStore) Format(f fmt.State, _ rune) { io.WriteString(f, "token.DirStore") }

// LogValue prints none of the values.
func (s *dirStore) LogValue() slog.Value { return slog.StringValue("token.DirStore") }
