package storetest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gothird/wecom/token"
)

func listPrefix(t *testing.T, s token.Store, l token.Lister) {
	wantKeys(t, l, "", nil)
	long := "wecom/v1/token/" + strings.Repeat("k", 3000)
	all := []string{
		"wecom/v1/token/wwA", "wecom/v1/token/wwa", "wecom/v1/token/wwA/b", "wecom/v1/ticket/ww1", "wecom/v1", "WECOM/v1/token/", long, long + "k",
		"a*b", "axb", "a?b", "[a]b", `a\b`, "a%2fb", "a%b", "a_b", "a/b", "中文", "中", "\x00", "\xff", " ", ".", "..",
	}
	for _, k := range all {
		put(t, s, k, "v", 0)
	}
	put(t, s, "wecom/v1/token/gone", "v", 0)
	remove(t, s, "wecom/v1/token/gone")
	put(t, s, "wecom/v1/token/expired", "v", 50*time.Millisecond)
	wantExpiry(t, s, "wecom/v1/token/expired")

	for _, prefix := range append([]string{"", "wecom/", "wecom/v1/token/", "WECOM", "wecom/v1/token/kk", "none", "a", "a*", "a?", "[", "a%", "中", "\xe4", "."}, all...) {
		wantKeys(t, l, prefix, func(yield func(string) bool) {
			for _, k := range all {
				if strings.HasPrefix(k, prefix) && !yield(k) {
					return
				}
			}
		})
	}
}

// listStops also uses the store inside the loop, which must not wait for the loop's end.
func listStops(t *testing.T, s token.Store, l token.Lister) {
	for i := range 20 {
		put(t, s, fmt.Sprint("k", i), "v", 0)
	}
	left := 20
	for key, err := range l.List(t.Context(), "k") {
		if err != nil {
			t.Fatalf("List: %v", err)
		}
		remove(t, s, key)
		put(t, s, "other", key, 0)
		if left--; left == 10 {
			break
		}
	}
	n := 0
	for range l.List(t.Context(), "k") {
		n++
	}
	if n != 10 {
		t.Errorf("List: %d keys after 10 of 20 were removed, want 10", n)
	}
}

func listWhileWriting(t *testing.T, s token.Store, l token.Lister) {
	stay := make(map[string]bool)
	for i := range 100 {
		stay[fmt.Sprint("stay/", i)] = true
	}
	for k := range stay {
		put(t, s, k, "v", 0)
	}
	stop := keepWriting(t, s)
	for range 5 {
		wantKeys(t, l, "stay/", maps.Keys(stay))
		if found := countListed(t, l, stay); found != len(stay) {
			t.Errorf("List found %d of the %d keys that are there all the time", found, len(stay))
		}
	}
	stop()
}

func countListed(t *testing.T, l token.Lister, keys map[string]bool) (found int) {
	t.Helper()
	for key, err := range l.List(t.Context(), "") {
		if err != nil {
			t.Errorf("List: %v", err)
		}
		if keys[key] {
			found++
		}
	}
	return found
}

// keepWriting replaces the values of stay/0 to stay/99, and makes others come and go.
func keepWriting(t *testing.T, s token.Store) (stop func()) {
	over := make(chan struct{})
	var wg sync.WaitGroup
	for i := range 3 {
		wg.Go(func() {
			for n := i; ; n++ {
				select {
				case <-over:
					return
				default:
				}
				come := fmt.Sprint("come/", i, "/", n%50)
				err := errors.Join(
					s.Put(t.Context(), fmt.Sprint("stay/", n*7%100), []byte("w"), 24*time.Hour),
					s.Put(t.Context(), come, nil, 0), s.Delete(t.Context(), come))
				if err != nil {
					t.Errorf("writing while List runs: %v", err)
					return
				}
			}
		})
	}
	return func() {
		close(over)
		wg.Wait()
	}
}

func listCancelled(t *testing.T, s token.Store, l token.Lister) {
	for i := range 20 {
		put(t, s, fmt.Sprint("k", i), "v", 0)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var last error
	n := 0
	for _, err := range l.List(ctx, "") {
		cancel()
		last = err
		n++
	}
	if !errors.Is(last, context.Canceled) || n > 21 {
		t.Errorf("List ended with %v after %d keys when its context ended; want %v at its end", last, n, context.Canceled)
	}
	n = 0
	for key, err := range l.List(ctx, "") {
		if n++; n > 1 || key != "" || !errors.Is(err, context.Canceled) {
			t.Errorf("List with an ended context yields %q, %v; want %v and no more", key, err, context.Canceled)
		}
	}
	if n == 0 {
		t.Errorf("List with an ended context: no error")
	}
}

func wantKeys(t *testing.T, l token.Lister, prefix string, want func(func(string) bool)) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), testTimeout)
	defer cancel()
	found := make(map[string]int)
	for key, err := range l.List(ctx, prefix) {
		if err != nil {
			t.Errorf("List(%.40q): %.40q, %v", prefix, key, err)
			continue
		}
		found[key]++
	}
	if want != nil {
		for key := range want {
			if found[key] != 1 {
				t.Errorf("List(%.40q) found %.40q %d times, want once", prefix, key, found[key])
			}
			delete(found, key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(found)) {
		t.Errorf("List(%.40q) found %.40q, which is not to be found", prefix, key)
	}
}
