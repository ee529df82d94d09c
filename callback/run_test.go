package callback

import (
	"context"
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// G: inbox/once inbox/api
func TestEveryNoticeIsProcessedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		w.installed(siteCorp)
		var got seen
		On(w.in, func(ctx context.Context, n *Notice, m *TextMessage) error {
			got.add(m.Content)
			assert.Equal(t, siteCorp, n.CorpId())
			assert.Equal(t, siteCorp, n.Api.CorpId())
			assert.Equal(t, siteSuite, n.Api.SuiteId())
			return nil
		})
		defer w.run()()
		for range 2 { // WeCom repeats what was answered late
			require.NoError(t, w.text(siteCorp, "a"))
		}
		pass(time.Second)
		require.NoError(t, w.text(siteCorp, "a"))
		require.NoError(t, w.text(siteCorp, "b"))
		pass(time.Second)
		assert.Equal(t, []string{"a", "b"}, got.all())
		assert.Empty(t, w.errs())
		assert.Equal(t, Stats{Running: true}, w.stats())
	})
}

// A function that failed runs again; those that succeeded do not.
// G: inbox/functions
func TestOnlyWhatFailedRunsAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		w.installed(siteCorp)
		var got seen
		failures := 3
		On(w.in, func(context.Context, *Notice, *TextMessage) error { got.add("first"); return nil })
		On(w.in, func(context.Context, *Notice, *TextMessage) error {
			got.add("second")
			if failures--; failures >= 0 {
				return errTest
			}
			return nil
		})
		On(w.in, func(context.Context, *Notice, *TextMessage) error { got.add("third"); return nil })
		w.in.OnAny(func(context.Context, *Notice) error { got.add("any"); return nil })
		defer w.run()()
		require.NoError(t, w.text(siteCorp, "a"))
		pass(500 * time.Millisecond)
		assert.Equal(t, []string{"first", "second", "third", "any"}, got.all())
		pass(time.Minute)
		assert.Equal(t, 4, got.count("second"))
		for _, once := range []string{"first", "third", "any"} {
			assert.Equal(t, 1, got.count(once), once)
		}
		told := w.errs()
		require.Len(t, told, 3)
		assert.ErrorIs(t, told[0].err, errTest)
		assert.Equal(t, "text", told[0].n.Kind())
		assert.Zero(t, w.stats().Later)
	})
}

// What ends a function in another way than by returning is a failure, too.
// G: inbox/functions
func TestPanicsAndGoexitAreFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		w.installed(siteCorp)
		var got seen
		On(w.in, func(context.Context, *Notice, *TextMessage) error {
			got.add("panic")
			if got.count("panic") == 1 {
				panic("the-ticket")
			}
			return nil
		})
		On(w.in, func(context.Context, *Notice, *TextMessage) error {
			got.add("goexit")
			if got.count("goexit") == 1 {
				runtime.Goexit()
			}
			return nil
		})
		defer w.run()()
		require.NoError(t, w.text(siteCorp, "a"))
		pass(time.Minute)
		assert.Equal(t, 2, got.count("panic"))
		assert.Equal(t, 2, got.count("goexit"))
		told := w.errs()
		require.Len(t, told, 1)
		assert.ErrorIs(t, told[0].err, errGoexit)
		assert.ErrorContains(t, told[0].err, "panicked")
		assert.NotContains(t, told[0].err.Error(), "the-ticket")
	})
}

// One function that gives up does not bury the notice for the others.
// G: inbox/give-up
func TestGivingUpIsOneFunctionsMatter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		w.installed(siteCorp)
		var got seen
		On(w.in, func(context.Context, *Notice, *TextMessage) error {
			got.add("gives up")
			return fmt.Errorf("no such customer: %w", ErrGiveUp)
		})
		On(w.in, func(context.Context, *Notice, *TextMessage) error {
			got.add("fails")
			if got.count("fails") < 3 {
				return errTest
			}
			return nil
		})
		defer w.run()()
		require.NoError(t, w.text(siteCorp, "a"))
		pass(time.Minute)
		assert.Equal(t, 1, got.count("gives up"))
		assert.Equal(t, 3, got.count("fails"))
		assert.Zero(t, w.stats().Dead)
		told := w.errs()
		require.Len(t, told, 3)
		assert.ErrorIs(t, told[0].err, ErrGiveUp)
	})
}

