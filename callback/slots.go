package callback

import (
	"slices"
	"sync"
	"time"
)

// slot is one running function among those that count.
type slot struct {
	pump  *pump
	aging *time.Timer

	// guarded by pump.mu
	state     slotState
	exclusive bool // the pump is paused for it
}

type slotState int

const (
	counts slotState = iota
	aged
	standsBy // waits until no other counts
	freed
)

// age stops counting the slot: its function has run for long.
func (s *slot) age() {
	p := s.pump
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case s.state != counts:
		if s.state == standsBy {
			s.aging.Reset(agedAfter)
		}
	case p.aged >= agedMost*p.limit:
		s.aging.Reset(agedAfter)
	default:
		p.aged++
		s.leave(aged)
	}
}

// stepAside stops counting the slot of an urgent function. It reports whether there is room
// for that.
func (s *slot) stepAside() bool {
	p := s.pump
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.aged >= agedMost*defaultWorkers {
		return false
	}
	p.aged++
	s.leave(aged)
	return true
}

func (s *slot) free() {
	p := s.pump
	if s.aging != nil {
		s.aging.Stop()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if s.state == aged {
		p.aged--
	}
	s.leave(freed)
}

// leave frees what the slot has blocked. pump.mu is held.
func (s *slot) leave(next slotState) {
	p := s.pump
	if s.state == counts {
		p.young--
	}
	s.state = next
	if s.exclusive {
		s.exclusive = false
		p.paused--
		<-p.r.alone
	}
	p.changed.Broadcast()
	p.wakeUp()
}

// runAlone waits until only urgent functions and those that have run for long are running,
// and blocks new ones until the slot is freed or its function has run for long itself. It
// returns false at once if another function runs alone, or waits for that.
func (s *slot) runAlone() bool {
	p := s.pump
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case p.r.alone <- struct{}{}:
	default:
		return false
	}
	s.leave(standsBy)
	s.exclusive = true
	p.paused++
	for p.young > 0 {
		p.changed.Wait()
	}
	s.state = counts
	p.young++
	if s.aging != nil {
		s.aging.Reset(agedAfter)
	}
	return true
}

// tasks are the items in progress.
type tasks struct {
	mu      sync.Mutex
	running []*task
	idle    chan struct{} // closed when none is left; nil: nobody waits
}

func (ts *tasks) add(t *task) *task {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	ts.running = append(ts.running, t)
	return t
}

func (ts *tasks) remove(t *task) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	ts.running = slices.DeleteFunc(ts.running, func(other *task) bool { return other == t })
	if len(ts.running) == 0 && ts.idle != nil {
		close(ts.idle)
		ts.idle = nil
	}
}

func (ts *tasks) none() bool {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	return len(ts.running) == 0
}

// waitFor waits until no task is left, or until end. It reports whether none is left.
func (ts *tasks) waitFor(end <-chan struct{}) (none bool) {
	ts.mu.Lock()
	if len(ts.running) == 0 {
		ts.mu.Unlock()
		return true
	}
	if ts.idle == nil {
		ts.idle = make(chan struct{})
	}
	idle := ts.idle
	ts.mu.Unlock()
	select {
	case <-idle:
		return true
	case <-end:
		return false
	}
}

// left returns the tasks that are still running.
func (ts *tasks) left() []*task {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	return slices.Clone(ts.running)
}

// makeRoom prepares the slot for the functions of a notice. Functions of urgent notices do
// not count as exchanges; a notice during which the process has died runs alone.
func (t *task) makeRoom(n *Notice) (later Settlement, waits bool) {
	kills, exchange := t.state.Deaths >= aloneAfter, t.claimed.Urgent && n.bringsAuthCode()
	switch {
	case exchange:
	case t.claimed.Urgent && kills:
		return t.handOver(n.lane("", "")), true
	case t.claimed.Urgent && !t.slot.stepAside():
		return t.again(time.Second), true
	case !t.claimed.Urgent && kills && !t.slot.runAlone():
		return t.again(aloneWait), true // another one runs alone: a death now would not be this one's
	}
	return Settlement{}, false
}
