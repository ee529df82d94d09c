package chaos

import (
	"context"
	"database/sql"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/examples/scaleout/internal/servers"
)

// life is a row's processes that call, and others that take and work pushes, while something happens to
// what they share.
type life struct {
	w       *world
	callers []*proc
	p       *pusher
	tokens  int // requests for tokens before anything happens
	ending  atomic.Bool
	pushed  chan struct{}
}

// begin starts them. All callers have a token before anything happens.
func begin(t *testing.T, backend, url string) *life {
	t.Helper()
	w := newWorld(t, backend, url, 10)
	l := &life{w: w, callers: w.callers(4, nil), pushed: make(chan struct{})}
	storm(l.callers, 5)
	l.tokens = w.tokens()
	l.p = w.balanced(w.fleet(2, nil))
	tell(l.callers, "begin")
	go func() {
		defer close(l.pushed)
		l.p.push(1, func() bool { time.Sleep(50 * time.Millisecond); return !l.ending.Load() })
	}()
	time.Sleep(time.Second)
	return l
}

// end ends what begin has started, and counts. While it lasted no call has failed, and no token was asked
// for. Now that all is well again WeCom ends the token: one process asks for another.
func (l *life) end(t *testing.T, idle func() bool) (f figures) {
	t.Helper()
	time.Sleep(time.Second)
	tell(l.callers, "end")
	r := collect(l.callers)
	assert.Zero(t, r.Failed, r.Error)
	assert.Equal(t, l.tokens, l.w.tokens(), "the tokens of the processes are good, whatever they share")
	l.ending.Store(true)
	<-l.pushed
	l.w.endToken()
	heal := l.heal()
	f, entries := l.p.worked(t, idle)
	f.tokens, f.failed, f.heal = l.w.tokens()-l.tokens, r.Failed, heal
	assert.Equal(t, 1, f.tokens)
	f.more = fmt.Sprintf("; %d calls, the longest %v; %d pushes taken, %d refused, %d begun", r.Calls, r.Longest.Round(time.Millisecond), len(l.p.taken), l.p.refused, len(entries))
	return f
}

// heal returns after what time all calls succeed again with a new token. A process that has waited in vain
// for what is shared leaves it alone for some seconds.
func (l *life) heal() time.Duration {
	for begin := time.Now(); ; {
		tell(l.callers, "call 5")
		if r := collect(l.callers); r.Failed == 0 || time.Since(begin) > time.Minute {
			assert.Zero(l.w.t, r.Failed, r.Error)
			return time.Since(begin)
		}
	}
}

// The server is killed, and comes back after some seconds, with its data. SQLite has none: there another
// program locks the file for as long.
func TestServerIsAway(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, backend string) {
		s := ownServer(t, backend)
		l := begin(t, backend, s.URL)
		if backend == "sqlite" {
			lockFile(t, s.URL, *away)
		} else {
			s.Kill()
			time.Sleep(*away)
			require.NoError(t, s.Again(t.Context()))
		}
		f := l.end(t, nil)
		assert.Zero(t, f.lost)
		f.print(t)
	})
}

// lockFile locks the file of an SQLite.
func lockFile(t *testing.T, file string, d time.Duration) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=busy_timeout(60000)")
	require.NoError(t, err)
	defer db.Close()
	c, err := db.Conn(t.Context())
	require.NoError(t, err)
	_, err = c.ExecContext(t.Context(), "BEGIN EXCLUSIVE")
	require.NoError(t, err)
	time.Sleep(d)
	_, err = c.ExecContext(t.Context(), "ROLLBACK")
	require.NoError(t, err)
}

// Redis loses all that it has. What it held is lost: notices that waited, and the installations until they
// are there again, from a backup. Nothing else is.
func TestRedisLosesItsData(t *testing.T) {
	t.Parallel()
	for name, lose := range map[string]func(t *testing.T, s *servers.Server){
		"flushed": func(t *testing.T, s *servers.Server) {
			c := redis.NewClient(&redis.Options{Addr: s.Addr()})
			defer c.Close()
			require.NoError(t, c.FlushAll(t.Context()).Err())
		},
		"restarted without its files": func(t *testing.T, s *servers.Server) {
			s.Kill()
			require.NoError(t, s.Clear())
			require.NoError(t, s.Again(context.Background()))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := ownServer(t, "redis")
			l := begin(t, "redis", s.URL)
			lose(t, s)
			at := time.Now()
			l.w.seed()
			f := l.end(t, l.w.queueIsEmpty)
			for it, pushed := range l.p.taken {
				assert.False(t, f.unworked[it] && pushed.After(at), "%v was pushed %v after the loss", it, pushed.Sub(at))
			}
			f.print(t)
		})
	}
}

// The server answers slowly, and then refuses all connections for some seconds.
func TestServerIsSlowAndRefuses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, backend string) {
		if backend == "sqlite" {
			t.Skip("SQLite has no server; TestServerIsAway locks its file")
		}
		s := commonServer(t, backend)
		proxy := startProxy(t, s.Addr())
		l := begin(t, backend, s.URLAt(proxy.port))
		proxy.delay.Store(int64(30 * time.Millisecond))
		time.Sleep(*away)
		proxy.delay.Store(0)
		proxy.refuse()
		time.Sleep(*away)
		proxy.open(t)
		f := l.end(t, nil)
		assert.Zero(t, f.lost)
		f.print(t)
	})
}
