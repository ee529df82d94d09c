package durable

import (
	"context"
	"errors"
	"time"
)

// ErrLocked: somebody else holds the lock.
var ErrLocked = errors.New("durable: locked")

// Lock waits until the caller alone holds the lock file at path, in all processes of the
// machine, or ctx ends. The file is there only while the lock is held or was held by a
// process that died; the system frees the lock of such a process at once. Calling unlock
// again does nothing.
func Lock(ctx context.Context, path string) (unlock func(), err error) {
	return lock(ctx, disk{}, path)
}

func lock(ctx context.Context, sys fsys, path string) (unlock func(), err error) {
	// A blocking system call would not end with ctx.
	const longest = 32 * time.Millisecond
	for wait := time.Millisecond; ; wait = min(2*wait, longest) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		unlock, err := tryLock(sys, path)
		if !errors.Is(err, ErrLocked) {
			return unlock, err
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
		}
	}
}

// TryLock is [Lock] without waiting: [ErrLocked] if somebody holds the lock.
func TryLock(path string) (unlock func(), err error) { return tryLock(disk{}, path) }

func tryLock(sys fsys, path string) (unlock func(), err error) {
	h, err := tryHold(sys, path)
	if err != nil {
		return nil, err
	}
	return h.unlock, nil
}

// Held is a lock that its holder looks after.
type Held struct {
	unlock func()
	valid  func() bool
}

// TryHold is [TryLock] for who holds a lock for long.
func TryHold(path string) (*Held, error) { return tryHold(disk{}, path) }

// Valid reports whether the lock still keeps others out: it does not once somebody has
// removed its file.
func (h *Held) Valid() bool { return h.valid() }

// Unlock frees the lock. Calling it again does nothing.
func (h *Held) Unlock() { h.unlock() }
