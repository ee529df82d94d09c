package wecomtest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// Run calls do with a testing.TB that belongs to no test, for programs and examples that need a
// [WeCom]. It returns when do and its Cleanups have ended; the error says what failed. The TB
// has Helper, Name, Context and Cleanup, and the methods that log and fail.
func Run(do func(t testing.TB)) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	t := &noTest{ctx: ctx}
	t.in(func() { do(t) })
	cancel() // as in a test, before the first Cleanup
	for next := t.cleanup(); next != nil; next = t.cleanup() {
		t.in(next)
	}
	return t.err()
}

// noTest is the TB of Run. The methods that it does not define are those of a nil interface.
type noTest struct {
	testing.TB

	ctx context.Context

	mu       sync.Mutex
	failed   bool
	texts    []string
	cleanups []func()
}

// in calls f in a goroutine, which FailNow can end.
func (t *noTest) in(f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			if p := recover(); p != nil {
				t.Errorf("panic: %v", p)
			}
		}()
		f()
	}()
	<-done
}

// cleanup takes the latest function of Cleanup; nil: there is none left.
func (t *noTest) cleanup() (f func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if last := len(t.cleanups) - 1; last >= 0 {
		f, t.cleanups = t.cleanups[last], t.cleanups[:last]
	}
	return f
}

func (t *noTest) err() error {
	if !t.Failed() {
		return nil
	}
	return errors.New(strings.Join(t.texts, "\n"))
}

func (t *noTest) Helper()                  {}
func (t *noTest) Name() string             { return "wecomtest.Run" }
func (t *noTest) Context() context.Context { return t.ctx }

func (t *noTest) Cleanup(f func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.cleanups = append(t.cleanups, f)
}

func (t *noTest) Failed() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.failed
}

func (t *noTest) Fail() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.failed = true
}

func (t *noTest) FailNow() { t.Fail(); runtime.Goexit() }

func (t *noTest) Log(args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.texts = append(t.texts, strings.TrimSuffix(fmt.Sprintln(args...), "\n"))
}

func (t *noTest) Logf(format string, args ...any)   { t.Log(fmt.Sprintf(format, args...)) }
func (t *noTest) Error(args ...any)                 { t.Log(args...); t.Fail() }
func (t *noTest) Errorf(format string, args ...any) { t.Logf(format, args...); t.Fail() }
func (t *noTest) Fatal(args ...any)                 { t.Log(args...); t.FailNow() }
func (t *noTest) Fatalf(format string, args ...any) { t.Logf(format, args...); t.FailNow() }
