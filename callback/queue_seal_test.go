package callback

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/sealed"
)

func sealKey(b byte) []byte { return bytes.Repeat([]byte{b}, 32) }

func mustSealQueue(t testing.TB, q Queue, key []byte, old ...[]byte) Queue {
	t.Helper()
	s, err := SealQueue(q, key, old...)
	require.NoError(t, err)
	return s
}

const sealSecret = "an auth code"

func putOne(t testing.TB, q Queue, it Item) {
	t.Helper()
	it.Route = "r"
	require.NoError(t, q.Put(t.Context(), []Item{it}))
}

func claimOne(t testing.TB, q Queue) Claimed {
	t.Helper()
	got := claimAll(t, q, 1, false)
	require.Len(t, got, 1)
	return got[0]
}

func settleOne(t testing.TB, q Queue, c Claimed, s Settlement) {
	t.Helper()
	s.Hold = c.Hold
	lost, err := q.Settle(t.Context(), []Settlement{s})
	require.NoError(t, err)
	require.Empty(t, lost)
}

// stored is all that a memory queue has of its items.
func stored(q *memoryQueue) (all []*content) {
	for _, l := range q.backlog.lanes {
		for _, e := range l.waiting {
			all = append(all, &e.body)
		}
		if l.held != nil {
			all = append(all, &l.held.body)
		}
	}
	for _, e := range q.backlog.dead {
		all = append(all, &e.body)
	}
	return all
}

// G: queue/sealed
func TestSealQueueWantsAQueueAndGoodKeys(t *testing.T) {
	t.Parallel()
	_, err := SealQueue(nil, sealKey(1))
	assert.ErrorContains(t, err, "the queue is nil")
	for _, n := range []int{0, 16, 31, 33} {
		_, err = SealQueue(NewMemoryQueue(), make([]byte, n))
		assert.ErrorContains(t, err, fmt.Sprintf("key 1 has %d bytes, want 32", n))
		_, err = SealQueue(NewMemoryQueue(), sealKey(1), make([]byte, n))
		assert.ErrorContains(t, err, fmt.Sprintf("key 2 has %d bytes, want 32", n))
	}
	assert.NotContains(t, fmt.Sprintf("%+v %#v", mustSealQueue(t, NewMemoryQueue(), sealKey('k')), 1), "107, 107")
}

// Nothing that is sealed can be read where it is kept.
// G: queue/sealed
func TestSealedQueueKeepsNothingReadable(t *testing.T) {
	t.Parallel()
	inner := newTestMemory(t)
	q := mustSealQueue(t, inner, sealKey(1))
	for i := range 4 {
		putOne(t, q, Item{Lane: fmt.Sprint(i), Payload: []byte(sealSecret), State: []byte(sealSecret)})
	}
	for i, c := range claimAll(t, q, 3, false) {
		require.NoError(t, c.Err)
		settleOne(t, q, c, Settlement{Kind: []Kind{Again, Wait, Bury}[i], State: []byte(sealSecret + "!")})
	}
	require.Len(t, stored(inner), 4)
	for _, c := range stored(inner) {
		assert.NotContains(t, string(c.payload), sealSecret)
		assert.NotContains(t, string(c.state), sealSecret)
		assert.NotEmpty(t, c.state)
	}
	buried, err := q.Dead(t.Context(), "", 9)
	require.NoError(t, err)
	require.Len(t, buried, 1)
	assert.NoError(t, buried[0].Err)
	assert.Equal(t, sealSecret+" "+sealSecret+"!", string(buried[0].Payload)+" "+string(buried[0].State))
}

// An item that waited when sealing was switched on is worked, and its states are sealed.
// G: queue/sealed
func TestSealedQueueOpensWhatWasPlain(t *testing.T) {
	t.Parallel()
	inner := newTestMemory(t)
	putOne(t, inner, Item{Lane: "a", Payload: []byte("<xml/>"), State: []byte("plain state")})
	putOne(t, inner, Item{Lane: "b"})
	q := mustSealQueue(t, inner, sealKey(1))
	c := claimOne(t, q)
	require.NoError(t, c.Err)
	assert.Equal(t, "<xml/> plain state", string(c.Payload)+" "+string(c.State))
	settleOne(t, q, c, Settlement{Kind: Again, State: []byte(sealSecret)})
	require.NoError(t, claimOne(t, q).Err, "an empty one")
	c = claimOne(t, q)
	require.NoError(t, c.Err)
	assert.Equal(t, "<xml/> "+sealSecret, string(c.Payload)+" "+string(c.State))
	for _, c := range stored(inner) {
		assert.NotContains(t, string(c.state), sealSecret)
	}
}

