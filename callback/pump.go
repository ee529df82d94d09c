package callback

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// pump claims items of one class, urgent or not, for whoever is idle.
type pump struct {
	r      *runner
	urgent bool
	limit  int // of functions that count
	wake   chan struct{}

	mu      sync.Mutex
	changed *sync.Cond
	young   int // functions that count
	aged    int // functions that run for long
	paused  int // who wants to run while no other does
}

func newPump(r *runner, urgent bool, limit int) *pump {
	p := &pump{r: r, urgent: urgent, limit: limit, wake: make(chan struct{}, 1)}
	p.changed = sync.NewCond(&p.mu)
	return p
}

func (p *pump) wakeUp() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// run claims until Run is to end; of a queue in memory until nothing is left.
func (p *pump) run() {
	for failures := 0; ; {
		idle := p.idle()
		got, err := p.claim(idle)
		switch {
		case err != nil:
			failures++
			p.r.in.report(p.r.over, nil, fmt.Errorf("callback: get notices out of the queue: %w", err))
		case got > 0 && got == idle:
			failures = 0
			continue
		default:
			failures = 0
		}
		if p.ended(got) {
			return
		}
		p.wait(failures)
	}
}

// wait ends when there may be something to claim.
func (p *pump) wait(failures int) {
	pause := p.r.poll()
	wake := p.wake
	if failures > 0 {
		pause, wake = backoff(failures, 30*time.Second), nil
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	ending := p.r.ending.Done()
	if p.r.ending.Err() != nil {
		ending = nil
	}
	select {
	case <-wake:
	case <-timer.C:
	case <-ending:
	case <-p.r.alive.Done():
	}
}

// poll is how often to look into the queue whatever it says.
func (r *runner) poll() time.Duration {
	switch {
	case !r.hinted.Load():
		return pollUnhinted
	case isLocal(r.in.queue):
		return pollLocal
	}
	return pollHinted
}

// ended reports whether to leave after a claim that brought got items.
func (p *pump) ended(got int) bool {
	if p.r.ending.Err() == nil {
		return false
	}
	if !isVolatile(p.r.in.queue) || p.r.alive.Err() != nil {
		return true
	}
	return got == 0 && p.r.isIdle()
}

// isIdle reports whether nothing waits and nothing is being processed.
func (r *runner) isIdle() bool {
	if !r.tasks.none() {
		return false
	}
	s, err := r.in.Stats(r.over)
	return err == nil && s.Waiting+s.Busy == 0
}

// idle is how many more functions may run.
func (p *pump) idle() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.paused > 0 {
		return 0
	}
	return max(0, p.limit-p.young)
}

// claim gets up to idle items and starts them.
func (p *pump) claim(idle int) (got int, err error) {
	o := p.r.lease.current()
	if idle == 0 || o == nil || o.ctx.Err() != nil || p.r.ending.Err() != nil && !isVolatile(p.r.in.queue) {
		return 0, nil
	}
	routes := p.r.in.ownRoutes()
	if len(routes) == 0 {
		return 0, nil
	}
	claimed, err := p.r.ask(o, Ask{Routes: routes, Urgent: p.urgent, Max: idle, Owner: o.name})
	for _, c := range claimed {
		p.start(o, c)
	}
	if errors.Is(err, ErrLost) {
		o.lose()
	}
	if o.ctx.Err() != nil {
		return len(claimed), nil // there will be another owner, at once
	}
	return len(claimed), err
}

func (r *runner) ask(o *leaseholder, a Ask) (claimed []Claimed, err error) {
	ctx, cancel := context.WithTimeout(o.ctx, settleTimeout)
	defer cancel()
	err = recoverPanic(func() (err error) {
		claimed, err = r.in.queue.Claim(ctx, a)
		return err
	})
	return claimed, err
}

// start processes an item beside. It counts from now on.
func (p *pump) start(o *leaseholder, c Claimed) {
	s := &slot{pump: p}
	p.mu.Lock()
	p.young++
	p.mu.Unlock()
	if !p.urgent {
		s.aging = time.AfterFunc(agedAfter, s.age)
	}
	t := p.r.tasks.add(&task{r: p.r, owner: o, claimed: c, slot: s})
	go func() {
		defer p.wakeUp()
		defer p.r.tasks.remove(t)
		defer s.free()
		t.run()
	}()
}

// slot is the place that a running function takes.
type slot struct {
	pump  *pump
	aging *time.Timer

	// under pump.mu
	state     slotState
	exclusive bool // it has paused the pump
}

type slotState int

const (
	counts slotState = iota
	aged
	standsBy // until no other counts
	freed
)

// age takes the slot out of those that count: its function has been running for long.
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

// leave ends what the slot kept others from. pump.mu is held.
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

// runAlone waits until no function runs but urgent ones and those that have been running for
// long, and keeps new ones from starting until the slot is freed or its own function has aged.
// It returns false at once if another one runs alone, or is about to.
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
	idle    chan struct{} // closed when none is left; nil when nobody waits
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

// waitFor waits until no task is left, or until end, and reports which.
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

// take returns the tasks that are left.
func (ts *tasks) left() []*task {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	return slices.Clone(ts.running)
}
