package wecomredis_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	wecomredis "github.com/gothird/wecom/backend/redis"
	"github.com/gothird/wecom/callback"
)

func item(lane, payload string) callback.Item {
	return callback.Item{Route: "r", Lane: lane, Payload: []byte(payload)}
}

func put(t *testing.T, q callback.Queue, items ...callback.Item) {
	t.Helper()
	require.NoError(t, q.Put(t.Context(), items))
}

func join(t *testing.T, q callback.Queue, owner string) {
	t.Helper()
	require.NoError(t, q.Join(t.Context(), owner, time.Hour))
}

func claim(t *testing.T, q callback.Queue, owner string) []callback.Claimed {
	t.Helper()
	got, err := q.Claim(t.Context(), callback.Ask{Routes: []string{"r"}, Max: 100, Owner: owner})
	require.NoError(t, err)
	return got
}

// settle settles all in the same way.
func settle(t *testing.T, q callback.Queue, got []callback.Claimed, s callback.Settlement) (lost []callback.Hold) {
	t.Helper()
	all := make([]callback.Settlement, len(got))
	for i, c := range got {
		all[i] = s
		all[i].Hold = c.Hold
	}
	lost, err := q.Settle(t.Context(), all)
	require.NoError(t, err)
	return lost
}

func stats(t *testing.T, q callback.Queue) callback.Stats {
	t.Helper()
	all, err := q.Stats(t.Context())
	require.NoError(t, err)
	s := all["r"]
	s.Oldest = 0
	return s
}

func TestFullQueueKeepsRoomForUrgentItems(t *testing.T) {
	t.Parallel()
	c, prefix := sharedClient(t)
	q, err := wecomredis.NewQueue(c, wecomredis.Options{Prefix: prefix, MaxItems: 10})
	require.NoError(t, err)
	known := item("a", "known")
	known.Identity = "i"
	same := item("a", "same")
	same.Same = "s"
	put(t, q, known, same)
	for i := range 8 {
		put(t, q, item("a", fmt.Sprint(i)))
	}
	full := q.Put(t.Context(), []callback.Item{item("a", "too much")})
	require.ErrorIs(t, full, callback.ErrQueueFull)
	assert.ErrorContains(t, full, "10 items")
	put(t, q, known, same) // nothing more
	urgent := item("!", "urgent")
	urgent.Urgent = true
	require.ErrorIs(t, q.Put(t.Context(), []callback.Item{urgent, item("a", "not urgent")}), callback.ErrQueueFull, "all or none")
	put(t, q, urgent)
	require.ErrorIs(t, q.Put(t.Context(), []callback.Item{urgent}), callback.ErrQueueFull)
	assert.Equal(t, callback.Stats{Waiting: 11}, stats(t, q))

	join(t, q, "o")
	settle(t, q, claim(t, q, "o"), callback.Settlement{})
	require.ErrorIs(t, q.Put(t.Context(), []callback.Item{item("a", "10 are there")}), callback.ErrQueueFull)
	settle(t, q, claim(t, q, "o"), callback.Settlement{})
	put(t, q, item("a", "fits again"))
}

func TestAQueueOfANewerVersionIsLeftAlone(t *testing.T) {
	t.Parallel()
	c, prefix := sharedClient(t)
	q, ctx := newQueue(t, c, prefix), t.Context()
	put(t, q, item("a", "1"))
	require.Equal(t, "1", c.HGet(ctx, prefix+"{queue}numbers", "version").Val())
	require.NoError(t, c.HSet(ctx, prefix+"{queue}numbers", "version", "2").Err())
	_, claimed := q.Claim(ctx, callback.Ask{Routes: []string{"r"}, Max: 1, Owner: "o"})
	_, settled := q.Settle(ctx, []callback.Settlement{{}})
	_, counted := q.Stats(ctx)
	_, listed := q.Dead(ctx, "", 1)
	for i, err := range []error{q.Put(ctx, []callback.Item{item("a", "2")}), q.Join(ctx, "o", 1), claimed, settled, counted, listed, q.Retry(ctx, []string{"x"})} {
		require.ErrorContains(t, err, "update this program", i)
	}
	require.NoError(t, c.HSet(ctx, prefix+"{queue}numbers", "version", "1").Err())
	assert.Equal(t, callback.Stats{Waiting: 1}, stats(t, q))
}

// What others have deleted holds nothing up.
func TestDeletedContent(t *testing.T) {
	t.Parallel()
	c, prefix := sharedClient(t)
	q, ctx := newQueue(t, c, prefix), t.Context()
	join(t, q, "o")
	put(t, q, item("a", "no item"), item("a", "no payload"), item("a", "whole"), item("b", "broken"), item("b", "whole too"))
	ids, err := c.HKeys(ctx, prefix+"{queue}items").Result()
	require.NoError(t, err)
	require.Len(t, ids, 5)
	for i := range ids {
		id := fmt.Sprintf("%016d", i+1)
		require.Contains(t, ids, id)
		switch i {
		case 0:
			require.NoError(t, c.HDel(ctx, prefix+"{queue}items", id).Err())
		case 1:
			require.NoError(t, c.HDel(ctx, prefix+"{queue}payloads", id).Err())
		case 3:
			require.NoError(t, c.HSet(ctx, prefix+"{queue}items", id, "\xc1 is no item").Err())
		}
	}
	byLane := map[string]callback.Claimed{}
	for _, got := range claim(t, q, "o") {
		byLane[got.Lane] = got
	}
	assert.Equal(t, "whole too", string(byLane["b"].Payload))
	damaged := byLane["a"]
	require.ErrorContains(t, damaged.Err, "something else has deleted it")
	assert.Nil(t, damaged.Payload)
	assert.Nil(t, damaged.State)
	assert.Empty(t, settle(t, q, []callback.Claimed{damaged}, callback.Settlement{Kind: callback.Bury, Reason: "unreadable"}))
	dead, err := q.Dead(ctx, "", 9)
	require.NoError(t, err)
	require.Len(t, dead, 1)
	require.Error(t, dead[0].Err)
	require.NoError(t, q.Discard(ctx, []string{dead[0].ID}))
	got := claim(t, q, "o")
	require.Len(t, got, 1)
	assert.Equal(t, "whole", string(got[0].Payload))
}

