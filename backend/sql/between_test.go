package wecomsql_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/backend/sql"
	"github.com/gothird/wecom/callback"
)

// movable is a queue whose server has a clock that the test moves. It sweeps once an hour.
func movable(t *testing.T, dialect wecomsql.Dialect, cfg wecomsql.Config) (*wecomsql.DB, callback.Queue) {
	t.Helper()
	s := sharedServer(t, dialect)
	_, name := s.fresh(t)
	d, err := s.open(t, name, cfg).Movable(t.Context())
	require.NoError(t, err)
	return d, d.Shorten(wecomsql.Times{Sweep: time.Hour}).Queue()
}

func claimed(t *testing.T, q callback.Queue, owner string, n int) []callback.Claimed {
	t.Helper()
	got, err := q.Claim(t.Context(), callback.Ask{Routes: []string{"r"}, Max: n, Owner: owner})
	require.NoError(t, err)
	return got
}

func settled(t *testing.T, q callback.Queue, hold callback.Hold, s callback.Settlement) {
	t.Helper()
	s.Hold = hold
	lost, err := q.Settle(t.Context(), []callback.Settlement{s})
	require.NoError(t, err)
	require.Empty(t, lost)
}

// A lease ends at its time, and not when somebody next looks whose has ended.
func TestALeaseEndsBetweenSweeps(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dialect wecomsql.Dialect) {
		d, q := movable(t, dialect, wecomsql.Config{})
		ctx := t.Context()
		require.NoError(t, q.Join(ctx, "o", 10*time.Minute))
		require.NoError(t, q.Put(ctx, []callback.Item{item("a"), item("b")}))
		got := claimed(t, q, "o", 1) // sweeps for the next hour
		require.Len(t, got, 1)
		require.NoError(t, d.Move(ctx, 20*time.Minute))
		_, err := q.Claim(ctx, callback.Ask{Routes: []string{"r"}, Max: 1, Owner: "o"})
		require.ErrorIs(t, err, callback.ErrLost)
		require.ErrorIs(t, q.Extend(ctx, "o", time.Hour), callback.ErrLost)
		for _, kind := range []callback.Kind{callback.Done, callback.Again, callback.Wait, callback.Bury} {
			lost, err := q.Settle(ctx, []callback.Settlement{{Hold: got[0].Hold, Kind: kind}})
			require.NoError(t, err)
			assert.Equal(t, []callback.Hold{got[0].Hold}, lost)
		}
		require.NoError(t, q.Join(ctx, "o", 10*time.Minute))
		again := claimed(t, q, "o", 9)
		require.Len(t, again, 2, "a new owner of the name has nothing of the old one, and claims all")
	})
}

// A process sweeps once in a while, and also if the clock of the server was set back, by which it
// would not for long.
func TestWhenAProcessSweeps(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dialect wecomsql.Dialect) {
		for by, swept := range map[time.Duration]bool{0: false, 30 * time.Minute: false, 61 * time.Minute: true, -2 * time.Hour: true} {
			d, q := movable(t, dialect, wecomsql.Config{})
			ctx := t.Context()
			for _, owner := range []string{"dies", "o"} {
				require.NoError(t, q.Join(ctx, owner, 24*time.Hour))
			}
			require.NoError(t, q.Put(ctx, []callback.Item{item("a")}))
			require.Len(t, claimed(t, q, "dies", 1), 1)
			require.NoError(t, d.Exec(ctx, "UPDATE {owner} SET ends=0 WHERE owner=?", "dies"))
			require.NoError(t, d.Move(ctx, by))
			assert.Equal(t, swept, len(claimed(t, q, "o", 1)) == 1, by)
		}
	})
}

// Some clock was ahead for a while, and waits were counted from it: they end after a day all the same.
func TestWaitsOfAClockThatWasAhead(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dialect wecomsql.Dialect) {
		d, q := movable(t, dialect, wecomsql.Config{})
		ctx := t.Context()
		require.NoError(t, d.Move(ctx, 365*24*time.Hour))
		require.NoError(t, q.Join(ctx, "o", time.Hour))
		require.NoError(t, q.Put(ctx, []callback.Item{item("closed"), item("later"), item("soon"), item("at once")}))
		got := claimed(t, q, "o", 9)
		require.Len(t, got, 4)
		settled(t, q, got[0].Hold, callback.Settlement{Kind: callback.Wait, After: time.Hour})
		settled(t, q, got[1].Hold, callback.Settlement{Kind: callback.Again, After: 48 * time.Hour})
		settled(t, q, got[3].Hold, callback.Settlement{Kind: callback.Again, After: -time.Hour})
		require.NoError(t, d.Move(ctx, -365*24*time.Hour))
		require.NoError(t, q.Join(ctx, "o", time.Hour))
		assert.Len(t, claimed(t, q, "o", 9), 3, "all but what is held")

		settled(t, q, got[2].Hold, callback.Settlement{Kind: callback.Again, After: 48 * time.Hour})
		require.NoError(t, d.Move(ctx, 25*time.Hour))
		require.NoError(t, q.Join(ctx, "o", time.Hour))
		assert.Len(t, claimed(t, q, "o", 9), 4, "no wait is longer than a day")
	})
}

