package wecomsql_test

import (
	"context"
	"errors"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/backend/sql"
	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/token"
)

// operations are one of each kind. None touches an item of the test: one whose answer is given up
// may be done all the same.
func operations(s token.Store, q callback.Queue) map[string]func(ctx context.Context) error {
	aside := item("aside")
	aside.Route = "aside"
	const absent = "00000000ffffffff"
	return map[string]func(ctx context.Context) error{
		"get":    func(ctx context.Context) error { _, err := s.Get(ctx, "k"); return err },
		"put":    func(ctx context.Context) error { return s.Put(ctx, "k", nil, 0) },
		"delete": func(ctx context.Context) error { return s.Delete(ctx, "k") },
		"lock": func(ctx context.Context) error {
			unlock, err := s.(token.Locker).Lock(ctx, "l")
			if err == nil {
				unlock()
			}
			return err
		},
		"list": func(ctx context.Context) (last error) {
			for _, last = range s.(token.Lister).List(ctx, "") {
			}
			return last
		},
		"queue":  func(ctx context.Context) error { return q.Put(ctx, []callback.Item{aside}) },
		"join":   func(ctx context.Context) error { return q.Join(ctx, "o", time.Hour) },
		"extend": func(ctx context.Context) error { return q.Extend(ctx, "o", time.Hour) },
		"claim": func(ctx context.Context) error {
			_, err := q.Claim(ctx, callback.Ask{Routes: []string{aside.Route}, Max: 1, Owner: "o"})
			return err
		},
		"stats": func(ctx context.Context) error { _, err := q.Stats(ctx); return err },
		"dead":  func(ctx context.Context) error { _, err := q.Dead(ctx, "", 1); return err },
		"retry": func(ctx context.Context) error { return q.Retry(ctx, []string{absent}) },
		"settle": func(ctx context.Context) error {
			_, err := q.Settle(ctx, []callback.Settlement{{Hold: callback.Hold{ID: absent, Token: "nx." + absent}}})
			return err
		},
		"discard": func(ctx context.Context) error { return q.Discard(ctx, []string{absent}) },
	}
}

// awaitHang returns when no statement is answered any more: a signal reaches the threads of a busy
// machine a moment later. The processes that PostgreSQL has for its connections go on for ever.
func awaitHang(t *testing.T, dialect wecomsql.Dialect, s token.Store) {
	t.Helper()
	if dialect == wecomsql.PostgreSQL {
		return
	}
	require.Eventually(t, func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		_, err := s.Get(ctx, "k")
		return errors.Is(err, context.DeadlineExceeded)
	}, 30*time.Second, time.Millisecond)
}

// While a server is away all fails within seconds, while it hangs within the context, and when it
// is back all goes on, with what was acknowledged before.
func TestAServerThatGoesAway(t *testing.T) {
	t.Parallel()
	for _, dialect := range []wecomsql.Dialect{wecomsql.MySQL, wecomsql.PostgreSQL} {
		s := ownServer(t, dialect)
		d, _ := s.fresh(t)
		store, q := d.Store(), d.Queue()
		require.NoError(t, store.Put(t.Context(), "k", []byte("kept"), 0))
		require.NoError(t, q.Put(t.Context(), []callback.Item{item("a")}))

		require.NoError(t, syscall.Kill(s.pid, syscall.SIGSTOP))
		awaitHang(t, dialect, store)
		for what, do := range operations(store, q) {
			ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
			begin := time.Now()
			err := do(ctx)
			cancel()
			if dialect == wecomsql.MySQL {
				assert.ErrorIs(t, err, context.DeadlineExceeded, what)
			}
			assert.Less(t, time.Since(begin), 5*time.Second, what)
		}
		require.NoError(t, syscall.Kill(s.pid, syscall.SIGCONT))

		s.kill()
		// The processes that PostgreSQL has for its connections end a moment later.
		require.Eventually(t, func() bool { return store.Put(t.Context(), "k", []byte("kept"), 0) != nil }, 30*time.Second, 50*time.Millisecond)
		for what, do := range operations(store, q) {
			begin := time.Now()
			assert.Error(t, do(t.Context()), what)
			assert.Less(t, time.Since(begin), 12*time.Second, what)
		}
		s.start(t)
		require.Eventually(t, func() bool { return store.Put(t.Context(), "new", nil, 0) == nil }, 30*time.Second, 50*time.Millisecond)
		require.NoError(t, q.Join(t.Context(), "owner", time.Hour))
		got, err := q.Claim(t.Context(), callback.Ask{Routes: []string{"r"}, Max: 1, Owner: "owner"})
		require.NoError(t, err)
		require.Len(t, got, 1)
		assert.Equal(t, "a", string(got[0].Payload))
	}
}
