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
	return q.follow(ctx, &q.gate, func() (time.Duration, bool) { return q.pause(), true }, wake)
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