// What waits for its time takes room, and what is buried does not.
func TestWhatTakesRoom(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dialect wecomsql.Dialect) {
		_, q := movable(t, dialect, wecomsql.Config{Limit: 3})
		ctx := t.Context()
		require.NoError(t, q.Join(ctx, "o", time.Hour))
		require.NoError(t, q.Put(ctx, []callback.Item{item("a"), item("b"), item("c")}))
		got := claimed(t, q, "o", 2)
		for _, c := range got {
			settled(t, q, c.Hold, callback.Settlement{Kind: callback.Again, After: time.Hour})
		}
		require.ErrorIs(t, q.Put(ctx, []callback.Item{item("d")}), callback.ErrQueueFull)
		urgent := item("!")
		urgent.Urgent = true
		require.NoError(t, q.Put(ctx, []callback.Item{urgent}), "one more, though a tenth of three is none")
		require.ErrorIs(t, q.Put(ctx, []callback.Item{urgent}), callback.ErrQueueFull)
		for _, c := range claimed(t, q, "o", 1) {
			settled(t, q, c.Hold, callback.Settlement{Kind: callback.Bury})
		}
		require.ErrorIs(t, q.Put(ctx, []callback.Item{item("d")}), callback.ErrQueueFull, "the urgent one has the room")
		all, err := q.Stats(ctx)
		require.NoError(t, err)
		s := all["r"]
		s.Oldest = 0
		assert.Equal(t, callback.Stats{Waiting: 1, Later: 2, Dead: 1}, s)
	})
}

// Processes that put at the same time exceed the limit by a part, not by as much again for each.
func TestALimitForSeveralProcesses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dialect wecomsql.Dialect) {
		const limit, processes = 80, 3
		s := sharedServer(t, dialect)
		d, name := s.fresh(t)
		for i := range processes { // all have looked how much is free while there was much
			q := s.open(t, name, wecomsql.Config{Limit: limit}).Queue()
			require.NoError(t, q.Put(t.Context(), []callback.Item{item("first")}))
			t.Cleanup(func() { q.Close() })
			for n := 0; i == processes-1 && n < 2*limit; n++ {
				if err := q.Put(t.Context(), []callback.Item{item("last")}); err != nil {
					require.ErrorIs(t, err, callback.ErrQueueFull)
					break
				}
			}
		}
		n, err := d.Count(t.Context(), "SELECT COUNT(*) FROM {item}")
		require.NoError(t, err)
		assert.Equal(t, int64(limit), n, "one at a time, nobody exceeds it")
	})
}

// One statement can add what is alike: the order of the others is kept, and what replaces an item does
// so in whatever company.
func TestItemsOfAllKindsInOnePut(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dialect wecomsql.Dialect) {
		_, q := movable(t, dialect, wecomsql.Config{})
		ctx := t.Context()
		same := func(text string) callback.Item {
			return callback.Item{Route: "r", Lane: "a", Same: "s", Payload: []byte(text)}
		}
		large := item("large")
		large.Payload = []byte(strings.Repeat("x", 700<<10))
		require.NoError(t, q.Put(ctx, []callback.Item{same("1")}))
		require.NoError(t, q.Put(ctx, []callback.Item{item("a"), same("2"), item("b"), large, same("3"), same("4"), large, large}))
		require.NoError(t, q.Join(ctx, "o", time.Hour))
		var got []string
		for all := claimed(t, q, "o", 9); len(all) > 0; all = claimed(t, q, "o", 9) {
			for _, c := range all {
				got = append(got, c.Lane+string(c.Payload[:1]))
				settled(t, q, c.Hold, callback.Settlement{})
			}
		}
		assert.ElementsMatch(t, []string{"a4", "aa", "bb", "largex", "largex", "largex"}, got)
		assert.Less(t, slices.Index(got, "a4"), slices.Index(got, "aa"), "it has the place of the one that it replaced")
	})
}
