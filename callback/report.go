package callback

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/gothird/wecom/internal/clock"
)

var errGoexit = errors.New("callback: a function ended its goroutine (runtime.Goexit; is it t.FailNow of a test?)")

// report sends an error that no caller gets to Logger and OnError. n may be nil. It does not
// wait for them.
func (in *Inbox) report(ctx context.Context, n *Notice, err error) {
	in.deliver(report{context.WithoutCancel(ctx), slog.LevelWarn, n, err})
}

// alarm is report at level error: a person must act.
func (in *Inbox) alarm(ctx context.Context, n *Notice, err error) {
	in.deliver(report{context.WithoutCancel(ctx), slog.LevelError, n, err})
}

// note is for the Logger alone: nothing is wrong, but somebody may wonder.
func (in *Inbox) note(ctx context.Context, n *Notice, err error) {
	in.logReport(report{context.WithoutCancel(ctx), slog.LevelInfo, n, err})
}

func (in *Inbox) logReport(r report) {
	if in.log != nil {
		in.logs.add(in.writeLog, r.copied())
	}
}

func (in *Inbox) deliver(r report) {
	in.logReport(r)
	if in.cfg.OnError != nil {
		in.calls.add(in.callOnError, r.copied())
	}
}

func (in *Inbox) writeLog(r report) {
	attrs := []slog.Attr{slog.Any("err", r.err)}
	if r.n != nil {
		attrs = append(attrs, slog.Any("notice", r.n))
	}
	in.log.LogAttrs(r.ctx, r.level, "wecom: callback", attrs...)
}

func (in *Inbox) callOnError(r report) { in.cfg.OnError(r.ctx, r.n, r.err) }

// awaitReports waits a short time until Logger and OnError have got the last reports of Run.
func (in *Inbox) awaitReports() {
	ctx, cancel := context.WithTimeout(context.Background(), lastReports)
	defer cancel()
	in.logs.wait(ctx)
	in.calls.wait(ctx)
}

// recoverPanic turns a panic of fn into an error.
func recoverPanic(fn func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = panicError(p)
		}
	}()
	return fn()
}

// panicError returns the type and the place of a panic. Its text is shown only for runtime
// errors: other texts may hold secrets.
func panicError(p any) error {
	what := fmt.Sprintf("%T", p)
	if e, ok := p.(runtime.Error); ok {
		what = e.Error()
	}
	pcs := make([]uintptr, 32)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	for {
		f, more := frames.Next()
		if !strings.HasPrefix(f.Function, "runtime.") {
			return fmt.Errorf("callback: a function panicked: %s at %s (%s:%d)", what, f.Function, f.File, f.Line)
		}
		if !more {
			return fmt.Errorf("callback: a function panicked: %s", what)
		}
	}
}

// runFunction runs a function of the user, which may panic, end its goroutine, or never
// return.
func runFunction(fn func() error) error {
	done := make(chan error, 1)
	go func() {
		err := errGoexit
		defer func() { done <- err }()
		err = recoverPanic(fn)
	}()
	return <-done
}

// eachMinute limits a report to one a minute.
type eachMinute struct {
	mu   sync.Mutex
	last time.Time
}

func (e *eachMinute) isDue() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := clock.Now()
	if !e.last.IsZero() && now.Sub(e.last).Abs() < time.Minute {
		return false
	}
	e.last = now
	return true
}
