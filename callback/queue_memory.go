package callback

import (
	"bytes"
	"context"
	"crypto/rand"
	"slices"
	"time"

	"github.com/gothird/wecom/internal/clock"
)

// Limits of a memory queue; urgent items have limits of their own.
const (
	memoryItems  = 10_000
	memoryBytes  = 64 << 20
	urgentItems  = 1_000
	urgentBytes  = 4 << 20
	itemOverhead = 512 // bytes for an item in addition to its texts
)

// memoryQueue is a [backlog] and the payloads of its items.
type memoryQueue struct {
	gate
	backlog *backlog[content]
	puts    uint64
	items   int
	bytes   int
	watchers
}

// content is what a memory queue adds to an item of the backlog.
type content struct {
	identity, same string
	payload, state []byte
	reason         string
}

// NewMemoryQueue returns a queue in memory: its content is lost when the process ends. It
// keeps up to 10,000 items and 64 MiB, and up to 1,000 urgent items more, and returns
// [ErrQueueFull] beyond that. When it is full, the oldest buried items are deleted. At more
// than 1,000,000 items with an identity in two hours the oldest identities are forgotten
// earlier.
func NewMemoryQueue() Queue {
	return &memoryQueue{backlog: newBacklog[content](rand.Text()[:8])}
}

// unlockAndWake ends a call that began with enter, and wakes the watchers.
func (q *memoryQueue) unlockAndWake() {
	q.wake()
	q.mu.Unlock()
}

func (q *memoryQueue) Put(ctx context.Context, items []Item) error {
	if err := q.enter(ctx); err != nil {
		return err
	}
	defer q.unlockAndWake()
	q.backlog.advance()
	if !q.makeRoom(items) {
		return ErrQueueFull
	}
	for _, it := range items {
		c := content{identity: it.Identity, same: it.Same, payload: bytes.Clone(it.Payload), state: bytes.Clone(it.State)}
		if q.backlog.known(it.Identity) {
			continue
		}
		if e := q.backlog.sameAs(it.Same); e != nil {
			q.bytes += len(c.payload) + len(c.state) - len(e.body.payload) - len(e.body.state)
			e.body.payload, e.body.state = c.payload, c.state
			continue
		}
		q.puts++
		e := q.backlog.put(q.puts, it, clock.Now(), c)
		q.items++
		q.bytes += sizeOf(e)
	}
	return nil
}

// makeRoom reports whether all items fit, and deletes the oldest buried items if needed.
func (q *memoryQueue) makeRoom(items []Item) bool {
	count, size := q.items, q.bytes
	maxItems, maxBytes := memoryItems+urgentItems, memoryBytes+urgentBytes
	for _, it := range items {
		if q.backlog.known(it.Identity) {
			continue
		}
		if q.backlog.sameAs(it.Same) == nil {
			count++
			size += itemOverhead + len(it.Route) + len(it.Lane) + len(it.Identity) + len(it.Same)
		}
		size += len(it.Payload) + len(it.State)
		if !it.Urgent {
			maxItems, maxBytes = memoryItems, memoryBytes
		}
	}
	if size == q.bytes {
		return true // nothing to add
	}
	drop := 0
	for ; count > maxItems || size > maxBytes; drop++ {
		if drop == len(q.backlog.dead) {
			return false
		}
		count, size = count-1, size-sizeOf(q.backlog.dead[drop])
	}
	q.discard(q.backlog.dead[:drop])
	return true
}

func (q *memoryQueue) discard(items []*entry[content]) {
	for _, e := range items {
		q.items, q.bytes = q.items-1, q.bytes-sizeOf(e)
	}
	q.backlog.discard(slices.Clone(items))
}

func sizeOf(e *entry[content]) int {
	c, key := &e.body, &e.lane.key
	return itemOverhead + len(key.route) + len(key.name) + len(c.identity) + len(c.same) +
		len(c.payload) + len(c.state) + len(c.reason)
}

