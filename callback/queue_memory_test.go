package callback

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func newTestMemory(t testing.TB) *memoryQueue {
	q := NewMemoryQueue().(*memoryQueue)
	t.Cleanup(func() { q.Close() })
	require.NoError(t, q.Join(t.Context(), "o", leaseOfTests))
	return q
}

// claimAll claims up to n items of route "r", urgent or not.
func claimAll(t testing.TB, q Queue, n int, urgent bool) []Claimed {
	t.Helper()
	got, err := q.Claim(t.Context(), Ask{Routes: []string{"r"}, Max: n, Owner: "o", Urgent: urgent})
	require.NoError(t, err)
	return got
}

func settleAll(t testing.TB, q Queue, got []Claimed, kind Kind) {
	t.Helper()
	var all []Settlement
	for _, c := range got {
		all = append(all, Settlement{Hold: c.Hold, Kind: kind})
	}
	lost, err := q.Settle(t.Context(), all)
	require.NoError(t, err)
	require.Empty(t, lost)
}

// manyItems have lanes of their own.
func manyItems(n int, urgent bool, payload []byte) []Item {
	items := make([]Item, n)
	for i := range items {
		items[i] = Item{Route: "r", Lane: fmt.Sprint(i), Urgent: urgent, Payload: payload}
	}
	return items
}

// A queue that is full of other items has room for auth codes.
// G: queue/memory
func TestMemoryQueueKeepsRoomForUrgentItems(t *testing.T) {
	t.Parallel()
	q := newTestMemory(t)
	ctx := t.Context()
	first := Item{Route: "r", Lane: "0", Identity: "i"}
	same := Item{Route: "r", Lane: "0", Same: "s"}
	require.NoError(t, q.Put(ctx, []Item{first, same}))
	require.NoError(t, q.Put(ctx, manyItems(10_000-2, false, nil)))
	assert.ErrorIs(t, q.Put(ctx, manyItems(1, false, nil)), ErrQueueFull)
	require.NoError(t, q.Put(ctx, []Item{first, same}), "what is kept is no news")

	mixed := append(manyItems(1, true, nil), manyItems(1, false, nil)...)
	assert.ErrorIs(t, q.Put(ctx, mixed), ErrQueueFull, "all or none")
	require.NoError(t, q.Put(ctx, manyItems(1_000, true, nil)))
	assert.ErrorIs(t, q.Put(ctx, manyItems(1, true, nil)), ErrQueueFull)
	require.NoError(t, q.Put(ctx, []Item{first, same}), "still no news")

	settleAll(t, q, claimAll(t, q, 1, false), Done)
	require.NoError(t, q.Put(ctx, manyItems(1, true, nil)))
	assert.ErrorIs(t, q.Put(ctx, manyItems(1, false, nil)), ErrQueueFull, "it is over its limit by the urgent ones")
	for range 2 { // a lane has two
		settleAll(t, q, claimAll(t, q, 1_000, true), Done)
	}
	require.NoError(t, q.Put(ctx, manyItems(1, false, nil)))
	assert.ErrorIs(t, q.Put(ctx, manyItems(1, false, nil)), ErrQueueFull)
}

// Payloads and states count as well.
// G: queue/memory
func TestMemoryQueueIsBoundedInBytes(t *testing.T) {
	t.Parallel()
	q := newTestMemory(t)
	ctx := t.Context()
	mega := make([]byte, 1<<20)
	for range 63 {
		require.NoError(t, q.Put(ctx, []Item{{Route: "r", Lane: "a", Payload: mega[:len(mega)/2], State: mega[:len(mega)/2]}}))
	}
	require.NoError(t, q.Put(ctx, []Item{{Route: "r", Lane: "b", Same: "s"}}))
	grown := Item{Route: "r", Lane: "b", Same: "s", Payload: mega}
	assert.ErrorIs(t, q.Put(ctx, []Item{grown}), ErrQueueFull, "a newer payload may be larger")
	assert.ErrorIs(t, q.Put(ctx, []Item{{Route: "r", Lane: "a", Payload: mega}}), ErrQueueFull)
	require.NoError(t, q.Put(ctx, []Item{{Route: "r", Lane: "a", Payload: mega[1<<16:]}}))
	assert.ErrorIs(t, q.Put(ctx, []Item{{Route: "r", Lane: "a", Payload: mega[1<<15:]}}), ErrQueueFull)
	for range 4 {
		require.NoError(t, q.Put(ctx, []Item{{Route: "r", Lane: "a", Urgent: true, Payload: mega}}))
	}
	assert.ErrorIs(t, q.Put(ctx, []Item{{Route: "r", Lane: "a", Urgent: true, Payload: mega}}), ErrQueueFull)
	settleAll(t, q, claimAll(t, q, 9, false), Done)
	settleAll(t, q, claimAll(t, q, 1, true), Done)
	assert.ErrorIs(t, q.Put(ctx, []Item{grown}), ErrQueueFull, "3 MiB of urgent ones are in its place")
}

// Buried items are reported when they are buried. They keep nothing new out, and what does
// not fit anyway costs none of them.
// G: queue/memory
func TestMemoryQueueLetsBuriedItemsGiveWay(t *testing.T) {
	t.Parallel()
	q := newTestMemory(t)
	ctx := t.Context()
	require.NoError(t, q.Put(ctx, manyItems(memoryItems, false, []byte("old"))))
	settleAll(t, q, claimAll(t, q, 100, false), Bury)
	require.NoError(t, q.Put(ctx, manyItems(30, false, []byte("new"))))
	buried, err := q.Dead(ctx, "", 1000)
	require.NoError(t, err)
	require.Len(t, buried, 70)
	assert.Equal(t, "30", buried[0].Lane, "the oldest go first")
	assert.ErrorIs(t, q.Put(ctx, manyItems(71, false, nil)), ErrQueueFull)
	require.NoError(t, q.Put(ctx, manyItems(70, false, nil)))
	assert.ErrorIs(t, q.Put(ctx, manyItems(1, false, nil)), ErrQueueFull)
}

