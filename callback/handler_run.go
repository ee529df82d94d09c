package callback

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gothird/wecom/token"
)

const (
	authCodeLife = 10 * time.Minute
	noticeLife   = 24 * time.Hour   // of one that keeps failing
	drainTime    = 30 * time.Second // for functions that run when Run is told to end
)

var (
	errGoexit = errors.New("a function ended its goroutine (runtime.Goexit; is it t.FailNow of a test?)")
	errEnded  = errors.New("the queue ended before the context did")
)

// Run works the queue until ctx ends, then lets the functions that are running finish and
// returns nil. Their contexts end half a minute later. Notices that arrive while nobody runs
// it wait in the queue. An error is the queue's own, and OnError hears of it too; Run may be
// called again after it.
func (h *Handler) Run(ctx context.Context) error {
	caller := ctx
	ctx, stop := context.WithCancel(withReporter(ctx, func(ctx context.Context, err error) {
		h.report(ctx, nil, err)
	}))
	defer stop()
	alive, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() {
		timer := time.AfterFunc(drainTime, cancel)
		context.AfterFunc(alive, func() { timer.Stop() })
	})()

	errs := make([]error, h.cfg.Workers)
	var workers sync.WaitGroup
	for i := range errs {
		workers.Go(func() {
			defer stop() // one that ends ends all
			errs[i] = errGoexit
			errs[i] = h.cfg.Queue.Work(ctx, func(ctx context.Context, payload []byte) error {
				ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
				defer cancel()
				defer context.AfterFunc(alive, cancel)()
				return h.work(ctx, payload)
			})
		})
	}
	workers.Wait()
	if caller.Err() != nil { // a queue that merely says so is no failure
		errs = slices.DeleteFunc(errs, func(err error) bool { return errors.Is(err, caller.Err()) })
	} else {
		errs = append(errs, errEnded)
	}
	for _, err := range errs {
		if err != nil && !errors.Is(err, context.Canceled) { // by the failure of another worker
			err = fmt.Errorf("callback: Run: %w", err)
			h.report(ctx, nil, err) // often nobody looks at what `go h.Run(ctx)` returns
			return err
		}
	}
	return nil
}

// work is one attempt at a notice.
func (h *Handler) work(ctx context.Context, payload []byte) error {
	n, err := Parse(payload)
	if err != nil {
		err = fmt.Errorf("%w: %w", ErrGiveUp, err) // it will not get better
	} else if err = h.attempt(ctx, n); err != nil {
		err = judge(DeliveryOf(ctx), err)
	}
	if err != nil {
		h.report(ctx, n, err)
	}
	return err
}

// authCodeError is a failure to make use of an auth code.
type authCodeError struct{ error }

func (e authCodeError) Unwrap() error { return e.error }

// judge decides whether a failed notice gets another attempt, and how soon. An auth code
// that WeCom did not take in time is lost; one that it took is not, whatever the store does.
func judge(d Delivery, err error) error {
	isCode := errors.As(err, new(authCodeError))
	life := noticeLife
	if isCode && (errors.As(err, new(*token.Error)) || errors.Is(err, token.ErrNoSuiteTicket)) {
		life = authCodeLife
	}
	var age time.Duration
	if !d.Put.IsZero() {
		age = time.Since(d.Put)
	}
	switch {
	case age >= life:
		return fmt.Errorf("%w after %d attempts in %s: %w", ErrGiveUp, d.Attempt, age.Round(time.Second), err)
	case isCode && age < authCodeLife:
		return urgentError{err}
	}
	return err
}

// attempt does what is built in and then runs all functions: one that fails does not keep
// the notice from the others.
func (h *Handler) attempt(ctx context.Context, n *Notice) error {
	if err := h.exchange(ctx, n); err != nil {
		return err
	}
	var errs []error
	for _, fn := range h.registered() {
		errs = append(errs, contain(func() error { return fn(ctx, n) }))
	}
	return errors.Join(errs...)
}

// report tells OnError, which may fail as any function of the user.
func (h *Handler) report(ctx context.Context, n *Notice, err error) {
	if h.cfg.OnError == nil {
		return
	}
	_ = contain(func() error {
		h.cfg.OnError(context.WithoutCancel(ctx), n, err)
		return nil
	})
}

// contain turns a panic of fn into an error.
func contain(fn func() error) (err error) {
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
