package storetest

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gothird/wecom/token"
)

func lockExcludes(t *testing.T, _ token.Store, l token.Locker) {
	var inside, times atomic.Int32
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			for range 10 {
				unlock, err := l.Lock(t.Context(), "k")
				if err != nil {
					t.Errorf("Lock: %v", err)
					return
				}
				if n := inside.Add(1); n != 1 {
					t.Errorf("%d hold the lock at once", n)
				}
				runtime.Gosched()
				inside.Add(-1)
				times.Add(1)
				unlock()
			}
		})
	}
	wg.Wait()
	if n := times.Load(); n != 60 {
		t.Errorf("held %d times, want 60", n)
	}
}

func lockPerKey(t *testing.T, s token.Store, l token.Locker) {
	put(t, s, "wwA", "v", 0)
	unlock := lock(t, l, "wwA")
	defer unlock()
	lock(t, l, "wwa")()
	lock(t, l, "wwA/b")()

	want(t, s, "wwA", "v") // locks stop neither readers nor writers
	put(t, s, "wwA", "w", 0)
	remove(t, s, "wwA")
	wantMissing(t, s, "wwA")
}

func lockWaits(t *testing.T, _ token.Store, l token.Locker) {
	unlock := lock(t, l, "k")
	got := make(chan func())
	go func() { got <- lock(t, l, "k") }()
	select {
	case <-got:
		t.Fatal("two hold the lock at once")
	case <-time.After(50 * time.Millisecond):
	}
	unlock()
	(<-got)()
}

func lockCancelled(t *testing.T, _ token.Store, l token.Locker) {
	unlock := lock(t, l, "k")
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	start := time.Now()
	if _, err := l.Lock(ctx, "k"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Lock = %v; want %v", err, context.DeadlineExceeded)
	}
	if d := time.Since(start); d > testTimeout/2 {
		t.Errorf("Lock came back %v after a deadline of 20 ms", d)
	}
	unlock()
	lock(t, l, "k")() // whoever gave up holds nothing

	cancel()
	if _, err := l.Lock(ctx, "free"); err == nil {
		t.Error("Lock with an ended context: no error")
	}
}

func unlockTwice(t *testing.T, _ token.Store, l token.Locker) {
	first := lock(t, l, "k")
	first()
	second := lock(t, l, "k")
	first()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := l.Lock(ctx, "k"); err == nil {
		t.Error("a second unlock freed the lock of the next holder")
	}
	second()
	lock(t, l, "k")()
}

func lock(t *testing.T, l token.Locker, key string) (unlock func()) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), testTimeout)
	defer cancel()
	unlock, err := l.Lock(ctx, key)
	if err != nil {
		t.Errorf("Lock(%q): %v", key, err)
		return func() {}
	}
	return unlock
}
