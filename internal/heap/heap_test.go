package heap_test

import (
	"runtime"
	"testing"
	"time"

	"github.com/gothird/wecom/internal/heap"
	"github.com/stretchr/testify/assert"
)

// What is held counts, in whatever goroutine, and what was dropped does not. It runs beside
// no other test, whose memory would count.
func TestHeap(t *testing.T) {
	const size = 32 << 20
	before := heap.Live()
	most := heap.Peak(func() {
		held := make([]byte, size)
		<-time.After(300 * time.Millisecond)
		runtime.KeepAlive(held)
	})
	assert.InDelta(t, size, most, size/8)
	assert.Less(t, heap.Live()-before, int64(size/8))
}
