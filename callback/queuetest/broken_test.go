package queuetest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/internal/clock"
)

// broken is a queue of which one thing or another does not work.
type broken struct {
	callback.Queue
	mu     sync.Mutex
	put    func(q callback.Queue, items []callback.Item) error
	join   func(q callback.Queue, owner string, lease time.Duration) error
	extend func(q callback.Queue, owner string, lease time.Duration) error
	claim  func(q callback.Queue, a callback.Ask) ([]callback.Claimed, error)
	settle func(q callback.Queue, s []callback.Settlement) ([]callback.Hold, error)
	watch  func(ctx context.Context, q callback.Queue, wake func()) error
	stats  func(q callback.Queue) (map[string]callback.Stats, error)
	dead   func(q callback.Queue, after string, most int) ([]callback.Buried, error)
	retry  func(q callback.Queue, ids []string) error
	remove func(q callback.Queue, ids []string) error
	close  func(q callback.Queue) error
}

// background is for calls whose own context was looked at before.
var background = context.Background()

var errBroken = errors.New("broken")

func (b *broken) Put(ctx context.Context, items []callback.Item) error {
	if b.put == nil || ctx.Err() != nil {
		return b.Queue.Put(ctx, items)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.put(b.Queue, slices.Clone(items))
}

func (b *broken) Join(ctx context.Context, owner string, lease time.Duration) error {
	if b.join == nil || ctx.Err() != nil {
		return b.Queue.Join(ctx, owner, lease)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.join(b.Queue, owner, lease)
}

func (b *broken) Extend(ctx context.Context, owner string, lease time.Duration) error {
	if b.extend == nil || ctx.Err() != nil {
		return b.Queue.Extend(ctx, owner, lease)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.extend(b.Queue, owner, lease)
}

func (b *broken) Claim(ctx context.Context, a callback.Ask) ([]callback.Claimed, error) {
	if b.claim == nil || ctx.Err() != nil {
		return b.Queue.Claim(ctx, a)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.claim(b.Queue, a)
}

func (b *broken) Settle(ctx context.Context, s []callback.Settlement) ([]callback.Hold, error) {
	if b.settle == nil || ctx.Err() != nil {
		return b.Queue.Settle(ctx, s)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.settle(b.Queue, slices.Clone(s))
}

func (b *broken) Watch(ctx context.Context, wake func()) error {
	if b.watch == nil {
		return b.Queue.Watch(ctx, wake)
	}
	return b.watch(ctx, b.Queue, wake)
}

func (b *broken) Stats(ctx context.Context) (map[string]callback.Stats, error) {
	if b.stats == nil || ctx.Err() != nil {
		return b.Queue.Stats(ctx)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.stats(b.Queue)
}

func (b *broken) Dead(ctx context.Context, after string, most int) ([]callback.Buried, error) {
	if b.dead == nil || ctx.Err() != nil {
		return b.Queue.Dead(ctx, after, most)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.dead(b.Queue, after, most)
}

func (b *broken) Retry(ctx context.Context, ids []string) error {
	if b.retry == nil || ctx.Err() != nil {
		return b.Queue.Retry(ctx, ids)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.retry(b.Queue, ids)
}

func (b *broken) Discard(ctx context.Context, ids []string) error {
	if b.remove == nil || ctx.Err() != nil {
		return b.Queue.Discard(ctx, ids)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.remove(b.Queue, ids)
}

func (b *broken) Close() error {
	if b.close == nil {
		return b.Queue.Close()
	}
	return b.close(b.Queue)
}

// eachItem breaks items when they are put.
func eachItem(do func(*callback.Item)) func() *broken {
	return func() *broken {
		return &broken{put: func(q callback.Queue, items []callback.Item) error {
			for i := range items {
				do(&items[i])
			}
			return q.Put(background, items)
		}}
	}
}

// eachClaimed breaks items when they are handed out.
func eachClaimed(do func(*callback.Claimed)) func() *broken {
	return func() *broken {
		return &broken{claim: func(q callback.Queue, a callback.Ask) ([]callback.Claimed, error) {
			got, err := q.Claim(background, a)
			for i := range got {
				do(&got[i])
			}
			return got, err
		}}
	}
}

// eachSettlement breaks outcomes.
func eachSettlement(do func(*callback.Settlement)) func() *broken {
	return func() *broken {
		return &broken{settle: func(q callback.Queue, all []callback.Settlement) ([]callback.Hold, error) {
			for i := range all {
				do(&all[i])
			}
			return q.Settle(background, all)
		}}
	}
}

// recorder takes what a case finds.
type recorder struct {
	testing.TB
	mu    sync.Mutex
	found []string
}

func (r *recorder) Errorf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.found = append(r.found, fmt.Sprintf(format, args...))
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	runtime.Goexit()
}

func (r *recorder) Error(args ...any) { r.Errorf("%s", fmt.Sprint(args...)) }
func (r *recorder) Failed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.found) > 0
}

// findings is what a case finds wrong with a queue.
func findings(t *testing.T, name string, o Options, open func(*testing.T) callback.Queue) (found []string) {
	synctest.Test(t, func(t *testing.T) {
		r := &recorder{TB: t}
		ended := make(chan bool)
		go func() {
			defer close(ended)
			cases[name](newEnv(r, t, open, o))
		}()
		<-ended
		found = r.found
	})
	return found
}

// G: queue/own
func TestBrokenQueuesAreFound(t *testing.T) {
	t.Parallel()
	for name, b := range brokenQueues() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			open := func(*testing.T) callback.Queue {
				q := b.open()
				q.Queue = callback.NewMemoryQueue()
				return q
			}
			for _, by := range strings.Split(b.foundBy, ", ") {
				assert.NotEmpty(t, findings(t, by, Options{Steps: 1000}, open), "by the case %q", by)
			}
		})
	}
}

// What is whole passes in the same surroundings.
// G: queue/own
func TestWholeQueueIsNotFound(t *testing.T) {
	t.Parallel()
	o := Options{Steps: 300}
	for name := range cases {
		if !o.allow(name) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Empty(t, findings(t, name, o, func(*testing.T) callback.Queue {
				return &broken{Queue: callback.NewMemoryQueue()}
			}))
		})
	}
}

// kept is a durable queue: the memory of one process stands for the disk.
type kept struct{ callback.Queue }

func (kept) Close() error { return nil }

func TestDurableQueues(t *testing.T) {
	t.Parallel()
	open := func(*testing.T) callback.Queue { return kept{callback.NewMemoryQueue()} }
	whole := func(_ *testing.T, q callback.Queue) callback.Queue { return kept{q.(kept).Queue} }
	empty := func(*testing.T, callback.Queue) callback.Queue { return kept{callback.NewMemoryQueue()} }
	for _, name := range []string{"reopen", "crash", "another"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Empty(t, findings(t, name, Options{Reopen: whole, Crash: whole, Another: whole}, open))
			assert.NotEmpty(t, findings(t, name, Options{Reopen: empty, Crash: empty, Another: empty}, open), "an empty one")
		})
	}
}

// A queue in no bubble passes with the clock that it has.
func TestOwnClock(t *testing.T) { // not parallel: the clock is everybody's
	var moved time.Duration
	defer func() { clock.Shift(-moved) }()
	o := Options{Now: clock.Now, Sleep: func(d time.Duration) {
		clock.Shift(d)
		moved += d
	}, Skip: []string{"watch", "storm"}, Pause: time.Hour, Steps: 100}
	Run(t, func(*testing.T) callback.Queue { return callback.NewMemoryQueue() }, o)
}
