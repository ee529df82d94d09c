package callback

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gothird/wecom/internal/clock"
)

const (
	leaseTime  = 30 * time.Second
	leaseBeat  = leaseTime / 4
	leaseGrace = leaseTime / 8 // so long before the end of the lease the contexts of the owner's functions end
)

// leaseOwner is an owner of the Queue: this process claims and holds items in its name. When
// its lease could not be extended in time, the owner is lost and never used again: other
// processes may hold the items then.
type leaseOwner struct {
	name string
	ctx  context.Context // ends when the owner is lost
	lose context.CancelFunc
	end  *time.Timer

	tasks   atomic.Int32
	retired context.Context // ends when no more items are claimed for the owner
	retire  context.CancelFunc
}

// leaseKeeper extends the lease of an owner, and joins with a new one when it is lost.
type leaseKeeper struct {
	r     *runner
	owner atomic.Pointer[leaseOwner]
}

// current returns the owner to claim for; nil if there is none.
func (k *leaseKeeper) current() *leaseOwner { return k.owner.Load() }

// keep runs until Run ends. If two owners in a row are lost soon after they have joined, a
// pause follows.
//
// An owner whose Claim has failed is retired: the queue may have handed out items whose answer
// was lost. Its lease is extended until it holds no known item; then the lease ends, and
// unknown items are handed out again.
func (k *leaseKeeper) keep() {
	var holders sync.WaitGroup
	defer holders.Wait()
	for short := 0; k.join(); short++ {
		o, joined := k.current(), clock.Now()
		holders.Go(func() { k.hold(o) })
		<-o.retired.Done()
		if o.ctx.Err() != nil && k.r.untilEnd.Err() == nil {
			k.r.in.report(k.r.untilEnd, nil, fmt.Errorf("%w: the queue has not answered in time, or has given it up; what was being processed will be processed again", ErrLost))
		}
		if clock.Since(joined).Abs() >= leaseBeat {
			short = 0
		}
		if short > 0 {
			_ = clock.Sleep(k.r.untilEnd, backoff(short, leaseBeat))
		}
	}
}

// hold extends the lease of an owner until it is lost or no longer needed.
func (k *leaseKeeper) hold(o *leaseOwner) {
	for clock.Sleep(o.ctx, leaseBeat) == nil && (o.retired.Err() == nil || o.tasks.Load() > 0) && k.extend(o) {
	}
	o.lose()
	o.end.Stop()
}

// join joins the queue with a new owner. It reports false only when Run ends.
func (k *leaseKeeper) join() bool {
	for failures := 1; k.r.untilEnd.Err() == nil; failures++ {
		o := &leaseOwner{name: rand.Text()}
		o.ctx, o.lose = context.WithCancel(k.r.untilEnd)
		o.retired, o.retire = context.WithCancel(o.ctx)
		o.end = time.AfterFunc(leaseTime-leaseGrace, o.lose)
		err := k.ask(func(ctx context.Context) error { return k.r.in.queue.Join(ctx, o.name, leaseTime) })
		if err == nil {
			k.owner.Store(o)
			k.r.wake()
			return true
		}
		o.end.Stop()
		o.lose()
		k.failed("join the queue", err)
		_ = clock.Sleep(k.r.untilEnd, backoff(failures, 30*time.Second))
	}
	return false
}

// extend renews the lease, with as many tries as its time allows. The rest of the lease is
// counted from before the request that renewed it last.
func (k *leaseKeeper) extend(o *leaseOwner) bool {
	for o.ctx.Err() == nil && k.r.untilEnd.Err() == nil {
		end := time.AfterFunc(leaseTime-leaseGrace, o.lose)
		err := k.ask(func(ctx context.Context) error { return k.r.in.queue.Extend(ctx, o.name, leaseTime) })
		if err == nil {
			o.end.Stop()
			o.end = end
			return true
		}
		end.Stop()
		if errors.Is(err, ErrLost) {
			return false
		}
		k.failed("extend the lease", err)
		_ = clock.Sleep(o.ctx, time.Second)
	}
	return false
}

// failed reports that the queue has not done something. When Run ends, nothing is reported:
// that is the reason then.
func (k *leaseKeeper) failed(what string, err error) {
	if k.r.untilEnd.Err() == nil {
		k.r.in.report(k.r.untilEnd, nil, fmt.Errorf("callback: %s: %w", what, err))
	}
}

func (k *leaseKeeper) ask(fn func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeout(k.r.untilEnd, leaseBeat)
	defer cancel()
	return recoverPanic(func() error { return fn(ctx) })
}

// losses counts how often this process lost an item because a lease had ended ([ErrLost]), by
// id. Such a start of an item is not a death. Other processes do not know of it: one that gets
// the item next counts it as a death.
type losses struct {
	mu    sync.Mutex
	count map[string]int
	late  map[string]bool // the outcome came after the end of the lease
}

func (l *losses) of(id string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.count[id]
}

// unsettled notes that the outcome of an item could not be stored.
func (l *losses) unsettled(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.late == nil {
		l.late = map[string]bool{}
	}
	l.late[id] = true
}

// end notes how an attempt at an item ended. If it was settled, its counts start again.
func (l *losses) end(id string, lost bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	lost = lost || l.late[id]
	delete(l.late, id)
	if !lost {
		delete(l.count, id)
		return
	}
	if l.count == nil || len(l.count) >= maxCounters {
		l.count = map[string]int{}
	}
	l.count[id]++
}
