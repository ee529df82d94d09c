package callback

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/clock"
)

// When the queue can't be reached for longer than the lease, functions are told to stop,
// and what they had is processed again. That is no death.
// G: inbox/queue-fails
func TestALostLease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		queue := newOddQueue()
		w := newWorld(t, Config{Queue: queue})
		w.installed(siteCorp)
		var got seen
		running := 0
		On(w.in, func(ctx context.Context, _ *Notice, m *TextMessage) error {
			running++
			assert.Equal(t, 1, running, "never two of one lane at once")
			defer func() { running-- }()
			got.add(m.Content)
			if got.count("long") < 3 {
				<-ctx.Done()
				got.add("told to stop")
				time.Sleep(time.Minute) // it takes its time
				return ctx.Err()
			}
			return nil
		})
		defer w.run()()
		require.NoError(t, w.text(siteCorp, "long"))
		pass(time.Hour)
		assert.Equal(t, []string{"long"}, got.all(), "an hour is no reason")
		assert.Greater(t, queue.extends.Load(), int32(400))
		for range 2 {
			queue.set("Extend", errTest)
			pass(40 * time.Second)
			queue.set("Extend", nil)
			pass(2 * time.Minute)
		}
		assert.Equal(t, []string{"long", "told to stop", "long", "told to stop", "long"}, got.all())
		lost := 0
		for _, to := range w.errs() {
			assert.NotContains(t, to.err.Error(), "died")
			if errors.Is(to.err, ErrLost) {
				lost++
			}
		}
		assert.GreaterOrEqual(t, lost, 2)
	})
}

// G: inbox/end
func TestWhatWaitsForItsLaneIsGivenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		queue := newOddQueue()
		w := newWorld(t, Config{Queue: queue})
		w.installed(siteCorp)
		var got seen
		On(w.in, func(ctx context.Context, _ *Notice, m *TextMessage) error {
			got.add(m.Content)
			if got.count("stuck") == 1 {
				<-ctx.Done()
				time.Sleep(3 * time.Minute) // it takes its time
			}
			return nil
		})
		stop := w.run()
		require.NoError(t, w.text(siteCorp, "stuck"))
		pass(time.Second)
		queue.set("Extend", errTest)
		pass(40 * time.Second)
		queue.set("Extend", nil)
		pass(time.Minute) // the next owner has claimed it, and waits for the first to end
		assert.Equal(t, []string{"stuck"}, got.all())
		stop()
		defer w.run()()
		pass(2 * time.Minute)
		assert.Equal(t, []string{"stuck", "stuck"}, got.all())
		for _, to := range w.errs() {
			assert.NotContains(t, to.err.Error(), "died")
		}
	})
}

// forgetful knows an owner no more, until there is another one.
type forgetful struct {
	Queue
	forgot, ever atomic.Bool
}

func (q *forgetful) Join(ctx context.Context, owner string, lease time.Duration) error {
	q.forgot.Store(q.ever.Load())
	return q.Queue.Join(ctx, owner, lease)
}

func (q *forgetful) Claim(ctx context.Context, a Ask) ([]Claimed, error) {
	if q.forgot.Load() {
		return nil, ErrLost
	}
	return q.Queue.Claim(ctx, a)
}

// ErrLost of Claim ends the lease at once: the next owner does not wait for a beat.
// G: inbox/queue-fails
func TestAClaimThatSaysThatTheLeaseHasEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		queue := &forgetful{Queue: NewMemoryQueue()}
		w := newWorld(t, Config{Queue: queue})
		w.installed(siteCorp)
		var got seen
		On(w.in, func(_ context.Context, _ *Notice, m *TextMessage) error { got.add(m.Content); return nil })
		defer w.run()()
		pass(time.Second)
		queue.forgot.Store(true)
		require.NoError(t, w.text(siteCorp, "a"))
		pass(time.Second)
		assert.Equal(t, []string{"a"}, got.all())
		assert.Len(t, w.errs(), 1)

		queue.ever.Store(true)
		queue.forgot.Store(true)
		require.NoError(t, w.text(siteCorp, "b"))
		pass(time.Minute)
		assert.Less(t, len(w.errs()), 15, "it backs off")
		queue.ever.Store(false)
		pass(10 * time.Second)
		assert.Equal(t, []string{"a", "b"}, got.all())
	})
}

// An outcome that comes after the end of the lease is no death: the process is alive.
// G: inbox/queue-fails
func TestAnOutcomeThatComesTooLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		queue := NewMemoryQueue()
		w := newWorld(t, Config{Queue: queue})
		w.installed(siteCorp)
		var got seen
		On(w.in, func(_ context.Context, _ *Notice, m *TextMessage) error {
			got.add(m.Content)
			if got.count("a") == 1 {
				time.Sleep(time.Second)
				clock.Shift(leaseTime) // for the queue, no longer for the function
			}
			return nil
		})
		defer clock.Shift(-leaseTime)
		defer w.run()()
		require.NoError(t, w.text(siteCorp, "a"))
		pass(3 * time.Second)
		assert.Equal(t, []string{"a", "a"}, got.all())
		for _, to := range w.errs() {
			assert.ErrorIs(t, to.err, ErrLost)
		}
		assert.Equal(t, Stats{Running: true}, w.stats())
	})
}

// ErrLost of Extend ends the lease at once.
// G: inbox/queue-fails
func TestAnEndedLeaseIsNotUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		queue := newOddQueue()
		w := newWorld(t, Config{Queue: queue})
		w.installed(siteCorp)
		var got seen
		On(w.in, func(ctx context.Context, _ *Notice, m *TextMessage) error {
			got.add(m.Content)
			if got.count("long") == 1 {
				<-ctx.Done()
			}
			return ctx.Err()
		})
		defer w.run()()
		require.NoError(t, w.text(siteCorp, "long"))
		pass(time.Second)
		queue.set("Extend", ErrLost)
		pass(9 * time.Second)
		queue.set("Extend", nil)
		pass(time.Minute)
		assert.Equal(t, []string{"long", "long"}, got.all())
	})
}
