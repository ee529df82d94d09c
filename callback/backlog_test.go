package callback

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/clock"
)

const leaseOfTests = 1000 * time.Hour

// newTestBacklog has the text of an item as its body.
func newTestBacklog() *backlog[string] {
	b := newBacklog[string]("n")
	b.join("o", leaseOfTests)
	return b
}

// claimTexts claims all of route "r" that can be.
func claimTexts(t *testing.T, b *backlog[string]) (texts []string, got map[string]*held[string]) {
	t.Helper()
	got = map[string]*held[string]{}
	for _, urgent := range []bool{false, true} {
		all, err := b.claim(Ask{Routes: []string{"r"}, Urgent: urgent, Max: 1000, Owner: "o"})
		require.NoError(t, err)
		for _, h := range all {
			texts = append(texts, h.body)
			got[h.body] = h
		}
	}
	slices.Sort(texts)
	return texts, got
}

func holdOf(h *held[string]) Hold { return Hold{ID: idText(h.id), Token: h.token} }

// What a queue on disk was left with is there again, whatever was last said of it.
func TestBacklogRestoresItems(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newTestBacklog()
		at := clock.Now().Add(-time.Minute)
		add := func(id uint64, lane string, s *Settlement) {
			b.restore(id, Item{Route: "r", Lane: lane}, at, lane, 3, s)
		}
		add(1, "cut off", nil)
		add(2, "again", &Settlement{Kind: Again})
		add(3, "in 1 h", &Settlement{Kind: Again, After: time.Hour})
		add(4, "closed", &Settlement{Kind: Wait, After: time.Hour})
		add(5, "buried", &Settlement{Kind: Bury})
		add(6, "gone", &Settlement{})
		add(7, "from", &Settlement{Kind: Again, Lane: "to"})
		assert.Equal(t, map[string]Stats{"r": {Waiting: 4, Later: 1, Dead: 1, Oldest: time.Minute}}, b.stats())
		assert.Len(t, b.lanes, 4, "those in which something waits")
		texts, got := claimTexts(t, b)
		assert.Equal(t, []string{"again", "cut off", "from"}, texts)
		assert.Equal(t, "to", got["from"].lane.key.name)
		assert.EqualValues(t, 4, got["again"].starts)
		assert.True(t, b.wall(got["again"].put).Equal(at))
		time.Sleep(time.Hour)
		texts, _ = claimTexts(t, b)
		assert.Equal(t, []string{"closed", "in 1 h"}, texts)
		require.Len(t, b.deadAfter("", 9), 1)
	})
}

// An item of the same content as one that was started before a restart is another one.
func TestBacklogRestoresNothingThatIsTheSame(t *testing.T) {
	t.Parallel()
	b := newTestBacklog()
	b.restore(1, Item{Route: "r", Same: "s"}, clock.Now(), "started", 1, nil)
	assert.Nil(t, b.sameAs("s"))
	e := b.put(2, Item{Route: "r", Same: "s"}, clock.Now(), "not started")
	assert.Same(t, e, b.sameAs("s"))
	assert.Nil(t, b.sameAs(""))
}

// Items are worked in the order of their ids, in whatever order they are read.
func TestBacklogOrdersByArrivalNumber(t *testing.T) {
	t.Parallel()
	b := newTestBacklog()
	for _, id := range rand.Perm(100) {
		b.put(uint64(id), Item{Route: "r", Lane: "a"}, clock.Now(), fmt.Sprint(id))
	}
	for id := range 100 {
		texts, got := claimTexts(t, b)
		require.Equal(t, []string{fmt.Sprint(id)}, texts)
		b.settle(b.take(holdOf(got[texts[0]])), Settlement{Kind: Bury})
	}
	some := slices.Clone(b.deadAfter("", 1000)[30:40])
	b.retry(some)
	b.retry(some)
	b.discard(some)
	b.discard(b.deadAfter(idText(49), 1000))
	assert.Equal(t, map[string]Stats{"r": {Waiting: 10, Dead: 40}}, zeroOldest(b.stats()))
	texts, _ := claimTexts(t, b)
	assert.Equal(t, []string{"30"}, texts)
}

func zeroOldest(all map[string]Stats) map[string]Stats {
	for route, s := range all {
		s.Oldest = 0
		all[route] = s
	}
	return all
}

