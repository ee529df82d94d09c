// Package storetest tests implementations of [token.Store], with [token.Locker] and [token.Lister] if
// they have these too. The stores of this module pass it; use it for a Store of your own:
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, func(t *testing.T) token.Store { return newStore(t) })
//	}
//
// The function that you pass returns an empty store each time, and closes it with t.Cleanup if that
// is necessary.
package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gothird/wecom/token"
)

// Run tests the stores that open returns, each of them empty and used by one subtest.
// A store that implements [token.Locker] or [token.Lister] is tested as such too.
func Run(t *testing.T, open func(t *testing.T) token.Store) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, token.Store){
		"values": values, "copies": copies, "keys": keys, "ttl": ttl,
		"cancelled": cancelled, "concurrent": concurrent,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
	for name, test := range map[string]func(*testing.T, token.Store, token.Locker){
		"lock excludes": lockExcludes, "lock per key": lockPerKey, "lock waits": lockWaits,
		"lock cancelled": lockCancelled, "unlock twice": unlockTwice,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			if l, ok := s.(token.Locker); ok {
				test(t, s, l)
			}
		})
	}
	for name, test := range map[string]func(*testing.T, token.Store, token.Lister){
		"list prefix": listPrefix, "list stops": listStops,
		"list while writing": listWhileWriting, "list cancelled": listCancelled,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			if l, ok := s.(token.Lister); ok {
				test(t, s, l)
			}
		})
	}
}

// testTimeout is how long something may take that should happen soon.
const testTimeout = time.Minute

func values(t *testing.T, s token.Store) {
	wantMissing(t, s, "k")
	for _, v := range []string{"one", "", "\x00\xff\n\r\"binary", strings.Repeat("long ", 1<<16), "last"} {
		put(t, s, "k", v, 0)
		want(t, s, "k", v)
	}
	remove(t, s, "k")
	wantMissing(t, s, "k")
	remove(t, s, "k")
}

func copies(t *testing.T, s token.Store) {
	v := []byte("value")
	if err := s.Put(t.Context(), "k", v, 0); err != nil {
		t.Fatalf("Put: %v", err)
	}
	v[0] = 'X'
	got := want(t, s, "k", "value")
	got[0] = 'Y'
	want(t, s, "k", "value")
}

func keys(t *testing.T, s token.Store) {
	all := []string{
		"wecom/v1/token/wwA/b", "wecom/v1/token/wwa/b", "wecom/v1/token/wwA", "wecom/v1/token/wwA/", "a/../b", "b",
		"..", ".", "/", `\`, "con", "CON", "a b", "a:b", "a*b", "%2f", "中文", "e\u0301", "\u00e9", "\x00", "\xff", " ", "*", "?",
		strings.Repeat("k", 3000), strings.Repeat("K", 3000), strings.Repeat("k", 3001),
	}
	for _, k := range all {
		put(t, s, k, "value of "+k, 0)
	}
	for _, k := range all {
		want(t, s, k, "value of "+k)
	}
	for i, k := range all {
		remove(t, s, k)
		wantMissing(t, s, k)
		if i+1 < len(all) {
			want(t, s, all[i+1], "value of "+all[i+1])
		}
	}
}

func ttl(t *testing.T, s token.Store) {
	const short = 50 * time.Millisecond
	put(t, s, "short", "v", short)
	put(t, s, "long", "v", 24*time.Hour)
	put(t, s, "for ever", "v", 0)
	put(t, s, "made long", "v", short)
	put(t, s, "made long", "v", 24*time.Hour)
	put(t, s, "made for ever", "v", short)
	put(t, s, "made for ever", "v", 0)
	wantExpiry(t, s, "short")
	for _, k := range []string{"long", "for ever", "made long", "made for ever"} {
		want(t, s, k, "v")
	}

	put(t, s, "short", "again", 24*time.Hour)
	want(t, s, "short", "again")
	put(t, s, "long", "v", short)
	wantExpiry(t, s, "long")
}

func cancelled(t *testing.T, s token.Store) {
	put(t, s, "k", "before", 0)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if v, err := s.Get(ctx, "k"); !errors.Is(err, context.Canceled) {
		t.Errorf("Get = %q, %v; want %v", v, err, context.Canceled)
	}
	if err := s.Put(ctx, "k", []byte("after"), 0); !errors.Is(err, context.Canceled) {
		t.Errorf("Put = %v; want %v", err, context.Canceled)
	}
	if err := s.Delete(ctx, "k"); !errors.Is(err, context.Canceled) {
		t.Errorf("Delete = %v; want %v", err, context.Canceled)
	}
	want(t, s, "k", "before")
}

// readWhole reads a value of equal bytes again and again.
func readWhole(t *testing.T, s token.Store, size int) {
	for range 20 {
		v, err := s.Get(t.Context(), "k")
		if err != nil || len(v) != size || bytes.Count(v, v[:1]) != size {
			t.Errorf("Get: %d bytes, %v; want %d equal ones", len(v), err, size)
		}
	}
}

// concurrent reads must see one of the values written, whole.
func concurrent(t *testing.T, s token.Store) {
	const size = 10_000
	put(t, s, "k", strings.Repeat("0", size), 0)
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			v := bytes.Repeat([]byte{'a' + byte(i)}, size)
			for range 20 {
				if err := s.Put(t.Context(), "k", v, 24*time.Hour); err != nil {
					t.Errorf("Put: %v", err)
				}
			}
		})
		wg.Go(func() { readWhole(t, s, size) })
		wg.Go(func() {
			key := fmt.Sprint("own ", i)
			for range 20 {
				if err := s.Put(t.Context(), key, []byte(key), 0); err != nil {
					t.Errorf("Put: %v", err)
				}
			}
		})
	}
	wg.Wait()
	for i := range 4 {
		want(t, s, fmt.Sprint("own ", i), fmt.Sprint("own ", i))
	}
}

func put(t *testing.T, s token.Store, key, value string, ttl time.Duration) {
	t.Helper()
	if err := s.Put(t.Context(), key, []byte(value), ttl); err != nil {
		t.Fatalf("Put(%.40q): %v", key, err)
	}
}

func remove(t *testing.T, s token.Store, key string) {
	t.Helper()
	if err := s.Delete(t.Context(), key); err != nil {
		t.Fatalf("Delete(%.40q): %v", key, err)
	}
}

func want(t *testing.T, s token.Store, key, value string) []byte {
	t.Helper()
	got, err := s.Get(t.Context(), key)
	if err != nil || string(got) != value {
		t.Fatalf("Get(%.40q) = %.60q, %v; want %.60q", key, got, err, value)
	}
	return got
}

func wantMissing(t *testing.T, s token.Store, key string) {
	t.Helper()
	if got, err := s.Get(t.Context(), key); !errors.Is(err, token.ErrNotFound) || got != nil {
		t.Fatalf("Get(%.40q) = %.60q, %v; want %v", key, got, err, token.ErrNotFound)
	}
}

func wantExpiry(t *testing.T, s token.Store, key string) {
	t.Helper()
	for end := time.Now().Add(testTimeout); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if _, err := s.Get(t.Context(), key); err != nil {
			wantMissing(t, s, key)
			return
		}
	}
	t.Fatalf("%q has not expired", key)
}