// What is counted is what is there, whatever has happened.
// G: queue/memory
func TestMemoryQueueCountsItsBytesExactly(t *testing.T) {
	t.Parallel()
	q := newTestMemory(t)
	ctx := t.Context()
	for n := range 2000 {
		it := Item{Route: "r", Lane: fmt.Sprint(rand.IntN(9)), Payload: make([]byte, rand.IntN(99)), State: make([]byte, rand.IntN(99))}
		switch n % 3 {
		case 0:
			it.Identity = fmt.Sprint(rand.IntN(99))
		case 1:
			it.Same, it.Lane = fmt.Sprint(rand.IntN(9)), "same"
		}
		require.NoError(t, q.Put(ctx, []Item{it}))
		for _, c := range claimAll(t, q, rand.IntN(3), false) {
			s := Settlement{Hold: c.Hold, Kind: Kind(rand.IntN(4)), State: make([]byte, rand.IntN(99)), Reason: "no"}
			s.Lane = []string{"", "a longer name"}[n%2]
			_, err := q.Settle(ctx, []Settlement{s})
			require.NoError(t, err)
		}
		if n%50 == 0 {
			unburyTwo(t, q)
		}
		sum := 0
		for _, c := range stored(q) {
			sum += len(c.payload) + len(c.state) + len(c.reason) + len(c.identity) + len(c.same)
		}
		require.Equal(t, len(stored(q)), q.items)
		names := q.bytes - sum - q.items*itemOverhead // of lanes and routes
		require.GreaterOrEqual(t, names, 2*q.items)
		require.LessOrEqual(t, names, q.items*len("r"+"a longer name"))
	}
	for q.items > 0 {
		settleAll(t, q, claimAll(t, q, 99, false), Done)
		unburyTwo(t, q)
	}
	assert.Zero(t, q.bytes)
}

// unburyTwo tries one buried item again, and discards another one.
func unburyTwo(t *testing.T, q Queue) {
	t.Helper()
	buried, err := q.Dead(t.Context(), "", 2)
	require.NoError(t, err)
	for i, b := range buried {
		do := []func(context.Context, []string) error{q.Retry, q.Discard}[i]
		require.NoError(t, do(t.Context(), []string{b.ID, b.ID}), "named twice")
	}
}

// An idle queue wakes nobody but once for each lease that may end.
// G: queue/memory
func TestMemoryQueueIsQuietWhenIdle(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newTestMemory(t)
		var woken atomic.Int64
		ctx, cancel := context.WithCancelCause(t.Context())
		ended := make(chan error)
		for range 2 {
			go func() { ended <- q.Watch(ctx, func() { woken.Add(1) }) }()
		}
		time.Sleep(time.Second)
		begin := woken.Load()
		time.Sleep(100 * time.Hour)
		assert.Equal(t, begin, woken.Load())
		require.NoError(t, q.Put(t.Context(), manyItems(1, false, nil)))
		synctest.Wait()
		assert.Equal(t, begin+2, woken.Load(), "both are woken, at once")
		cancel(errors.New("enough"))
		for range 2 {
			assert.ErrorIs(t, <-ended, context.Canceled)
		}
		assert.Empty(t, q.watchers.all)
	})
}

// G: queue/memory
func TestMemoryQueueEndsItsWatchersWhenClosed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newTestMemory(t)
		ended := make(chan error)
		go func() { ended <- q.Watch(t.Context(), func() {}) }()
		synctest.Wait()
		require.NoError(t, q.Close())
		assert.ErrorIs(t, <-ended, ErrClosed)
	})
}

// What a queue keeps holds tickets and codes.
// G: secret/printed
func TestPrintedItemsShowNoSecret(t *testing.T) {
	t.Parallel()
	q := newTestMemory(t)
	const secret = "auth-code-of-a-corp"
	it := Item{Route: "r", Lane: "a", Payload: []byte(secret), State: []byte(secret)}
	require.NoError(t, q.Put(t.Context(), []Item{it}))
	c := claimAll(t, q, 1, false)[0]
	s := Settlement{Hold: c.Hold, Kind: Bury, State: []byte(secret)}
	_, err := q.Settle(t.Context(), []Settlement{s})
	require.NoError(t, err)
	buried, err := q.Dead(t.Context(), "", 1)
	require.NoError(t, err)
	digits := strings.Trim(fmt.Sprint([]byte(secret[:8])), "[]")
	for _, v := range []any{it, &it, c, buried[0], s, []Item{it}, []Settlement{s}, buried, q} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
			text := fmt.Sprintf(verb, v)
			assert.NotContains(t, text, secret, verb)
			assert.NotContains(t, text, digits, verb)
			assert.NotContains(t, text, fmt.Sprintf("%x", secret), verb)
			assert.NotContains(t, text, "0x61, 0x75", verb)
		}
	}
	assert.Contains(t, fmt.Sprint(it), `route "r" lane "a"`)
	assert.Contains(t, fmt.Sprint(s), c.Hold.Token)
	assert.True(t, bytes.Equal(buried[0].Payload, it.Payload))
}
