package wecomredis_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
)

// With a full memory nothing is taken, and what there is can be worked.
func TestFullMemory(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	c, ctx := s.client(), t.Context()
	q := newQueue(t, c, "p:")
	put(t, q, item("a", "done"), item("b", "again"), item("c", "bury"), item("d", "wait"))
	require.NoError(t, c.ConfigSet(ctx, "maxmemory", "1mb").Err())
	err := q.Put(ctx, []callback.Item{item("a", "more")})
	require.ErrorIs(t, err, callback.ErrQueueFull)
	assert.ErrorContains(t, err, "maxmemory")
	require.ErrorContains(t, newStore(t, c, "p:").Put(ctx, "k", []byte("v"), 0), "OOM")

	join(t, q, "o")
	require.NoError(t, q.Extend(ctx, "o", time.Hour))
	assert.Len(t, settle(t, q, []callback.Claimed{{}}, callback.Settlement{}), 1, "what is lost is")
	for _, got := range claim(t, q, "o") {
		kind := map[string]callback.Kind{"again": callback.Again, "bury": callback.Bury, "wait": callback.Wait}[string(got.Payload)]
		assert.Empty(t, settle(t, q, []callback.Claimed{got}, callback.Settlement{Kind: kind, After: time.Hour, State: []byte("s")}))
	}
	assert.Equal(t, callback.Stats{Waiting: 1, Later: 1, Dead: 1}, stats(t, q))
	dead, err := q.Dead(ctx, "", 9)
	require.NoError(t, err)
	require.NoError(t, q.Retry(ctx, []string{dead[0].ID}))
	settle(t, q, claim(t, q, "o"), callback.Settlement{Kind: callback.Bury})
	require.NoError(t, q.Discard(ctx, []string{dead[0].ID}))
	require.NoError(t, c.ConfigSet(ctx, "maxmemory", "0").Err())
	put(t, q, item("a", "more"))
	assert.Equal(t, callback.Stats{Waiting: 2, Later: 1}, stats(t, q))
}

// Who works a queue is told of a server that would delete it.
func TestAServerThatDeletesIsRefused(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	c, ctx := s.client(), t.Context()
	q := newQueue(t, c, "p:")
	for policy, good := range map[string]bool{"noeviction": true, "volatile-lru": true, "allkeys-lru": false, "allkeys-random": false} {
		require.NoError(t, c.ConfigSet(ctx, "maxmemory-policy", policy).Err())
		err := q.Join(ctx, "o", time.Hour)
		if good {
			require.NoError(t, err, policy)
			continue
		}
		require.ErrorContains(t, err, "set it to noeviction", policy)
	}
	require.NoError(t, c.Do(ctx, "ACL", "SETUSER", "app", "on", ">secret-password", "~*", "+@all", "-info", "resetchannels").Err())
	app := redis.NewClient(&redis.Options{Addr: s.addr(), Username: "app", Password: "secret-password"})
	defer app.Close()
	restricted := newQueue(t, app, "p:")
	join(t, restricted, "o") // may not look
	put(t, restricted, item("a", "1"))
	assert.Len(t, claim(t, restricted, "o"), 1, "nor publish")
}

// The clock of a server that was ahead for a while, or is set back, delays nothing for longer
// than a right one.
func TestServerClockThatIsSet(t *testing.T) {
	t.Parallel()
	c, prefix := sharedClient(t)
	q, ctx := newQueue(t, c, prefix), t.Context()
	key := q.ShiftClock()
	set := func(shift time.Duration) { require.NoError(t, c.Set(ctx, key, shift.Milliseconds(), 0).Err()) }
	const year = 365 * 24 * time.Hour
	set(year)
	put(t, q, item("later", "later"), item("closed", "closed"), item("held", "held"))
	require.NoError(t, q.Join(ctx, "dies", time.Minute))
	got := claim(t, q, "dies")
	require.Len(t, got, 3)
	put(t, q, item("silent", "silent"))
	require.NoError(t, q.Join(ctx, "silent", time.Minute))
	require.Len(t, claim(t, q, "silent"), 1)
	settle(t, q, got[:1], callback.Settlement{Kind: callback.Again, After: time.Hour})
	settle(t, q, got[1:2], callback.Settlement{Kind: callback.Wait, After: time.Hour})
	set(0)
	require.NoError(t, q.Extend(ctx, "dies", time.Minute), "its lease goes on")
	join(t, q, "o")
	assert.Empty(t, claim(t, q, "o"))
	all, err := q.Stats(ctx) // sweeps once more: each time it clamps one lease
	require.NoError(t, err)
	assert.Zero(t, all["r"].Oldest, "what was put in the future was put now")
	set(2 * time.Minute)
	require.NoError(t, q.Extend(ctx, "o", 48*time.Hour))
	back := claim(t, q, "o")
	require.Len(t, back, 2, "who died holds it for a minute")
	assert.Equal(t, []string{"held", "silent"}, []string{back[0].Lane, back[1].Lane})
	assert.WithinRange(t, back[0].Put, time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
	set(25 * time.Hour)
	assert.Len(t, claim(t, q, "o"), 2)
}

// Identities are forgotten, so that they take room for two hours only.
func TestIdentitiesAreForgotten(t *testing.T) {
	t.Parallel()
	c, prefix := sharedClient(t)
	q, ctx := newQueue(t, c, prefix), t.Context()
	key := q.ShiftClock()
	join(t, q, "o")
	for i := range 300 {
		it := item(fmt.Sprint(i), "x")
		it.Identity = fmt.Sprint("i", i)
		put(t, q, it)
	}
	for got := claim(t, q, "o"); len(got) > 0; got = claim(t, q, "o") {
		settle(t, q, got, callback.Settlement{})
	}
	require.EqualValues(t, 300, c.ZCard(ctx, prefix+"{queue}finished").Val())
	require.NoError(t, c.Set(ctx, key, (3*time.Hour).Milliseconds(), 0).Err())
	join(t, q, "o2")
	for range 3 {
		assert.Empty(t, claim(t, q, "o2"))
	}
	keys, err := c.Keys(ctx, prefix+"{queue}*").Result()
	require.NoError(t, err)
	for _, k := range keys {
		assert.NotRegexp(t, "(items|payloads|states|waiting|ready|lanes|closed|held|later|dead|alive|same|kept|finished|counts)$", k, "nothing is left of 300 items")
	}
}