// The client repeats a request whose answer was lost on the way: it is done once all the same.
func TestLostAnswers(t *testing.T) {
	t.Parallel()
	c, prefix := sharedClient(t)
	p := startProxy(t, shared.addr())
	direct, behind := newQueue(t, c, prefix), newQueue(t, newClient(t, p.addr()), prefix)
	join(t, behind, "o") // the server knows the scripts then
	put(t, behind, item("known", "x"))
	settle(t, behind, claim(t, behind, "o"), callback.Settlement{})
	lose := func(call func()) {
		t.Helper()
		before := p.dropped.Load()
		p.armed.Store(true)
		call()
		require.Equal(t, before+1, p.dropped.Load())
	}
	withIdentity, withSame := item("b", "b"), item("c", "c")
	withIdentity.Identity, withSame.Same = "i", "s"
	lose(func() { put(t, behind, item("a", "a"), item("a", "a2"), withIdentity, withSame) })
	assert.Equal(t, callback.Stats{Waiting: 4}, stats(t, direct))
	var got []callback.Claimed
	lose(func() { got = claim(t, behind, "o") })
	assert.Equal(t, callback.Stats{Waiting: 1, Busy: 3}, stats(t, direct))
	require.Len(t, got, 3)
	for _, c := range got {
		assert.Equal(t, 1, c.Starts)
	}
	lose(func() { require.NoError(t, behind.Extend(t.Context(), "o", time.Hour)) })
	lose(func() {
		assert.Empty(t, settle(t, behind, got, callback.Settlement{Kind: callback.Bury}))
	})
	assert.Equal(t, callback.Stats{Waiting: 1, Dead: 3}, stats(t, direct))
	lose(func() { assert.Len(t, settle(t, behind, got, callback.Settlement{}), 3, "a request of its own") })
	dead, err := direct.Dead(t.Context(), "", 9)
	require.NoError(t, err)
	lose(func() { require.NoError(t, behind.Retry(t.Context(), []string{dead[0].ID})) })
	lose(func() { require.NoError(t, behind.Discard(t.Context(), []string{dead[1].ID})) })
	assert.Equal(t, callback.Stats{Waiting: 2, Dead: 1}, stats(t, direct))
}

// Calls with a queue that is closed under them end, and Watch too.
func TestCloseWhileItIsUsed(t *testing.T) {
	t.Parallel()
	c, prefix := sharedClient(t)
	q := newQueue(t, c, prefix)
	var woken atomic.Int32
	watched := make(chan error, 1)
	go func() { watched <- q.Watch(context.WithoutCancel(t.Context()), func() { woken.Add(1) }) }()
	require.Eventually(t, func() bool { return woken.Load() > 0 }, time.Minute, time.Millisecond)
	ended := make(chan error, 4)
	for range cap(ended) {
		go func() {
			for {
				if err := q.Put(context.Background(), []callback.Item{item("a", "x")}); err != nil {
					ended <- err
					return
				}
			}
		}()
	}
	require.Eventually(t, func() bool { return stats(t, newQueue(t, c, prefix)).Waiting > 10 }, time.Minute, time.Millisecond)
	require.NoError(t, q.Close())
	for range cap(ended) {
		require.ErrorIs(t, <-ended, callback.ErrClosed)
	}
	require.ErrorIs(t, <-watched, callback.ErrClosed)
	require.ErrorIs(t, q.Watch(t.Context(), func() {}), callback.ErrClosed)
	require.NoError(t, c.Ping(t.Context()).Err(), "the client is its user's")
}

// slow is a client that holds requests up until they are released.
type slow struct{ begun, release chan struct{} }

func (slow) DialHook(next redis.DialHook) redis.DialHook { return next }

func (slow) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

func (s slow) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		s.begun <- struct{}{}
		<-s.release
		return next(ctx, cmd)
	}
}

// Close waits for what is under way, also if nobody waits for that any more: then the client may be closed.
func TestCloseWaitsForRequests(t *testing.T) {
	t.Parallel()
	_, prefix := sharedClient(t)
	c, held := newClient(t, shared.addr()), slow{make(chan struct{}, 9), make(chan struct{})}
	c.AddHook(held)
	q := newQueue(t, c, prefix)
	ctx, cancel := context.WithCancel(t.Context())
	put := make(chan error, 1)
	go func() { put <- q.Put(ctx, []callback.Item{item("a", "x")}) }()
	<-held.begun
	cancel()
	require.ErrorIs(t, <-put, context.Canceled)
	closed := make(chan error, 1)
	go func() { closed <- q.Close() }()
	select {
	case <-closed:
		assert.Fail(t, "it did not wait")
	case <-time.After(100 * time.Millisecond):
	}
	close(held.release)
	require.NoError(t, <-closed)
}
