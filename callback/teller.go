package callback

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

const (
	maxReports  = 1000        // reports that wait for one hook
	lastReports = time.Second // wait for the hooks at the end of Run
)

// report is one call of Logger or OnError.
type report struct {
	ctx   context.Context
	level slog.Level
	n     *Notice
	err   error
}

// copied copies the notice of a report: its processing goes on.
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

// teller calls one hook of the user with reports, in order and one at a time. A hook may be
// slow, panic or end its goroutine: nothing waits for it. There is a goroutine only while
// there are reports.
type teller struct {
	mu      sync.Mutex
	waiting []report
	dropped int           // reports dropped since the list was empty
	idle    chan struct{} // closed when the list is empty; nil: no reports
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

// next returns the next report; the last one says how many were dropped.
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

// wait waits until all reports are delivered.
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
