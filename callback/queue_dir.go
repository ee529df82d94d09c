package callback

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/internal/queuelog"
)

// NewDirQueue returns a queue in a folder, for one machine without a server. Its content
// survives the end of the process and a power loss. The folder is created if needed. Give
// each queue its own folder, on a local disk. A folder that another live queue of this
// process has is refused, and so is one that others can write to.
//
// Any number of processes may put into one folder. One of them processes it: the one whose
// inbox runs first. When that process ends or is killed, another one takes over within a
// second; when only its inbox ends, after at most 30 seconds. All processes may read counts
// and dead items, and may retry and discard; there, items that another process is processing
// count as waiting. The order of arrival is exact for the items of one process, and as exact
// as the clocks for those of several.
//
// Payloads stay on disk; a waiting item takes about 300 bytes of memory. After a start, work
// begins at once while the waiting items are loaded: some seconds for a million items,
// during which an urgent item behind them waits. The folder takes the size of the waiting
// items and a quarter more, and up to 200 MiB of finished ones. At about 1,000,000 items or
// 1 GiB, in all processes together, Put returns [ErrQueueFull]; a tenth more is for urgent
// items. At more than 1,000,000 items with an identity in two hours the oldest identities
// are forgotten earlier.
//
// After a full disk, a missing or read-only folder, or too many open files, the call returns
// an error, and work goes on when the cause is gone. An error of a single file is returned
// by Claim once: damaged bytes are copied to a file damaged-… in the folder, and the rest is
// processed. Files of other programs in the folder are left alone.
//
// With keys the content is encrypted as by [SealQueue]: the first key seals, the others open
// older items. Files are for their owner only.
func NewDirQueue(dir string, keys ...[]byte) (Queue, error) {
	q, err := newDirQueue(dir, queuelog.Options{})
	if err != nil {
		return nil, fmt.Errorf("callback: NewDirQueue: %w", err)
	}
	if len(keys) == 0 {
		return q, nil
	}
	sealed, err := sealQueue(q, keys)
	if err != nil {
		q.Close()
		return nil, fmt.Errorf("callback: NewDirQueue: %w", err)
	}
	return sealed, nil
}

// openDirs are the folders of this process's queues.
var openDirs struct {
	sync.Mutex
	infos map[*dirQueue]os.FileInfo
}

// register reserves the folder for q, unless another queue of this process has it.
func (q *dirQueue) register() error {
	fi, err := os.Stat(q.folder.Dir())
	if err != nil {
		return err
	}
	openDirs.Lock()
	defer openDirs.Unlock()
	for _, other := range openDirs.infos {
		if os.SameFile(fi, other) {
			return fmt.Errorf("another queue of this process has the folder %s: use that one, or close it before", q.folder.Dir())
		}
	}
	if openDirs.infos == nil {
		openDirs.infos = map[*dirQueue]os.FileInfo{}
	}
	openDirs.infos[q] = fi
	return nil
}

func (q *dirQueue) unregister() {
	openDirs.Lock()
	defer openDirs.Unlock()
	delete(openDirs.infos, q)
}

// dirQueue is a [backlog] and the files with its items.
type dirQueue struct {
	folder *queuelog.Folder
	watchers
	turn      chan struct{} // held while waiting settlements are written
	elsewhere atomic.Bool   // another process worked the folder at the last Stats

	gate    // guards what follows
	backlog *backlog[kept]
	worker  *queuelog.Worker  // nil while this process does not work the folder
	owned   map[digest]uint64 // ids by identity, while the worker is loading
	polled  []queuelog.Item   // read, but not in the backlog yet
	more    bool              // there is more to poll
	tried   time.Time         // last try to become the worker
	waiting []*settleRequest
	lease   *time.Timer // fires when perhaps no owner is left
}

// kept is what a dirQueue adds to an item of the backlog.
type kept struct {
	closes bool // closes its lane until the time in its file
}

func newDirQueue(dir string, o queuelog.Options) (*dirQueue, error) {
	q := &dirQueue{turn: make(chan struct{}, 1), backlog: newBacklog[kept](rand.Text()[:8])}
	o.Wake = q.wake
	var err error
	if q.folder, err = queuelog.Open(dir, o); err != nil {
		return nil, err
	}
	if err := q.register(); err != nil {
		return nil, err
	}
	q.lease = time.AfterFunc(time.Hour, q.stepDownIfUnused)
	q.lease.Stop()
	return q, nil
}

func (q *dirQueue) Put(ctx context.Context, items []Item) error {
	now := clock.Now()
	list := make([]queuelog.Item, len(items))
	for i, it := range items {
		list[i] = queuelog.Item{
			Route: it.Route, Lane: it.Lane, Urgent: it.Urgent, Identity: it.Identity, Same: it.Same,
			Put: now, State: it.State, Payload: it.Payload,
		}
	}
	return dirError(q.folder.Put(ctx, list))
}

// dirError turns an error of the folder into an error of a Queue.
func dirError(err error) error {
	switch {
	case err == nil, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, queuelog.ErrFull):
		return ErrQueueFull
	case errors.Is(err, queuelog.ErrClosed):
		return ErrClosed
	}
	return fmt.Errorf("callback: queue: %w", err)
}

func (q *dirQueue) Join(ctx context.Context, owner string, lease time.Duration) error {
	if err := q.enter(ctx); err != nil {
		return err
	}
	defer q.mu.Unlock()
	q.backlog.join(owner, lease)
	q.lease.Reset(lease)
	return nil
}

func (q *dirQueue) Extend(ctx context.Context, owner string, lease time.Duration) error {
	if err := q.enter(ctx); err != nil {
		return err
	}
	defer q.mu.Unlock()
	return q.backlog.extend(owner, lease) // stepDownIfUnused sees it
}

// stepDownIfUnused gives the folder up to other processes if no owner is left in this one.
func (q *dirQueue) stepDownIfUnused() {
	q.turn <- struct{}{} // nothing is being settled
	defer func() { <-q.turn }()
	q.mu.Lock()
	defer q.mu.Unlock()
	q.backlog.advance()
	if left := q.backlog.leaseLeft(); left > 0 && !q.closed {
		q.lease.Reset(left)
		return
	}
	q.stepDown()
}

// leaseLeft returns the time until the last lease ends.
func (b *backlog[B]) leaseLeft() (left time.Duration) {
	for _, o := range b.owners {
		left = max(left, time.Duration(o.until-b.now()))
	}
	return left
}

// stepDown gives the folder up and drops everything that owners hold.
func (q *dirQueue) stepDown() {
	if q.worker != nil {
		q.worker.Close()
		q.worker, q.owned, q.polled, q.more = nil, nil, nil, false
		q.backlog = newBacklog[kept](rand.Text()[:8])
	}
}

func (q *dirQueue) Close() error {
	q.mu.Lock()
	already := q.closed
	q.closed = true
	q.lease.Stop()
	q.wake()
	q.mu.Unlock()
	if already {
		return nil
	}
	q.turn <- struct{}{} // running settlements have ended
	q.mu.Lock()
	q.stepDown()
	q.mu.Unlock()
	<-q.turn
	err := q.folder.Close()
	q.unregister()
	return err
}
