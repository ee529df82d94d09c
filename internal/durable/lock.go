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
	// A blocking system call would not end with ctx.
	const longest = 32 * time.Millisecond
	for wait := time.Millisecond; ; wait = min(2*wait, longest) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		unlock, err := TryLock(path)
		if !errors.Is(err, ErrLocked) {
			return unlock, err
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
		}
	}
}
