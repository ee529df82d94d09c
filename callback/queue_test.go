package callback

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var sealingKey = []byte("0123456789abcdef0123456789abcdef")

// queues runs a test on every kind of Queue, on a clock of its own.
func queues(t *testing.T, test func(t *testing.T, q Queue)) {
	t.Helper()
	sealedOver := func(q Queue, err error) (Queue, error) {
		if err != nil {
			return nil, err
		}
		return SealQueue(q, sealingKey)
	}
	for name, open := range map[string]func(dir string) (Queue, error){
		"memory":        func(string) (Queue, error) { return NewMemoryQueue(), nil },
		"dir":           NewDirQueue,
		"sealed memory": func(string) (Queue, error) { return sealedOver(NewMemoryQueue(), nil) },
		"sealed dir":    func(dir string) (Queue, error) { return sealedOver(NewDirQueue(dir)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				q, err := open(dir)
				require.NoError(t, err)
				test(t, q)
			})
		})
	}
}

// working starts n workers and returns what stops them and waits.
func working(t *testing.T, q Queue, n int, fn func(context.Context, []byte) error) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	var workers sync.WaitGroup
	for range n {
		workers.Go(func() { assert.NoError(t, q.Work(ctx, fn)) })
	}
	return func() {
		cancel()
		workers.Wait()
	}
}

// journal is what a work function has seen.
type journal struct {
	mu   sync.Mutex
	seen []string
}

func (j *journal) add(s string) int {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.seen = append(j.seen, s)
	return len(j.seen)
}

func (j *journal) all() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.seen)
}

func (j *journal) note(_ context.Context, payload []byte) error {
	j.add(string(payload))
	return nil
}

func put(t *testing.T, q Queue, items ...string) {
	t.Helper()
	for _, key := range items {
		require.NoError(t, q.Put(t.Context(), key, []byte("payload of "+key)))
	}
}

func payloads(keys ...string) (list []string) {
	for _, k := range keys {
		list = append(list, "payload of "+k)
	}
	return list
}

func TestQueueOrderOfArrival(t *testing.T) {
	t.Parallel()
	queues(t, func(t *testing.T, q Queue) {
		var j journal
		put(t, q, "a/1", "b/1", "a/2", "no-lane", "a/3")
		stop := working(t, q, 1, j.note)
		synctest.Wait()
		put(t, q, "b/2", "a/4")
		synctest.Wait()
		stop()
		assert.Equal(t, payloads("a/1", "b/1", "a/2", "no-lane", "a/3", "b/2", "a/4"), j.all())
	})
}

func TestQueueUrgentFirst(t *testing.T) {
	t.Parallel()
	queues(t, func(t *testing.T, q Queue) {
		var j journal
		put(t, q, "a/1", "a/2", "/code-1", "b/1", "/code-2")
		stop := working(t, q, 1, j.note)
		synctest.Wait()
		stop()
		assert.Equal(t, payloads("/code-1", "/code-2", "a/1", "a/2", "b/1"), j.all())
	})
}

// T-47
func TestQueueDropsWhatIsPendingOrDone(t *testing.T) {
	t.Parallel()
	queues(t, func(t *testing.T, q Queue) {
		var j journal
		put(t, q, "a/1", "a/1")
		hold := make(chan struct{})
		stop := working(t, q, 1, func(ctx context.Context, p []byte) error {
			<-hold
			return j.note(ctx, p)
		})
		synctest.Wait()
		put(t, q, "a/1") // while it is being worked
		close(hold)
		synctest.Wait()
		put(t, q, "a/1") // done
		time.Sleep(doneFor - time.Minute)
		put(t, q, "a/1")
		synctest.Wait()
		assert.Len(t, j.all(), 1)

		time.Sleep(2 * time.Minute)
		put(t, q, "a/1")
		synctest.Wait()
		assert.Len(t, j.all(), 2, "forgotten after a day")
		stop()
	})
}

