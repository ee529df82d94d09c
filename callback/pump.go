package callback

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// pump claims items of one class, urgent or not, for idle workers.
type pump struct {
	r      *runner
	urgent bool
	limit  int // of running tasks that count
	wake   chan struct{}

	mu      sync.Mutex
	changed *sync.Cond
	counted int // tasks that count
	aged    int // tasks that no longer count
	paused  int // tasks that must run alone
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

// run claims items until Run ends; from a memory queue until it is empty.
func (p *pump) run() {
	for failures := 0; ; {
		idle := p.idle()
		got, err := p.claim(idle)
		switch {
		case err != nil:
			failures++
			p.r.in.report(p.r.untilEnd, nil, fmt.Errorf("callback: get notices out of the queue: %w", err))
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

// wait returns when there may be something to claim.
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

// poll is the interval at which the queue is checked even without a hint from Watch.
func (r *runner) poll() time.Duration {
	switch {
	case !r.hinted.Load():
		return pollUnhinted
	case isLocal(r.in.queue):
		return pollLocal
	}
	return pollHinted
}

// ended reports whether to stop after a claim that returned got items.
func (p *pump) ended(got int) bool {
	if p.r.ending.Err() == nil {
		return false
	}
	if !isVolatile(p.r.in.queue) || p.r.alive.Err() != nil {
		return true
	}
	return got == 0 && p.r.isIdle()
}

// isIdle reports whether no notice waits or is being processed.
func (r *runner) isIdle() bool {
	if !r.tasks.none() {
		return false
	}
	s, err := r.in.Stats(r.untilEnd)
	return err == nil && s.Waiting+s.Busy == 0
}

// idle returns how many more tasks may run.
func (p *pump) idle() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.paused > 0 {
		return 0
	}
	return max(0, p.limit-p.counted)
}

// claim gets up to idle items and starts them.
func (p *pump) claim(idle int) (got int, err error) {
	o, routes := p.r.lease.current(), p.r.in.ownRoutes()
	if idle == 0 || len(routes) == 0 || !p.r.mayClaim(o) {
		return 0, nil
	}
	claimed, err := p.r.ask(o, Ask{Routes: routes, Urgent: p.urgent, Max: idle, Owner: o.name})
	for _, c := range claimed {
		p.start(o, c)
	}
	switch {
	case errors.Is(err, ErrLost):
		o.lose()
	case err != nil && !isLocal(p.r.in.queue):
		o.retire() // it may hold items of the lost answer
	}
	if o.ctx.Err() != nil {
		return len(claimed), nil // a new owner joins at once
	}
	return len(claimed), err
}

func (r *runner) mayClaim(o *leaseOwner) bool {
	return o != nil && o.retired.Err() == nil && (r.ending.Err() == nil || isVolatile(r.in.queue))
}

func (r *runner) ask(o *leaseOwner, a Ask) (claimed []Claimed, err error) {
	ctx, cancel := context.WithTimeout(o.ctx, settleTimeout)
	defer cancel()
	err = recoverPanic(func() (err error) {
		claimed, err = r.in.queue.Claim(ctx, a)
		return err
	})
	return claimed, err
}

// start processes an item in a new goroutine. It counts as running from now on.
func (p *pump) start(o *leaseOwner, c Claimed) {
	s := &slot{pump: p}
	p.mu.Lock()
	p.counted++
	p.mu.Unlock()
	o.tasks.Add(1)
	if !p.urgent {
		s.aging = time.AfterFunc(agedAfter, s.age)
	}
	t := p.r.tasks.add(&task{r: p.r, owner: o, claimed: c, slot: s})
	go func() {
		defer p.wakeUp()
		defer p.r.tasks.remove(t)
		defer o.tasks.Add(-1)
		defer s.free()
		t.run()
	}()
}
