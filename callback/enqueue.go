package callback

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

const (
	unattendedAfter   = time.Minute      // time without Run, while notices wait
	unattendedTimeout = 10 * time.Second // for the check of the queue
)

// enqueue stores what must be stored before the push is answered, and puts the notice into
// the queue.
func (in *Inbox) enqueue(ctx context.Context, h *Handler, n *Notice) error {
	if stored, err := storeTicket(ctx, h.api, n); err != nil {
		return err
	} else if stored && !in.wants(n) {
		return nil
	}
	n.work.forCorp = h.url.Channel == App && n.ReceiveId != h.api.SuiteId() && !slices.Contains(h.url.ReceiveIds, n.ReceiveId)
	return in.put(ctx, queueItem(h.route, n))
}

func (in *Inbox) put(ctx context.Context, item Item) error {
	if !in.beginPut() {
		return fmt.Errorf("%w: Run has ended, and the queue loses its content when the process ends", ErrClosed)
	}
	defer in.putting.Done()
	if err := in.puts.do(ctx, item); err != nil {
		return fmt.Errorf("callback: put the notice into the queue: %w", err)
	}
	in.claimNow()
	in.checkUnattended()
	return nil
}

// claimNow lets this process claim what it has put, if the queue gives no hints: else that would wait
// for the next poll.
func (in *Inbox) claimNow() {
	in.mu.Lock()
	r := in.runner
	in.mu.Unlock()
	if r != nil && !r.hinted.Load() {
		r.wake()
	}
}

// beginPut reports whether a put may begin.
func (in *Inbox) beginPut() bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.closed {
		return false
	}
	in.putting.Add(1)
	return true
}

// closePuts ends the puts into a queue in memory: after that no push is answered `success`
// that would not be processed.
func (in *Inbox) closePuts() {
	if !isVolatile(in.queue) {
		return
	}
	in.mu.Lock()
	in.closed = true
	in.mu.Unlock()
	in.putting.Wait()
}

// queueItem returns the item of a notice.
func queueItem(route string, n *Notice) Item {
	item := Item{Route: route, Identity: n.identity(route), Urgent: n.isUrgent(), Payload: encodePayload(n)}
	if item.Identity == "" {
		item.Same = n.same(route)
	}
	item.Lane = n.lane(item.Identity, item.Same)
	if item.Urgent {
		item.Lane = "!" + item.Identity
	}
	return item
}

// unattended is what is known about notices that wait while no process runs the inbox.
type unattended struct {
	due eachMinute

	mu      sync.Mutex
	waiting int // waiting for long at the last check without progress; else 0
}

// checkUnattended checks once a minute, in a process that only puts, whether another process
// runs the inbox. It does not delay the answer to a push.
func (in *Inbox) checkUnattended() {
	if in.isRunning() || !in.unattended.due.isDue() {
		return
	}
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), unattendedTimeout)
		defer cancel()
		_ = recoverPanic(func() error { return in.lookWhoRuns(ctx) }) // an error of the queue is reported by Put
	}()
}

// lookWhoRuns reports notices that wait for long, if this was so at the last check too: a
// notice that is due again waits only for a moment.
func (in *Inbox) lookWhoRuns(ctx context.Context) error {
	s, err := in.ownStats(ctx)
	if err != nil {
		return err
	}
	now := 0
	if s.Busy+s.Later == 0 && s.Oldest >= unattendedAfter && !in.isRunning() && !isWorkedElsewhere(in.queue) {
		now = s.Waiting
	}
	in.unattended.mu.Lock()
	before := in.unattended.waiting
	in.unattended.waiting = now
	in.unattended.mu.Unlock()
	if before > 0 && now >= before {
		in.alarm(ctx, nil, fmt.Errorf("callback: %d notices wait, the oldest for %s, and nobody processes them: is Inbox.Run running, here or elsewhere?", now, s.Oldest.Round(time.Second)))
	}
	return nil
}

// ownStats counts the notices that have a Handler here.
func (in *Inbox) ownStats(ctx context.Context) (sum Stats, err error) {
	byRoute, err := in.queue.Stats(ctx)
	for _, route := range in.ownRoutes() {
		sum.add(byRoute[route])
	}
	return sum, err
}