func TestQueueRetries(t *testing.T) {
	t.Parallel()
	queues(t, func(t *testing.T, q Queue) {
		var (
			j     journal
			times []time.Duration
			start = time.Now()
		)
		put(t, q, "a/bad", "a/good")
		stop := working(t, q, 2, func(ctx context.Context, p []byte) error {
			d := DeliveryOf(ctx)
			assert.WithinDuration(t, start, d.Put, 0)
			j.add(fmt.Sprintf("%s #%d", strings.TrimPrefix(string(p), "payload of "), d.Attempt))
			if strings.HasSuffix(string(p), "bad") && d.Attempt < 5 {
				times = append(times, time.Since(start))
				return errors.New("not yet")
			}
			return nil
		})
		time.Sleep(time.Hour)
		stop()
		assert.Equal(t, []string{"a/bad #1", "a/good #1", "a/bad #2", "a/bad #3", "a/bad #4", "a/bad #5"}, j.all(),
			"a failing item steps aside")
		assert.Equal(t, []time.Duration{0, time.Second, 3 * time.Second, 7 * time.Second}, times)
	})
}

func TestQueueGivesUp(t *testing.T) {
	t.Parallel()
	queues(t, func(t *testing.T, q Queue) {
		var j journal
		put(t, q, "a/1")
		stop := working(t, q, 1, func(ctx context.Context, p []byte) error {
			if j.add(string(p)) == 1 {
				return fmt.Errorf("%w: no hope", ErrGiveUp)
			}
			return nil
		})
		time.Sleep(time.Hour)
		assert.Len(t, j.all(), 1, "not tried again by itself")
		put(t, q, "a/1")
		time.Sleep(time.Hour)
		assert.Len(t, j.all(), 2, "the key is taken again")
		stop()
	})
}

func TestQueueLanesSideBySide(t *testing.T) {
	t.Parallel()
	queues(t, func(t *testing.T, q Queue) {
		var j journal
		gate := make(chan struct{})
		put(t, q, "slow/1", "slow/2", "slow/3", "quick/1", "quick/2")
		stop := working(t, q, 3, func(ctx context.Context, p []byte) error {
			j.add(string(p))
			if strings.Contains(string(p), "slow") {
				<-gate
			}
			return nil
		})
		synctest.Wait()
		seen := j.all()
		slices.Sort(seen)
		assert.Equal(t, payloads("quick/1", "quick/2", "slow/1"), seen,
			"a busy lane occupies one worker, not all")
		for range 3 {
			gate <- struct{}{}
		}
		synctest.Wait()
		stop()
		assert.Equal(t, payloads("slow/2", "slow/3"), j.all()[3:])
	})
}

func TestQueueDrains(t *testing.T) {
	t.Parallel()
	queues(t, func(t *testing.T, q Queue) {
		var j journal
		put(t, q, "a/1", "a/2")
		stop := working(t, q, 1, func(ctx context.Context, p []byte) error {
			time.Sleep(time.Minute)
			return j.note(ctx, p)
		})
		synctest.Wait()
		stop()
		assert.Equal(t, payloads("a/1"), j.all(), "the running one ends, no other begins")

		stop = working(t, q, 1, j.note)
		synctest.Wait()
		stop()
		assert.Equal(t, payloads("a/1", "a/2"), j.all())
	})
}

func TestQueueRefusesAfterCancel(t *testing.T) {
	t.Parallel()
	queues(t, func(t *testing.T, q Queue) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		require.ErrorIs(t, q.Put(ctx, "a/1", nil), context.Canceled)
		require.NoError(t, q.Work(ctx, func(context.Context, []byte) error {
			t.Error("worked")
			return nil
		}))
	})
}

// A panic is the handler's to contain, but it must not block a lane for ever.
func TestQueueSurvivesPanic(t *testing.T) {
	t.Parallel()
	queues(t, func(t *testing.T, q Queue) {
		var j journal
		put(t, q, "a/1")
		assert.Panics(t, func() {
			_ = q.Work(t.Context(), func(context.Context, []byte) error { panic("x") })
		})
		stop := working(t, q, 1, j.note)
		time.Sleep(time.Minute)
		stop()
		assert.Equal(t, payloads("a/1"), j.all())
	})
}

