// Package heap says how much memory a test has in use.
package heap

import (
	"runtime"
	"time"
)

// Live is what is in use, in bytes, after the garbage has been collected.
func Live() int64 {
	runtime.GC()
	return inUse()
}

func inUse() int64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// Peak is the most that is in use while f runs, above what there was before, in bytes. What
// other tests hold counts too: it runs beside none.
func Peak(f func()) (most int64) {
	before := Live()
	done := make(chan struct{})
	go func() { defer close(done); f() }()
	for {
		select {
		case <-done:
			return most
		case <-time.After(5 * time.Millisecond):
			most = max(most, inUse()-before)
		}
	}
}
