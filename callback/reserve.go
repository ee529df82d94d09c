package callback

import (
	"errors"
	"sync"
)

// localQueue is what the queues of this package can beyond a [Queue].
type localQueue interface {
	// reserve makes in the one Inbox that may use the queue.
	reserve(in *Inbox) error
	release(in *Inbox)
	// isLocal reports whether no hint of it is ever missed.
	isLocal() bool
	// isVolatile reports whether the queue ends with the process.
	isVolatile() bool
}

func reserve(q Queue, in *Inbox) error {
	if l, ok := q.(localQueue); ok {
		return l.reserve(in)
	}
	return nil
}

func release(q Queue, in *Inbox) {
	if l, ok := q.(localQueue); ok {
		l.release(in)
	}
}

func isVolatile(q Queue) bool {
	l, ok := q.(localQueue)
	return ok && l.isVolatile()
}

func isLocal(q Queue) bool {
	l, ok := q.(localQueue)
	return ok && l.isLocal()
}

// reservation lets one Inbox of this process use a queue at a time: two would take each
// other's notices.
type reservation struct {
	mu    sync.Mutex
	inbox *Inbox
}

func (r *reservation) reserve(in *Inbox) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.inbox != nil && r.inbox != in {
		return errors.New("another Inbox uses this queue: one Inbox has any number of Handlers, and serves all suites of a program")
	}
	r.inbox = in
	return nil
}

func (r *reservation) release(in *Inbox) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.inbox == in {
		r.inbox = nil
	}
}

func (*memoryQueue) isLocal() bool    { return true }
func (*memoryQueue) isVolatile() bool { return true }

func (*dirQueue) isLocal() bool    { return true }
func (*dirQueue) isVolatile() bool { return false }

func (q *sealedQueue) reserve(in *Inbox) error { return reserve(q.Queue, in) }
func (q *sealedQueue) release(in *Inbox)       { release(q.Queue, in) }
func (q *sealedQueue) isLocal() bool           { return isLocal(q.Queue) }
func (q *sealedQueue) isVolatile() bool        { return isVolatile(q.Queue) }
