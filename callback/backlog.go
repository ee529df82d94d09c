package callback

import (
	"time"

	"github.com/gothird/wecom/internal/clock"
)

// backlog is the part that the memory queue and the folder queue share: which items there
// are, their order, and which owner holds which item. B is what the queue itself stores with
// an item, such as its payload or its position in a file. A backlog is not safe for
// concurrent use.
//
//	             ┌──── the owner's lease ends ────┐
//	             ▼                                │
//	put ───▶ waiting ──────── claim ─────────▶  busy ── Done ──▶ gone
//	          ▲  ▲  ▲                           │ │ │              ▲
//	          │  │  └─ Wait: the lane is closed ┘ │ │              │
//	          │  └─── due ─── later ◀── Again ────┘ │              │
//	          └────── retry ─ dead ◀─── Bury ───────┘── discard ───┘
//
// A lane with something to claim is in the ready list of its route and class, and leaves it
// when its item is claimed. The first item of a lane is the waiting one with the lowest id.
//
// Times are nanoseconds since the backlog was created: setting the wall clock does not
// change them.
type backlog[B any] struct {
	begin  time.Time
	nonce  string // part of all tokens of this backlog
	claims uint64
	turns  uint64

	lanes  map[laneKey]*lane[B] // lanes with a waiting or busy item
	routes map[string]*route[B]
	owners map[string]*owner[B]
	held   map[string]*held[B] // by token
	same   map[digest]*entry[B]
	dead   []*entry[B] // by id
	timers heap[timer[B]]
	ids    identities
}

// laneKey identifies a lane. Urgent items have separate lanes, even with the same name.
type laneKey struct {
	route, name string
	urgent      bool
}

type lane[B any] struct {
	key     laneKey
	waiting heap[inLane[B]]
	held    *held[B]
	closed  int64 // closed until then; 0: open
	ready   bool  // in the ready list of its route
	turn    uint64
}

// route holds the items of one route.
type route[B any] struct {
	ready [2]fifo[*lane[B]] // not urgent, urgent
	count [gone]int
	alive heap[*entry[B]] // all items except the dead, the oldest first
}

// itemState is where an item is in the picture above.
type itemState uint8

const (
	waiting itemState = iota
	busy
	later
	dead
	gone
)

// entry is an item.
type entry[B any] struct {
	id             uint64 // arrival number; also the ID
	lane           *lane[B]
	put            int64
	identity, same digest
	starts         int32
	index          int32 // index in alive
	state          itemState
	keep           bool // it has an identity
	body           B
}

func (e *entry[B]) before(other *entry[B]) bool { return e.put < other.put }
func (e *entry[B]) placed(i int)                { e.index = int32(i) }

// inLane gives entries their order in a lane.
type inLane[B any] struct{ *entry[B] }

func (e inLane[B]) before(other inLane[B]) bool { return e.id < other.id }
func (inLane[B]) placed(int)                    {}

// owner may hold items until its lease ends.
type owner[B any] struct {
	name  string
	until int64
	holds map[*held[B]]bool // nil when it has ended
}

// held is an entry that an owner has claimed.
type held[B any] struct {
	*entry[B]
	token    string
	owner    *owner[B]
	settling bool // its outcome is being written
}

func newBacklog[B any](nonce string) *backlog[B] {
	return &backlog[B]{
		begin:  clock.Now(),
		nonce:  nonce,
		lanes:  map[laneKey]*lane[B]{},
		routes: map[string]*route[B]{},
		owners: map[string]*owner[B]{},
		held:   map[string]*held[B]{},
		same:   map[digest]*entry[B]{},
		ids:    identities{known: map[digest]identity{}, most: maxIdentities},
	}
}

func (b *backlog[B]) now() int64 { return int64(clock.Since(b.begin)) }

// at converts a time of the wall clock to one of the backlog. A time ahead counts as now.
func (b *backlog[B]) at(t time.Time) int64 {
	now := b.now()
	return min(now, now-int64(clock.Since(t)))
}

// wall converts a time of the backlog to one of the wall clock.
func (b *backlog[B]) wall(at int64) time.Time { return b.begin.Add(time.Duration(at)) }

// until returns when a lease that begins now ends; it does not overflow.
func (b *backlog[B]) until(lease time.Duration) int64 {
	return b.now() + int64(min(lease, 100*365*24*time.Hour))
}

// known reports whether an item with this identity must not be added again.
func (b *backlog[B]) known(identity string) bool {
	return identity != "" && b.ids.has(digestOf(identity), b.now())
}

// sameAs returns the waiting item that a new one with this Same replaces, or nil.
func (b *backlog[B]) sameAs(same string) *entry[B] {
	if same == "" {
		return nil
	}
	return b.same[digestOf(same)]
}

// put adds an item; the caller has checked known and sameAs. The id is the arrival number,
// which orders a lane.
func (b *backlog[B]) put(id uint64, it Item, at time.Time, body B) *entry[B] {
	b.advance()
	e := b.entry(id, it, at, body)
	if it.Same != "" {
		e.same = digestOf(it.Same)
		b.same[e.same] = e
	}
	b.enter(e)
	return e
}

// restore adds an item from before this backlog was created: s is its last settlement, or
// nil, and starts is the number of starts since then.
func (b *backlog[B]) restore(id uint64, it Item, at time.Time, body B, starts int, s *Settlement) *entry[B] {
	b.advance()
	e := b.entry(id, it, at, body)
	if l := e.lane; s == nil {
		b.enter(e)
	} else {
		b.apply(e, *s)
		b.offer(l)
	}
	e.starts = int32(starts)
	return e
}

// remember notes the identity of an item that is finished.
func (b *backlog[B]) remember(identity string, at time.Time) {
	if d := digestOf(identity); !b.ids.has(d, b.now()) {
		b.ids.add(d, b.at(at), b.now(), false)
	}
}

func (b *backlog[B]) entry(id uint64, it Item, at time.Time, body B) *entry[B] {
	e := &entry[B]{
		id: id, put: b.at(at), state: gone, body: body, keep: it.Identity != "",
		lane: b.laneOf(laneKey{it.Route, it.Lane, it.Urgent}),
	}
	if e.keep {
		e.identity = digestOf(it.Identity)
		b.ids.add(e.identity, e.put, b.now(), true)
	}
	return e
}

// join adds an owner, or renews its lease.
func (b *backlog[B]) join(name string, lease time.Duration) {
	b.advance()
	if b.extend(name, lease) == nil {
		return
	}
	o := &owner[B]{name: name, until: b.until(lease), holds: map[*held[B]]bool{}}
	b.owners[name] = o
	b.timers.push(timer[B]{o.until, o})
}

func (b *backlog[B]) extend(name string, lease time.Duration) error {
	b.advance()
	o := b.owners[name]
	if o == nil {
		return ErrLost
	}
	o.until = max(o.until, b.until(lease))
	return nil
}
