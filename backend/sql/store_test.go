package wecomsql_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/backend/sql"
	"github.com/gothird/wecom/token"
)

// twoStores are those of two processes on one database.
func twoStores(t *testing.T, dialect wecomsql.Dialect) (d *wecomsql.DB, one, other token.Store) {
	s := sharedServer(t, dialect)
	d, name := s.fresh(t)
	return d, d.Store(), s.open(t, name, wecomsql.Config{}).Store()
}

func lockFor(t *testing.T, s token.Store, wait time.Duration) (unlock func(), err error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), wait)
	defer cancel()
	return s.(token.Locker).Lock(ctx, "k")
}

func wantValue(t *testing.T, s token.Store, want string) {
	t.Helper()
	v, err := s.Get(t.Context(), "k")
	require.NoError(t, err)
	assert.Equal(t, want, string(v))
}

// A process that has lost its lock, as one does that was paused, replaces nothing that the next
// holder writes, and does not free that one's lock.
func TestAHolderThatHasLostItsLockChangesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dialect wecomsql.Dialect) {
		d, one, other := twoStores(t, dialect)
		unlock, err := lockFor(t, one, time.Minute)
		require.NoError(t, err)
		require.NoError(t, one.Put(t.Context(), "k", []byte("older"), 0))
		require.NoError(t, d.Exec(t.Context(), "UPDATE {lock} SET ends=0"))
		next, err := lockFor(t, other, time.Minute)
		require.NoError(t, err)
		require.NoError(t, other.Put(t.Context(), "k", []byte("newer"), 0))

		require.ErrorIs(t, one.Put(t.Context(), "k", []byte("older"), 0), wecomsql.ErrLockLost)
		require.ErrorIs(t, one.Delete(t.Context(), "k"), wecomsql.ErrLockLost)
		wantValue(t, one, "newer")
		require.NoError(t, one.Put(t.Context(), "of another key", nil, 0))
		unlock()
		_, err = lockFor(t, one, 100*time.Millisecond)
		require.ErrorIs(t, err, context.DeadlineExceeded, "the lock is the next holder's")
		next()
		require.NoError(t, one.Put(t.Context(), "k", []byte("newest"), 0))
		wantValue(t, other, "newest")
	})
}

// The same, when the next holder has come and gone.
func TestAHolderThatHasLostItsLockKnowsItAfterTheNextHasGone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dialect wecomsql.Dialect) {
		d, one, other := twoStores(t, dialect)
		unlock, err := lockFor(t, one, time.Minute)
		require.NoError(t, err)
		defer unlock()
		require.NoError(t, d.Exec(t.Context(), "UPDATE {lock} SET ends=0"))
		next, err := lockFor(t, other, time.Minute)
		require.NoError(t, err)
		require.NoError(t, other.Put(t.Context(), "k", []byte("newer"), 0))
		next()
		require.ErrorIs(t, one.Put(t.Context(), "k", []byte("older"), 0), wecomsql.ErrLockLost)
		wantValue(t, one, "newer")
	})
}

// A lock is renewed while it is held, and ends when its holder no longer renews it.
func TestLocksAreRenewedAndEnd(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dialect wecomsql.Dialect) {
		const life = 2 * time.Second
		s := sharedServer(t, dialect)
		d, name := s.fresh(t)
		one, other := d.Shorten(wecomsql.Times{Lock: life}).Store(), s.open(t, name, wecomsql.Config{}).Store()
		unlock, err := lockFor(t, one, time.Minute)
		require.NoError(t, err)
		_, err = lockFor(t, other, 2*life)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		unlock()
		require.NoError(t, d.Exec(t.Context(), "INSERT INTO {lock} (id, holder, ends) VALUES (?, ?, {now}+500000)", "k", "who was killed"))
		begin := time.Now()
		unlock, err = lockFor(t, other, time.Minute)
		require.NoError(t, err)
		assert.Greater(t, time.Since(begin), 200*time.Millisecond)
		unlock()
		n, err := d.Count(t.Context(), "SELECT COUNT(*) FROM {lock}")
		require.NoError(t, err)
		assert.Zero(t, n)
	})
}

// What has expired is removed by the way, a part with every few writes.
func TestTheStoreRemovesWhatHasExpired(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dialect wecomsql.Dialect) {
		d, s, _ := twoStores(t, dialect)
		for i := range 40 {
			require.NoError(t, s.Put(t.Context(), fmt.Sprint("old ", i), nil, -time.Second))
		}
		require.NoError(t, d.Exec(t.Context(), "INSERT INTO {lock} (id, holder, ends) VALUES (?, ?, 1)", "of a dead process", "x"))
		for i := range 16 {
			require.NoError(t, s.Put(t.Context(), fmt.Sprint("new ", i), nil, time.Hour))
		}
		n, err := d.Count(t.Context(), "SELECT COUNT(*) FROM {store}")
		require.NoError(t, err)
		assert.LessOrEqual(t, n, int64(32))
		n, err = d.Count(t.Context(), "SELECT COUNT(*) FROM {lock}")
		require.NoError(t, err)
		assert.Zero(t, n)
		for i := range 16 {
			_, err := s.Get(t.Context(), fmt.Sprint("new ", i))
			require.NoError(t, err)
		}
	})
}

// Keys are listed once each though they are many, long, and their page is full.
func TestListReadsPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dialect wecomsql.Dialect) {
		d, _ := sharedServer(t, dialect).fresh(t)
		s := d.Store()
		const many = 1200
		long := strings.Repeat("x", 254)
		for i := 0; i < many; i += 100 {
			statement := "INSERT INTO {store} (id, k, v) VALUES "
			var args []any
			for n := i; n < i+100; n++ {
				key := fmt.Sprintf("%s%05d", long, n)
				statement += "(?, ?, ?), "
				args = append(args, wecomsql.IDOf(key), key, "v")
			}
			require.NoError(t, d.Exec(t.Context(), strings.TrimSuffix(statement, ", "), args...))
		}
		seen := map[string]bool{}
		for key, err := range s.(token.Lister).List(t.Context(), long+"00") {
			require.NoError(t, err)
			require.False(t, seen[key], key)
			seen[key] = true
		}
		assert.Len(t, seen, 1000)
	})
}

func TestIDsOfKeys(t *testing.T) {
	t.Parallel()
	short, long := strings.Repeat("k", 255), strings.Repeat("k", 256)
	assert.Equal(t, short, wecomsql.IDOf(short))
	assert.Len(t, wecomsql.IDOf(long), 255+32)
	assert.NotEqual(t, wecomsql.IDOf(long), wecomsql.IDOf(long+"k"))
	assert.NotEqual(t, wecomsql.IDOf(wecomsql.IDOf(long)), wecomsql.IDOf(long))
}

func FuzzAfter(f *testing.F) {
	f.Add("a", "ab")
	f.Add("\xff", "\xff\xff")
	f.Add("", "")
	f.Fuzz(func(t *testing.T, prefix, text string) {
		end := wecomsql.After(prefix)
		below := text >= prefix && (end == "" || text < end)
		assert.Equal(t, strings.HasPrefix(text, prefix), below, "%q %q %q", prefix, text, end)
	})
}
