package wecomsql_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/backend/sql"
	"github.com/gothird/wecom/token"
)

// Who asks for a lock does not have it yet: what is written without one meanwhile is written.
func TestWhoWaitsForALockHasNoneYet(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dialect wecomsql.Dialect) {
		_, one, other := twoStores(t, dialect)
		unlock, err := lockFor(t, other, time.Minute)
		require.NoError(t, err)
		waiting, stop := context.WithCancel(t.Context())
		defer stop()
		ended := make(chan error, 1)
		go func() {
			_, err := one.(token.Locker).Lock(waiting, "k")
			ended <- err
		}()
		for range 20 {
			require.NoError(t, one.Put(t.Context(), "k", []byte("v"), 0))
			require.NoError(t, one.Delete(t.Context(), "k"))
		}
		stop()
		require.ErrorIs(t, <-ended, context.Canceled)
		unlock()
		unlock, err = lockFor(t, one, time.Minute)
		require.NoError(t, err, "who gave up holds nobody up, here or elsewhere")
		unlock()
	})
}

// Two processes see a lock whose holder has died. The one that is faster has it, and the other one does
// not take it away.
func TestALockThatTwoSeeFree(t *testing.T) {
	t.Parallel()
	for _, dead := range []bool{true, false} {
		s := &server{dialect: wecomsql.SQLite, dir: t.TempDir()}
		d, name := s.fresh(t)
		faulty, _, f := s.openFaulty(t, name)
		one, other := faulty.Store(), d.Store()
		require.NoError(t, one.Put(t.Context(), "another key", nil, 0)) // the tables are checked then
		if dead {
			require.NoError(t, d.Exec(t.Context(), "INSERT INTO {lock} (id, holder, ends) VALUES (?, ?, 1)", "k", "who has died"))
		}
		var unlock func()
		f.arm(2, fault{meanwhile: func() {
			var err error
			unlock, err = lockFor(t, other, time.Minute)
			assert.NoError(t, err)
		}})
		_, err := lockFor(t, one, time.Second)
		require.True(t, f.disarm())
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.NoError(t, other.Put(t.Context(), "k", []byte("v"), 0), "it still has the lock")
		unlock()
	}
}

// A database is checked before the first operation only.
func TestADatabaseIsCheckedOnce(t *testing.T) {
	t.Parallel()
	d, _, f := openFaulty(t)
	s := d.Store()
	require.NoError(t, s.Put(t.Context(), "k", nil, 0))
	f.arm(2, fault{err: errDisk})
	_, err := s.Get(t.Context(), "k")
	require.NoError(t, err)
	assert.False(t, f.disarm(), "one statement is enough")
}
