package queuetest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/gothird/wecom/callback"
)

// model is the simplest queue: lists with linear search.
type model struct {
	items      []*modelItem // by arrival
	identities map[string]time.Time
	owners     map[string]time.Time
	closed     map[modelLane]time.Time
	turn       map[modelLane]int // when a lane was last claimed
	ready      map[modelLane]int // since when it could be
	step       int
}

type modelLane struct {
	route, name string
	urgent      bool
}

type modelItem struct {
	callback.Item
	state  string // waiting, busy, later, dead, or "" when it is gone
	id     string
	hold   callback.Hold
	owner  string
	starts int
	ever   bool // it was started
	put    time.Time
	due    time.Time
	reason string
}

func newModel() *model {
	return &model{
		identities: map[string]time.Time{}, owners: map[string]time.Time{}, closed: map[modelLane]time.Time{},
		turn: map[modelLane]int{}, ready: map[modelLane]int{},
	}
}

func (it *modelItem) lane() modelLane { return modelLane{it.Route, it.Lane, it.Urgent} }

func (m *model) find(match func(*modelItem) bool) *modelItem {
	if i := slices.IndexFunc(m.items, match); i >= 0 {
		return m.items[i]
	}
	return nil
}

// advance does what is due at a time.
func (m *model) advance(now time.Time) {
	over := func(t time.Time) bool { return !t.After(now) }
	maps.DeleteFunc(m.owners, func(_ string, until time.Time) bool { return over(until) })
	maps.DeleteFunc(m.closed, func(_ modelLane, until time.Time) bool { return over(until) })
	for _, it := range m.items {
		_, alive := m.owners[it.owner]
		if it.state == "busy" && !alive || it.state == "later" && over(it.due) {
			it.state = "waiting"
		}
	}
	m.step++
	heads := m.heads()
	maps.DeleteFunc(m.ready, func(l modelLane, _ int) bool { return heads[l] == nil })
	for l := range heads {
		if _, ok := m.ready[l]; !ok {
			m.ready[l] = m.step
		}
	}
}

// soon is the time nearest to now at which something happens by itself.
func (m *model) soon(now time.Time) time.Time {
	times := slices.Concat(slices.Collect(maps.Values(m.owners)), slices.Collect(maps.Values(m.closed)), slices.Collect(maps.Values(m.identities)))
	for _, it := range m.items {
		if it.state == "later" {
			times = append(times, it.due)
		}
	}
	if len(times) == 0 {
		return time.Time{}
	}
	return slices.MinFunc(times, func(x, y time.Time) int { return cmp.Compare(x.Sub(now).Abs(), y.Sub(now).Abs()) })
}

func (m *model) put(now time.Time, life time.Duration, it callback.Item) {
	if it.Identity != "" {
		kept := m.find(func(other *modelItem) bool { return other.Identity == it.Identity }) != nil
		if kept || m.identities[it.Identity].After(now) {
			return
		}
		m.identities[it.Identity] = now.Add(life)
	}
	if it.Same != "" {
		if old := m.find(func(other *modelItem) bool { return other.Same == it.Same && !other.ever }); old != nil {
			old.Payload, old.State = it.Payload, it.State
			return
		}
	}
	m.items = append(m.items, &modelItem{Item: it, state: "waiting", put: now})
}

// heads returns the items that may be claimed.
func (m *model) heads() map[modelLane]*modelItem {
	heads, held := map[modelLane]*modelItem{}, map[modelLane]bool{}
	for _, it := range m.items {
		if it.state == "busy" {
			held[it.lane()] = true
		}
	}
	for _, it := range m.items {
		l := it.lane()
		if _, closed := m.closed[l]; it.state == "waiting" && heads[l] == nil && !held[l] && !closed {
			heads[l] = it
		}
	}
	return heads
}

// claim returns an error if a claim was wrong.
func (m *model) claim(a callback.Ask, got []callback.Claimed) error {
	heads := m.heads()
	for l := range heads {
		if l.urgent != a.Urgent || !slices.Contains(a.Routes, l.route) {
			delete(heads, l)
		}
	}
	if want := min(a.Max, len(heads)); len(got) != want {
		return fmt.Errorf("claimed %q, want %d items of %d lanes", payloadsOf(got), want, len(heads))
	}
	claimed := map[modelLane]bool{}
	for _, c := range got {
		l := modelLane{c.Route, c.Lane, c.Urgent}
		it := heads[l]
		switch {
		case claimed[l]:
			return fmt.Errorf("claimed two items of lane %q at once", c.Lane)
		case it == nil:
			return fmt.Errorf("claimed %q of lane %q, which has nothing to claim", c.Payload, c.Lane)
		}
		if err := it.claimed(c, a.Owner); err != nil {
			return err
		}
		claimed[l] = true
	}
	return m.tookTurns(heads, claimed)
}