// Keys are changed while items wait.
// G: queue/sealed
func TestSealedQueueOpensUnderOldKeys(t *testing.T) {
	t.Parallel()
	inner := newTestMemory(t)
	q := mustSealQueue(t, inner, sealKey(1))
	putOne(t, q, Item{Payload: []byte("1")})
	settleOne(t, q, claimOne(t, q), Settlement{Kind: Again, State: []byte("2")})
	q = mustSealQueue(t, inner, sealKey(2), sealKey(1))
	c := claimOne(t, q)
	require.NoError(t, c.Err)
	assert.Equal(t, "12", string(c.Payload)+string(c.State))
	settleOne(t, q, c, Settlement{Kind: Again, State: []byte("3")})
	c = claimOne(t, q)
	require.NoError(t, c.Err)
	assert.Equal(t, "13", string(c.Payload)+string(c.State))
}

// Without its key an item is handed out in its turn, says why it can't be read, and loses
// nothing by being settled.
// G: queue/sealed
func TestSealedQueueKeepsWhatDoesNotOpen(t *testing.T) {
	t.Parallel()
	inner := newTestMemory(t)
	q := mustSealQueue(t, inner, sealKey(1))
	putOne(t, q, Item{Lane: "a", Payload: []byte("payload")})
	settleOne(t, q, claimOne(t, q), Settlement{Kind: Again, State: []byte("state")})
	q = mustSealQueue(t, inner, sealKey(2))
	putOne(t, q, Item{Lane: "b", Payload: []byte("of the new key")})
	for _, kind := range []Kind{Again, Wait, Bury} {
		got := claimAll(t, q, 9, false)
		i := slices.IndexFunc(got, func(c Claimed) bool { return c.Lane == "a" })
		require.GreaterOrEqual(t, i, 0)
		c := got[i]
		require.ErrorIs(t, c.Err, sealed.ErrKey)
		assert.Nil(t, c.Payload)
		assert.Nil(t, c.State)
		settleOne(t, q, c, Settlement{Kind: kind, State: []byte("of one that could not be read")})
	}
	buried, err := q.Dead(t.Context(), "", 9)
	require.NoError(t, err)
	require.Len(t, buried, 1)
	require.ErrorIs(t, buried[0].Err, sealed.ErrKey)
	q = mustSealQueue(t, inner, sealKey(2), sealKey(1))
	require.NoError(t, q.Retry(t.Context(), []string{buried[0].ID}))
	c := claimOne(t, q)
	require.NoError(t, c.Err)
	assert.Equal(t, "payload state", string(c.Payload)+" "+string(c.State))
}

// What is sealed for one item opens for no other.
// G: queue/sealed
func TestSealedItemsCannotBeExchanged(t *testing.T) {
	t.Parallel()
	for name, exchange := range map[string]struct {
		do   func(a, b *content)
		want error
	}{
		"payloads": {func(a, b *content) { a.payload, b.payload = b.payload, a.payload }, sealed.ErrChanged},
		"items":    {func(a, b *content) { a.payload, a.state = b.payload, b.state }, sealed.ErrChanged},
		"states":   {func(a, b *content) { a.state, b.state = b.state, a.state }, sealed.ErrChanged},
		"an identity for a Same": {func(a, b *content) {
			a.identity, a.same, b.identity, b.same = "", a.identity, "", b.identity
		}, sealed.ErrChanged},
		"a payload for a state": {func(a, b *content) { a.state, b.state = a.payload, b.payload }, sealed.ErrChanged},
		"a plain state":         {func(a, b *content) { a.state, b.state = []byte("{}"), []byte("{}") }, sealed.ErrFormat},
		"what is cut off":       {func(a, b *content) { a.payload, b.payload = a.payload[:20], b.payload[:20] }, sealed.ErrFormat},
		"a newer format": {func(a, b *content) {
			a.payload[len(sealMark)], b.payload[len(sealMark)] = 2, 2
		}, sealed.ErrNewer},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inner := newTestMemory(t)
			q := mustSealQueue(t, inner, sealKey(1))
			putOne(t, q, Item{Lane: "a", Identity: "1", Payload: []byte("of a"), State: []byte("of a")})
			putOne(t, q, Item{Lane: "b", Identity: "2", Payload: []byte("of b"), State: []byte("of b")})
			both := stored(inner)
			exchange.do(both[0], both[1])
			errs := 0
			for _, c := range claimAll(t, q, 9, false) {
				if c.Err != nil {
					errs++
					assert.ErrorIs(t, c.Err, exchange.want)
					assert.Nil(t, c.Payload)
				}
			}
			assert.Positive(t, errs)
		})
	}
}

