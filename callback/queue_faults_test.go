package callback

import (
	"context"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// oddQueue fails as it is told to.
type oddQueue struct {
	Queue
	mu      sync.Mutex
	fail    map[string]error
	extends atomic.Int32
}

func newOddQueue() *oddQueue { return &oddQueue{Queue: NewMemoryQueue(), fail: map[string]error{}} }

func (q *oddQueue) set(op string, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.fail[op] = err
}

func (q *oddQueue) err(op string) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.fail[op]
}

func (q *oddQueue) Put(ctx context.Context, items []Item) error {
	if err := q.err("Put"); err != nil {
		return err
	}
	return q.Queue.Put(ctx, items)
}

func (q *oddQueue) Join(ctx context.Context, owner string, lease time.Duration) error {
	if err := q.err("Join"); err != nil {
		return err
	}
	return q.Queue.Join(ctx, owner, lease)
}

func (q *oddQueue) Extend(ctx context.Context, owner string, lease time.Duration) error {
	q.extends.Add(1)
	if err := q.err("Extend"); err != nil {
		return err
	}
	return q.Queue.Extend(ctx, owner, lease)
}

func (q *oddQueue) Claim(ctx context.Context, a Ask) ([]Claimed, error) {
	if err := q.err("Claim"); err != nil {
		return nil, err
	}
	return q.Queue.Claim(ctx, a)
}

func (q *oddQueue) Settle(ctx context.Context, s []Settlement) ([]Hold, error) {
	if err := q.err("Settle"); err != nil {
		return nil, err
	}
	return q.Queue.Settle(ctx, s)
}

func (q *oddQueue) Watch(ctx context.Context, wake func()) error {
	if err := q.err("Watch"); err != nil {
		return err
	}
	return q.Queue.Watch(ctx, wake)
}

// A queue that fails for a while is reported, and Run goes on when it is back.
// G: inbox/queue-fails
func TestAQueueThatFailsForAWhile(t *testing.T) {
	for _, op := range []string{"Join", "Claim", "Settle", "Watch", "Extend"} {
		t.Run(op, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				queue := newOddQueue()
				w := newWorld(t, Config{Queue: queue})
				w.installed(siteCorp)
				var got seen
				On(w.in, func(_ context.Context, _ *Notice, m *TextMessage) error { got.add(m.Content); return nil })
				queue.set(op, errTest)
				stop := w.run()
				require.NoError(t, w.text(siteCorp, "a"))
				pass(10 * time.Second)
				queue.set(op, nil)
				pass(35 * time.Second)
				assert.Equal(t, 1, got.count("a"))
				require.NoError(t, w.text(siteCorp, "b"))
				pass(time.Second)
				assert.Equal(t, []string{"a", "b"}, got.all())
				told := w.errs()
				assert.NotEmpty(t, told)
				for _, to := range told {
					assert.ErrorIs(t, to.err, errTest)
				}
				assert.Less(t, len(told), 15, "it backs off")
				stop()
			})
		})
	}
}

// A push that could not be kept is not answered with success.
// G: receive/success
func TestWhatWasNotKeptIsAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		queue := newOddQueue()
		w := newWorld(t, Config{Queue: queue})
		for _, err := range []error{errTest, ErrQueueFull} {
			queue.set("Put", err)
			assert.ErrorIs(t, w.text(siteCorp, "a"), err)
		}
	})
}

// stuck is a queue whose Put gives no answer.
type stuck struct{ Queue }

func (stuck) Put(ctx context.Context, _ []Item) error {
	<-ctx.Done()
	return ctx.Err()
}

// A queue that hangs keeps nobody longer than the time of an answer.
// G: receive/success
func TestAStuckQueueIsAnsweredInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{Queue: stuck{NewMemoryQueue()}})
		var callers sync.WaitGroup
		for i := range 240 {
			callers.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), answerTimeout)
				defer cancel()
				n := noticeOf(t, siteCorp, message(strconv.Itoa(i+1)))
				begin := time.Now()
				assert.ErrorIs(t, w.in.enqueue(ctx, w.app, n), context.DeadlineExceeded)
				assert.LessOrEqual(t, time.Since(begin), answerTimeout)
			})
			time.Sleep(50 * time.Millisecond)
		}
		callers.Wait()
		pass(2 * batchTimeout) // of nobody
	})
}
