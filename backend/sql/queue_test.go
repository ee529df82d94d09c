package wecomsql_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/backend/sql"
	"github.com/gothird/wecom/callback"
)

func item(lane string) callback.Item {
	return callback.Item{Route: "r", Lane: lane, Payload: []byte(lane)}
}

// A full queue takes no more until some are done; urgent items have a tenth more.
func TestAQueueWithALimitIsFull(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dialect wecomsql.Dialect) {
		s := sharedServer(t, dialect)
		_, name := s.fresh(t)
		q := s.open(t, name, wecomsql.Config{Limit: 20}).Queue()
		ctx := t.Context()
		for i := range 20 {
			require.NoError(t, q.Put(ctx, []callback.Item{item(fmt.Sprint(i))}), "%d", i)
		}
		require.ErrorIs(t, q.Put(ctx, []callback.Item{item("more")}), callback.ErrQueueFull)
		urgent := callback.Item{Route: "r", Lane: "!", Urgent: true, Identity: "u"}
		require.ErrorIs(t, q.Put(ctx, []callback.Item{urgent, item("more")}), callback.ErrQueueFull)
		require.NoError(t, q.Put(ctx, []callback.Item{urgent}))
		require.NoError(t, q.Put(ctx, []callback.Item{urgent}), "it is known, and needs no room")
		require.NoError(t, q.Join(ctx, "o", time.Hour))
		got, err := q.Claim(ctx, callback.Ask{Routes: []string{"r"}, Max: 5, Owner: "o"})
		require.NoError(t, err)
		var all []callback.Settlement
		for _, c := range got {
			all = append(all, callback.Settlement{Hold: c.Hold, Kind: callback.Bury}) // which do not count
		}
		lost, err := q.Settle(ctx, all)
		require.NoError(t, err)
		require.Empty(t, lost)
		for i := range 4 {
			require.NoError(t, q.Put(ctx, []callback.Item{item(fmt.Sprint("again ", i))}))
		}
		require.ErrorIs(t, q.Put(ctx, []callback.Item{item("more")}), callback.ErrQueueFull)
	})
}

func TestWhatAQueueRefuses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dialect wecomsql.Dialect) {
		d, _ := sharedServer(t, dialect).fresh(t)
		q, ctx, long := d.Queue(), t.Context(), strings.Repeat("x", 600)
		for want, items := range map[string][]callback.Item{
			"item 1 has a route":                  {item("a"), {Route: long}},
			"a lane of 600 bytes":                 {{Lane: long}},
			"an Identity of 600":                  {{Identity: long}},
			"has an Identity and a Same: it can ": {{Identity: "i", Same: "s"}},
		} {
			assert.ErrorContains(t, q.Put(ctx, items), want)
		}
		assert.ErrorContains(t, q.Join(ctx, "", time.Second), "0 bytes")
		assert.ErrorContains(t, q.Join(ctx, long, time.Second), "600 bytes")
		_, err := q.Settle(ctx, []callback.Settlement{{Kind: callback.Again, Lane: long}})
		assert.ErrorContains(t, err, "a lane of 600 bytes")
		_, err = q.Dead(ctx, "'; DROP TABLE x", 1)
		assert.ErrorContains(t, err, "is no ID of this queue")
		stats, err := q.Stats(ctx)
		require.NoError(t, err)
		assert.Empty(t, stats)
		odd := []callback.Hold{{}, {ID: "1", Token: "."}, {ID: "1", Token: "x.1"}, {ID: "0000000000000001", Token: "n.0000000000000001", Route: "\x00"}}
		for _, h := range odd {
			lost, err := q.Settle(ctx, []callback.Settlement{{Hold: h}})
			require.NoError(t, err)
			assert.Equal(t, []callback.Hold{h}, lost)
		}
	})
}

