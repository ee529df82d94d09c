package callback

import (
	"errors"
	"sync"
)

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

func (*memoryQueue) isVolatile() bool { return true }