// A time that was written while a clock was ahead delays nothing for longer than a right one.
// G: clock/pauses
func TestBacklogClampsTimes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newTestBacklog()
		ahead := clock.Now().AddDate(1, 0, 0)
		e := b.put(1, Item{Route: "r", Lane: "a", Identity: "i"}, ahead, "put")
		b.restore(2, Item{Route: "r", Lane: "b"}, ahead, "later", 1, &Settlement{Kind: Again, After: clock.Until(ahead)})
		b.restore(3, Item{Route: "r", Lane: "c"}, ahead, "closed", 1, &Settlement{Kind: Wait, After: clock.Until(ahead)})
		b.remember("done", ahead)
		b.remember("old", clock.Now().AddDate(-1, 0, 0))
		b.remember("older", time.Time{})
		assert.Len(t, b.ids.known, 2)
		assert.Equal(t, clock.Now(), b.wall(e.put))
		assert.Equal(t, map[string]Stats{"r": {Waiting: 2, Later: 1}}, b.stats(), "nothing is older or younger than now")
		time.Sleep(identityLife - time.Second)
		assert.True(t, b.known("done"))
		assert.False(t, b.known("old"))
		assert.False(t, b.known("older"))
		time.Sleep(time.Second)
		assert.False(t, b.known("done"))
		assert.True(t, b.known("i"), "its item is kept")
		time.Sleep(longestWait - identityLife - time.Second)
		texts, _ := claimTexts(t, b)
		assert.Equal(t, []string{"put"}, texts)
		time.Sleep(time.Second)
		texts, _ = claimTexts(t, b)
		assert.Equal(t, []string{"closed", "later"}, texts)
	})
}

// The work whose outcome is being written is handed out to nobody, though the lease ends.
func TestBacklogKeepsWhatIsBeingSettled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newTestBacklog()
		b.join("dies", time.Minute)
		for i, lane := range []string{"a", "b", "c"} {
			b.put(uint64(i), Item{Route: "r", Lane: lane}, clock.Now(), lane)
		}
		got, err := b.claim(Ask{Routes: []string{"r"}, Max: 9, Owner: "dies"})
		require.NoError(t, err)
		a, c := b.take(holdOf(got[0])), b.take(holdOf(got[2]))
		require.NotNil(t, a)
		assert.Nil(t, b.take(holdOf(got[0])), "it is being settled")
		time.Sleep(time.Minute)
		texts, _ := claimTexts(t, b)
		assert.Equal(t, []string{"b"}, texts)
		b.settle(a, Settlement{})
		b.keep(c)
		texts, _ = claimTexts(t, b)
		assert.Equal(t, []string{"c"}, texts, "its outcome could not be written")
		assert.Nil(t, b.take(holdOf(got[0])))
		assert.Nil(t, b.take(holdOf(got[2])))
	})
}

// An outcome that could not be written leaves the hold as it was, as long as its owner lives.
func TestBacklogKeepsAHoldWhoseOutcomeWasNotWritten(t *testing.T) {
	t.Parallel()
	b := newTestBacklog()
	b.put(1, Item{Route: "r", Lane: "a"}, clock.Now(), "a")
	_, got := claimTexts(t, b)
	h := holdOf(got["a"])
	b.keep(b.take(h))
	texts, _ := claimTexts(t, b)
	assert.Empty(t, texts)
	assert.Nil(t, b.take(Hold{ID: "another", Token: h.Token}))
	b.settle(b.take(h), Settlement{})
	assert.Empty(t, b.stats())
}

// The longest lease there is does not end at once, and one that was longer is not cut short.
func TestBacklogTakesAnyLease(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newTestBacklog()
		b.join("longest", 1<<63-1)
		b.join("none", 0)
		b.join("below none", -time.Hour)
		require.NoError(t, b.extend("o", 1<<63-1))
		require.NoError(t, b.extend("o", time.Second))
		time.Sleep(10 * leaseOfTests)
		for owner, want := range map[string]error{"longest": nil, "o": nil, "none": ErrLost, "below none": ErrLost} {
			assert.ErrorIs(t, b.extend(owner, time.Second), want, owner)
		}
	})
}

// A lane that was opened and closed again stays closed until it was last said.
func TestBacklogOpensLanesByTheLastWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newTestBacklog()
		b.put(1, Item{Route: "r", Lane: "a"}, clock.Now(), "waits")
		settle := func(s Settlement, want ...string) {
			t.Helper()
			texts, got := claimTexts(t, b)
			require.Equal(t, want, texts)
			b.settle(b.take(holdOf(got[want[0]])), s)
		}
		settle(Settlement{Kind: Wait, After: time.Minute}, "waits")
		b.put(2, Item{Route: "r", Lane: "!", Urgent: true}, clock.Now(), "opens")
		settle(Settlement{Kind: Again, Lane: "a"}, "opens")
		settle(Settlement{Kind: Wait, After: time.Hour}, "waits")
		time.Sleep(time.Hour - time.Second)
		texts, _ := claimTexts(t, b)
		assert.Empty(t, texts)
		time.Sleep(time.Second)
		settle(Settlement{}, "waits")
		settle(Settlement{}, "opens")
	})
}
