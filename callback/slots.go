package callback

import (
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
	counting slotState = iota
	aged
	waitsAlone // waits until no other counts
	freed
)

// age stops counting the slot: its function has run for long.
func (s *slot) age() {
	p := s.pump
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case s.state != counting:
		if s.state == waitsAlone {
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
	if s.state == counting {
		p.counted--
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
	s.leave(waitsAlone)
	s.exclusive = true
	p.paused++
	for p.counted > 0 {
		p.changed.Wait()
	}
	s.state = counting
	p.counted++
	if s.aging != nil {
		s.aging.Reset(agedAfter)
	}
	return true
}
