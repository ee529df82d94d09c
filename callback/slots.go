package callback

import (
	"time"
)

// slot is what one task takes up of the limit of its pump, however many functions it runs.
type slot struct {
	pump  *pump
	aging *time.Timer

	// guarded by pump.mu
	state     slotState
	exclusive bool // the pump is paused for it
}

type slotState int

const (
	counting   slotState = iota
	aged                 // the task has run for ten seconds, or was urgent: it no longer counts
	waitsAlone           // waits until no other counts
	freed
)

// age stops counting the slot: its task has run for long.
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
		s.moveTo(aged)
	}
}

// stepAside stops counting the slot of an urgent task before its functions run. It reports
// whether there is room for that.
func (s *slot) stepAside() bool {
	p := s.pump
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.aged >= agedMost*defaultWorkers {
		return false
	}
	p.aged++
	s.moveTo(aged)
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
	s.moveTo(freed)
}

// moveTo changes the state of a slot, and frees what the slot has blocked. pump.mu is held.
func (s *slot) moveTo(next slotState) {
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

// runAlone waits until only urgent tasks and those that have run for long are running, and
// blocks new ones until the slot is freed or its task has run for long itself. It returns
// false at once if another task runs alone, or waits for that.
func (s *slot) runAlone() bool {
	p := s.pump
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case p.r.alone <- struct{}{}:
	default:
		return false
	}
	s.moveTo(waitsAlone)
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
