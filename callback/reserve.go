package callback

import (
	"errors"
	"fmt"
	"io"
	"sync"
)

// localQueue is what the queues of this package can beyond a [Queue].
type localQueue interface {
	// attach makes in the one Inbox that may use the queue.
	attach(in *Inbox) error
	detach(in *Inbox)
	// isLocal reports whether no hint of it is ever missed.
	isLocal() bool
	// isVolatile reports whether the queue ends with the process.
	isVolatile() bool
	// isWorkedElsewhere reports whether another process worked the queue at the last Stats,
	// which counts as waiting what that one holds.
	isWorkedElsewhere() bool
}

func reserve(q Queue, in *Inbox) error {
	if l, ok := q.(localQueue); ok {
		return l.attach(in)
	}
	return nil
}

func release(q Queue, in *Inbox) {
	if l, ok := q.(localQueue); ok {
		l.detach(in)
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

func isWorkedElsewhere(q Queue) bool {
	l, ok := q.(localQueue)
	return ok && l.isWorkedElsewhere()
}

var (
	_ localQueue = (*memoryQueue)(nil)
	_ localQueue = (*dirQueue)(nil)
	_ localQueue = (*sealedQueue)(nil)
)

// reservation lets one Inbox of this process use a queue at a time: two would take each
// other's notices.
type reservation struct {
	mu    sync.Mutex
	inbox *Inbox
}

func (r *reservation) attach(in *Inbox) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.inbox != nil && r.inbox != in {
		return errors.New("another Inbox uses this queue: one Inbox has any number of Handlers, and serves all suites of a program")
	}
	r.inbox = in
	return nil
}

func (r *reservation) detach(in *Inbox) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.inbox == in {
		r.inbox = nil
	}
}

func (*memoryQueue) isLocal() bool    { return true }
func (*memoryQueue) isVolatile() bool { return true }

func (*memoryQueue) isWorkedElsewhere() bool { return false }

func (*dirQueue) isLocal() bool    { return true }
func (*dirQueue) isVolatile() bool { return false }

func (q *dirQueue) isWorkedElsewhere() bool { return q.elsewhere.Load() }

func (q *sealedQueue) attach(in *Inbox) error  { return reserve(q.Queue, in) }
func (q *sealedQueue) detach(in *Inbox)        { release(q.Queue, in) }
func (q *sealedQueue) isLocal() bool           { return isLocal(q.Queue) }
func (q *sealedQueue) isVolatile() bool        { return isVolatile(q.Queue) }
func (q *sealedQueue) isWorkedElsewhere() bool { return isWorkedElsewhere(q.Queue) }

// Format prints nothing of what a queue keeps.
func (*memoryQueue) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "callback.MemoryQueue") }

// Format prints nothing of what a queue keeps, only where.
func (q *dirQueue) Format(s fmt.State, _ rune) {
	fmt.Fprintf(s, "callback.DirQueue{%s}", q.folder.Dir())
}

// Format prints neither keys nor what a queue keeps.
func (q *sealedQueue) Format(s fmt.State, _ rune) {
	fmt.Fprintf(s, "callback.SealedQueue{%T}", q.Queue)
}
