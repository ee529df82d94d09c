package callback

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// dying hands items out as a queue does after the process was killed while it had them.
type dying struct {
	Queue
	deaths atomic.Int32
}

func (q *dying) Claim(ctx context.Context, a Ask) ([]Claimed, error) {
	got, err := q.Queue.Claim(ctx, a)
	for i := range got {
		if strings.Contains(string(got[i].Payload), "killer") && q.deaths.Load() > 0 {
			q.deaths.Add(-1)
			got[i].Starts++
		}
	}
	return got, err
}

// A notice during whose work the process died comes back with back-off; after the second
// death it runs while no other does, after the fifth it is dead.
// G: inbox/deaths
func TestDeaths(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		queue := &dying{Queue: NewMemoryQueue()}
		w := newWorld(t, Config{Queue: queue, Workers: 4})
		w.installed(siteCorp, siteOther)
		var got seen
		var running, beside atomic.Int32
		On(w.in, func(_ context.Context, n *Notice, m *TextMessage) error {
			running.Add(1)
			defer running.Add(-1)
			got.add(m.Content)
			for range 10 {
				time.Sleep(100 * time.Millisecond)
				if m.Content == "killer" && running.Load() > 1 {
					beside.Add(1)
				}
			}
			if m.Content == "killer" {
				return errTest
			}
			return nil
		})
		defer w.run()()
		busy := func(d time.Duration) {
			for range int(d / (500 * time.Millisecond)) {
				require.NoError(t, w.textFrom(siteOther, fmt.Sprint(time.Now()), fmt.Sprint(time.Now())))
				time.Sleep(500 * time.Millisecond)
			}
		}
		queue.deaths.Store(1)
		require.NoError(t, w.text(siteCorp, "killer"))
		busy(500 * time.Millisecond)
		assert.Zero(t, got.count("killer"), "back-off first")
		busy(5 * time.Second)
		assert.Positive(t, got.count("killer"))
		assert.Positive(t, beside.Load())

		queue.deaths.Store(1)
		busy(20 * time.Second)
		before := got.count("killer")
		beside.Store(0)
		busy(3 * time.Minute)
		assert.Greater(t, got.count("killer"), before)
		assert.Zero(t, beside.Load(), "after two deaths no other runs beside it")
		assert.Greater(t, len(got.all()), 300, "the others go on")

		queue.deaths.Store(3)
		busy(15 * time.Minute)
		assert.Equal(t, 1, w.stats().Dead)
		for d, err := range w.in.Dead(t.Context()) {
			require.NoError(t, err)
			assert.Equal(t, 5, d.Deaths)
			assert.Contains(t, d.Reason, "died 5 times")
			require.NoError(t, w.in.Retry(t.Context(), d.Key))
		}
		before = got.count("killer")
		busy(10 * time.Second)
		assert.Greater(t, got.count("killer"), before, "Retry forgets deaths")
	})
}

// A notice that the process had when it died is not overtaken in its lane: its functions may not have
// begun. One that has killed it twice is.
// G: inbox/deaths
func TestOrderAfterADeath(t *testing.T) {
	for deaths, want := range map[int32][]string{1: {"killer", "later"}, 2: {"later", "killer"}} {
		synctest.Test(t, func(t *testing.T) {
			queue := &dying{Queue: NewMemoryQueue()}
			w := newWorld(t, Config{Queue: queue})
			w.installed(siteCorp)
			var got seen
			On(w.in, func(_ context.Context, _ *Notice, m *TextMessage) error { got.add(m.Content); return nil })
			queue.deaths.Store(deaths)
			require.NoError(t, w.text(siteCorp, "killer"))
			require.NoError(t, w.text(siteCorp, "later"))
			defer w.run()()
			pass(time.Minute)
			assert.Equal(t, want, got.all())
		})
	}
}

// Two that have killed the process run one after the other, and do not stop the rest for
// longer than ten seconds each.
// G: inbox/deaths
func TestTwoKillersAndTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		queue := &dying{Queue: NewMemoryQueue()}
		w := newWorld(t, Config{Queue: queue, Workers: 4})
		w.installed(siteCorp, siteOther)
		var got seen
		release := make(chan struct{})
		On(w.in, func(_ context.Context, n *Notice, m *TextMessage) error {
			got.add(m.Content)
			if strings.HasPrefix(m.Content, "killer") {
				<-release
			}
			return nil
		})
		queue.deaths.Store(4)
		require.NoError(t, w.textFrom(siteCorp, "u1", "killer 1"))
		require.NoError(t, w.textFrom(siteCorp, "u2", "killer 2"))
		defer w.run()()
		pass(6 * time.Second)
		assert.Equal(t, 1, len(got.all()), got.all())
		require.NoError(t, w.text(siteOther, "other"))
		pass(20 * time.Second)
		slices.Sort(got.what)
		assert.Equal(t, []string{"killer 1", "killer 2", "other"}, got.all())
		close(release)
		pass(time.Second)
		assert.Equal(t, Stats{Running: true}, w.stats())
	})
}

// One that has killed the process twice is not held while another one runs alone: if that one
// kills the process again, it has no part in it.
// G: inbox/deaths
func TestWhoWaitsToRunAloneDoesNotDie(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		queue := &dying{Queue: NewMemoryQueue()}
		w := newWorld(t, Config{Queue: queue, Workers: 4})
		w.installed(siteCorp)
		On(w.in, func(ctx context.Context, _ *Notice, _ *TextMessage) error {
			<-ctx.Done()
			return ctx.Err()
		})
		queue.deaths.Store(6)
		for _, user := range []string{"u1", "u2", "u3"} {
			require.NoError(t, w.textFrom(siteCorp, user, "killer"))
		}
		defer w.run()()
		pass(5500 * time.Millisecond)
		s := w.stats()
		assert.Equal(t, 1, s.Busy, "who runs alone")
		assert.Equal(t, 2, s.Waiting+s.Later)
	})
}

// An auth code is exchanged however often the process died meanwhile, and its functions have
// all their attempts.
// G: inbox/deaths
func TestAuthCodesSurviveDeaths(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		queue := &dying{Queue: NewMemoryQueue()}
		w := newWorld(t, Config{Queue: queue})
		w.ticket()
		var got seen
		On(w.in, func(_ context.Context, n *Notice, e *AuthEvent) error { got.add(n.AuthCorpId); return nil })
		queue.deaths.Store(20)
		_, err := w.fake.Install(t.Context(), siteSuite, siteCorp, platform.InstallOptions{State: "killer"})
		require.NoError(t, err)
		defer w.run()()
		pass(5 * time.Minute) // of the ten that the code lives
		assert.Zero(t, queue.deaths.Load())
		assert.Equal(t, []string{siteCorp}, got.all())
		assert.Equal(t, Stats{Running: true}, w.stats())
	})
}
