package callback

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gothird/wecom/internal/clock"
)

const (
	maxUrgent     = 64
	agedAfter     = 10 * time.Second // a function no longer counts
	agedMost      = 100              // of those, for each worker
	pollLocal     = 10 * time.Second // of a queue of this package, whose hints are never missed
	pollHinted    = time.Second      // of another one that gives hints
	pollUnhinted  = 250 * time.Millisecond
	lastWord      = time.Second // for functions whose context has ended
	settleTimeout = 10 * time.Second
)

// Run processes queued notices until ctx ends; then the functions that are running may go
// on for Config.Drain, after which their contexts end and what they had goes back into the
// queue. It returns nil, save for mistakes in what was registered, which it finds before the
// first notice. A queue that fails is reported, and Run goes on when it is back.
//
// A server first ends the context of Run, waits for Run to return, then calls
// http.Server.Shutdown, and then closes the queue. A test that calls Run with a context that has
// ended hears of mistakes only. With a queue in memory, what waits is processed too while
// Drain lasts, what is left is reported, and Handlers answer 503 from then on.
func (in *Inbox) Run(ctx context.Context) error {
	r, err := in.begin(ctx)
	if err != nil {
		err = fmt.Errorf("callback: Run: %w", err)
		if in != nil {
			defer in.awaitReports()
			in.alarm(context.Background(), nil, err) // often nobody looks at what `go in.Run(ctx)` returns
		}
		return err
	}
	defer in.awaitReports()
	defer in.end()
	r.run()
	in.closePuts()
	r.reportRest()
	return nil
}

var errNilInbox = errors.New("the Inbox is nil: make one with NewInbox")

// begin checks what was registered.
func (in *Inbox) begin(ctx context.Context) (*runner, error) {
	if in == nil || in.queue == nil {
		return nil, errNilInbox
	}
	if ctx == nil {
		return nil, errors.New("the context is nil")
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	mistakes := in.mistakes
	if len(in.replies) > 0 && !in.hasAppRoute() {
		mistakes = append(mistakes[:len(mistakes):len(mistakes)], errors.New("Answer: WeCom takes replies on an App URL only, and the Inbox has no Handler for one"))
	}
	if in.runner != nil {
		mistakes = append(mistakes[:len(mistakes):len(mistakes)], errors.New("the Inbox is running already"))
	}
	if len(mistakes) > 0 {
		return nil, errors.Join(mistakes...)
	}
	if err := reserve(in.queue, in); err != nil {
		return nil, err
	}
	in.runner, in.closed = newRunner(ctx, in), false
	return in.runner, nil
}

func (in *Inbox) end() {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.runner = nil
	release(in.queue, in)
}

func (in *Inbox) isRunning() bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.runner != nil
}

// runner is one call of Run.
type runner struct {
	in     *Inbox
	ending context.Context // the caller's: nothing is claimed after its end
	alive  context.Context // of functions: ends when Drain is over
	kill   context.CancelFunc
	over   context.Context // of what serves the others: ends last
	lease  leaseKeeper
	normal *pump
	urgent *pump

	settlements batcher[Settlement]
	tasks       tasks
	hinted      atomic.Bool   // the queue says when there is something
	alone       chan struct{} // held by who runs while no other does
	storeTold   eachMinute    // that the Store fails
	exchanges   counters      // auth codes, by route
	waits       counters      // for an installation, by route and corp
}

func newRunner(ctx context.Context, in *Inbox) *runner {
	base := context.WithoutCancel(ctx)
	r := &runner{in: in, ending: ctx, alone: make(chan struct{}, 1)}
	r.alive, r.kill = context.WithCancel(base)
	workers := in.cfg.Workers
	if workers == 0 {
		workers = defaultWorkers
	}
	r.normal = newPump(r, false, workers)
	r.urgent = newPump(r, true, maxUrgent)
	r.settlements.most, r.settlements.run = maxBatch, r.settleBatch
	return r
}

