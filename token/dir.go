package token

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/gothird/wecom/internal/durable"
)

// NewDirStore returns a Store that keeps one file per key in dir, which it makes if it is
// not there. What Put has accepted survives the end of the process and a power loss.
// Processes of one machine may share the folder: the Store is a [Locker], and a lock ends
// with the process that holds it. Keep the folder on a local disk.
//
// Files are for their owner only (0600), a new folder too (0700). The values in them are
// readable to who can read the files and their backups; see [Seal].
func NewDirStore(dir string) (Store, error) {
	if dir == "" {
		return nil, errors.New("wecom: NewDirStore: no folder given")
	}
	dir, err := filepath.Abs(dir) // the process may change its working directory
	if err == nil {
		err = durable.MkdirAll(dir)
	}
	if err == nil {
		err = tryWrite(dir)
	}
	if err != nil {
		return nil, fmt.Errorf("wecom: NewDirStore: %w", err)
	}
	return &dirStore{dir: dir, write: durable.WriteFile}, nil
}

// tryWrite finds out now whether the folder is read-only or knows no locks.
func tryWrite(dir string) error {
	f, err := os.CreateTemp(dir, durable.TempPrefix+"*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if err := f.Close(); err != nil {
		return err
	}
	unlock, err := durable.TryLock(f.Name())
	if err == nil {
		unlock()
	}
	return err
}

type dirStore struct {
	dir   string
	write func(path string, data []byte, perm fs.FileMode) error
	locks keyLocks

	mu        sync.Mutex
	nextSweep time.Time
	sweptTo   string // name at which the last sweep ran out of time
}

// A sweep makes one caller of Put wait, so it does a part at a time in large folders.
const (
	sweepFor   = 100 * time.Millisecond
	sweepPause = 5 * time.Second
)

// Beside the value of a key there are for moments the files of its locks. A value's file
// name has no dot.
const (
	lockSuffix  = ".lock"  // held through [Locker]
	writeSuffix = ".write" // held while the value's file is replaced or found expired
)

func (s *dirStore) Get(ctx context.Context, key string) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	path := s.path(key)
	e, err := readEntry(path)
	if errors.Is(err, fs.ErrNotExist) {
		// A folder that is gone says nothing about its values.
		if _, err = os.Stat(s.dir); err == nil {
			return nil, ErrNotFound
		}
	}
	if err != nil {
		return nil, fmt.Errorf("wecom: store: %w", err)
	}
	if e.key != key {
		return nil, fmt.Errorf("wecom: store: %s holds the value of another key, %q", path, e.key)
	}
	if over(e.expires, time.Now()) {
		removeExpired(path)
		return nil, ErrNotFound
	}
	return e.value, nil
}

func (s *dirStore) Put(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	unlock, err := s.lock(ctx, key, writeSuffix)
	if err != nil {
		return err
	}
	e := dirEntry{key: key, value: value}
	if ttl != 0 {
		e.expires = time.Now().Add(ttl)
	}
	err = s.write(s.path(key), e.encode(), 0o600)
	unlock()
	if err != nil {
		return fmt.Errorf("wecom: store: %w", err)
	}
	s.sweepNowAndThen()
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

// lock queues up in this process first, so that one waiter per process and key looks at
// the file.
func (s *dirStore) lock(ctx context.Context, key, suffix string) (unlock func(), err error) {
	path := s.path(key) + suffix
	here, err := s.locks.lock(ctx, path)
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

// removeExpired deletes the file of an expired value, unless a writer is at work there:
// its value would be lost. What cannot be removed now is left for another time.
func removeExpired(path string) {
	unlock, err := durable.TryLock(path + writeSuffix)
	if err != nil {
		return
	}
	defer unlock()
	if e, err := readEntry(path); err == nil && over(e.expires, time.Now()) {
		durable.Remove(path)
	}
}

// sweepNowAndThen removes what nobody asks for any more: expired values, and what
// processes that died have left.
func (s *dirStore) sweepNowAndThen() {
	now := time.Now()
	if !s.mu.TryLock() { // somebody else is at it
		return
	}
	defer s.mu.Unlock()
	if now.Before(s.nextSweep) {
		return
	}
	s.sweptTo = s.sweep(s.sweptTo, now.Add(sweepFor))
	s.nextSweep = now.Add(sweepEvery)
	if s.sweptTo != "" {
		s.nextSweep = now.Add(sweepPause)
	}
}

// sweep looks at the files whose names come after from, until the time is up. It returns
// the name it came to, "" if it came to the end.
func (s *dirStore) sweep(from string, until time.Time) (last string) {
	entries, err := os.ReadDir(s.dir) // sorted by name
	if err != nil {
		return ""
	}
	for _, e := range entries {
		if e.Name() <= from {
			continue
		}
		s.sweepFile(e)
		if !time.Now().Before(until) {
			return e.Name()
		}
	}
	return ""
}

func (s *dirStore) sweepFile(d fs.DirEntry) {
	name, path := d.Name(), filepath.Join(s.dir, d.Name())
	switch {
	case strings.HasPrefix(name, durable.TempPrefix):
		if fi, err := d.Info(); err == nil && time.Since(fi.ModTime()) > time.Hour {
			os.Remove(path)
		}
	case strings.HasSuffix(name, lockSuffix), strings.HasSuffix(name, writeSuffix):
		if unlock, err := durable.TryLock(path); err == nil {
			unlock() // which removes the file
		}
	default:
		if e, err := readEntry(path); err == nil && over(e.expires, time.Now()) {
			removeExpired(path)
		}
	}
}
