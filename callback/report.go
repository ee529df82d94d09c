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

// report tells Logger and OnError of a failure that has no caller. n may be nil.
func (in *Inbox) report(ctx context.Context, n *Notice, err error) {
	in.tell(ctx, slog.LevelWarn, n, err)
}

// alarm is report for what will not get better by itself.
func (in *Inbox) alarm(ctx context.Context, n *Notice, err error) {
	in.tell(ctx, slog.LevelError, n, err)
}

func (in *Inbox) tell(ctx context.Context, level slog.Level, n *Notice, err error) {
	ctx = context.WithoutCancel(ctx)
	attrs := []slog.Attr{slog.Any("err", err)}
	if n != nil {
		attrs = append(attrs, slog.Any("notice", n))
	}
	_ = recoverPanic(func() error { in.log.LogAttrs(ctx, level, "wecom: callback", attrs...); return nil })
	if in.cfg.OnError != nil {
		_ = recoverPanic(func() error { in.cfg.OnError(ctx, n, err); return nil })
	}
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

// panicError says where it was and of what type. The text of a panic may hold anything,
// secrets too; only the runtime's own are safe.
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

// eachMinute keeps what happens all the time from being reported all the time.
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