func (q *memoryQueue) Join(ctx context.Context, owner string, lease time.Duration) error {
	if err := q.enter(ctx); err != nil {
		return err
	}
	defer q.unlockAndWake()
	q.backlog.join(owner, lease)
	return nil
}

func (q *memoryQueue) Extend(ctx context.Context, owner string, lease time.Duration) error {
	if err := q.enter(ctx); err != nil {
		return err
	}
	defer q.mu.Unlock()
	return q.backlog.extend(owner, lease)
}

func (q *memoryQueue) Claim(ctx context.Context, a Ask) ([]Claimed, error) {
	if err := q.enter(ctx); err != nil {
		return nil, err
	}
	defer q.mu.Unlock()
	got, err := q.backlog.claim(a)
	claimed := make([]Claimed, 0, len(got))
	for _, h := range got {
		it := itemOf(h.entry)
		claimed = append(claimed, Claimed{
			Item: it, Starts: int(h.starts), Put: q.backlog.wall(h.put),
			Hold: Hold{ID: idText(h.id), Token: h.token, Route: it.Route, Lane: it.Lane, Keep: h.keep},
		})
	}
	return claimed, err
}

func itemOf(e *entry[content]) Item {
	c, key := &e.body, &e.lane.key
	return Item{
		Route: key.route, Lane: key.name, Urgent: key.urgent, Identity: c.identity, Same: c.same,
		Payload: bytes.Clone(c.payload), State: bytes.Clone(c.state),
	}
}

func (q *memoryQueue) Settle(ctx context.Context, settlements []Settlement) (lost []Hold, err error) {
	if err := q.enter(ctx); err != nil {
		return nil, err
	}
	defer q.unlockAndWake()
	if err := checkKinds(settlements); err != nil {
		return nil, err
	}
	for _, s := range settlements {
		v := q.backlog.take(s.Hold)
		if v == nil {
			lost = append(lost, s.Hold)
			continue
		}
		q.items, q.bytes = q.items-1, q.bytes-sizeOf(v.entry)
		if v.body.reason = s.Reason; len(s.State) > 0 {
			v.body.state = bytes.Clone(s.State)
		}
		if q.backlog.settle(v, s); v.state != gone {
			q.items, q.bytes = q.items+1, q.bytes+sizeOf(v.entry)
		}
	}
	return lost, nil
}

// Watch calls wake at once, after each change, and when something is due.
func (q *memoryQueue) Watch(ctx context.Context, wake func()) error {
	return q.follow(ctx, &q.gate, func() (time.Duration, bool) {
		q.backlog.advance()
		return q.backlog.next()
	}, wake)
}

func (q *memoryQueue) Stats(ctx context.Context) (map[string]Stats, error) {
	if err := q.enter(ctx); err != nil {
		return nil, err
	}
	defer q.mu.Unlock()
	return q.backlog.stats(), nil
}

func (q *memoryQueue) Dead(ctx context.Context, after string, max int) (buried []Buried, err error) {
	if err := q.enter(ctx); err != nil {
		return nil, err
	}
	defer q.mu.Unlock()
	for _, e := range q.backlog.deadAfter(after, max) {
		buried = append(buried, Buried{Item: itemOf(e), ID: idText(e.id), Reason: e.body.reason, Starts: int(e.starts), Put: q.backlog.wall(e.put)})
	}
	return buried, nil
}

func (q *memoryQueue) Retry(ctx context.Context, ids []string) error {
	if err := q.enter(ctx); err != nil {
		return err
	}
	defer q.unlockAndWake()
	q.backlog.retry(q.backlog.buried(ids))
	return nil
}

func (q *memoryQueue) Discard(ctx context.Context, ids []string) error {
	if err := q.enter(ctx); err != nil {
		return err
	}
	defer q.unlockAndWake()
	q.discard(q.backlog.buried(ids))
	return nil
}

func (q *memoryQueue) Close() error {
	q.mu.Lock()
	q.closed = true
	q.backlog = newBacklog[content]("")
	q.unlockAndWake()
	return nil
}
