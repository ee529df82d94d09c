package callback

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Queue keeps notices from the `success` to WeCom until they are processed. [NewMemoryQueue]
// and [NewDirQueue] are the built-in queues, [SealQueue] encrypts the content of any queue.
// Test a queue of your own with package queuetest.
//
// A queue stores items, their order, and which owner holds which item; it is durable. An item
// has a route (a suite and a channel) and, within the route, a lane. Items of one lane are
// processed one after the other: the owner that claims an item holds its lane until the item is
// settled. The [Inbox] decides what an item means, which functions run, when it is tried again
// and when it is given up. No method waits for work. All methods may be called concurrently,
// also by several processes if they share the queue. Times are the queue's own: those of its
// server, if it has one.
type Queue interface {
	// Put stores items, all or none, in this order. When it returns nil they are durable. An
	// item whose Identity was put within two hours, or is still in the queue, is never handed
	// out: Put may leave it out, or the queue drop it later. If an item with the same Same
	// waits and was not started, it keeps its place in the lane and gets the new Payload and
	// State. ErrQueueFull: a limit is reached.
	Put(ctx context.Context, items []Item) error

	// Join gives owner, a new random name, a lease to claim items. Extend renews the lease.
	// ErrLost: the lease has ended, and with it all claims of the owner. An ended lease is
	// never renewed.
	Join(ctx context.Context, owner string, lease time.Duration) error
	Extend(ctx context.Context, owner string, lease time.Duration) error

	// Claim hands out at most a.Max items, each of another lane. A lane is then held until
	// its item is settled or the owner's lease ends. Lanes take turns. In a lane the item
	// that arrived first comes first, but see [Again]. Without an item it returns nothing and
	// no error, also in a process that may only put because another one claims (see
	// [NewDirQueue]). ErrLost: the owner has not joined, or its lease has ended.
	Claim(ctx context.Context, a Ask) ([]Claimed, error)

	// Settle stores the outcome of items. lost has those whose hold had ended: they may be
	// processed twice. After an error it may be repeated; lost then also has the items that
	// were settled before the error.
	Settle(ctx context.Context, s []Settlement) (lost []Hold, err error)

	// Watch calls wake when there may be something to claim, perhaps too often. It returns
	// the error of ctx when ctx ends. A queue without such hints returns nil at once, and is
	// polled.
	Watch(ctx context.Context, wake func()) error

	// Stats counts by route; Running and Foreign are left zero.
	Stats(ctx context.Context) (map[string]Stats, error)

	// Dead lists at most max buried items in the order of their ids, from the first id
	// greater than after. Retry puts buried items back into their lanes, at their old place
	// and with Starts at 0. Discard deletes them. Ids that are not buried are not an error.
	Dead(ctx context.Context, after string, max int) ([]Buried, error)
	Retry(ctx context.Context, ids []string) error
	Discard(ctx context.Context, ids []string) error

	// Close ends the use of the queue by this process: all methods return ErrClosed from
	// then on, Watch too. Another Close does nothing. The content of a durable queue stays.
	Close() error
}

// Item is one entry of a [Queue]: a notice and the state of its processing.
type Item struct {
	Route  string // suite and channel that it came for
	Lane   string // within the route. Items of one lane are processed one at a time
	Urgent bool   // claimed separately, in lanes of its own
	// Identity and Same are digests of at most 64 letters or digits. An item has one of them
	// or none. An Identity prevents that an item is put twice; with an equal Same a newer
	// item replaces a waiting one. They apply across all routes, and Claim returns them
	// unchanged.
	Identity, Same string
	Payload        []byte
	State          []byte // of the processing, see [Settlement]
}

// Format prints no Payload and no State, which hold tickets and codes.
func (it Item) Format(s fmt.State, _ rune) {
	fmt.Fprintf(s, "{route %q lane %q urgent %v identity %q same %q, %d and %d bytes}",
		it.Route, it.Lane, it.Urgent, it.Identity, it.Same, len(it.Payload), len(it.State))
}

// Hold is the claim of an item by an owner. Settle takes it unchanged: Token excludes
// earlier holders of the item.
type Hold struct {
	ID, Token, Route, Lane string
	Keep                   bool // the item has an Identity, which stays known when it is done
}

// Claimed is an item that a [Queue] has handed out.
type Claimed struct {
	Item
	Hold   Hold
	Starts int // how often it was handed out since it was put or last settled, including this time
	Put    time.Time
	// Err is why the item could not be read. Then it has no Payload and no State, but is
	// held and settled like any other; its stored State does not change.
	Err error
}

