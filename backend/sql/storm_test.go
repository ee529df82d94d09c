package wecomsql_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/backend/sql"
	"github.com/gothird/wecom/callback"
)

// queues are those of several processes on one database.
func queues(t *testing.T, dialect wecomsql.Dialect, n int) (d *wecomsql.DB, all []callback.Queue) {
	t.Helper()
	s := sharedServer(t, dialect)
	d, name := s.fresh(t)
	for i := range n {
		q := s.open(t, name, wecomsql.Config{}).Shorten(wecomsql.Times{Sweep: 20 * time.Millisecond}).Queue()
		require.NoError(t, q.Join(t.Context(), fmt.Sprint("owner ", i), time.Hour))
		all = append(all, q)
	}
	return d, all
}

// However many processes put an item of one identity at the same time, there is one.
func TestAnIdentityThatManyPut(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dialect wecomsql.Dialect) {
		d, all := queues(t, dialect, 4)
		var wg sync.WaitGroup
		for i := range 16 {
			wg.Go(func() {
				var items []callback.Item
				for _, n := range rand.Perm(10) { // in any order, of any lane
					items = append(items, callback.Item{Route: "r", Lane: fmt.Sprint(i % 5), Identity: fmt.Sprint(n)})
				}
				assert.NoError(t, all[i%4].Put(t.Context(), items))
			})
		}
		wg.Wait()
		n, err := d.Count(t.Context(), "SELECT COUNT(*) FROM {item}")
		require.NoError(t, err)
		assert.Equal(t, int64(10), n)
	})
}

// Of what is the same the newest content is kept until it is started, and what comes later is
// another item: no content that was put last is lost.
func TestTheNewestIsNotLost(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dialect wecomsql.Dialect) {
		_, all := queues(t, dialect, 2)
		const last = 60
		var seen string
		work := func() {
			got, err := all[1].Claim(t.Context(), callback.Ask{Routes: []string{"r"}, Max: 9, Owner: "owner 1"})
			require.NoError(t, err)
			for _, c := range got {
				assert.Less(t, seen, string(c.Payload), "it is older than what was handed out before")
				seen = string(c.Payload)
				_, err := all[1].Settle(t.Context(), []callback.Settlement{{Hold: c.Hold}})
				require.NoError(t, err)
			}
		}
		put := make(chan error)
		go func() {
			for i := range last + 1 {
				if err := all[0].Put(t.Context(), []callback.Item{{Route: "r", Lane: "a", Same: "s", Payload: fmt.Appendf(nil, "%03d", i)}}); err != nil {
					put <- err
				}
			}
			close(put)
		}()
		for open := true; open; {
			select {
			case err, more := <-put:
				require.NoError(t, err)
				open = more
			default:
				work()
			}
		}
		work()
		assert.Equal(t, fmt.Sprintf("%03d", last), seen)
	})
}

// Items move between the same lanes in all directions while others are put there and settled in
// batches: nobody gets an error, and nothing is lost.
func TestMovesInAllDirections(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dialect wecomsql.Dialect) {
		d, all := queues(t, dialect, 4)
		var wg sync.WaitGroup
		for i, q := range all {
			wg.Go(func() {
				for n := range 25 {
					var items []callback.Item
					for lane := range 5 {
						items = append(items, callback.Item{Route: "r", Lane: fmt.Sprint((lane + n) % 8), Payload: []byte("x")})
					}
					assert.NoError(t, q.Put(t.Context(), items))
					settleSome(t, q, fmt.Sprint("owner ", i))
				}
			})
		}
		wg.Wait()
		for left := int64(1); left > 0; {
			for i, q := range all {
				settleSome(t, q, fmt.Sprint("owner ", i))
			}
			var err error
			left, err = d.Count(t.Context(), "SELECT COUNT(*) FROM {item} WHERE st<>2")
			require.NoError(t, err)
		}
		stats, err := all[0].Stats(t.Context())
		require.NoError(t, err)
		assert.Empty(t, stats)
	})
}

// settleSome moves a part of what it claims, and is done with the rest.
func settleSome(t *testing.T, q callback.Queue, owner string) {
	got, err := q.Claim(t.Context(), callback.Ask{Routes: []string{"r"}, Max: 4, Owner: owner})
	assert.NoError(t, err)
	var settlements []callback.Settlement
	for _, c := range got {
		s := callback.Settlement{Hold: c.Hold}
		if rand.IntN(4) == 0 {
			s.Kind, s.Lane = callback.Again, fmt.Sprint(rand.IntN(8))
		}
		settlements = append(settlements, s)
	}
	lost, err := q.Settle(t.Context(), settlements)
	assert.NoError(t, err)
	assert.Empty(t, lost)
}

// A process that was away for longer than its lease settles nothing that another one has now.
func TestALateProcessSettlesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dialect wecomsql.Dialect) {
		_, all := queues(t, dialect, 2)
		ask := callback.Ask{Routes: []string{"r"}, Max: 1, Owner: "late"}
		require.NoError(t, all[0].Join(t.Context(), "late", 300*time.Millisecond))
		require.NoError(t, all[0].Put(t.Context(), []callback.Item{item("a")}))
		late, err := all[0].Claim(t.Context(), ask)
		require.NoError(t, err)
		require.Len(t, late, 1)
		var got []callback.Claimed
		require.Eventually(t, func() bool {
			got, err = all[1].Claim(t.Context(), callback.Ask{Routes: []string{"r"}, Max: 1, Owner: "owner 1"})
			return err == nil && len(got) == 1
		}, time.Minute, 20*time.Millisecond)
		assert.Equal(t, 2, got[0].Starts)
		for _, kind := range []callback.Kind{callback.Done, callback.Again, callback.Wait, callback.Bury} {
			lost, err := all[0].Settle(t.Context(), []callback.Settlement{{Hold: late[0].Hold, Kind: kind}})
			require.NoError(t, err)
			assert.Equal(t, []callback.Hold{late[0].Hold}, lost)
		}
		_, err = all[0].Claim(t.Context(), ask)
		require.ErrorIs(t, err, callback.ErrLost)
		require.ErrorIs(t, all[0].Extend(t.Context(), "late", time.Hour), callback.ErrLost)
		lost, err := all[1].Settle(t.Context(), []callback.Settlement{{Hold: got[0].Hold}})
		require.NoError(t, err)
		assert.Empty(t, lost)
	})
}