// A day after its first failure a notice is dead, not lost: Retry gives it a day again.
// G: inbox/dead
func TestDeadAfterADayOfFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		w.installed(siteCorp)
		var got seen
		var broken atomic.Bool
		broken.Store(true)
		On(w.in, func(_ context.Context, _ *Notice, m *TextMessage) error {
			got.add(m.Content)
			if broken.Load() {
				return errTest
			}
			return nil
		})
		require.NoError(t, w.text(siteCorp, "a"))
		time.Sleep(72 * time.Hour) // a weekend without Run does not count
		stop := w.run()
		pass(23 * time.Hour)
		assert.Equal(t, 1, w.stats().Later)
		pass(2 * time.Hour)
		assert.Equal(t, Stats{Running: true, Dead: 1}, w.stats())
		attempts := len(got.all())
		assert.InDelta(t, 150, attempts, 10, "back-off up to ten minutes")

		var dead []Dead
		for d, err := range w.in.Dead(t.Context()) {
			require.NoError(t, err)
			dead = append(dead, d)
		}
		require.Len(t, dead, 1)
		d := dead[0]
		assert.Equal(t, attempts, d.Attempts)
		assert.Equal(t, "app/"+siteSuite, d.Route)
		assert.Equal(t, siteCorp+"/woLin01", d.Lane)
		assert.Contains(t, d.Reason, errTest.Error())
		assert.Equal(t, d.Key, d.Notice.Key())
		assert.WithinDuration(t, time.Now().Add(-25*time.Hour), d.First, time.Minute)

		assert.ErrorContains(t, w.in.Retry(t.Context(), "another key"), "no dead notice has the key another key")
		assert.ErrorContains(t, w.in.Discard(t.Context(), "another key"), "no dead notice has the key another key")
		assert.Equal(t, 1, w.stats().Dead)
		assert.Equal(t, siteSuite, d.Notice.Api.SuiteId())
		told := w.errs()
		assert.ErrorIs(t, told[len(told)-1].err, ErrDead)
		assert.ErrorContains(t, told[0].err, "callback.TestDeadAfterADayOfFailures", "which function")
		assert.Less(t, len(told), 40, "first all failures are reported, then one an hour")
		require.NoError(t, w.in.Retry(t.Context(), d.Key))
		pass(12 * time.Hour)
		assert.Equal(t, 1, w.stats().Later, "it has another day")
		broken.Store(false)
		pass(time.Hour)
		assert.Equal(t, Stats{Running: true}, w.stats())
		stop()
	})
}

// G: inbox/dead
func TestDiscard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		w.installed(siteCorp)
		On(w.in, func(context.Context, *Notice, *ContactEvent) error { return errTest })
		defer w.run()()
		require.NoError(t, w.contact(siteCorp, "u1"))
		require.NoError(t, w.contact(siteCorp, "u2"))
		pass(26 * time.Hour)
		require.Equal(t, 2, w.stats().Dead)
		for d, err := range w.in.Dead(t.Context()) {
			require.NoError(t, err)
			require.NoError(t, w.in.Discard(t.Context(), d.Key))
			break
		}
		assert.Equal(t, 1, w.stats().Dead)
	})
}

// A function that fails steps out of its lane: later notices do not wait for it.
// G: inbox/order
func TestAFailedNoticeDoesNotStopItsLane(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		w.installed(siteCorp)
		var got seen
		On(w.in, func(_ context.Context, _ *Notice, m *TextMessage) error {
			got.add(m.Content)
			if m.Content == "a" && got.count("a") < 2 {
				return errTest
			}
			return nil
		})
		for _, text := range []string{"a", "b", "c"} {
			require.NoError(t, w.text(siteCorp, text))
		}
		defer w.run()()
		pass(time.Minute)
		assert.Equal(t, []string{"a", "b", "c", "a"}, got.all())
	})
}

// A corp's notice starts at once while fewer than Workers functions run, and after ten
// seconds of others' hanging ones.
// G: inbox/fair
func TestHangingFunctionsStopOnlyTheirLanes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{Workers: 2})
		w.installed(siteCorp, siteOther)
		var got seen
		release := make(chan struct{})
		On(w.in, func(_ context.Context, n *Notice, m *TextMessage) error {
			got.add(m.Content)
			if n.FromUserName != "quiet" {
				<-release
			}
			return nil
		})
		defer w.run()()
		for _, user := range []string{"u1", "u2", "u3", "u4"} {
			require.NoError(t, w.textFrom(siteCorp, user, user))
		}
		pass(time.Second)
		assert.ElementsMatch(t, []string{"u1", "u2"}, got.all())
		require.NoError(t, w.textFrom(siteOther, "quiet", "quiet"))
		pass(10 * time.Second)
		assert.Len(t, got.all(), 4, "two have run for ten seconds, and no longer count")
		pass(10 * time.Second)
		assert.Equal(t, 1, got.count("quiet"))
		require.NoError(t, w.textFrom(siteOther, "quiet", "quiet again"))
		pass(time.Second)
		assert.Equal(t, 1, got.count("quiet again"))
		close(release)
		pass(time.Second)
		assert.Equal(t, Stats{Running: true}, w.stats())
	})
}

