package callback

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Queue keeps notices between the `success` that WeCom gets and the work that they cause.
// [NewMemoryQueue] and [NewDirQueue] are the built-in ones, [SealQueue] encrypts what any of
// them keeps. Who writes another one proves it with package queuetest.
//
// A queue knows items, their order, and who holds which; it is durable. An item has a route,
// which is a suite and kind of URL, and a lane in it: what must be processed one after the
// other. Who claims an item holds its lane until the item is settled. What an item means,
// which functions it has, when it is tried again and when it is given up is the [Inbox]'s.
// No method waits for work. All may be called at once, by several processes too if they
// share the queue. Times are the queue's own: of its server, where it has one.
type Queue interface {
	// Put takes items over, all or none, in this order, and is durable when it returns nil.
	// An item whose Identity was put within two hours, or is still kept, is left out. While
	// an item with the same Same waits and was not started, its Payload and State become the
	// new one's, and it keeps its place. ErrQueueFull: a limit is reached.
	Put(ctx context.Context, items []Item) error

	// Join makes owner, a fresh random name, one who may claim for the time of a lease.
	// Extend renews the lease; ErrLost says that it had ended, and with it all claims of the
	// owner: an ended lease is never revived.
	Join(ctx context.Context, owner string, lease time.Duration) error
	Extend(ctx context.Context, owner string, lease time.Duration) error

	// Claim hands out at most a.Max items, each of another lane, which is then held until it
	// is settled or its owner's lease ends. Lanes take turns. Of a lane the item that arrived
	// first is handed out, unless it is out of its lane (see [Again]). Nothing there is no
	// error. ErrLost: the owner has not joined, or its lease has ended.
	Claim(ctx context.Context, a Ask) ([]Claimed, error)

	// Settle says what became of items. lost has those whose hold had ended: their work may
	// have been done twice. After an error it may be repeated; what had been settled before
	// the error is among the lost ones then.
	Settle(ctx context.Context, s []Settlement) (lost []Hold, err error)

	// Watch calls wake, perhaps too often, when there may be something to claim, until ctx
	// ends, whose error it returns then. One that has no hints returns nil at once, and is
	// polled.
	Watch(ctx context.Context, wake func()) error

	// Stats counts by route; Running and Foreign are left zero.
	Stats(ctx context.Context) (map[string]Stats, error)

	// Dead lists at most max buried items in the order of their ids, beginning after the one
	// given, "" for the first. Retry puts buried items back into their lanes, by their
	// arrival and with Starts at 0; Discard deletes them. Ids that are not buried are no error.
	Dead(ctx context.Context, after string, max int) ([]Buried, error)
	Retry(ctx context.Context, ids []string) error
	Discard(ctx context.Context, ids []string) error

	// Close ends the use of the queue by this process: all methods return ErrClosed from then
	// on, Watch too, and another Close does nothing. What a durable queue keeps stays.
	Close() error
}

// Item is what a [Queue] keeps: a notice and what is known of its work.
type Item struct {
	Route  string // of the suite and kind of URL that it came for
	Lane   string // within the route. Items of one lane are worked one at a time
	Urgent bool   // claimed by itself: its lane is its own
	// Identity and Same are digests of at most 64 letters or digits, of which an item has one
	// or none. The first keeps an item from being put twice, the second makes a newer one take
	// its place. They hold across all routes, and come back as they were put.
	Identity, Same string
	Payload        []byte
	State          []byte // of the work, see [Settlement]
}

// Format prints no Payload and no State, which hold tickets and codes.
func (it Item) Format(s fmt.State, _ rune) {
	fmt.Fprintf(s, "{route %q lane %q urgent %v identity %q same %q, %d and %d bytes}",
		it.Route, it.Lane, it.Urgent, it.Identity, it.Same, len(it.Payload), len(it.State))
}

// Hold is the claim of an item by its owner. It is given back as it came: Token fences off
// who held the item before.
type Hold struct {
	ID, Token, Route, Lane string
	Keep                   bool // it has an Identity, which is kept when it is done
}

// Claimed is an item that was handed out.
type Claimed struct {
	Item
	Hold   Hold
	Starts int // how often it was handed out since it was put or settled last, this time included
	Put    time.Time
	// Err is why the item could not be read. It has no Payload and no State, and is held and
	// settled like any other; the State that is kept stays as it is.
	Err error
}

// Ask says what a [Queue] may hand out.
type Ask struct {
	Routes []string
	Urgent bool // only urgent items, else only others
	Max    int
	Owner  string // who has joined
}

// Kind is what becomes of an item that was handed out.
type Kind int

const (
	// Done: nothing is left to do.
	Done Kind = iota
	// Again: the item leaves its lane, which goes on, and comes back after a while, by its
	// arrival. With a Lane it moves there, and is not urgent any more; a lane that waits is
	// opened by it, at once.
	Again
	// Wait: the item stays the first of its lane, which is closed for a while.
	Wait
	// Bury: the item is put aside until Retry or Discard.
	Bury
)

// checkKinds finds the settlement of no kind.
func checkKinds(settlements []Settlement) error {
	for _, s := range settlements {
		if s.Kind < Done || s.Kind > Bury {
			return fmt.Errorf("callback: a settlement of kind %d: there are Done, Again, Wait and Bury", s.Kind)
		}
	}
	return nil
}

// Settlement says what becomes of one item.
type Settlement struct {
	Hold   Hold
	Kind   Kind
	After  time.Duration // of Again and Wait. More than a day is a day
	Lane   string        // of Again: where it goes on; "" for where it was
	State  []byte        // of all but Done: takes the place of the item's, unless it is empty
	Reason string        // of Bury, for people
}

// Format prints no State.
func (st Settlement) Format(s fmt.State, _ rune) {
	fmt.Fprintf(s, "{%+v kind %d after %v lane %q, %d bytes}", st.Hold, st.Kind, st.After, st.Lane, len(st.State))
}

// Buried is an item that was put aside.
type Buried struct {
	Item
	ID, Reason string
	Starts     int
	Put        time.Time
	Err        error // as in [Claimed]
}

// Stats counts the notices of an [Inbox], or of one route of its [Queue].
type Stats struct {
	Running bool          // Run is at work in this program
	Waiting int           // for their turn
	Busy    int           // being worked, here or in another process
	Later   int           // for another attempt
	Dead    int           // given up
	Foreign int           // Waiting and Later notices whose suite has no Handler in this program
	Oldest  time.Duration // since the oldest that is not dead was put
}

// What a [Queue] returns.
var (
	// ErrQueueFull: the queue takes no more. WeCom gets an error status and repeats its push.
	ErrQueueFull = errors.New("callback: the queue is full")
	// ErrLost: a lease has ended.
	ErrLost = errors.New("callback: the lease has ended")
	// ErrClosed: the queue was closed.
	ErrClosed = errors.New("callback: the queue is closed")
)

// How long things are kept.
const (
	identityLife  = 2 * time.Hour  // from Put, and as long as the item is kept
	longestWait   = 24 * time.Hour // a later time was written under a wrong clock, or by mistake
	maxIdentities = 1 << 20        // of items that are not kept any more
)

// gate is the lock of a queue that can be closed.
type gate struct {
	mu     sync.Mutex
	closed bool
}

// enter locks the queue for a call, if it may be made.
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

// watchers are told that there may be something to claim. They have a lock of their own: who
// puts waits for nobody who claims.
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
