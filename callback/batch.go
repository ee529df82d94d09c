package callback

import (
	"context"
	"slices"
	"sync"
)

// batcher lets all who come while a batch is under way share the next one, and with it one
// commit or one fsync.
type batcher[T any] struct {
	most int
	run  func(ctx context.Context, items []T) error

	mu      sync.Mutex
	waiting []*batchItem[T]
	busy    bool // somebody leads
}

type batchItem[T any] struct {
	item  T
	done  chan error
	leads chan struct{} // closed when it is this one's turn to run a batch
}

// do puts an item into a batch, and returns that batch's error. Whoever comes first leads
// it; its end does not depend on the leader's context.
func (b *batcher[T]) do(ctx context.Context, item T) error {
	w := &batchItem[T]{item, make(chan error, 1), make(chan struct{})}
	b.mu.Lock()
	b.waiting = append(b.waiting, w)
	if !b.busy {
		b.busy = true
		close(w.leads)
	}
	b.mu.Unlock()
	select {
	case err := <-w.done:
		return err
	case <-w.leads:
	case <-ctx.Done():
		if !b.leave(w) {
			return ctx.Err()
		}
	}
	b.lead(context.WithoutCancel(ctx))
	return <-w.done
}

// leave takes out an item whose caller does not wait any more. It reports whether that one
// has to lead all the same.
func (b *batcher[T]) leave(w *batchItem[T]) (leads bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	select {
	case <-w.leads:
		return true
	default:
	}
	b.waiting = slices.DeleteFunc(b.waiting, func(other *batchItem[T]) bool { return other == w })
	return false
}

// lead runs one batch and lets the next one begin.
func (b *batcher[T]) lead(ctx context.Context) {
	b.mu.Lock()
	n := min(len(b.waiting), b.most)
	batch := slices.Clone(b.waiting[:n])
	b.waiting = slices.Delete(b.waiting, 0, n)
	b.mu.Unlock()
	defer func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		if b.busy = len(b.waiting) > 0; b.busy {
			close(b.waiting[0].leads)
		}
	}()
	b.runBatch(ctx, batch)
}

// runBatch tells everybody what became of the item. If a batch fails, each of its items is
// tried alone.
func (b *batcher[T]) runBatch(ctx context.Context, batch []*batchItem[T]) {
	items := make([]T, len(batch))
	for i, w := range batch {
		items[i] = w.item
	}
	err := recoverPanic(func() error { return b.run(ctx, items) })
	for _, w := range batch {
		if err != nil && len(batch) > 1 {
			w.done <- recoverPanic(func() error { return b.run(ctx, []T{w.item}) })
		} else {
			w.done <- err
		}
	}
}