func TestQueueManyAtOnce(t *testing.T) {
	t.Parallel()
	queues(t, func(t *testing.T, q Queue) {
		const corps, each = 5, 8
		var (
			mu   sync.Mutex
			busy = map[string]bool{}
			next = map[string]int{}
		)
		stop := working(t, q, 4, func(_ context.Context, p []byte) error {
			var corp string
			var i int
			_, err := fmt.Sscanf(string(p), "%s %d", &corp, &i)
			assert.NoError(t, err)
			mu.Lock()
			assert.False(t, busy[corp], "two of one corp at once")
			assert.Equal(t, next[corp], i, "out of order")
			busy[corp] = true
			next[corp]++
			mu.Unlock()
			time.Sleep(time.Millisecond)
			mu.Lock()
			busy[corp] = false
			mu.Unlock()
			return nil
		})
		var senders sync.WaitGroup
		for c := range corps {
			senders.Go(func() {
				for i := range each {
					corp := fmt.Sprintf("corp%d", c)
					for range 2 { // WeCom repeats itself
						assert.NoError(t, q.Put(t.Context(), fmt.Sprintf("%s/%d", corp, i), fmt.Appendf(nil, "%s %d", corp, i)))
					}
				}
			})
		}
		senders.Wait()
		time.Sleep(time.Minute)
		stop()
		for c := range corps {
			assert.Equal(t, each, next[fmt.Sprintf("corp%d", c)])
		}
	})
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err     error
		attempt int
		want    time.Duration
	}{
		{errors.New("x"), 0, time.Second},
		{errors.New("x"), 1, time.Second},
		{errors.New("x"), 2, 2 * time.Second},
		{errors.New("x"), 10, 512 * time.Second},
		{errors.New("x"), 11, 10 * time.Minute},
		{errors.New("x"), 1 << 40, 10 * time.Minute},
		{urgentError{errors.New("x")}, 4, 8 * time.Second},
		{fmt.Errorf("wrapped: %w", urgentError{errors.New("x")}), 9, 15 * time.Second},
	} {
		assert.Equal(t, c.want, RetryAfter(c.err, c.attempt), "attempt %d", c.attempt)
	}
}

func TestMemoryQueueIsBounded(t *testing.T) {
	t.Parallel()
	q := NewMemoryQueue()
	for i := range memoryItems {
		require.NoError(t, q.Put(t.Context(), fmt.Sprint(i), nil))
	}
	require.ErrorIs(t, q.Put(t.Context(), "one more", nil), ErrQueueFull)
	require.NoError(t, q.Put(t.Context(), "0", nil), "a repetition needs no room")

	q = NewMemoryQueue()
	big := make([]byte, memoryBytes/4)
	for i := range 4 {
		require.NoError(t, q.Put(t.Context(), fmt.Sprint(i), big))
	}
	require.ErrorIs(t, q.Put(t.Context(), "one more", []byte("x")), ErrQueueFull)
}

func TestMemoryQueueForgetsOldestKeys(t *testing.T) {
	t.Parallel()
	q := NewMemoryQueue().(*memoryQueue)
	for i := range memoryDone + 10 {
		q.remove(&item{key: fmt.Sprint(i)}, true)
	}
	assert.Len(t, q.done, memoryDone)
	assert.NotContains(t, q.done, shortID("9"))
	assert.Contains(t, q.done, shortID("10"))
}

func TestMemoryQueueCopiesPayload(t *testing.T) {
	t.Parallel()
	q := NewMemoryQueue()
	payload := []byte("before")
	require.NoError(t, q.Put(t.Context(), "k", payload))
	copy(payload, "after!")
	ctx, cancel := context.WithCancel(t.Context())
	require.NoError(t, q.Work(ctx, func(_ context.Context, p []byte) error {
		assert.Equal(t, "before", string(p))
		cancel()
		return nil
	}))
}