// An item that is done leaves no payload, and no row once its identity is forgotten.
func TestWhatIsDoneLeavesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dialect wecomsql.Dialect) {
		d, _ := sharedServer(t, dialect).fresh(t)
		q, ctx := d.Shorten(wecomsql.Times{Identity: time.Second, Sweep: time.Millisecond}).Queue(), t.Context()
		secret := callback.Item{Route: "r", Lane: "a", Identity: "i", Payload: []byte("secret"), State: []byte("secret")}
		require.NoError(t, q.Put(ctx, []callback.Item{secret, item("b")}))
		require.NoError(t, q.Join(ctx, "o", time.Hour))
		got, err := q.Claim(ctx, callback.Ask{Routes: []string{"r"}, Max: 5, Owner: "o"})
		require.NoError(t, err)
		require.Len(t, got, 2)
		_, err = q.Settle(ctx, []callback.Settlement{{Hold: got[0].Hold}, {Hold: got[1].Hold}})
		require.NoError(t, err)
		n, err := d.Count(ctx, "SELECT COUNT(*) FROM {item} WHERE payload<>? OR state<>?", "", "")
		require.NoError(t, err)
		assert.Zero(t, n)
		require.Eventually(t, func() bool {
			_, err := q.Stats(ctx)
			require.NoError(t, err)
			n, err := d.Count(ctx, "SELECT (SELECT COUNT(*) FROM {item}) + (SELECT COUNT(*) FROM {lane})")
			require.NoError(t, err)
			return n == 0
		}, time.Minute, 50*time.Millisecond)
	})
}

// Close ends Watch, and leaves no goroutine.
func TestNoGoroutineIsLeft(t *testing.T) {
	s := sharedServer(t, wecomsql.PostgreSQL)
	_, name := s.fresh(t)
	d, db, err := s.connect(name, wecomsql.Config{})
	require.NoError(t, err)
	q := d.Queue()
	ended, woken := make(chan error), make(chan struct{}, 100)
	go func() { ended <- q.Watch(t.Context(), func() { woken <- struct{}{} }) }()
	<-woken
	unlock, err := lockFor(t, d.Store(), time.Minute)
	require.NoError(t, err)
	unlock()
	require.NoError(t, q.Close())
	require.ErrorIs(t, <-ended, callback.ErrClosed)
	require.ErrorIs(t, q.Watch(t.Context(), func() {}), callback.ErrClosed)
	require.NoError(t, db.Close())
	require.Eventually(t, func() bool { return leftOver() == "" }, 30*time.Second, 10*time.Millisecond, "%s", leftOver())
}

// leftOver returns the goroutines of queues and locks, of which no parallel test has begun yet.
func leftOver() string {
	all := make([]byte, 1<<20)
	for _, g := range strings.Split(string(all[:runtime.Stack(all, true)]), "\n\n") {
		if strings.Contains(g, "wecomsql.(*") {
			return g
		}
	}
	return ""
}

// Nothing that is printed or logged shows a password, a key or a value.
func TestNothingShowsASecret(t *testing.T) {
	t.Parallel()
	for _, source := range [][3]any{
		{"mysql", "user:secret@tcp(127.0.0.1:1)/db?timeout=1s", wecomsql.MySQL},
		{"pgx", "postgres://user:secret@127.0.0.1:1/db", wecomsql.PostgreSQL},
	} {
		db, err := sql.Open(source[0].(string), source[1].(string))
		require.NoError(t, err)
		defer db.Close()
		d, err := wecomsql.New(db, wecomsql.Config{Dialect: source[2].(wecomsql.Dialect)})
		require.NoError(t, err)
		s, q := d.Store(), d.Queue()
		for _, v := range []any{d, s, q} {
			for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
				assert.NotContains(t, fmt.Sprintf(format, v), "secret")
			}
			assert.Contains(t, v.(slog.LogValuer).LogValue().String(), "wecom_")
		}
		secret := []byte("secret")
		for _, err := range []error{s.Put(t.Context(), "k", secret, 0), q.Put(t.Context(), []callback.Item{{Payload: secret}}), d.Migrate(t.Context())} {
			require.Error(t, err)
			assert.NotContains(t, err.Error(), "secret")
		}
	}
}

type stateError string

func (e stateError) Error() string    { return "refused" }
func (e stateError) SQLState() string { return string(e) }

func TestWhichErrorsAreRepeated(t *testing.T) {
	t.Parallel()
	for _, err := range []error{
		stateError("40P01"), fmt.Errorf("wrapped: %w", stateError("40001")), stateError("55P03"),
		errors.New("Error 1213 (40001): Deadlock found when trying to get lock"), errors.New("Error 1205: Lock wait timeout exceeded"),
		errors.New("database is locked (5) (SQLITE_BUSY)"),
	} {
		assert.True(t, wecomsql.IsConflict(err), "%v", err)
	}
	for _, err := range []error{
		stateError("23505"), errors.New("Error 1062 (23000): Duplicate entry '1213' for key"), context.DeadlineExceeded, errors.New("connection refused"),
	} {
		assert.False(t, wecomsql.IsConflict(err), "%v", err)
	}
}
