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

// NewDirQueue returns a queue in a folder, for one machine without a server. What was put
// survives the end of the process and a power loss. The folder is made if it is not there.
// Give each queue a folder of its own, on a local disk. A folder that another live queue of
// this process has is refused, and so is one that others can write to.
//
// Any number of processes may put into one folder. One works it: whose inbox runs first. When
// that process ends or is killed another one takes over within a second, and when only its
// inbox ends, after the lease. All of them may ask for counts and for buried items, in which
// what another process works on counts as waiting, and may retry and discard. In the order of
// arrival the items of one process are exact; those of several are as exact as their clocks.
//
// Payloads stay on the disk, in memory there are about 300 bytes for each waiting item. At a
// start work begins at once, and what waits is taken in meanwhile: some seconds for a million
// items, in which an urgent one that is behind them waits. The folder has as much as waits and
// a quarter more, and up to 200 MiB of what is over. At about 1,000,000 items or 1 GiB, in all
// processes together, Put returns [ErrQueueFull]; a tenth more is for urgent items. At more
// than 1,000,000 items with an identity in two hours the oldest identities are forgotten
// earlier.
//
// A full disk, a folder that is gone or read-only, or too many open files are the error of the
// call that meets them, and work goes on when it is over. What is wrong with single files
// comes out of Claim, once, instead of items: bytes that are damaged are copied to a file
// damaged-… in the folder, and the rest is worked. Other files in the folder are left alone.
//
// With keys it is sealed as by [SealQueue]: the first key seals, the others open what was
// sealed before. Files are for their owner only.
func NewDirQueue(dir string, keys ...[]byte) (Queue, error) {
	q, err := newDirQueue(dir, queuelog.Options{})
	if err != nil {
		return nil, fmt.Errorf("callback: NewDirQueue: %w", err)
	}
	if len(keys) == 0 {
		return q, nil
	}
	sealed, err := SealQueue(q, keys[0], keys[1:]...)
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

// register notes that q has its folder, unless another queue has it.
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

// dirQueue is a [backlog] and the files that its items are in.
type dirQueue struct {
	folder *queuelog.Folder
	watchers
	turn      chan struct{} // held by whoever settles what waits
	elsewhere atomic.Bool   // another process worked the folder, at the last Stats

	gate    // guards what follows
	backlog *backlog[kept]
	worker  *queuelog.Worker  // nil while this process does not work the folder
	owned   map[digest]uint64 // by identity, while the worker is loading
	polled  []queuelog.Item   // not taken in yet
	more    bool              // there is more to poll
	tried   time.Time         // to become the worker
	waiting []*settleRequest
	lease   *time.Timer // when no owner may be left
}

// kept is what a dirQueue keeps of an item beside what the backlog does.
type kept struct {
	closes bool // its lane, until the time in its file
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
	q.lease = time.AfterFunc(time.Hour, q.leave)
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

// dirError says what went wrong in the words of a Queue.
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
	q.lease.Reset(lease)
	return q.backlog.extend(owner, lease)
}

// leave lets another process work the folder when no owner is left in this one.
func (q *dirQueue) leave() {
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

// leaseLeft is how long there will be owners, if they renew no lease.
func (b *backlog[B]) leaseLeft() (left time.Duration) {
	for _, o := range b.owners {
		left = max(left, time.Duration(o.until-b.now()))
	}
	return left
}

// stepDown ends the work of this process, and what its owners hold.
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
	q.turn <- struct{}{} // what is being settled is settled
	q.mu.Lock()
	q.stepDown()
	q.mu.Unlock()
	<-q.turn
	err := q.folder.Close()
	q.unregister()
	return err
}
