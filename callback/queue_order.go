package callback

import (
	"cmp"
	"container/heap"
	"context"
	"slices"
	"strings"
	"sync"
	"time"
)

// item is a queued notice as far as the order of work needs it.
type item struct {
	id, key string // id: what the queue finds the item by
	payload []byte // memory queue only
	seq     int64  // order of arrival
	put     time.Time
	failed  int       // attempts
	due     time.Time // of the next attempt
	worked  bool      // only its removal from the queue is left to do
}

func (it *item) delivery() Delivery { return Delivery{Attempt: it.failed + 1, Put: it.put} }

// laneOf splits the lane off a key. An urgent item has its whole key for a lane.
func laneOf(key string) (lane string, urgent bool) {
	lane, _, _ = strings.Cut(key, "/")
	if lane == "" {
		return key, true
	}
	return lane, false
}

// byTurn orders items that could be worked now.
func byTurn(a, b *item) int {
	_, au := laneOf(a.key)
	_, bu := laneOf(b.key)
	switch {
	case au && !bu:
		return -1
	case bu && !au:
		return 1
	}
	return cmp.Or(cmp.Compare(a.seq, b.seq), cmp.Compare(a.id, b.id))
}

// byDue is a heap of items by when they are due: after a restart they come in any order.
type byDue []*item

func (h byDue) Len() int { return len(h) }
func (h byDue) Less(i, j int) bool {
	return cmp.Or(h[i].due.Compare(h[j].due), byTurn(h[i], h[j])) < 0
}
func (h byDue) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *byDue) Push(it any)  { *h = append(*h, it.(*item)) }
func (h *byDue) Pop() any {
	last := len(*h) - 1
	it := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	return it
}

// sorted is a list by turn. Nearly all insertions are at its end, nearly all removals at
// its beginning.
type sorted []*item

func (s *sorted) insert(it *item) {
	i, _ := slices.BinarySearchFunc(*s, it, byTurn)
	*s = slices.Insert(*s, i, it)
}

func (s *sorted) remove(it *item) {
	if i, ok := slices.BinarySearchFunc(*s, it, byTurn); ok {
		*s = slices.Delete(*s, i, i+1)
	}
}

func (s *sorted) pop() *item {
	it := (*s)[0]
	(*s)[0] = nil
	*s = (*s)[1:]
	return it
}

type lane struct {
	busy    bool
	waiting sorted // due, in order of arrival
}

// backlog is the order of work that both queues share: lanes side by side, each in order of
// arrival, and failed items out of the way until they are due.
type backlog struct {
	mu      sync.Mutex
	changed chan struct{} // closed when an item may have become ready
	items   map[string]*item
	lanes   map[string]*lane
	ready   sorted // first item of each idle lane
	later   byDue  // new and failed items
	lastSeq int64
}

func newBacklog() *backlog {
	return &backlog{
		changed: make(chan struct{}),
		items:   make(map[string]*item),
		lanes:   make(map[string]*lane),
	}
}

// nextSeq gives a place in the order of arrival that no earlier item has, also across
// restarts and, as well as clocks agree, across processes.
func (b *backlog) nextSeq(now time.Time) int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lastSeq = max(b.lastSeq+1, now.UnixNano())
	return b.lastSeq
}

func (b *backlog) has(id string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.items[id] != nil
}

func (b *backlog) len() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.items)
}

// add takes an item in; one that is there already stays as it is.
func (b *backlog) add(it *item) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.items[it.id] != nil {
		return
	}
	b.items[it.id] = it
	b.lastSeq = max(b.lastSeq, it.seq)
	heap.Push(&b.later, it)
	b.notify()
}

func (b *backlog) notify() {
	close(b.changed)
	b.changed = make(chan struct{})
}

// take waits for an item whose turn it is and reserves its lane. It returns nil when ctx ends.
func (b *backlog) take(ctx context.Context) *item {
	for ctx.Err() == nil {
		it, changed, wait := b.next(time.Now())
		if it != nil {
			return it
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-changed:
		case <-timer.C:
		}
		timer.Stop()
	}
	return nil
}

// next returns the item whose turn it is, or when to look again.
func (b *backlog) next(now time.Time) (it *item, changed <-chan struct{}, wait time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.later) > 0 && !b.later[0].due.After(now) {
		b.enter(heap.Pop(&b.later).(*item))
	}
	if len(b.ready) > 0 {
		it = b.ready.pop()
		name, _ := laneOf(it.key)
		l := b.lanes[name]
		l.busy = true
		l.waiting.pop()
		return it, nil, 0
	}
	if len(b.later) > 0 {
		return nil, b.changed, b.later[0].due.Sub(now)
	}
	return nil, b.changed, time.Hour
}

// enter puts an item that is due into its lane.
func (b *backlog) enter(it *item) {
	name, _ := laneOf(it.key)
	l := b.lanes[name]
	if l == nil {
		l = new(lane)
		b.lanes[name] = l
	}
	if !l.busy && len(l.waiting) > 0 {
		b.ready.remove(l.waiting[0])
	}
	l.waiting.insert(it)
	if !l.busy {
		b.ready.insert(l.waiting[0])
	}
}

// release frees the lane of an item that was taken. The item comes back after retry, and
// never if that is negative.
func (b *backlog) release(it *item, retry time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	name, _ := laneOf(it.key)
	l := b.lanes[name]
	l.busy = false
	if len(l.waiting) > 0 {
		b.ready.insert(l.waiting[0])
	} else {
		delete(b.lanes, name)
	}
	if retry < 0 {
		delete(b.items, it.id)
	} else {
		it.due = time.Now().Add(retry)
		heap.Push(&b.later, it)
	}
	b.notify()
}

// work runs one item after the other until ctx ends or run fails. run returns when the item
// comes back, or a negative time if it is through.
func (b *backlog) work(ctx context.Context, run func(*item) (retry time.Duration, err error)) error {
	one := func(it *item) (err error) {
		retry := RetryAfter(nil, 1) // should run panic
		defer func() { b.release(it, retry) }()
		retry, err = run(it)
		return err
	}
	for it := b.take(ctx); it != nil; it = b.take(ctx) {
		if err := one(it); err != nil {
			return err
		}
	}
	return nil
}
