package wecomsql_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/backend/sql"
	"github.com/gothird/wecom/callback"
)

// A hold is good once, also within one request, and for its own item only.
func TestAHoldIsGoodOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dialect wecomsql.Dialect) {
		_, q := movable(t, dialect, wecomsql.Config{})
		ctx := t.Context()
		require.NoError(t, q.Join(ctx, "o", time.Hour))
		require.NoError(t, q.Put(ctx, []callback.Item{item("a"), item("b"), item("b")}))
		got := claimed(t, q, "o", 2)
		require.Len(t, got, 2)
		a, b := got[0].Hold, got[1].Hold
		foreign := a
		foreign.ID = b.ID
		lost, err := q.Settle(ctx, []callback.Settlement{{Hold: foreign}})
		require.NoError(t, err)
		assert.Equal(t, []callback.Hold{foreign}, lost)
		for _, kind := range []callback.Kind{-1, callback.Bury + 1} {
			_, err = q.Settle(ctx, []callback.Settlement{{Hold: a}, {Hold: b, Kind: kind}})
			require.ErrorContains(t, err, fmt.Sprintf("settlement 1 is of kind %d: there are Done, Again, Wait and Bury", kind))
		}
		assert.Empty(t, claimed(t, q, "o", 9), "nothing was settled yet")
		lost, err = q.Settle(ctx, []callback.Settlement{{Hold: a}, {Hold: b}, {Hold: a}})
		require.NoError(t, err)
		assert.Equal(t, []callback.Hold{a}, lost, "the second one")
		assert.Len(t, claimed(t, q, "o", 9), 1)
	})
}

// What is asked for buried items touches no other ones, and an ID is one in its whole form only.
func TestOnlyBuriedItemsAreRetriedAndDiscarded(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dialect wecomsql.Dialect) {
		_, q := movable(t, dialect, wecomsql.Config{})
		ctx := t.Context()
		require.NoError(t, q.Join(ctx, "o", time.Hour))
		require.NoError(t, q.Put(ctx, []callback.Item{item("held"), item("later"), item("dead 1"), item("dead 2")}))
		got := claimed(t, q, "o", 9)
		require.NoError(t, q.Put(ctx, []callback.Item{item("waits")}))
		var ids []string
		for i := range 9 {
			ids = append(ids, fmt.Sprintf("%016x", i), fmt.Sprint(i), fmt.Sprintf("+%015x", i), fmt.Sprintf("%016X", -i))
		}
		settled(t, q, got[1].Hold, callback.Settlement{Kind: callback.Again, After: time.Hour})
		for _, do := range []func() error{
			func() error { return q.Retry(ctx, ids) },
			func() error { return q.Discard(ctx, ids) },
		} {
			require.NoError(t, do())
			all, err := q.Stats(ctx)
			require.NoError(t, err)
			s := all["r"]
			assert.Equal(t, "3 1 1 0", fmt.Sprint(s.Busy, s.Later, s.Waiting, s.Dead))
		}
		for _, c := range got[2:] {
			settled(t, q, c.Hold, callback.Settlement{Kind: callback.Bury, Reason: c.Lane})
		}
		dead, err := q.Dead(ctx, "", 1)
		require.NoError(t, err)
		require.Len(t, dead, 1, "the first page")
		assert.Equal(t, "dead 1", dead[0].Reason)
		for _, after := range []string{"1", "+" + dead[0].ID[1:], dead[0].ID + "0", "z"} {
			_, err = q.Dead(ctx, after, 1)
			require.ErrorContains(t, err, "is no ID of this queue")
		}
		require.NoError(t, q.Discard(ctx, []string{dead[0].ID[1:], "1"}))
		for most, want := range map[int]int{-1: 0, 0: 0, 9: 2} {
			dead, err = q.Dead(ctx, "", most)
			require.NoError(t, err)
			assert.Len(t, dead, want)
		}
	})
}

