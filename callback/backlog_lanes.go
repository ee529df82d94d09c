package callback

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// idText returns the ID of an arrival number. IDs sort as the numbers do.
func idText(id uint64) string { return fmt.Sprintf("%016x", id) }

func class(urgent bool) int {
	if urgent {
		return 1
	}
	return 0
}

func (b *backlog[B]) laneOf(key laneKey) *lane[B] {
	l := b.lanes[key]
	if l == nil {
		l = &lane[B]{key: key}
		b.lanes[key] = l
	}
	return l
}

func (b *backlog[B]) routeOf(name string) *route[B] {
	r := b.routes[name]
	if r == nil {
		r = &route[B]{}
		b.routes[name] = r
	}
	return r
}

// enter puts an item into its lane.
func (b *backlog[B]) enter(e *entry[B]) {
	e.lane = b.laneOf(e.lane.key)
	e.lane.waiting.push(inLane[B]{e})
	b.move(e, waiting)
	b.offer(e.lane)
}

// offer puts a lane into the ready list if it has a waiting item, and removes an empty lane.
func (b *backlog[B]) offer(l *lane[B]) {
	switch {
	case l.held != nil:
	case len(l.waiting) == 0:
		delete(b.lanes, l.key)
	case l.closed == 0 && !l.ready:
		b.turns++
		l.ready, l.turn = true, b.turns
		b.routeOf(l.key.route).ready[class(l.key.urgent)].push(l)
	}
}

func (b *backlog[B]) open(l *lane[B]) {
	if l.closed != 0 {
		l.closed = 0
		b.offer(l)
	}
}

// remove deletes an item; its identity stays known.
func (b *backlog[B]) remove(e *entry[B]) {
	b.move(e, gone)
	if e.keep {
		b.ids.release(e.identity, b.now())
	}
}

// move changes the state of an item and the counts.
func (b *backlog[B]) move(e *entry[B], to itemState) {
	name := e.lane.key.route
	r := b.routeOf(name)
	if e.state < gone {
		r.count[e.state]--
	}
	switch was, is := e.state < dead, to < dead; {
	case is && !was:
		r.alive.push(e)
	case was && !is:
		r.alive.remove(int(e.index))
	}
	if e.state = to; to < gone {
		r.count[to]++
	}
	if r.count == [gone]int{} {
		delete(b.routes, name)
	}
}

// timer is called at a time; the callee checks whether it is still valid.
type timer[B any] struct {
	at int64
	of interface{ ring(b *backlog[B], at int64) }
}

func (t timer[B]) before(other timer[B]) bool { return t.at < other.at }
func (timer[B]) placed(int)                   {}

// advance runs the timers that are due.
func (b *backlog[B]) advance() {
	for now := b.now(); len(b.timers) > 0 && b.timers[0].at <= now; {
		t := b.timers.pop()
		t.of.ring(b, t.at)
	}
}

// next returns the time until the next timer, and whether there is one.
func (b *backlog[B]) next() (time.Duration, bool) {
	if len(b.timers) == 0 {
		return 0, false
	}
	return max(0, time.Duration(b.timers[0].at-b.now())), true
}

// ring puts an item that was delayed back into its lane.
func (e *entry[B]) ring(b *backlog[B], _ int64) { b.enter(e) }

// ring opens a lane, unless it was opened and closed again meanwhile.
func (l *lane[B]) ring(b *backlog[B], at int64) {
	if l.closed == at {
		b.open(l)
	}
}

// ring ends the lease of an owner, unless it was renewed.
func (o *owner[B]) ring(b *backlog[B], at int64) {
	if o.until > at {
		b.timers.push(timer[B]{o.until, o})
		return
	}
	delete(b.owners, o.name)
	lost := slices.SortedFunc(maps.Keys(o.holds), func(x, y *held[B]) int { return cmp.Compare(x.id, y.id) })
	o.holds = nil
	for _, v := range lost {
		if !v.settling {
			b.release(v)
		}
	}
}

// stats counts by route.
func (b *backlog[B]) stats() map[string]Stats {
	b.advance()
	all := make(map[string]Stats, len(b.routes))
	for name, r := range b.routes {
		s := Stats{Waiting: r.count[waiting], Busy: r.count[busy], Later: r.count[later], Dead: r.count[dead]}
		if len(r.alive) > 0 {
			s.Oldest = max(0, time.Duration(b.now()-r.alive[0].put))
		}
		all[name] = s
	}
	return all
}

// deadAfter lists at most limit buried items.
func (b *backlog[B]) deadAfter(after string, limit int) []*entry[B] {
	i, found := b.deadIndex(after)
	if found {
		i++
	}
	return b.dead[i:min(len(b.dead), i+max(0, limit))]
}

func (b *backlog[B]) deadIndex(id string) (int, bool) {
	return slices.BinarySearchFunc(b.dead, id, func(e *entry[B], id string) int { return strings.Compare(idText(e.id), id) })
}

// buried returns the buried items with these ids, each once.
func (b *backlog[B]) buried(ids []string) (found []*entry[B]) {
	for _, id := range slices.Compact(slices.Sorted(slices.Values(ids))) {
		if i, ok := b.deadIndex(id); ok {
			found = append(found, b.dead[i])
		}
	}
	return found
}

// retry puts buried items back into their lanes.
func (b *backlog[B]) retry(items []*entry[B]) {
	b.unbury(items, func(e *entry[B]) {
		e.starts = 0
		b.enter(e)
	})
}

// discard removes buried items.
func (b *backlog[B]) discard(items []*entry[B]) { b.unbury(items, b.remove) }

func (b *backlog[B]) unbury(items []*entry[B], do func(*entry[B])) {
	for _, e := range items {
		if e.state == dead {
			do(e)
		}
	}
	b.dead = slices.DeleteFunc(b.dead, func(e *entry[B]) bool { return e.state != dead })
}
