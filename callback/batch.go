package callback

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

const (
	maxBatch     = 64
	batchTimeout = 10 * time.Second // of a batch; a caller may stop waiting earlier
)

// batcher collects the items that arrive while a batch runs into the next batch, so that
// they share one commit or one fsync.
type batcher[T any] struct {
	most  int
	run   func(ctx context.Context, items []T) error
	apart bool // there is nothing to share: each caller runs its own item

	mu      sync.Mutex
	waiting []*batchItem[T]
	busy    bool // a batch runs
}

type batchItem[T any] struct {
	item T
	done chan error
}

// do puts an item into a batch, and returns that batch's error. If ctx ends, do returns, but
// the batch goes on: the item may still be processed.
func (b *batcher[T]) do(ctx context.Context, item T) error {
	if b.apart {
		return recoverPanic(func() error { return b.run(ctx, []T{item}) })
	}
	w := &batchItem[T]{item, make(chan error, 1)}
	b.mu.Lock()
	b.waiting = append(b.waiting, w)
	if !b.busy {
		b.busy = true
		go b.runAll()
	}
	b.mu.Unlock()
	select {
	case err := <-w.done:
		return err
	case <-ctx.Done():
		b.withdraw(w)
		return ctx.Err()
	}
}

// withdraw removes an item whose caller has left, if it is in no batch yet.
func (b *batcher[T]) withdraw(w *batchItem[T]) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.waiting = slices.DeleteFunc(b.waiting, func(other *batchItem[T]) bool { return other == w })
}

// runAll runs batches until no item waits.
func (b *batcher[T]) runAll() {
	for batch := b.next(); len(batch) > 0; batch = b.next() {
		b.runBatch(batch)
	}
}

func (b *batcher[T]) next() []*batchItem[T] {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := min(len(b.waiting), b.most)
	batch := slices.Clone(b.waiting[:n])
	b.waiting = slices.Delete(b.waiting, 0, n)
	b.busy = n > 0
	return batch
}

// runBatch runs a batch and gives each caller its result. If a batch fails, each of its
// items is tried alone, but not after a timeout: another try would also time out.
func (b *batcher[T]) runBatch(batch []*batchItem[T]) {
	ctx, cancel := context.WithTimeout(context.Background(), batchTimeout)
	defer cancel()
	items := make([]T, len(batch))
	for i, w := range batch {
		items[i] = w.item
	}
	err, late := b.try(ctx, items)
	for i, w := range batch {
		if err != nil && !late && len(batch) > 1 {
			var one error
			one, late = b.try(ctx, items[i:i+1])
			w.done <- one
		} else {
			w.done <- err
		}
	}
}

// try runs items. late is true after a timeout.
func (b *batcher[T]) try(ctx context.Context, items []T) (err error, late bool) {
	err = runFunction(func() error {
		err := b.run(ctx, items)
		var timeout interface{ Timeout() bool }
		late = errors.As(err, &timeout) && timeout.Timeout()
		return err
	})
	return err, late || ctx.Err() != nil
}
