package wecomredis_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	wecomredis "github.com/gothird/wecom/backend/redis"
	"github.com/gothird/wecom/callback"
)

// What an owner has held is waiting again when its lease has ended, however much that is and
// however many such owners there are; none of them can settle it any more.
func TestManyLeasesEnd(t *testing.T) {
	t.Parallel()
	c, prefix := sharedClient(t)
	q, ctx := newQueue(t, c, prefix), t.Context()
	key := q.ShiftClock()
	var held [][]callback.Claimed
	for i := range 25 { // more than a script sweeps at once
		owner := fmt.Sprint("owner ", i)
		put(t, q, item(owner, "x"))
		require.NoError(t, q.Join(ctx, owner, time.Minute))
		held = append(held, claim(t, q, owner))
		require.Len(t, held[i], 1)
	}
	for i := range 250 {
		put(t, q, item(fmt.Sprint("many ", i), "x"))
	}
	require.NoError(t, q.Join(ctx, "holds many", time.Minute))
	for range 3 {
		held = append(held, claim(t, q, "holds many"))
	}
	assert.Equal(t, callback.Stats{Busy: 275}, stats(t, q))
	require.NoError(t, c.Set(ctx, key, (2*time.Minute).Milliseconds(), 0).Err())
	for i := len(held) - 1; i >= 0; i-- {
		require.Len(t, settle(t, q, held[i], callback.Settlement{}), len(held[i]), "of %d", i)
	}
	assert.Equal(t, callback.Stats{Waiting: 275}, stats(t, q))
	assert.Zero(t, c.ZCard(ctx, prefix+"{queue}owners").Val())
	assert.Zero(t, c.HLen(ctx, prefix+"{queue}leases").Val())
}

// A name that joins again after its lease has ended holds nothing.
func TestANameThatJoinsAgain(t *testing.T) {
	t.Parallel()
	c, prefix := sharedClient(t)
	q, ctx := newQueue(t, c, prefix), t.Context()
	key := q.ShiftClock()
	put(t, q, item("a", "x"))
	require.NoError(t, q.Join(ctx, "o", time.Minute))
	before := claim(t, q, "o")
	require.Len(t, before, 1)
	require.NoError(t, c.Set(ctx, key, (2*time.Minute).Milliseconds(), 0).Err())
	require.NoError(t, q.Join(ctx, "o", time.Minute))
	assert.Len(t, settle(t, q, before, callback.Settlement{}), 1)
	after := claim(t, q, "o")
	require.Len(t, after, 1)
	assert.Equal(t, 2, after[0].Starts)
}

// So it is however much it has held: more than a script gives back at once.
func TestANameThatHeldMuchJoinsAgain(t *testing.T) {
	t.Parallel()
	c, prefix := sharedClient(t)
	q, ctx := newQueue(t, c, prefix), t.Context()
	key := q.ShiftClock()
	for i := range 250 {
		put(t, q, item(fmt.Sprint("many ", i), "x"))
	}
	require.NoError(t, q.Join(ctx, "o", time.Minute))
	var before []callback.Claimed
	for range 3 {
		before = append(before, claim(t, q, "o")...)
	}
	require.Len(t, before, 250)
	require.NoError(t, c.Set(ctx, key, (2*time.Minute).Milliseconds(), 0).Err())
	require.NoError(t, q.Join(ctx, "o", time.Minute))
	assert.Len(t, settle(t, q, before, callback.Settlement{}), 250)
	assert.Equal(t, callback.Stats{Waiting: 250}, stats(t, q))
}

