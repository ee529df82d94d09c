package callback

import (
	"context"
	"time"
)

const (
	dirTail = 50 * time.Millisecond  // poll interval for items of other processes
	dirIdle = 250 * time.Millisecond // poll interval while there are no other processes
)

// Watch calls wake when this process has put something, when something is due, and at short
// intervals to find items of other processes, or the end of the process that works the
// folder.
func (q *dirQueue) Watch(ctx context.Context, wake func()) error {
	changed := make(chan struct{}, 1)
	q.watch(changed, true)
	defer q.watch(changed, false)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		case <-timer.C:
		}
		if err := q.enter(ctx); err != nil {
			return err
		}
		timer.Reset(q.pause())
		q.mu.Unlock()
		wake()
	}
}

// pause is the time until the next poll.
func (q *dirQueue) pause() time.Duration {
	pause := dirIdle
	switch {
	case q.worker == nil:
		pause = dirTakeover
	case q.worker.Others():
		pause = dirTail
	}
	q.backlog.advance()
	if due, any := q.backlog.next(); any {
		pause = min(pause, max(due, time.Millisecond))
	}
	return pause
}