// Timeout ends the context of one function. One that goes on is reported each minute.
// G: inbox/timeout
func TestTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{Timeout: 5 * time.Second})
		w.installed(siteCorp)
		var got seen
		On(w.in, func(ctx context.Context, n *Notice, m *TextMessage) error {
			got.add("heeds")
			if got.count("heeds") > 1 {
				return nil
			}
			<-n.Api.Context().Done()
			return ctx.Err()
		})
		On(w.in, func(ctx context.Context, _ *Notice, m *TextMessage) error {
			got.add("stubborn")
			if got.count("stubborn") == 1 {
				time.Sleep(5*time.Minute + 10*time.Second)
			}
			return nil
		})
		defer w.run()()
		require.NoError(t, w.text(siteCorp, "a"))
		pass(4 * time.Minute)
		require.NoError(t, w.text(siteCorp, "b"))
		late := w.errs()
		require.Len(t, late, 3, "each minute once")
		for i, to := range late {
			assert.ErrorContains(t, to.err, fmt.Sprintf("%dm0s after its Timeout of 5s", i+1))
		}
		assert.Equal(t, []string{"heeds", "stubborn"}, got.all(), "its lane waits")
		pass(3 * time.Minute)
		assert.Equal(t, 3, got.count("heeds"))
		assert.Equal(t, 3, got.count("stubborn"))
		told := w.errs()
		assert.ErrorIs(t, told[len(told)-1].err, errTimeout)
	})
}

// The functions that run when the context ends may go on for Drain. What they had then goes
// back, and counts neither as failure nor as death.
// G: inbox/end
func TestDrain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		queue := &durableQueue{Queue: NewMemoryQueue()}
		release := make(chan struct{})
		defer close(release)
		w := newWorld(t, Config{Queue: queue, Drain: 20 * time.Second})
		w.installed(siteCorp, siteOther)
		var got seen
		On(w.in, func(ctx context.Context, _ *Notice, m *TextMessage) error {
			got.add(m.Content)
			switch m.Content {
			case "short":
				time.Sleep(10 * time.Second)
				return ctx.Err()
			case "long":
				<-ctx.Done()
				return ctx.Err()
			}
			<-release
			return nil
		})
		On(w.in, func(context.Context, *Notice, *TextMessage) error { got.add("next"); return nil })
		stop := w.run()
		for _, text := range []string{"short", "long", "never"} {
			require.NoError(t, w.textFrom(siteCorp, text, text))
		}
		pass(time.Second)
		begin := time.Now()
		stop()
		assert.Equal(t, 21*time.Second, time.Since(begin).Round(time.Second))
		assert.Equal(t, 1, got.count("next"))
		s := w.stats()
		assert.Equal(t, 2, s.Waiting)
		assert.Zero(t, s.Busy+s.Later)
		for _, it := range queue.claimAll(t) {
			assert.Equal(t, 1, it.Starts)
			st, err := decodeState(it.State)
			require.NoError(t, err)
			assert.Equal(t, state{V: 1}, st)
		}
		assert.Empty(t, w.errs())
	})
}

// durableQueue passes for one that outlives the process.
type durableQueue struct{ Queue }

func (q *durableQueue) claimAll(t *testing.T) []Claimed {
	require.NoError(t, q.Join(t.Context(), "test", time.Minute))
	got, err := q.Claim(t.Context(), Ask{Routes: []string{"app/" + siteSuite}, Max: 100, Owner: "test"})
	require.NoError(t, err)
	return got
}

// A queue in memory is emptied before Run ends; then pushes are refused, so that WeCom
// repeats them.
// G: inbox/end
func TestAQueueInMemoryIsEmptied(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{Workers: 1})
		w.installed(siteCorp)
		var got seen
		On(w.in, func(_ context.Context, _ *Notice, m *TextMessage) error {
			time.Sleep(time.Second)
			got.add(m.Content)
			if m.Content == "fails" {
				return errTest
			}
			return nil
		})
		stop := w.run()
		for _, text := range []string{"a", "b", "fails", "c"} {
			require.NoError(t, w.text(siteCorp, text))
		}
		synctest.Wait()
		stop()
		assert.Subset(t, got.all(), []string{"a", "b", "c"})
		require.ErrorIs(t, w.text(siteCorp, "d"), ErrClosed)
		told := w.errs()
		assert.ErrorContains(t, told[len(told)-1].err, "1 notices that were answered are lost")
	})
}
