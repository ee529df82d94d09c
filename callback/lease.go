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
	leaseGrace = leaseTime / 8 // before the lease ends, the contexts of the owner's functions end
)

// leaseholder is an owner, as the Queue calls it: a name under which this process holds
// items. When its lease could not be extended in time it is lost and never used again: other
// processes may hold the items then.
type leaseholder struct {
	name string
	ctx  context.Context // ends when the name is lost
	lose context.CancelFunc
	end  *time.Timer

	tasks   atomic.Int32
	retired context.Context // ends when no more items are claimed under the name
	retire  context.CancelFunc
}

// leaseKeeper extends the lease of an owner, and takes a new name when one is lost.
type leaseKeeper struct {
	r   *runner
	own atomic.Pointer[leaseholder]
}

// current returns the owner to claim for; nil if there is none.
func (k *leaseKeeper) current() *leaseholder { return k.own.Load() }

// keep runs until Run ends. If two names in a row are lost soon after they were taken, a
// pause follows.
//
// A name under which a Claim has failed is retired: the queue may have handed out items
// whose answer was lost. Its lease is extended until no known item is held under it; then
// the lease ends, and unknown items are handed out again.
func (k *leaseKeeper) keep() {
	var holders sync.WaitGroup
	defer holders.Wait()
	for short := 0; k.join(); short++ {
		o, joined := k.current(), clock.Now()
		holders.Go(func() { k.hold(o) })
		<-o.retired.Done()
		if o.ctx.Err() != nil && k.r.over.Err() == nil {
			k.r.in.report(k.r.over, nil, fmt.Errorf("%w: the queue has not answered in time, or has given it up; what was being processed will be processed again", ErrLost))
		}
		if clock.Since(joined).Abs() >= leaseBeat {
			short = 0
		}
		if short > 0 {
			_ = clock.Sleep(k.r.over, backoff(short, leaseBeat))
		}
	}
}

// hold extends the lease of a name until it is lost or no longer needed.
func (k *leaseKeeper) hold(o *leaseholder) {
	for clock.Sleep(o.ctx, leaseBeat) == nil && (o.retired.Err() == nil || o.tasks.Load() > 0) && k.extend(o) {
	}
	o.lose()
	o.end.Stop()
}

// join takes a new name. It reports false only when Run ends.
func (k *leaseKeeper) join() bool {
	for failures := 1; k.r.over.Err() == nil; failures++ {
		o := &leaseholder{name: rand.Text()}
		o.ctx, o.lose = context.WithCancel(k.r.over)
		o.retired, o.retire = context.WithCancel(o.ctx)
		o.end = time.AfterFunc(leaseTime-leaseGrace, o.lose)
		err := k.ask(func(ctx context.Context) error { return k.r.in.queue.Join(ctx, o.name, leaseTime) })
		if err == nil {
			k.own.Store(o)
			k.r.wake()
			return true
		}
		o.end.Stop()
		o.lose()
		k.failed("join the queue", err)
		_ = clock.Sleep(k.r.over, backoff(failures, 30*time.Second))
	}
	return false
}

// extend renews the lease, with as many tries as its time allows. The rest of the lease is
// counted from before the request that renewed it last.
func (k *leaseKeeper) extend(o *leaseholder) bool {
	for o.ctx.Err() == nil && k.r.over.Err() == nil {
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

// failed reports what the queue did not do, unless Run ends: that is why it was not done.
func (k *leaseKeeper) failed(what string, err error) {
	if k.r.over.Err() == nil {
		k.r.in.report(k.r.over, nil, fmt.Errorf("callback: %s: %w", what, err))
	}
}

func (k *leaseKeeper) ask(fn func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeout(k.r.over, leaseBeat)
	defer cancel()
	return recoverPanic(func() error { return fn(ctx) })
}

// losses counts how often this process lost items with a lease, by id. Each such loss is a
// start of the item that is no death. Other processes do not know of it: one that gets the
// item next counts it as a death.
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
