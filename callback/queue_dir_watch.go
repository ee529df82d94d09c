package callback

import (
	"context"
	"time"
)

const (
	dirTail = 50 * time.Millisecond  // between two looks at what other processes put
	dirIdle = 250 * time.Millisecond // while there are none: to see them come, or the worker go
)

// Watch calls wake when this process has put something, when something is due, and often
// enough to find what other processes put, or that the one has ended which works the folder.
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

// pause is how long nothing will happen that nobody tells of.
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
