package callback

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gothird/wecom/internal/durable"
)

const (
	dirItems  = 1_000_000       // waiting in one folder, at most
	dirRescan = 2 * time.Second // to find what other processes have put
	dirPurge  = time.Hour       // between two looks for what is outdated
)

type dirQueue struct {
	pending, done, dead string // folders
	lock                string // file
	backlog             *backlog
	puts                [64]sync.Mutex // by file name: two puts of one key wait for each other
	active              atomic.Bool    // this process works the folder

	gate    chan struct{} // guards what follows
	workers int
	stop    func() // ends what the first worker started
}

// NewDirQueue makes a Queue in a folder: one machine, no server. An item that was put
// survives a crash of the process and a power loss, and is worked after the restart, oldest
// first. The folder is made if it is missing; payloads hold auth codes and tickets, see
// [SealQueue].
//
//	pending/  one file for each item that waits or is being worked
//	done/     keys that were worked, for 24 hours
//	dead/     items that were given up; moved back to pending/ they are tried again
//
// Memory is bounded: about 300 bytes for each of at most a million waiting items; a payload
// is read when its turn comes. Any number of processes on one machine may put items into one
// folder. One at a time works them, the others take over when it ends. It finds the items of
// the others within two seconds, so the order of arrival is kept for those of one process.
func NewDirQueue(dir string) (Queue, error) {
	if dir == "" {
		return nil, errors.New("callback: NewDirQueue: dir is empty: name a folder of the queue's own")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("callback: NewDirQueue: %w", err)
	}
	q := &dirQueue{
		pending: filepath.Join(dir, "pending"),
		done:    filepath.Join(dir, "done"),
		dead:    filepath.Join(dir, "dead"),
		lock:    filepath.Join(dir, "lock"),
		backlog: newBacklog(),
		gate:    make(chan struct{}, 1),
	}
	for _, d := range []string{q.pending, q.done, q.dead} {
		if err := durable.MkdirAll(d); err != nil {
			return nil, fmt.Errorf("callback: NewDirQueue: %w", err)
		}
	}
	return q, nil
}

func (q *dirQueue) Put(ctx context.Context, key string, payload []byte) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	name := fileName(key)
	mu := &q.puts[(name[0]*31+name[1])%64]
	mu.Lock()
	defer mu.Unlock()
	// In this order: an item moves from pending to done, never back.
	known, err := q.known(name)
	if err != nil || known {
		return err
	}
	if q.backlog.len() >= dirItems {
		return ErrQueueFull
	}
	now := time.Now()
	it := &item{id: name, key: key, seq: q.backlog.nextSeq(now), put: now}
	if err := q.write(it, payload); err != nil {
		return fmt.Errorf("callback: queue: %w", err)
	}
	if q.active.Load() {
		q.backlog.add(it)
	}
	return nil
}

// known reports whether a key is pending or was done lately.
func (q *dirQueue) known(name string) (bool, error) {
	switch _, err := os.Stat(filepath.Join(q.pending, name)); {
	case err == nil:
		return true, nil
	case !errors.Is(err, fs.ErrNotExist):
		return false, fmt.Errorf("callback: queue: %w", err)
	}
	switch fi, err := os.Stat(filepath.Join(q.done, name)); {
	case err == nil:
		return time.Since(fi.ModTime()) < doneFor, nil
	case !errors.Is(err, fs.ErrNotExist):
		return false, fmt.Errorf("callback: queue: %w", err)
	}
	return false, nil
}

func (q *dirQueue) Work(ctx context.Context, fn func(context.Context, []byte) error) error {
	if err := q.join(ctx); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return fmt.Errorf("callback: queue: %w", err)
	}
	defer q.leave()
	err := q.backlog.work(ctx, func(it *item) (time.Duration, error) {
		return q.attempt(ctx, it, fn)
	})
	if err != nil {
		return fmt.Errorf("callback: queue: %w", err)
	}
	return nil
}

// attempt works one item and makes its outcome durable. An item whose outcome cannot be
// kept is not worked again by this process; only keeping it is tried again.
func (q *dirQueue) attempt(ctx context.Context, it *item, fn func(context.Context, []byte) error) (time.Duration, error) {
	payload, err := q.read(it)
	if errors.Is(err, fs.ErrNotExist) {
		return -1, nil // somebody else has worked it, or taken it away
	}
	if err != nil {
		return RetryAfter(nil, 1), err
	}
	if !it.worked {
		err = fn(WithDelivery(ctx, it.delivery()), payload)
	}
	switch {
	case err == nil:
		it.worked = true
		err = q.finish(it)
	case errors.Is(err, ErrGiveUp):
		err = durable.Rename(filepath.Join(q.pending, it.id), filepath.Join(q.dead, it.id))
	default:
		it.failed++
		retry := RetryAfter(err, it.failed)
		it.due = time.Now().Add(retry)
		return retry, q.write(it, payload)
	}
	if err != nil {
		return RetryAfter(nil, 1), err
	}
	return -1, nil
}

// finish turns the item into the mark that it is done, in one step; the mark is emptied.
func (q *dirQueue) finish(it *item) error {
	mark := filepath.Join(q.done, it.id)
	if err := durable.Rename(filepath.Join(q.pending, it.id), mark); err != nil {
		return err
	}
	now := time.Now()
	return errors.Join(os.Truncate(mark, 0), os.Chtimes(mark, now, now))
}

// join makes the caller a worker. The first one of the process takes the folder's lock,
// collects what waits, and goes on collecting what other processes put.
func (q *dirQueue) join(ctx context.Context) error {
	select {
	case q.gate <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-q.gate }()
	if q.workers == 0 {
		unlock, err := durable.Lock(ctx, q.lock)
		if err != nil {
			return err
		}
		q.active.Store(true)
		if err := q.collect(); err != nil {
			q.active.Store(false)
			unlock()
			return err
		}
		over := make(chan struct{})
		var collector sync.WaitGroup
		collector.Go(func() { q.keepCollecting(over) })
		q.stop = func() {
			close(over)
			collector.Wait()
			q.active.Store(false)
			unlock()
		}
	}
	q.workers++
	return nil
}

func (q *dirQueue) leave() {
	q.gate <- struct{}{}
	defer func() { <-q.gate }()
	q.workers--
	if q.workers == 0 {
		q.stop()
	}
}
