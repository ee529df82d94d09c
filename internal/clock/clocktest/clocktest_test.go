package clocktest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/clock"
)

// The tests of this package move the one clock, so that none of them is parallel.

type tests func() int

func (f tests) Run() int { return f() }

// ahead is how far the clock is from the right time.
func ahead() time.Duration { return clock.Until(time.Now()).Abs().Round(time.Second) }

func TestRunUnderAWrongClock(t *testing.T) {
	for mode, want := range map[string]time.Duration{"": 0, "+1h": time.Hour, "-1h": time.Hour, "90s": 90 * time.Second} {
		t.Setenv(Env, mode)
		assert.Equal(t, 7, Run(tests(func() int {
			assert.Equal(t, want, ahead(), mode)
			assert.Equal(t, mode == "-1h", clock.Now().Before(time.Now().Add(-time.Minute)), mode)
			return 7
		})))
		assert.Zero(t, ahead(), mode)
	}
}

func TestRunRefusesWhatIsNoClock(t *testing.T) {
	t.Setenv(Env, "an hour")
	assert.Equal(t, 2, Run(tests(func() int {
		t.Error("the tests ran")
		return 0
	})))
}

func TestSteppingClockMovesBackAndForth(t *testing.T) {
	t.Setenv(Env, "step")
	for range 3 {
		Run(tests(func() int {
			m := Now()
			seen := map[time.Duration]bool{}
			for end := time.Now().Add(10 * time.Second); len(seen) < 2 && time.Now().Before(end); {
				seen[ahead()] = true
			}
			assert.Equal(t, map[time.Duration]bool{0: true, Step: true}, seen)
			assert.Positive(t, m.Steps())
			return 0
		}))
		require.Zero(t, ahead(), "it ends where it began")
	}
}

func TestMarkAllowsForTheSteps(t *testing.T) {
	still := Now()
	assert.Zero(t, still.Steps())
	quiet := new(testing.T)
	assert.True(t, still.Near(quiet, time.Minute, 61*time.Second, time.Second))
	assert.False(t, still.Near(quiet, time.Minute, 62*time.Second, time.Second))
	assert.True(t, still.Times(quiet, 2, 2))
	assert.False(t, still.Times(quiet, 2, 3))
	moved := Now()
	step(Step)
	step(-Step)
	assert.Equal(t, 2, moved.Steps())
	assert.True(t, moved.Near(quiet, time.Minute, 61*time.Minute, time.Second))
	assert.False(t, moved.Near(quiet, time.Minute, 62*time.Minute, time.Second))
	assert.True(t, moved.Times(quiet, 2, 4))
	assert.False(t, moved.Times(quiet, 2, 5))
	assert.False(t, moved.Times(quiet, 2, 1), "never less")
}

func TestHoldKeepsTheClock(t *testing.T) {
	require.True(t, step(Step))
	require.True(t, step(-Step))
	t.Run("held", func(t *testing.T) {
		Hold(t)
		m := Now()
		assert.False(t, step(Step))
		assert.Zero(t, m.Steps())
		assert.Zero(t, ahead())
	})
	require.True(t, step(Step))
	require.True(t, step(-Step))
}
