// Package clock is the one clock of this module. Tests shift it, to test values that were
// written while a clock was wrong.
package clock

import (
	"context"
	"sync/atomic"
	"time"
)

// offset is what tests, and the child processes of crash tests, add to the time.
var offset atomic.Int64

// Now is time.Now plus the offset, which is 0 outside of tests.
func Now() time.Time {
	now := time.Now()
	if d := offset.Load(); d != 0 {
		return now.Add(time.Duration(d))
	}
	return now
}

// Since is the time that has passed since t. For a t of this process it reads the
// monotonic clock alone, which is faster than Now.
func Since(t time.Time) time.Duration { return time.Since(t) + time.Duration(offset.Load()) }

// Until returns the time left until t.
func Until(t time.Time) time.Duration { return -Since(t) }

// Sleep waits for d, or until ctx ends and returns its error.
func Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Shift moves the clock by d, in addition to earlier shifts. It is for tests.
func Shift(d time.Duration) { offset.Add(int64(d)) }
