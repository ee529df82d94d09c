// Package clock is the one clock of this module. Tests shift it, to see what becomes of
// values that were written while a clock was wrong.
package clock

import (
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

// Since is the time that has passed since t.
func Since(t time.Time) time.Duration { return Now().Sub(t) }

// Until is the time that is left until t.
func Until(t time.Time) time.Duration { return t.Sub(Now()) }

// Shift moves the clock by d, beside what it was moved before. It is for tests.
func Shift(d time.Duration) { offset.Add(int64(d)) }
