package callback

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

const (
	maxReports  = 1000        // that wait for one hook
	lastReports = time.Second // to hear them, at the end of Run
)

// report is what Logger and OnError hear.
type report struct {
	ctx   context.Context
	level slog.Level
	n     *Notice
	err   error
}

// copied is a report of the notice as it is now: its processing goes on.
func (r report) copied() report {
	if r.n != nil {
		n := *r.n
		if n.Api != nil {
			n.Api = n.Api.WithContext(r.ctx)
		}
		r.n = &n
	}
	return r
}

// teller hands reports to one hook of the user, in their order and one at a time. A hook may
// take its time, panic or end its goroutine: nobody waits for it. There is a goroutine only
// while there is something to tell.
type teller struct {
	mu      sync.Mutex
	waiting []report
	dropped int           // since all was told
	idle    chan struct{} // closed when all is told; nil when nothing is to be told
}

func (t *teller) add(hook func(report), r report) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.waiting) >= maxReports {
		t.dropped++
		return
	}
	t.waiting = append(t.waiting, r)
	if t.idle == nil {
		t.idle = make(chan struct{})
		go t.run(hook)
	}
}

func (t *teller) run(hook func(report)) {
	for r, ok := t.next(); ok; r, ok = t.next() {
		_ = runFunction(func() error { hook(r); return nil })
	}
}

// next is the report to tell; the last one is how many were left out.
func (t *teller) next() (r report, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case len(t.waiting) > 0:
		r, t.waiting[0] = t.waiting[0], report{}
		t.waiting = t.waiting[1:]
		return r, true
	case t.dropped > 0:
		err := fmt.Errorf("callback: %d reports were left out, as Logger or OnError was too slow", t.dropped)
		t.dropped = 0
		return report{context.Background(), slog.LevelError, nil, err}, true
	}
	close(t.idle)
	t.idle, t.waiting = nil, nil
	return report{}, false
}

// wait waits until all is told.
func (t *teller) wait(ctx context.Context) {
	t.mu.Lock()
	idle := t.idle
	t.mu.Unlock()
	if idle == nil {
		return
	}
	select {
	case <-idle:
	case <-ctx.Done():
	}
}
