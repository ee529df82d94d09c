package callback

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// closing is a queue in memory whose Put takes its time, and into which somebody puts when it
// is counted.
type closing struct {
	*memoryQueue
	counted func()
	slow    time.Duration
}

func (q *closing) Put(ctx context.Context, items []Item) error {
	time.Sleep(q.slow)
	return q.memoryQueue.Put(ctx, items)
}

func (q *closing) Stats(ctx context.Context) (map[string]Stats, error) {
	s, err := q.memoryQueue.Stats(ctx)
	q.counted()
	return s, err
}

// Every push that was answered and is lost with the memory is counted.
// G: inbox/end
func TestWhatIsLostWithTheMemoryIsCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		queue := &closing{memoryQueue: NewMemoryQueue().(*memoryQueue), counted: func() {}}
		w := newWorld(t, Config{Queue: queue})
		w.installed(siteCorp)
		release := make(chan struct{})
		defer close(release)
		On(w.in, func(context.Context, *Notice, *TextMessage) error { <-release; return nil })
		stop := w.run()
		require.NoError(t, w.text(siteCorp, "hangs"))
		pass(time.Second)
		var errs []error
		queue.counted = func() { errs = append(errs, w.text(siteCorp, "late")) } // a task runs: only the last count
		stop()
		require.Len(t, errs, 1)
		assert.ErrorIs(t, errs[0], ErrClosed)
		told := w.errs()
		require.NotEmpty(t, told)
		assert.ErrorContains(t, told[len(told)-1].err, "1 notices that were answered are lost")
	})
	synctest.Test(t, func(t *testing.T) {
		queue := &closing{memoryQueue: NewMemoryQueue().(*memoryQueue), counted: func() {}, slow: time.Second}
		w := newWorld(t, Config{Queue: queue})
		stop := w.run()
		synctest.Wait()
		put := make(chan error, 1)
		go func() { put <- w.text(siteCorp, "under way") }()
		synctest.Wait()
		stop()
		assert.NoError(t, <-put)
		told := w.errs()
		require.Len(t, told, 1)
		assert.ErrorContains(t, told[0].err, "1 notices that were answered are lost")
	})
}
