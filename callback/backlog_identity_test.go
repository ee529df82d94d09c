package callback

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/gothird/wecom/internal/clock"
)

// A backlog without items needs no memory for those that it had.
func TestBacklogForgetsWhatIsGone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newTestBacklog()
		b.join("dies", time.Minute)
		id := uint64(0)
		for round := range 50 {
			for lane := range 20 {
				it := Item{Route: "r", Lane: fmt.Sprint(lane), Identity: fmt.Sprint(round, " ", lane)}
				if lane%2 == 0 {
					it.Identity, it.Same = "", fmt.Sprint(round, " ", lane)
				}
				id++
				b.put(id, it, clock.Now(), "")
			}
			got, _ := b.claim(Ask{Routes: []string{"r"}, Max: 20, Owner: "o"})
			for _, h := range got {
				s := Settlement{Kind: Kind(rand.IntN(4)), After: time.Second}
				if s.Kind == Again {
					s.Lane = fmt.Sprint("moved ", rand.IntN(5))
				}
				b.settle(b.take(holdOf(h)), s)
			}
			time.Sleep(time.Second)
		}
		for range 1000 {
			b.discard(b.deadAfter("", 1000))
			got, _ := b.claim(Ask{Routes: []string{"r"}, Max: 20, Owner: "o"})
			for _, h := range got {
				b.settle(b.take(holdOf(h)), Settlement{})
			}
		}
		b.put(id+1, Item{Route: "r", Identity: "kept for long"}, clock.Now(), "")
		time.Sleep(identityLife)
		b.ids.purge(b.now())
		_, got := claimTexts(t, b)
		b.settle(b.take(holdOf(got[""])), Settlement{})
		b.advance()
		b.ids.purge(b.now())
		assert.Empty(t, b.stats())
		assert.Zero(t, len(b.lanes)+len(b.routes)+len(b.held)+len(b.same)+len(b.dead)+len(b.ids.known)+b.ids.order.len())
		assert.Len(t, b.owners, 1)
		assert.Len(t, b.timers, 1)
	})
}

// Identities are bounded, whatever the rate: the oldest go first, but for what is kept.
// G: queue/dir-bounded
func TestBacklogBoundsIdentities(t *testing.T) {
	t.Parallel()
	b := newTestBacklog()
	b.ids.most = 100
	b.put(1, Item{Route: "r", Identity: "kept"}, clock.Now(), "")
	for i := range b.ids.most + 9 {
		b.remember(fmt.Sprint(i), clock.Now())
	}
	assert.Equal(t, b.ids.most, b.ids.order.len())
	assert.Len(t, b.ids.known, b.ids.most+1)
	assert.True(t, b.known("kept"))
	assert.False(t, b.known("8"))
	assert.True(t, b.known("9"))
	_, got := claimTexts(t, b)
	b.settle(b.take(holdOf(got[""])), Settlement{})
	assert.False(t, b.known("kept"), "it is older than what is known of")
	b.remember("", clock.Now())
	assert.False(t, b.known(""))
}
