package wecomsql_test

import (
	"context"
	"flag"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/backend/sql"
	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/callback/queuetest"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/token/storetest"
)

var (
	steps   = flag.Int("steps", 400, "of each random script")
	scripts = flag.Int("scripts", 1, "of random steps")
	pause   = flag.Duration("pause", time.Second, "of the tests in real time")
)

func TestStore(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dialect wecomsql.Dialect) {
		storetest.Run(t, func(t *testing.T) token.Store {
			d, _ := sharedServer(t, dialect).fresh(t)
			return d.Store()
		})
	})
}

// clocked are queues whose server has a clock that the test moves.
type clocked struct {
	t     *testing.T
	s     *server
	names map[callback.Queue]string
	moved time.Duration
	last  *wecomsql.DB
}

func (c *clocked) open(t *testing.T, name string) callback.Queue {
	t.Helper()
	d, err := c.s.open(t, name, wecomsql.Config{}).Movable(t.Context())
	require.NoError(t, err)
	q := d.Shorten(wecomsql.Times{Sweep: time.Millisecond}).Queue()
	c.names[q], c.last = name, d
	return q
}

func (c *clocked) now() time.Time { return time.Now().Add(c.moved) }

func (c *clocked) sleep(d time.Duration) {
	c.t.Helper()
	if d > 0 {
		require.NoError(c.t, c.last.Move(context.Background(), d))
		c.moved += d
	}
}

// realTime are the cases in which several goroutines sleep, so that none can move the clock.
var realTime = []string{"storm", "another", "watch"}

// Each has its whole life: identities are kept for two hours, and waits end after a day. The
// clock of the server is moved instead of waiting.
func TestQueue(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dialect wecomsql.Dialect) {
		c := &clocked{t: t, s: sharedServer(t, dialect), names: map[callback.Queue]string{}}
		queuetest.Run(t, func(t *testing.T) callback.Queue {
			_, name := c.s.fresh(t)
			q := c.open(t, name)
			require.NoError(t, c.last.Exec(t.Context(), "UPDATE {p}clock SET shift=0"))
			c.moved = 0
			return q
		}, queuetest.Options{
			Now: c.now, Sleep: c.sleep, Steps: *steps, Scripts: *scripts, Skip: realTime,
			Reopen: func(t *testing.T, q callback.Queue) callback.Queue {
				require.NoError(t, q.Close())
				return c.open(t, c.names[q])
			},
			Crash: func(t *testing.T, q callback.Queue) callback.Queue { return c.open(t, c.names[q]) },
		})
	})
}

// notRealTime are the other cases.
var notRealTime = []string{
	"order", "turns", "one holder", "aside", "due", "long waits", "routes", "urgent", "hand-over", "identity", "kept", "same",
	"wait", "buried", "pages", "lease", "extend", "fence", "repeated", "batches", "bytes", "copies", "cancelled", "stats",
	"closed", "scripts", "reopen", "crash",
}

// The cases mostly wait, so they run side by side.
func TestQueueInRealTime(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dialect wecomsql.Dialect) {
		for _, name := range realTime {
			if name == "watch" && dialect != wecomsql.PostgreSQL {
				continue // the others have no hints
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				inRealTime(t, sharedServer(t, dialect), name)
			})
		}
	})
}

// inRealTime runs one case.
func inRealTime(t *testing.T, s *server, only string) {
	t.Helper()
	skip := slices.DeleteFunc(slices.Concat(realTime, notRealTime), func(name string) bool { return name == only })
	short := wecomsql.Times{Sweep: 20 * time.Millisecond}
	db := ""
	queuetest.Run(t, func(t *testing.T) callback.Queue {
		var d *wecomsql.DB
		d, db = s.fresh(t)
		return d.Shorten(short).Queue()
	}, queuetest.Options{
		Now: time.Now, Sleep: time.Sleep, Pause: *pause, Skip: skip,
		Another: func(t *testing.T, _ callback.Queue) callback.Queue {
			return s.open(t, db, wecomsql.Config{}).Shorten(short).Queue()
		},
	})
}
