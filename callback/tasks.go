package callback

import (
	"slices"
	"sync"
)

// tasks are the items in progress.
type tasks struct {
	mu      sync.Mutex
	running []*task
	idle    chan struct{} // closed when none is left; nil: nobody waits
}

func (ts *tasks) add(t *task) *task {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	ts.running = append(ts.running, t)
	return t
}

func (ts *tasks) remove(t *task) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	ts.running = slices.DeleteFunc(ts.running, func(other *task) bool { return other == t })
	if len(ts.running) == 0 && ts.idle != nil {
		close(ts.idle)
		ts.idle = nil
	}
}

func (ts *tasks) none() bool {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	return len(ts.running) == 0
}

// waitFor waits until no task is left, or until end.
func (ts *tasks) waitFor(end <-chan struct{}) {
	ts.mu.Lock()
	if len(ts.running) == 0 {
		ts.mu.Unlock()
		return
	}
	if ts.idle == nil {
		ts.idle = make(chan struct{})
	}
	idle := ts.idle
	ts.mu.Unlock()
	select {
	case <-idle:
	case <-end:
	}
}

// left returns the tasks that are still running.
func (ts *tasks) left() []*task {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	return slices.Clone(ts.running)
}