// The routes of two suites are not exchanged either.
// G: queue/sealed
func TestSealedItemsStayInTheirRoute(t *testing.T) {
	t.Parallel()
	inner := newTestMemory(t)
	q := mustSealQueue(t, inner, sealKey(1))
	require.NoError(t, q.Put(t.Context(), []Item{{Route: "of another suite", Payload: []byte("1")}}))
	b := stored(inner)[0]
	require.NoError(t, inner.Put(t.Context(), []Item{{Route: "r", Payload: b.payload}}))
	assert.ErrorIs(t, claimOne(t, q).Err, sealed.ErrChanged)
	for _, pair := range [][2]Item{
		{{Route: "ab", Identity: "c"}, {Route: "a", Identity: "bc"}},
		{{Route: "a", Identity: "b"}, {Route: "a", Same: "b"}},
		{{Route: "a\x00b"}, {Route: "a", Identity: "b\x00"}},
	} {
		assert.NotEqual(t, boundTo(&pair[0]), boundTo(&pair[1]))
	}
}

// Holds are given back as they were given, tokens of nobody included.
func TestSealedQueueReportsLostHoldsAsGiven(t *testing.T) {
	t.Parallel()
	q := mustSealQueue(t, newTestMemory(t), sealKey(1))
	putOne(t, q, Item{Payload: []byte("1")})
	c := claimOne(t, q)
	settleOne(t, q, c, Settlement{})
	holds := []Hold{c.Hold, {Token: "without a tag"}, {Token: "with.one"}, {}}
	var all []Settlement
	for _, h := range holds {
		all = append(all, Settlement{Hold: h, Kind: Again, State: []byte("x")})
	}
	lost, err := q.Settle(t.Context(), all)
	require.NoError(t, err)
	assert.Equal(t, holds, lost)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = q.Settle(ctx, all)
	assert.ErrorIs(t, err, context.Canceled)
}

// A claim from before the queue was sealed can be settled, and leaves nothing readable.
// G: queue/sealed
func TestSealedQueueSettlesWhatWasClaimedUnsealed(t *testing.T) {
	t.Parallel()
	inner := newTestMemory(t)
	putOne(t, inner, Item{Payload: []byte("<xml/>")})
	c := claimOne(t, inner)
	q := mustSealQueue(t, inner, sealKey(1))
	settleOne(t, q, c, Settlement{Kind: Again, State: []byte(sealSecret)})
	c = claimOne(t, q)
	require.NoError(t, c.Err)
	assert.Empty(t, c.State)
}

// What was sealed by the first version opens for ever.
// G: queue/sealed
func TestSealedQueueFormat(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/queue_sealed.txt")
	require.NoError(t, err)
	var golden [][]byte
	for line := range strings.Lines(string(text)) {
		b, err := hex.DecodeString(strings.TrimSpace(line))
		require.NoError(t, err)
		golden = append(golden, b)
	}
	require.Len(t, golden, 4)
	inner := newTestMemory(t)
	putOne(t, inner, Item{Lane: "moved since", Identity: "i", Payload: golden[0], State: golden[1]})
	putOne(t, inner, Item{Lane: "b", Same: "s", Payload: golden[2], State: golden[3]})
	got := claimAll(t, mustSealQueue(t, inner, sealKey(2), sealKey(1)), 9, false)
	require.Len(t, got, 2)
	for i, c := range got {
		require.NoError(t, c.Err)
		assert.Equal(t, "<xml/>", string(c.Payload))
		assert.Equal(t, fmt.Sprint("state ", i), string(c.State))
	}
}
