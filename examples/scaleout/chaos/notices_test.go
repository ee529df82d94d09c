package chaos

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/gothird/wecom/examples/scaleout/internal/fleet"
)

// Pushes of many corps are spread over processes, which are killed at random: none is lost, those that a
// killed one had begun begin again, and each corp's are worked in their order.
func TestWorkersAreKilled(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, backend string) {
		w := newWorld(t, backend, commonServer(t, backend).URL, min(*corps, *pushes))
		all := w.fleet(4, nil)
		p := w.balanced(all)
		over, begin := make(chan struct{}), time.Now()
		killed := make(chan int)
		go func() { killed <- killSome(all, *kills, over) }()
		p.push(*pushes/len(w.corps), enough)
		took := time.Since(begin)
		close(over)
		n := <-killed
		f, entries := p.worked(t, nil)
		assert.Zero(t, f.lost)
		assert.LessOrEqual(t, f.twice, n*workers, "no more than were in progress when a process was killed")
		assert.Less(t, p.refused, len(p.taken)/10+1)
		f.more = fmt.Sprintf("; %d pushes taken in %v, %d refused, %d begun, %d processes killed", len(p.taken), took.Round(time.Millisecond), p.refused, len(entries), n)
		f.print(t)
	})
}

// killSome kills workers now and then, n at most, until over is closed.
func killSome(f *fleet.Fleet, n int, over <-chan struct{}) (killed int) {
	for killed < n {
		select {
		case <-over:
			return killed
		case <-time.After(time.Duration(200+rand.N(800)) * time.Millisecond):
		}
		if all := f.Workers(); len(all) > 1 {
			all[rand.N(len(all))].Kill()
			killed++
		}
	}
	return killed
}

// The clocks of processes are wrong by a minute, one ahead and one behind.
func TestClocksDiffer(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, backend string) {
		w := newWorld(t, backend, commonServer(t, backend).URL, 30)
		wrong := func(i int, c *config) { c.Clock = []time.Duration{-time.Minute, 0, time.Minute}[i%3] }
		all := w.callers(6, wrong)
		cold := storm(all, 10)
		assert.Equal(t, 1, w.tokens(), "the first token")
		w.endToken()
		ended := storm(all, 10)
		p := w.balanced(w.fleet(3, wrong))
		p.push(10, enough)
		f, _ := p.worked(t, nil)
		f.tokens, f.failed, f.heal = w.tokens()-1, cold.Failed+ended.Failed, ended.Longest
		assert.Equal(t, 1, f.tokens, "when WeCom has ended the first")
		assert.Zero(t, f.lost)
		assert.Zero(t, f.twice)
		f.more = fmt.Sprintf("; %d pushes taken, %d refused", len(p.taken), p.refused)
		f.print(t)
	})
}
