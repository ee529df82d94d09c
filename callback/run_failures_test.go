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
