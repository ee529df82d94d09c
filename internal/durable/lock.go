package durable

import (
	"context"
	"errors"
	"time"
)

// ErrLocked: another caller holds the lock.
var ErrLocked = errors.New("durable: locked")

// Lock waits until the caller holds the lock file at path, among all processes of the
// machine, or until ctx ends. When a process dies, the system frees its lock at once, and
// only then a lock file without a holder remains. Calling unlock again does nothing.
func Lock(ctx context.Context, path string) (unlock func(), err error) {
	return lock(ctx, disk{}, path)
}

func lock(ctx context.Context, sys fsys, path string) (unlock func(), err error) {
	// Polls, because a blocking system call would not end with ctx.
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

// TryLock is [Lock] without waiting. The error is [ErrLocked] if the lock is held.
func TryLock(path string) (unlock func(), err error) { return tryLock(disk{}, path) }

func tryLock(sys fsys, path string) (unlock func(), err error) {
	h, err := tryHold(sys, path)
	if err != nil {
		return nil, err
	}
	return h.unlock, nil
}

// Held is a lock whose holder can check whether it is still valid.
type Held struct {
	unlock func()
	valid  func() bool
}

// TryHold is [TryLock] for locks that are held for a long time.
func TryHold(path string) (*Held, error) { return tryHold(disk{}, path) }

// Valid reports whether the lock still excludes others. It does not if its file was removed.
func (h *Held) Valid() bool { return h.valid() }

// Unlock frees the lock. Calling it again does nothing.
func (h *Held) Unlock() { h.unlock() }
