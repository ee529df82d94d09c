package wecomsql_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/backend/sql"
	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/token"
)

const year = 365 * 24 * time.Hour

// sweeping is a database whose clock the test moves, and that is swept all the time.
func sweeping(t *testing.T, dialect wecomsql.Dialect) *wecomsql.DB {
	t.Helper()
	d, _ := movable(t, dialect, wecomsql.Config{})
	return d.Shorten(wecomsql.Times{Sweep: time.Millisecond})
}

// claim returns how many items an owner gets.
func claim(t *testing.T, q callback.Queue, owner string) int {
	t.Helper()
	return len(claimed(t, q, owner, 9))
}

// A process that has died while the clock of the server was ahead holds its lanes no longer than
// its lease was, and one that lives keeps its own.
func TestLeasesOfAClockThatWasAhead(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dialect wecomsql.Dialect) {
		d := sweeping(t, dialect)
		q := d.Queue()
		require.NoError(t, d.Move(t.Context(), year))
		require.NoError(t, q.Join(t.Context(), "dead", time.Hour))
		require.NoError(t, q.Join(t.Context(), "alive", time.Hour))
		require.NoError(t, q.Put(t.Context(), []callback.Item{{Route: "r", Lane: "a"}, {Route: "r", Lane: "b"}}))
		got, err := q.Claim(t.Context(), callback.Ask{Routes: []string{"r"}, Max: 1, Owner: "dead"})
		require.NoError(t, err)
		require.Len(t, got, 1)
		require.NoError(t, d.Move(t.Context(), -year))
		require.NoError(t, q.Extend(t.Context(), "alive", 24*time.Hour))
		require.Equal(t, 1, claim(t, q, "alive"), "what nobody holds")
		require.Zero(t, claim(t, q, "alive"), "the lease of the other one may be good")
		require.NoError(t, d.Move(t.Context(), 2*time.Hour))
		assert.Equal(t, 1, claim(t, q, "alive"))
	})
}

// The same of a lock: it ends within its life, if nobody renews it.
func TestLocksOfAClockThatWasAhead(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dialect wecomsql.Dialect) {
		d := sweeping(t, dialect).Shorten(wecomsql.Times{Lock: 300 * time.Millisecond})
		insert := "INSERT INTO {lock} (id, holder, ends) VALUES (?, ?, {now}+?)"
		require.NoError(t, d.Exec(t.Context(), insert, "k", "dead", year.Microseconds()))
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		unlock, err := d.Store().(token.Locker).Lock(ctx, "k")
		require.NoError(t, err)
		unlock()
	})
}

// Who holds such a lock and lives does not lose it.
func TestAHolderWhoseClockIsSetBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dialect wecomsql.Dialect) {
		d := sweeping(t, dialect)
		s := d.Store()
		require.NoError(t, d.Move(t.Context(), year))
		unlock, err := s.(token.Locker).Lock(t.Context(), "k")
		require.NoError(t, err)
		require.NoError(t, d.Move(t.Context(), -year))
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		_, err = d.Store().(token.Locker).Lock(ctx, "k")
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.NoError(t, s.Put(t.Context(), "k", []byte("mine"), 0))
		unlock()
		unlock, err = d.Store().(token.Locker).Lock(t.Context(), "k")
		require.NoError(t, err)
		unlock()
	})
}