// run returns when the context of Run has ended and everything that followed from it.
func (r *runner) run() {
	defer r.kill()
	over, finish := context.WithCancel(context.WithoutCancel(r.ending))
	defer finish()
	r.over = over
	r.lease.r = r
	var helpers, pumps sync.WaitGroup
	helpers.Go(r.lease.keep)
	helpers.Go(r.watch)
	helpers.Go(r.lookAfterForeign)
	defer helpers.Wait()
	defer finish()
	drain := r.in.cfg.Drain
	if drain == 0 {
		drain = defaultDrain
	}
	defer context.AfterFunc(r.ending, func() {
		if clock.Sleep(r.over, drain) == nil {
			r.kill()
			r.wake()
		}
	})()
	pumps.Go(r.normal.run)
	pumps.Go(r.urgent.run)
	pumps.Wait()
	r.giveBack()
}

// watch lets the pumps look when there is something new.
func (r *runner) watch() {
	for failures := 0; r.over.Err() == nil; failures++ {
		r.hinted.Store(true)
		err := recoverPanic(func() error { return r.in.queue.Watch(r.over, r.wake) })
		r.hinted.Store(false)
		if err == nil {
			return // it has no hints, or over has ended
		}
		if r.over.Err() == nil {
			r.in.report(r.over, nil, fmt.Errorf("callback: watch the queue: %w", err))
		}
		_ = clock.Sleep(r.over, backoff(failures+1, 30*time.Second))
	}
}

func (r *runner) wake() {
	r.normal.wakeUp()
	r.urgent.wakeUp()
}

// settle tells the queue what became of an item, until it knows or the item is another's.
func (r *runner) settle(o *leaseholder, s Settlement) {
	for failures := 1; r.over.Err() == nil; failures++ {
		err := r.settlements.do(r.over, s)
		if err == nil {
			return
		}
		r.in.report(r.over, nil, fmt.Errorf("callback: record what became of a notice: %w", err))
		if o.ctx.Err() != nil {
			return // it comes again, here or elsewhere
		}
		_ = clock.Sleep(o.ctx, backoff(failures, 5*time.Second))
	}
}

func (r *runner) settleBatch(ctx context.Context, batch []Settlement) error {
	ctx, cancel := context.WithTimeout(ctx, settleTimeout)
	defer cancel()
	lost, err := r.in.queue.Settle(ctx, batch)
	for _, h := range lost {
		r.in.losses.unsettled(h.ID)
		r.in.report(ctx, nil, fmt.Errorf("%w: a notice of lane %q may be processed twice", ErrLost, h.Lane))
	}
	return err
}

// giveBack waits for the tasks that are running, and puts back those that do not end.
func (r *runner) giveBack() {
	if !r.tasks.waitFor(r.alive.Done()) {
		late, cancel := context.WithTimeout(r.over, lastWord)
		defer cancel()
		r.tasks.waitFor(late.Done())
	}
	late, cancel := context.WithTimeout(r.over, settleTimeout)
	defer cancel()
	var back []Settlement
	for _, t := range r.tasks.left() {
		if t.take() {
			back = append(back, t.again(0))
		}
	}
	for some := range slices.Chunk(back, maxBatch) {
		if err := recoverPanic(func() error { return r.settleBatch(late, some) }); err != nil {
			r.in.alarm(r.over, nil, fmt.Errorf("callback: give notices back, which come again when the lease has ended: %w", err))
		}
	}
}

// reportRest says what a queue in memory still has.
func (r *runner) reportRest() {
	if !isVolatile(r.in.queue) {
		return
	}
	ctx := context.WithoutCancel(r.ending)
	s, err := r.in.Stats(ctx)
	if rest := s.Waiting + s.Later + s.Busy; err == nil && rest > 0 {
		r.in.alarm(ctx, nil, fmt.Errorf("callback: Run has ended, and %d notices that were answered are lost with the memory of this process: a NewDirQueue keeps them", rest))
	}
}

// backoff is a second after the first failure, doubled after each, up to longest.
func backoff(failures int, longest time.Duration) time.Duration {
	return min(time.Second<<min(max(failures-1, 0), 20), longest)
}