// A hold that others have written is no hold.
func TestAForeignHold(t *testing.T) {
	t.Parallel()
	c, prefix := sharedClient(t)
	q, ctx := newQueue(t, c, prefix), t.Context()
	key := q.ShiftClock()
	put(t, q, item("a", "x"))
	require.NoError(t, q.Join(ctx, "dies", time.Minute))
	require.NoError(t, c.ZAdd(ctx, prefix+"{queue}held", redis.Z{Member: "4:diestoken0000000000000001"}).Err())
	require.NoError(t, c.Set(ctx, key, (2*time.Minute).Milliseconds(), 0).Err())
	join(t, q, "o")
	assert.Len(t, claim(t, q, "o"), 1)
	assert.EqualValues(t, 1, c.ZCard(ctx, prefix+"{queue}held").Val())
}

// With more identities in two hours than a queue remembers, the oldest are forgotten earlier.
func TestIdentitiesAreBounded(t *testing.T) {
	t.Parallel()
	c, prefix := sharedClient(t)
	q := newQueue(t, c, prefix)
	q.LimitIdentities("100")
	join(t, q, "o")
	for i := range 300 {
		put(t, q, identified(item(fmt.Sprint(i), "x"), fmt.Sprint("i", i)))
		settle(t, q, claim(t, q, "o"), callback.Settlement{})
	}
	for _, last := range []string{"i300", "i301"} { // no more than necessary is forgotten
		put(t, q, identified(item(last, "x"), last))
		settle(t, q, claim(t, q, "o"), callback.Settlement{})
		stats(t, q)
		assert.EqualValues(t, 100, c.ZCard(t.Context(), prefix+"{queue}finished").Val())
	}
	put(t, q, identified(item("new", "x"), "i299"), identified(item("old", "x"), "i0"))
	got := claim(t, q, "o")
	require.Len(t, got, 1)
	assert.Equal(t, "old", got[0].Lane)
}

// A process that only puts forgets identities too, if all others are away.
func TestPutForgetsIdentities(t *testing.T) {
	t.Parallel()
	c, prefix := sharedClient(t)
	q, ctx := newQueue(t, c, prefix), t.Context()
	key := q.ShiftClock()
	join(t, q, "o")
	put(t, q, identified(item("a", "x"), "i"))
	settle(t, q, claim(t, q, "o"), callback.Settlement{})
	require.EqualValues(t, 1, c.ZCard(ctx, prefix+"{queue}finished").Val())
	require.NoError(t, c.Set(ctx, key, (3*time.Hour).Milliseconds(), 0).Err())
	put(t, q, item("a", "y"))
	assert.Zero(t, c.ZCard(ctx, prefix+"{queue}finished").Val())
}

// An identity is known for two hours after it was put, not after it was done.
func TestAnIdentityIsKnownFromItsPut(t *testing.T) {
	t.Parallel()
	c, prefix := sharedClient(t)
	q, ctx := newQueue(t, c, prefix), t.Context()
	key := q.ShiftClock()
	at := func(shift time.Duration) { require.NoError(t, c.Set(ctx, key, shift.Milliseconds(), 0).Err()) }
	require.NoError(t, q.Join(ctx, "o", 24*time.Hour))
	put(t, q, identified(item("a", "x"), "i"))
	at(90 * time.Minute)
	settle(t, q, claim(t, q, "o"), callback.Settlement{})
	at(110 * time.Minute)
	put(t, q, identified(item("a", "x"), "i"))
	assert.Empty(t, claim(t, q, "o"), "it is known")
	at(130 * time.Minute)
	put(t, q, identified(item("a", "x"), "i"))
	assert.Len(t, claim(t, q, "o"), 1)
}

// However small a full queue is, there is room for one urgent item more.
func TestASmallFullQueueHasRoomForOneUrgentItem(t *testing.T) {
	t.Parallel()
	c, prefix := sharedClient(t)
	q, err := wecomredis.NewQueue(c, wecomredis.Options{Prefix: prefix, MaxItems: 3})
	require.NoError(t, err)
	put(t, q, item("a", "1"), item("a", "2"), item("a", "3"))
	urgent := item("!", "urgent")
	urgent.Urgent = true
	put(t, q, urgent)
	require.ErrorIs(t, q.Put(t.Context(), []callback.Item{urgent}), callback.ErrQueueFull)
}
