package wecomredis_test

import (
	"context"
	"flag"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	wecomredis "github.com/gothird/wecom/backend/redis"
	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/callback/queuetest"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/token/storetest"
)

var soak = flag.Bool("soak", false, "test at length")

// long returns the second number with -soak.
func long(short, soaked int) int {
	if *soak {
		return soaked
	}
	return short
}

func TestStoreConforms(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) token.Store {
		c, prefix := sharedClient(t)
		return newStore(t, c, prefix)
	})
}

func TestSealedStoreConforms(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) token.Store {
		c, prefix := sharedClient(t)
		s, err := token.Seal(newStore(t, c, prefix), make([]byte, 32))
		require.NoError(t, err)
		return s
	})
}

// atOnce are the cases in which several things happen at the same time: they can't be run on a
// clock that is moved.
var atOnce = []string{"storm", "another", "watch"}

// The clock that the scripts read is moved.
func TestQueueConforms(t *testing.T) {
	t.Parallel()
	c, _ := sharedClient(t)
	conforms(t, c, func(t *testing.T, q callback.Queue) callback.Queue { return reopen(t, c, q) })
}

// A server that is killed has everything when it is back.
func TestQueueConformsWithAServerThatIsKilled(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	c := s.client()
	conforms(t, c, func(t *testing.T, q callback.Queue) callback.Queue {
		s.kill()
		s.start()
		return reopen(t, c, q)
	})
}

// reopen makes another Queue on the content of one.
func reopen(t *testing.T, c redis.UniversalClient, q callback.Queue) callback.Queue {
	require.NoError(t, q.Close())
	again := newQueue(t, c, prefixOf(t))
	again.ShiftClock()
	return again
}

// conforms runs the cases of queuetest, in which two hours take no time. crash kills what the
// queue may lose.
func conforms(t *testing.T, c redis.UniversalClient, crash func(*testing.T, callback.Queue) callback.Queue) {
	t.Helper()
	var shift atomic.Int64 // milliseconds
	var key string
	queuetest.Run(t, func(t *testing.T) callback.Queue {
		q := newQueue(t, c, prefixOf(t))
		key = q.ShiftClock()
		shift.Store(0)
		return q
	}, queuetest.Options{
		Now: func() time.Time { return time.Now().Add(time.Duration(shift.Load()) * time.Millisecond) },
		Sleep: func(d time.Duration) {
			if ms := int64(d/time.Millisecond) + 1; d > 0 {
				shift.Add(ms)
				require.NoError(t, c.IncrBy(context.Background(), key, ms).Err())
			}
		},
		Reopen: func(t *testing.T, q callback.Queue) callback.Queue { return reopen(t, c, q) },
		Crash:  crash,
		Skip:   atOnce,
		Steps:  long(500, 4000), Scripts: long(3, 20),
	})
}

// inRealTime are the options for a clock that nobody moves.
func inRealTime(pause time.Duration) queuetest.Options {
	return queuetest.Options{
		Now: time.Now, Sleep: time.Sleep, Pause: pause, IdentityLife: 10 * pause, LongestWait: 30 * pause,
		Another: func(t *testing.T, _ callback.Queue) callback.Queue {
			q := newQueue(t, newClient(t, shared.addr()), prefixOf(t))
			q.SetLives(10*pause, 30*pause)
			return q
		},
		Steps: 200, Scripts: 1,
	}
}

func runInRealTime(t *testing.T, o queuetest.Options) {
	t.Helper()
	queuetest.Run(t, func(t *testing.T) callback.Queue {
		c, prefix := sharedClient(t)
		q := newQueue(t, c, prefix)
		q.SetLives(o.IdentityLife, o.LongestWait)
		return q
	}, o)
}

// onTheClock are all cases but those of atOnce.
var onTheClock = []string{
	"order", "turns", "one holder", "aside", "due", "long waits", "routes", "urgent", "hand-over", "identity", "kept",
	"same", "wait", "buried", "pages", "lease", "extend", "fence", "repeated", "batches", "bytes", "copies", "cancelled",
	"stats", "closed", "scripts",
}

func TestQueueWakesWhoWatches(t *testing.T) {
	t.Parallel()
	o := inRealTime(time.Second)
	o.Skip = append([]string{"storm", "another"}, onTheClock...)
	runInRealTime(t, o)
}

func TestQueueOfTwoProcessesConforms(t *testing.T) {
	t.Parallel()
	o := inRealTime(time.Second / 2)
	o.Skip = append([]string{"storm", "watch"}, onTheClock...)
	runInRealTime(t, o)
}

// With -soak all cases pass in real time too.
func TestQueueConformsInRealTime(t *testing.T) {
	t.Parallel()
	o := inRealTime(time.Second)
	if !*soak {
		o.Skip = append(atOnce, onTheClock...)
		o.Skip = slices.DeleteFunc(o.Skip, func(name string) bool { return name == "lease" || name == "fence" })
	}
	runInRealTime(t, o)
}

var (
	_ callback.Queue = (*wecomredis.Queue)(nil)
	_ token.Locker   = (*wecomredis.Store)(nil)
	_ token.Lister   = (*wecomredis.Store)(nil)
)
