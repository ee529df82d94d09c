package wecomsql_test

import (
	"flag"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/backend/sql"
	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/callback/queuetest"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/token/storetest"
)

var steps = flag.Int("steps", 150, "of each random script")

func TestStore(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dialect wecomsql.Dialect) {
		storetest.Run(t, func(t *testing.T) token.Store {
			d, _ := sharedServer(t, dialect).fresh(t)
			return d.Store()
		})
	})
}

// The times of the tests, which are those of the server.
const (
	testPause    = time.Second
	testIdentity = 30 * testPause
	testWait     = 60 * testPause
	testSweep    = 20 * time.Millisecond
)

func TestQueue(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dialect wecomsql.Dialect) {
		s := sharedServer(t, dialect)
		names := map[callback.Queue]string{}
		short := wecomsql.Times{Identity: testIdentity, Wait: testWait, Sweep: testSweep}
		again := func(t *testing.T, q callback.Queue) callback.Queue {
			r := s.open(t, names[q], wecomsql.Config{}).Shorten(short).Queue()
			names[r] = names[q]
			return r
		}
		o := queuetest.Options{
			Now: time.Now, Sleep: time.Sleep, Pause: testPause, IdentityLife: testIdentity, LongestWait: testWait,
			Steps: *steps, Scripts: 1, Another: again,
			Reopen: func(t *testing.T, q callback.Queue) callback.Queue {
				require.NoError(t, q.Close())
				return again(t, q)
			},
			Crash: again, // what a process has left is the same as what it has
		}
		if dialect != wecomsql.PostgreSQL {
			o.Skip = []string{"watch"}
		}
		queuetest.Run(t, func(t *testing.T) callback.Queue {
			d, name := s.fresh(t)
			q := d.Shorten(short).Queue()
			names[q] = name
			return q
		}, o)
	})
}
