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
	agedAfter     = 10 * time.Second // then a task no longer counts
	agedMost      = 100              // such tasks, for each worker
	pollLocal     = 10 * time.Second // for queues of this package, whose Watch misses nothing
	pollHinted    = time.Second      // for other queues with hints
	pollUnhinted  = 250 * time.Millisecond
	returnTime    = time.Second // for functions to return after their context has ended
	settleTimeout = 10 * time.Second
)

// Run processes queued notices until ctx ends. Then running functions may go on for
// Config.Drain; after that their contexts end and their notices go back into the queue. Run
// returns nil, or, before the first notice, an error for mistakes in the registrations. An
// error of the queue is reported, and Run goes on when the queue works again.
//
// A server first ends the context of Run, waits for Run to return, then calls
// http.Server.Shutdown, and then closes the queue. With a queue in memory, waiting notices
// are processed too during Drain, the rest is reported, and Handlers answer 503 from then
// on. A test may call Run with a context that has ended, to check the registrations only.
func (in *Inbox) Run(ctx context.Context) error {
	r, err := in.begin(ctx)
	if err != nil {
		err = fmt.Errorf("callback: Run: %w", err)
		if in != nil {
			defer in.awaitReports()
			in.alarm(context.Background(), nil, err) // `go in.Run(ctx)` drops the error
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

// begin checks the registrations.
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
	in       *Inbox
	ending   context.Context // the caller's: after its end nothing is claimed
	alive    context.Context // for functions: ends when Drain is over
	kill     context.CancelFunc
	untilEnd context.Context // for the goroutines that serve the others: ends last
	lease    leaseKeeper
	normal   *pump
	urgent   *pump

	settlements    batcher[Settlement]
	tasks          tasks
	hinted         atomic.Bool   // the queue gives hints
	alone          chan struct{} // held by a task that runs alone
	storeReports   eachMinute    // reports of a failing Store
	installReports eachMinute    // reports of notices that wait for an installation
	exchanges      counters      // auth codes that are being exchanged, by route
	waits          counters      // attempts that found no installation, by route and corp
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
	r.settlements.most, r.settlements.run, r.settlements.apart = maxBatch, r.settleBatch, isVolatile(in.queue)
	return r
}

// run returns when the context of Run has ended and all its goroutines too.
func (r *runner) run() {
	defer r.kill()
	untilEnd, finish := context.WithCancel(context.WithoutCancel(r.ending))
	defer finish()
	r.untilEnd = untilEnd
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
		if clock.Sleep(r.untilEnd, drain) == nil {
			r.kill()
			r.wake()
		}
	})()
	pumps.Go(r.normal.run)
	pumps.Go(r.urgent.run)
	pumps.Wait()
	r.giveBack()
}

// watch wakes the pumps when there may be something to claim.
func (r *runner) watch() {
	for failures := 0; r.untilEnd.Err() == nil; failures++ {
		r.hinted.Store(true)
		err := recoverPanic(func() error { return r.in.queue.Watch(r.untilEnd, r.wake) })
		r.hinted.Store(false)
		if err == nil {
			return // the queue has no hints, or untilEnd has ended
		}
		if r.untilEnd.Err() == nil {
			r.in.report(r.untilEnd, nil, fmt.Errorf("callback: watch the queue: %w", err))
		}
		_ = clock.Sleep(r.untilEnd, backoff(failures+1, 30*time.Second))
	}
}

func (r *runner) wake() {
	r.normal.wakeUp()
	r.urgent.wakeUp()
}

// settle stores the outcome of an item. It repeats until that succeeds or the hold is lost.
func (r *runner) settle(o *leaseOwner, s Settlement) {
	for failures := 1; r.untilEnd.Err() == nil; failures++ {
		err := r.settlements.do(r.untilEnd, s)
		if err == nil {
			return
		}
		r.in.report(r.untilEnd, nil, fmt.Errorf("callback: record what became of a notice: %w", err))
		if o.ctx.Err() != nil {
			return // it is handed out again, here or in another process
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

// giveBack waits for the running tasks, and puts back the items of those that do not end.
func (r *runner) giveBack() {
	r.tasks.waitFor(r.alive.Done())
	last, stop := context.WithTimeout(r.untilEnd, returnTime)
	defer stop()
	r.tasks.waitFor(last.Done())
	late, cancel := context.WithTimeout(r.untilEnd, settleTimeout)
	defer cancel()
	var back []Settlement
	for _, t := range r.tasks.left() {
		if t.firstToEnd() {
			back = append(back, t.asAgain(0))
		}
	}
	for some := range slices.Chunk(back, maxBatch) {
		if err := recoverPanic(func() error { return r.settleBatch(late, some) }); err != nil {
			r.in.alarm(r.untilEnd, nil, fmt.Errorf("callback: give notices back, which come again when the lease has ended: %w", err))
		}
	}
}

// reportRest reports the rest of a queue in memory.
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

// backoff returns a second after the first failure, doubled with each one, up to longest.
func backoff(failures int, longest time.Duration) time.Duration {
	return min(time.Second<<min(max(failures-1, 0), 20), longest)
}