// A lane that was closed is open once an item is moved there, and no longer opens at the time that was
// said before: then it may be held.
func TestALaneIsOpenedOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dialect wecomsql.Dialect) {
		d, q := movable(t, dialect, wecomsql.Config{})
		ctx := t.Context()
		require.NoError(t, q.Join(ctx, "o", 24*time.Hour))
		require.NoError(t, q.Put(ctx, []callback.Item{item("a"), item("a"), item("b")}))
		got := claimed(t, q, "o", 9)
		require.Len(t, got, 2)
		settled(t, q, got[0].Hold, callback.Settlement{Kind: callback.Wait, After: time.Hour})
		assert.Empty(t, claimed(t, q, "o", 9), "closed")
		settled(t, q, got[1].Hold, callback.Settlement{Kind: callback.Again, Lane: "a"})
		held := claimed(t, q, "o", 9)
		require.Len(t, held, 1)
		require.NoError(t, d.Move(ctx, 2*time.Hour))
		assert.Empty(t, claimed(t, q, "o", 9), "it is held")
		settled(t, q, held[0].Hold, callback.Settlement{Kind: callback.Again, Lane: "elsewhere", After: time.Hour})
		n, err := d.Count(ctx, "SELECT COUNT(*) FROM {lane} WHERE lane=?", "elsewhere")
		require.NoError(t, err)
		assert.Zero(t, n, "there is nothing yet")
		for range 2 {
			for _, c := range claimed(t, q, "o", 9) {
				settled(t, q, c.Hold, callback.Settlement{})
			}
		}
		require.NoError(t, d.Move(ctx, 2*time.Hour))
		last := claimed(t, q, "o", 9)
		require.Len(t, last, 1)
		assert.Equal(t, "elsewhere", last[0].Lane)
	})
}

// What one statement adds: not too many items, not too much, all with a Same or none, no Same twice.
func TestWhatOneStatementAdds(t *testing.T) {
	t.Parallel()
	large, same, other := item("large"), callback.Item{Same: "s"}, callback.Item{Same: "other"}
	large.Payload = make([]byte, 600<<10)
	large.State = make([]byte, 400<<10)
	for _, c := range []struct {
		items []callback.Item
		want  int
	}{
		{make([]callback.Item, 100), 100},
		{make([]callback.Item, 101), 100},
		{[]callback.Item{large, item("a")}, 2},
		{[]callback.Item{item("a"), large, large, item("b")}, 2},
		{[]callback.Item{large, large}, 1},
		{[]callback.Item{item("a"), same}, 1},
		{[]callback.Item{same, item("a")}, 1},
		{[]callback.Item{same, other}, 2},
		{[]callback.Item{same, other, same}, 2},
		{[]callback.Item{{Payload: make([]byte, 3<<20)}, item("a")}, 1},
	} {
		assert.Equal(t, c.want, wecomsql.Run(c.items, 0), "%d items", len(c.items))
		before := append([]callback.Item{item("before")}, c.items...)
		assert.Equal(t, c.want+1, wecomsql.Run(before, 1), "%d items", len(c.items))
	}
}

// An item that somebody else has written is an error, not a panic.
func TestAnItemWithoutAClass(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dialect wecomsql.Dialect) {
		d, q := movable(t, dialect, wecomsql.Config{})
		insert := "INSERT INTO {item} (class, lane, st, due, put, starts, reason, payload, state) VALUES (?, ?, 3, 0, 0, 0, ?, ?, ?)"
		require.NoError(t, d.Exec(t.Context(), insert, "", "a", "", "", ""))
		_, err := q.Dead(t.Context(), "", 9)
		require.ErrorContains(t, err, "an item has no class")
	})
}

// Identities whose time is over go by the hundreds, so that a sweep keeps up with what is done between
// two of them, and those of others stay.
func TestManyIdentitiesAreForgotten(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dialect wecomsql.Dialect) {
		d, q := movable(t, dialect, wecomsql.Config{})
		ctx := t.Context()
		const over = 450
		statement, args := "INSERT INTO {item} (class, lane, ident, st, due, put, starts, reason, payload, state) VALUES ", []any(nil)
		for i := range over + 1 {
			statement += "(?, ?, ?, 2, CASE WHEN ?=0 THEN {now}+60000000 ELSE 1 END, 0, 0, ?, ?, ?), "
			args = append(args, "nr", "a", fmt.Sprint(i), i, "", "", "")
		}
		require.NoError(t, d.Exec(ctx, strings.TrimSuffix(statement, ", "), args...))
		_, err := q.Stats(ctx) // sweeps
		require.NoError(t, err)
		n, err := d.Count(ctx, "SELECT COUNT(*) FROM {item}")
		require.NoError(t, err)
		assert.Equal(t, int64(1), n)
	})
}

// An error says what to set if that is known.
func TestErrorsSayWhatToSet(t *testing.T) {
	t.Parallel()
	refused := errors.New("Error 1665 (HY000): Cannot execute statement: impossible to write to binary log since BINLOG_FORMAT = STATEMENT")
	err := wecomsql.Explain("put", refused)
	require.ErrorIs(t, err, refused)
	assert.ErrorContains(t, err, "wecomsql: put: set binlog_format to ROW or MIXED")
	err = wecomsql.Explain("put", errDisk)
	require.ErrorIs(t, err, errDisk)
	assert.Equal(t, "wecomsql: put: disk I/O error", err.Error())
}