// Ask limits what a [Queue] may hand out.
type Ask struct {
	Routes []string
	Urgent bool // only urgent items, else only others
	Max    int
	Owner  string // a name that has joined
}

// Kind is the outcome of an item that was handed out. It is not related to [Notice.Kind], the
// kind of a notice.
type Kind int

const (
	// Done: the item is finished.
	Done Kind = iota
	// Again: the item leaves its lane, which goes on, and comes back after After, at its old
	// place. With a Lane it moves to that lane and is no longer urgent; a closed lane is
	// opened at once.
	Again
	// Wait: the item stays the first of its lane, and the lane is closed for After.
	Wait
	// Bury: the item is put aside until Retry or Discard.
	Bury
)

// checkKinds returns an error for a settlement with an unknown kind.
func checkKinds(settlements []Settlement) error {
	for _, s := range settlements {
		if s.Kind < Done || s.Kind > Bury {
			return fmt.Errorf("callback: a settlement of kind %d: there are Done, Again, Wait and Bury", s.Kind)
		}
	}
	return nil
}

// Settlement is the outcome of one item.
type Settlement struct {
	Hold   Hold
	Kind   Kind
	After  time.Duration // of Again and Wait; at most a day
	Lane   string        // of Again: the new lane; "": the same lane
	State  []byte        // of all but Done: replaces the item's State, unless it is empty
	Reason string        // of Bury: text for people
}

// Format prints no State.
func (st Settlement) Format(s fmt.State, _ rune) {
	fmt.Fprintf(s, "{%+v kind %d after %v lane %q, %d bytes}", st.Hold, st.Kind, st.After, st.Lane, len(st.State))
}

// Buried is an item that was put aside, with the reason.
type Buried struct {
	Item
	ID, Reason string
	Starts     int
	Put        time.Time
	Err        error // as in [Claimed]
}

// Stats counts the notices of an [Inbox], or of one route of its [Queue].
type Stats struct {
	Running bool          // Run is running in this program
	Waiting int           // waiting for their turn
	Busy    int           // being processed, here or in another process
	Later   int           // waiting for another attempt
	Dead    int           // given up
	Foreign int           // Waiting and Later notices whose suite has no Handler in this program
	Oldest  time.Duration // age of the oldest that is not dead
}

// Errors of a [Queue].
var (
	// ErrQueueFull: the queue takes no more. WeCom gets no answer until it hangs up, so that
	// it repeats the push: see [Inbox.Handler].
	ErrQueueFull = errors.New("callback: the queue is full")
	// ErrLost: the lease of this process in the queue has ended, and other processes may get
	// its notices. It has nothing to do with the authorisation of a corp: see [token.IsLost].
	ErrLost = errors.New("callback: the lease has ended")
	// ErrClosed: the queue was closed.
	ErrClosed = errors.New("callback: the queue is closed")
)

// How long things are kept.
const (
	identityLife  = 2 * time.Hour  // from Put, and as long as the item is in the queue
	longestWait   = 24 * time.Hour // a later time comes from a wrong clock, or a mistake
	maxIdentities = 1 << 20        // of finished items
)

// gate is the lock of a queue that can be closed.
type gate struct {
	mu     sync.Mutex
	closed bool
}

// enter locks the queue for a call, or returns an error without a lock.
func (g *gate) enter(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	g.mu.Lock()
	if g.closed {
		g.mu.Unlock()
		return ErrClosed
	}
	return nil
}

// watchers are the running Watch calls. They have a lock of their own, so that Put does not
// wait for Claim.
type watchers struct {
	lock sync.Mutex
	all  map[chan struct{}]bool
}

func (w *watchers) watch(changed chan struct{}, on bool) {
	w.lock.Lock()
	defer w.lock.Unlock()
	if w.all == nil {
		w.all = map[chan struct{}]bool{}
	}
	if w.all[changed] = true; !on {
		delete(w.all, changed)
	}
}

func (w *watchers) wake() {
	w.lock.Lock()
	defer w.lock.Unlock()
	for changed := range w.all {
		select {
		case changed <- struct{}{}:
		default:
		}
	}
}

// follow is the Watch of both queues: it calls wake at once, after each change, and after the
// pause that next returns, if any. next is called with the gate locked.
func (w *watchers) follow(ctx context.Context, g *gate, next func() (pause time.Duration, any bool), wake func()) error {
	changed := make(chan struct{}, 1)
	w.watch(changed, true)
	defer w.watch(changed, false)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		case <-timer.C:
		}
		if err := g.enter(ctx); err != nil {
			return err
		}
		pause, any := next()
		g.mu.Unlock()
		if timer.Stop(); any {
			timer.Reset(pause)
		}
		wake()
	}
}
