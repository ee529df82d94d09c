package callback

import (
	"context"
	"fmt"
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
