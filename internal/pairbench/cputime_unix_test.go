//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package pairbench

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// Work counts, in whatever goroutine, and waiting does not. It runs beside no other test,
// whose work would count.
func TestCPUTime(t *testing.T) {
	before := CPUTime()
	done := make(chan struct{})
	go func() {
		defer close(done)
		for begin := time.Now(); CPUTime()-before < 10*time.Millisecond && time.Since(begin) < time.Minute; {
		}
	}()
	<-done
	assert.GreaterOrEqual(t, CPUTime()-before, 10*time.Millisecond)

	before = CPUTime()
	<-time.After(40 * time.Millisecond)
	assert.Less(t, CPUTime()-before, 20*time.Millisecond)
}
