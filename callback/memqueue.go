package callback

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"sync"
	"time"
)

// What a memory queue holds at most.
const (
	memoryItems = 10_000
	memoryBytes = 64 << 20
	memoryDone  = 100_000 // keys
)

type memoryQueue struct {
	backlog *backlog

	mu    sync.Mutex
	bytes int
	done  map[[16]byte]time.Time
	order []doneKey // of done, oldest first
}

type doneKey struct {
	id [16]byte
	at time.Time
}

// NewMemoryQueue makes a Queue that ends with the process: what was not worked by then is
// lost. It is for tests and for services that can reconcile by API; use [NewDirQueue] where
// an auth code must not get lost.
//
// It holds 10,000 notices and 64 MiB at most and remembers the last 100,000 keys. When it
// is full, Put returns [ErrQueueFull].
func NewMemoryQueue() Queue {
	return &memoryQueue{backlog: newBacklog(), done: make(map[[16]byte]time.Time)}
}

func (q *memoryQueue) Put(ctx context.Context, key string, payload []byte) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	now := time.Now()
	q.forget(now)
	if _, done := q.done[shortID(key)]; done || q.backlog.has(key) {
		return nil
	}
	if q.backlog.len() >= memoryItems || q.bytes+len(payload) > memoryBytes {
		return ErrQueueFull
	}
	q.bytes += len(payload)
	q.backlog.add(&item{id: key, key: key, payload: bytes.Clone(payload), seq: q.backlog.nextSeq(now), put: now})
	return nil
}

func (q *memoryQueue) Work(ctx context.Context, fn func(context.Context, []byte) error) error {
	return q.backlog.work(ctx, func(it *item) (time.Duration, error) {
		err := fn(WithDelivery(ctx, it.delivery()), it.payload)
		if err != nil && !errors.Is(err, ErrGiveUp) {
			it.failed++
			return RetryAfter(err, it.failed), nil
		}
		q.remove(it, err == nil)
		return -1, nil
	})
}

// remove forgets an item that is done or given up. Put must not find it neither pending nor
// done, so it is marked before its lane is released.
func (q *memoryQueue) remove(it *item, done bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.bytes -= len(it.payload)
	if !done {
		return
	}
	now := time.Now()
	id := shortID(it.key)
	q.done[id] = now
	q.order = append(q.order, doneKey{id, now})
	q.forget(now)
}

// forget drops the keys that are too old or too many.
func (q *memoryQueue) forget(now time.Time) {
	for len(q.order) > 0 && (len(q.order) > memoryDone || now.Sub(q.order[0].at) >= doneFor) {
		if oldest := q.order[0]; q.done[oldest.id].Equal(oldest.at) {
			delete(q.done, oldest.id)
		}
		q.order = q.order[1:]
	}
}

func shortID(key string) [16]byte {
	sum := sha256.Sum256([]byte(key))
	return [16]byte(sum[:16])
}
