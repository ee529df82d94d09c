package wecomsql_test

import (
	"context"
	"database/sql/driver"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/backend/sql"
	"github.com/gothird/wecom/callback"
)

// watching is a Watch at work.
type watching struct {
	woken chan struct{} // holds one
	ended chan error
}

func watch(ctx context.Context, q callback.Queue) *watching {
	w := &watching{make(chan struct{}, 1), make(chan error, 1)}
	go func() {
		w.ended <- q.Watch(ctx, func() {
			select {
			case w.woken <- struct{}{}:
			default:
			}
		})
	}()
	return w
}

// awaitWake fails if nothing wakes within a minute.
func (w *watching) awaitWake(t *testing.T, after string) {
	t.Helper()
	select {
	case <-w.woken:
	case err := <-w.ended:
		require.Fail(t, "Watch has ended", "%s: %v", after, err)
	case <-time.After(time.Minute):
		require.Fail(t, "nobody was told", after)
	}
}

// quiet drops what has come, until nothing more comes for a while.
func (w *watching) quiet() {
	for {
		select {
		case <-w.woken:
		case <-time.After(200 * time.Millisecond):
			return
		}
	}
}

// Whatever leaves something to claim wakes who watches in another process, at once: these sweep once an
// hour only.
func TestAllThatCanBeClaimedWakes(t *testing.T) {
	t.Parallel()
	s := sharedServer(t, wecomsql.PostgreSQL)
	d, name := s.fresh(t)
	d.Shorten(wecomsql.Times{Sweep: time.Hour})
	q, ctx := d.Queue(), t.Context()
	other := s.open(t, name, wecomsql.Config{}).Shorten(wecomsql.Times{Sweep: time.Hour}).Queue()
	ending, stop := context.WithCancel(ctx)
	defer stop()
	w := watch(ending, other)
	w.awaitWake(t, "the begin: something may have been there")
	held := map[string]callback.Hold{}
	claim := func(owner string) {
		for _, c := range claimed(t, q, owner, 9) {
			held[string(c.Payload)] = c.Hold
		}
	}
	first, second := item("a"), item("a")
	second.Payload = []byte("second")
	require.NoError(t, q.Join(ctx, "o", time.Hour))
	require.NoError(t, q.Join(ctx, "dies", time.Hour))
	for _, step := range []struct {
		what string
		do   func()
	}{
		{"an item is put", func() { require.NoError(t, q.Put(ctx, []callback.Item{first, second, item("b"), item("c")})) }},
		{"a lane with a further item is free", func() { claim("o"); settled(t, q, held["a"], callback.Settlement{}) }},
		{"an item is to be done again", func() { settled(t, q, held["b"], callback.Settlement{Kind: callback.Again}) }},
		{"a closed lane is opened", func() {
			settled(t, q, held["c"], callback.Settlement{Kind: callback.Wait, After: time.Hour})
			claim("o")
			w.quiet()
			settled(t, q, held["b"], callback.Settlement{Kind: callback.Again, Lane: "c", After: time.Hour})
		}},
		{"a buried item is retried", func() {
			settled(t, q, held["second"], callback.Settlement{Kind: callback.Bury})
			w.quiet()
			dead, err := q.Dead(ctx, "", 9)
			require.NoError(t, err)
			require.NoError(t, q.Retry(ctx, []string{dead[0].ID}))
		}},
		{"a lease has ended", func() {
			claim("dies")
			w.quiet()
			require.NoError(t, d.Exec(ctx, "UPDATE {owner} SET ends=0 WHERE owner=?", "dies"))
			_, err := q.Stats(ctx)
			require.NoError(t, err)
		}},
	} {
		w.quiet()
		step.do()
		w.awaitWake(t, step.what)
	}
	stop()
	require.ErrorIs(t, <-w.ended, context.Canceled)
	n, err := d.Count(ctx, "SELECT COUNT(*) FROM {owner}")
	require.NoError(t, err)
	assert.Equal(t, int64(1), n, "who died is forgotten")
}

// Who watches looks for what has become due too, which nobody tells of.
func TestWatchWakesForWhatIsDue(t *testing.T) {
	t.Parallel()
	s := sharedServer(t, wecomsql.PostgreSQL)
	d, _ := s.fresh(t)
	w := watch(t.Context(), d.Shorten(wecomsql.Times{Sweep: 50 * time.Millisecond}).Queue())
	for range 5 {
		w.awaitWake(t, "a while")
	}
}

// A Watch whose connection is lost says so, and the next one works. Its connection, which listens, is
// given to nobody else.
func TestWatchEndsWithItsConnection(t *testing.T) {
	t.Parallel()
	s := sharedServer(t, wecomsql.PostgreSQL)
	d, _ := s.fresh(t)
	q := d.Shorten(wecomsql.Times{Sweep: time.Hour}).Queue()
	for range 2 {
		w := watch(t.Context(), q)
		w.awaitWake(t, "the begin")
		var n int64
		require.Eventually(t, func() (ended bool) {
			var err error
			n, err = d.Count(t.Context(), `SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity
				WHERE datname=current_database() AND query LIKE 'LISTEN %'`)
			return err == nil && n > 0
		}, time.Minute, 10*time.Millisecond)
		err := <-w.ended
		require.ErrorContains(t, err, "wecomsql: watch: ")
		assert.NotErrorIs(t, err, callback.ErrClosed)
	}
	require.NoError(t, q.Put(t.Context(), []callback.Item{item("a")}))
}

var errNotified = errors.New("the driver can't wait")

// The function of the program that waits is called again after each notification and each pause, and
// its error ends Watch.
func TestWhatNotifiedReturns(t *testing.T) {
	t.Parallel()
	s := sharedServer(t, wecomsql.PostgreSQL)
	name := s.create(t)
	calls, woken := atomic.Int32{}, atomic.Int32{}
	d := s.open(t, name, wecomsql.Config{Notified: func(ctx context.Context, driverConn any) error {
		assert.Implements(t, (*driver.Conn)(nil), driverConn)
		switch calls.Add(1) {
		case 1:
			return nil
		case 2:
			<-ctx.Done() // until something may be due
			return ctx.Err()
		}
		return errNotified
	}})
	require.NoError(t, d.Migrate(t.Context()))
	d.Shorten(wecomsql.Times{Sweep: 10 * time.Millisecond})
	err := d.Queue().Watch(t.Context(), func() { woken.Add(1) })
	require.ErrorIs(t, err, errNotified)
	assert.ErrorContains(t, err, "wecomsql: watch: ")
	assert.Equal(t, [2]int32{3, 3}, [2]int32{calls.Load(), woken.Load()})
	n, err := d.Count(t.Context(), "SELECT COUNT(*) FROM pg_listening_channels()")
	require.NoError(t, err)
	assert.Zero(t, n, "the connection listens, and somebody else has it")
}

// Without a function that waits there are no hints: Watch returns at once, and says of a context that
// has ended and of a queue that is closed.
func TestWatchWithoutHints(t *testing.T) {
	t.Parallel()
	for _, dialect := range []wecomsql.Dialect{wecomsql.MySQL, wecomsql.SQLite} {
		d, _ := sharedServer(t, dialect).fresh(t)
		q := d.Queue()
		never := func() { assert.Fail(t, "there are no hints") }
		require.NoError(t, q.Watch(t.Context(), never))
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		require.ErrorIs(t, q.Watch(ended, never), context.Canceled)
		require.NoError(t, q.Close())
		require.ErrorIs(t, q.Watch(t.Context(), never), callback.ErrClosed)
	}
}
