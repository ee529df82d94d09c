package callback

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Whoever comes while a batch is under way shares the next.
// G: queue/batches
func TestBatches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sizes []int
		b := batcher[int]{most: 10, run: func(_ context.Context, items []int) error {
			time.Sleep(time.Second)
			sizes = append(sizes, len(items))
			return nil
		}}
		var callers sync.WaitGroup
		for i := range 25 {
			callers.Go(func() { assert.NoError(t, b.do(t.Context(), i)) })
			if i == 0 {
				synctest.Wait()
			}
		}
		callers.Wait()
		synctest.Wait()
		assert.Equal(t, []int{1, 10, 10, 4}, sizes)
		assert.False(t, b.busy)
	})
}

// Where nothing is shared, nobody waits for another, and no goroutine is started.
func TestBatchesApart(t *testing.T) {
	t.Parallel()
	var ran [][]int
	b := batcher[int]{most: 10, apart: true, run: func(ctx context.Context, items []int) error {
		ran = append(ran, items)
		if items[0] == 3 {
			panic("three")
		}
		return ctx.Err()
	}}
	assert.NoError(t, b.do(t.Context(), 1))
	assert.NoError(t, b.do(t.Context(), 2))
	assert.ErrorContains(t, b.do(t.Context(), 3), "panicked")
	over, end := context.WithCancel(t.Context())
	end()
	assert.ErrorIs(t, b.do(over, 4), context.Canceled)
	assert.Equal(t, [][]int{{1}, {2}, {3}, {4}}, ran)

	in, err := NewInbox(Config{})
	require.NoError(t, err)
	assert.True(t, in.puts.apart, "a queue in memory")
	q, err := NewDirQueue(t.TempDir())
	require.NoError(t, err)
	defer q.Close()
	in, err = NewInbox(Config{Queue: q})
	require.NoError(t, err)
	assert.False(t, in.puts.apart, "a queue with an fsync to share")
}

// If a batch fails, each of its items is tried alone, and has its own error.
// G: queue/batches
func TestABatchThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := batcher[int]{most: 10, run: func(_ context.Context, items []int) error {
			time.Sleep(time.Second)
			if slices.Contains(items, 3) {
				return errTest
			}
			if slices.Contains(items, 4) {
				panic("four")
			}
			return nil
		}}
		errs := make([]error, 6)
		var callers sync.WaitGroup
		for i := range errs {
			callers.Go(func() { errs[i] = b.do(t.Context(), i) })
			synctest.Wait()
		}
		callers.Wait()
		for i, err := range errs {
			switch i {
			case 3:
				assert.ErrorIs(t, err, errTest)
			case 4:
				assert.ErrorContains(t, err, "panicked")
			default:
				assert.NoError(t, err)
			}
		}
	})
}

// Who does not wait any more leaves at once, and does not stop the others; a batch that is
// under way does not end with it.
// G: queue/batches
func TestWhoLeavesABatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ran []int
		b := batcher[int]{most: 2, run: func(ctx context.Context, items []int) error {
			time.Sleep(time.Second)
			ran = append(ran, items...)
			return ctx.Err()
		}}
		ctx, cancel := context.WithCancel(t.Context())
		errs := make([]error, 5)
		var callers sync.WaitGroup
		for i := range errs {
			callers.Go(func() {
				of := t.Context()
				if i == 0 || i == 2 {
					of = ctx
					defer func(begin time.Time) { assert.Zero(t, time.Since(begin)) }(time.Now())
				}
				errs[i] = b.do(of, i)
			})
			synctest.Wait()
		}
		cancel()
		callers.Wait()
		assert.ErrorIs(t, errs[0], context.Canceled)
		assert.ErrorIs(t, errs[2], context.Canceled)
		synctest.Wait()
		assert.ElementsMatch(t, []int{0, 1, 3, 4}, ran)
		assert.False(t, b.busy)
	})
}

// When there is no answer in time, nobody is tried alone: all would wait for it again.
// G: queue/batches
func TestABatchThatTimesOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runs := 0
		b := batcher[int]{most: 64, run: func(ctx context.Context, items []int) error {
			if runs++; runs > 1 {
				return nil
			}
			<-ctx.Done()
			return fmt.Errorf("no answer: %w", ctx.Err())
		}}
		begin := time.Now()
		var callers sync.WaitGroup
		for i := range 64 {
			callers.Go(func() {
				err := b.do(t.Context(), i)
				if i == 0 {
					assert.ErrorIs(t, err, context.DeadlineExceeded)
				} else {
					assert.NoError(t, err, "the next batch")
				}
			})
			synctest.Wait()
		}
		callers.Wait()
		assert.Equal(t, batchTimeout, time.Since(begin))
		assert.Equal(t, 2, runs)
	})
	synctest.Test(t, func(t *testing.T) {
		runs := 0
		b := batcher[int]{most: 64, run: func(ctx context.Context, items []int) error {
			runs++
			time.Sleep(time.Second)
			if len(items) > 1 {
				return os.ErrDeadlineExceeded // of a network
			}
			return errTest
		}}
		var callers sync.WaitGroup
		for i := range 21 {
			callers.Go(func() { assert.Error(t, b.do(t.Context(), i)) })
			synctest.Wait()
		}
		callers.Wait()
		assert.Equal(t, 2, runs)
	})
}

// All that are tried alone have one time together.
func TestABatchThatIsTriedAloneEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := batcher[int]{most: 64, run: func(ctx context.Context, items []int) error {
			time.Sleep(time.Second)
			return cmp.Or(ctx.Err(), errTest)
		}}
		begin := time.Now()
		var callers sync.WaitGroup
		for i := range 64 {
			callers.Go(func() { assert.Error(t, b.do(t.Context(), i)) })
			synctest.Wait()
		}
		callers.Wait()
		assert.LessOrEqual(t, time.Since(begin), batchTimeout+2*time.Second)
	})
}

// A batch that ends its goroutine is an error like any other.
func TestABatchThatEndsItsGoroutine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := batcher[int]{most: 64, run: func(context.Context, []int) error { runtime.Goexit(); return nil }}
		for range 2 {
			assert.ErrorIs(t, b.do(t.Context(), 1), errGoexit)
		}
	})
}

func TestBatchesStorm(t *testing.T) {
	var mu sync.Mutex
	got := map[int]int{}
	b := batcher[int]{most: 7, run: func(_ context.Context, items []int) error {
		mu.Lock()
		defer mu.Unlock()
		for _, i := range items {
			got[i]++
		}
		return nil
	}}
	var callers sync.WaitGroup
	for i := range 64 {
		callers.Go(func() {
			for j := range 100 {
				ctx, cancel := context.WithCancel(t.Context())
				if (i+j)%3 == 0 {
					cancel()
				}
				if err := b.do(ctx, i*1000+j); err != nil {
					assert.ErrorIs(t, err, context.Canceled)
				}
				cancel()
			}
		})
	}
	callers.Wait()
	assert.Eventually(t, func() bool { b.mu.Lock(); defer b.mu.Unlock(); return !b.busy }, 10*time.Second, time.Millisecond)
	mu.Lock()
	defer mu.Unlock()
	for i, n := range got {
		assert.Equal(t, 1, n, i)
	}
	assert.GreaterOrEqual(t, len(got), 64*66)
}
