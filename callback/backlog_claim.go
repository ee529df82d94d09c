package callback

import (
	"cmp"
	"fmt"
	"slices"
)

// claim hands out the items that a asks for.
func (b *backlog[B]) claim(a Ask) (got []*held[B], err error) {
	b.advance()
	o := b.owners[a.Owner]
	if o == nil {
		return nil, ErrLost
	}
	for len(got) < a.Max {
		l := b.nextLane(a)
		if l == nil {
			break
		}
		got = append(got, b.hold(l, o))
	}
	return got, nil
}

// nextLane removes the next lane from the ready lists and returns it.
func (b *backlog[B]) nextLane(a Ask) *lane[B] {
	var next *fifo[*lane[B]]
	for _, name := range a.Routes {
		r := b.routes[name]
		if r == nil {
			continue
		}
		ready := &r.ready[class(a.Urgent)]
		if ready.len() > 0 && (next == nil || ready.first().turn < next.first().turn) {
			next = ready
		}
	}
	if next == nil {
		return nil
	}
	l := next.pop()
	l.ready = false
	return l
}

func (b *backlog[B]) hold(l *lane[B], o *owner[B]) *held[B] {
	e := l.waiting.pop().entry
	e.starts++
	if b.same[e.same] == e { // a later push with the same content is a new item from now on
		delete(b.same, e.same)
	}
	b.move(e, busy)
	b.claims++
	h := &held[B]{entry: e, owner: o, token: fmt.Sprintf("%s-%d", b.nonce, b.claims)}
	l.held, o.holds[h], b.held[h.token] = h, true, h
	return h
}

// take returns the held item whose outcome is about to be written, nil if the hold has
// ended. The hold does not end before settle or keep.
func (b *backlog[B]) take(h Hold) *held[B] {
	b.advance()
	v := b.held[h.Token]
	if v == nil || v.settling || idText(v.id) != h.ID {
		return nil
	}
	v.settling = true
	return v
}

// keep undoes take: the outcome could not be written.
func (b *backlog[B]) keep(v *held[B]) {
	v.settling = false
	if v.owner.holds == nil {
		b.release(v)
	}
}

// settle applies the outcome of an item that take returned.
func (b *backlog[B]) settle(v *held[B], s Settlement) {
	l := b.unhold(v)
	b.apply(v.entry, s)
	b.offer(l)
}

// release puts an item whose owner is gone back into its lane.
func (b *backlog[B]) release(v *held[B]) {
	b.unhold(v)
	b.enter(v.entry)
}

func (b *backlog[B]) unhold(v *held[B]) *lane[B] {
	delete(b.held, v.token)
	delete(v.owner.holds, v)
	v.lane.held = nil
	return v.lane
}

// apply applies an outcome to an item that nobody holds.
func (b *backlog[B]) apply(e *entry[B], s Settlement) {
	after := int64(min(max(s.After, 0), longestWait))
	if s.Kind == Again || s.Kind == Wait {
		e.starts = 0
	}
	switch s.Kind {
	case Again:
		if s.Lane != "" {
			e.lane = b.laneOf(laneKey{e.lane.key.route, s.Lane, false})
			b.open(e.lane)
		}
		if after == 0 {
			b.enter(e)
			return
		}
		b.timers.push(timer[B]{b.now() + after, e})
		b.move(e, later)
	case Wait:
		if after > 0 {
			e.lane.closed = b.now() + after
			b.timers.push(timer[B]{e.lane.closed, e.lane})
		}
		b.enter(e)
	case Bury:
		i, _ := slices.BinarySearchFunc(b.dead, e, func(x, e *entry[B]) int { return cmp.Compare(x.id, e.id) })
		b.dead = slices.Insert(b.dead, i, e)
		b.move(e, dead)
	default:
		b.remove(e)
	}
}
