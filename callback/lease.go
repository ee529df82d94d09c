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
	leaseGrace = leaseTime / 8 // before its end all functions of the owner are told to stop
)

// leaseholder is a name under which this process holds items. It is lost for good when its lease
// could not be extended in time: by then others may hold the items.
type leaseholder struct {
	name string
	ctx  context.Context // ends when the name is lost
	lose context.CancelFunc
	end  *time.Timer
}

// leaseKeeper keeps an owner, and takes a new name when one is lost.
type leaseKeeper struct {
	r   *runner
	own atomic.Pointer[leaseholder]
}

// current is the owner to claim for; nil while there is none.
func (k *leaseKeeper) current() *leaseholder { return k.own.Load() }

// keep runs until Run is over. A name that is lost soon after it was taken is followed by a
// pause, if the one before was too.
func (k *leaseKeeper) keep() {
	for short := 0; k.join(); short++ {
		o, joined := k.current(), clock.Now()
		for clock.Sleep(o.ctx, leaseBeat) == nil && k.r.over.Err() == nil && k.extend(o) {
		}
		o.lose()
		o.end.Stop()
		if k.r.over.Err() == nil {
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

// join takes a new name. It reports whether there is one, which fails only at the end.
func (k *leaseKeeper) join() bool {
	for failures := 1; k.r.over.Err() == nil; failures++ {
		o := &leaseholder{name: rand.Text()}
		o.ctx, o.lose = context.WithCancel(k.r.over)
		o.end = time.AfterFunc(leaseTime-leaseGrace, o.lose)
		err := k.ask(func(ctx context.Context) error { return k.r.in.queue.Join(ctx, o.name, leaseTime) })
		if err == nil {
			k.own.Store(o)
			k.r.wake()
			return true
		}
		o.end.Stop()
		o.lose()
		k.r.in.report(k.r.over, nil, fmt.Errorf("callback: join the queue: %w", err))
		_ = clock.Sleep(k.r.over, backoff(failures, 30*time.Second))
	}
	return false
}

// extend renews the lease, with as many tries as its time allows. What is left of it counts
// from before the request that renewed it last.
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
		k.r.in.report(k.r.over, nil, fmt.Errorf("callback: extend the lease: %w", err))
		_ = clock.Sleep(o.ctx, time.Second)
	}
	return false
}

func (k *leaseKeeper) ask(fn func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeout(k.r.over, leaseBeat)
	defer cancel()
	return recoverPanic(func() error { return fn(ctx) })
}

// losses counts how often items were lost with a lease, by id: that is no death.
type losses struct {
	mu    sync.Mutex
	count map[string]int
	late  map[string]bool // their outcomes came after the end of the lease
}

func (l *losses) of(id string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.count[id]
}

// unsettled notes that the queue has not taken the outcome of an item.
func (l *losses) unsettled(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.late == nil {
		l.late = map[string]bool{}
	}
	l.late[id] = true
}

// end notes how an attempt at an item ended. If it was settled, its starts begin anew.
func (l *losses) end(id string, lost bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	lost = lost || l.late[id]
	delete(l.late, id)
	if !lost {
		delete(l.count, id)
		return
	}
	if l.count == nil {
		l.count = map[string]int{}
	}
	l.count[id]++
}