// claimed checks one item, and takes it for claimed.
func (it *modelItem) claimed(c callback.Claimed, owner string) error {
	it.starts++
	want := fmt.Sprintf("%q %q %q %q starts %d keep %v", it.Payload, it.State, it.Identity, it.Same, it.starts, it.Identity != "")
	got := fmt.Sprintf("%q %q %q %q starts %d keep %v", c.Payload, c.State, c.Identity, c.Same, c.Starts, c.Hold.Keep)
	switch {
	case got != want:
		return fmt.Errorf("claimed %s, want %s", got, want)
	case c.Err != nil:
		return fmt.Errorf("claimed %q with the error %w", c.Payload, c.Err)
	case c.Hold.Route != it.Route || c.Hold.Lane != it.Lane:
		return fmt.Errorf("%q is held in lane %q of %q, want %q of %q", c.Payload, c.Hold.Lane, c.Hold.Route, it.Lane, it.Route)
	case c.Hold.Token == it.hold.Token:
		return fmt.Errorf("%q is held under an earlier token", c.Payload)
	case it.id != "" && c.Hold.ID != it.id:
		return fmt.Errorf("the id of %q was %q and is %q", c.Payload, it.id, c.Hold.ID)
	}
	it.state, it.hold, it.id, it.owner, it.ever = "busy", c.Hold, c.Hold.ID, owner, true
	return nil
}

// tookTurns checks that no lane was claimed for a second time while another one, that could
// have been, waits for its first.
func (m *model) tookTurns(heads map[modelLane]*modelItem, claimed map[modelLane]bool) error {
	for l := range claimed {
		for other := range heads {
			if last := m.turn[l]; !claimed[other] && other.route == l.route && last > 0 && m.ready[other] < last {
				return fmt.Errorf("lane %q had two turns while lane %q waits for one", l.name, other.name)
			}
		}
	}
	for l := range claimed {
		m.turn[l] = m.step
		delete(m.ready, l)
	}
	return nil
}

// settle reports whether the hold was valid.
func (m *model) settle(now time.Time, longest time.Duration, s callback.Settlement) bool {
	it := m.find(func(it *modelItem) bool { return it.state == "busy" && it.hold == s.Hold })
	if it == nil {
		return false
	}
	it.keepState(s)
	after := min(max(s.After, 0), longest)
	switch s.Kind {
	case callback.Done:
		m.remove(it)
	case callback.Bury:
		it.state, it.reason = "dead", s.Reason
	case callback.Wait:
		it.state = "waiting"
		if after > 0 {
			m.closed[it.lane()] = now.Add(after)
		}
	case callback.Again:
		if it.state = "waiting"; after > 0 {
			it.state, it.due = "later", now.Add(after)
		}
		if s.Lane != "" {
			it.Lane, it.Urgent = s.Lane, false
			delete(m.closed, it.lane())
		}
	}
	return true
}

// keepState applies the state of a settlement.
func (it *modelItem) keepState(s callback.Settlement) {
	if len(s.State) > 0 {
		it.State = s.State
	}
	if s.Kind == callback.Again || s.Kind == callback.Wait {
		it.starts = 0
	}
}

func (m *model) remove(it *modelItem) {
	m.items = slices.DeleteFunc(m.items, func(other *modelItem) bool { return other == it })
}

// retryOrDiscard does so with what is buried under the ids.
func (m *model) retryOrDiscard(ids []string, retry bool) {
	for _, it := range slices.Clone(m.items) {
		switch {
		case it.state != "dead" || !slices.Contains(ids, it.id):
		case retry:
			it.state, it.starts = "waiting", 0
		default:
			m.remove(it)
		}
	}
}

func (m *model) stats(now time.Time, route string) (s callback.Stats) {
	for _, it := range m.items {
		if it.Route != route {
			continue
		}
		switch it.state {
		case "waiting":
			s.Waiting++
		case "busy":
			s.Busy++
		case "later":
			s.Later++
		case "dead":
			s.Dead++
			continue
		}
		s.Oldest = max(s.Oldest, now.Sub(it.put))
	}
	return s
}
