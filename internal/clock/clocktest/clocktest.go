// Package clocktest runs the tests of a package under a clock that is wrong: ahead, behind,
// or moving back and forth while they run.
//
// A TestMain calls [Run]. Under WECOM_TEST_CLOCK=step no test can foresee what its clock
// shows; those that expect a certain age or number of requests use a [Mark], which allows
// for just the steps that there have been.
package clocktest

import (
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/gothird/wecom/internal/clock"
)

// Env names the environment variable that says how wrong the clock is: a duration such as
// +1h or -1h, "step" for one that moves by [Step] every few milliseconds, forward and back
// in turns, or nothing.
const Env = "WECOM_TEST_CLOCK"

// Step is how far the clock moves at once.
const Step = time.Hour

// pace is how long the clock stays where it is.
const pace = 3 * time.Millisecond

// steps counts the moves. A reader never finds the clock moved and the move not counted.
var steps struct {
	sync.RWMutex
	n    int
	held int // tests that want none at the moment
}

// Run runs m under the clock that the environment names, and returns its exit code.
func Run(m interface{ Run() int }) int {
	stop, err := start(os.Getenv(Env))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	defer stop()
	return m.Run()
}

func start(mode string) (stop func(), err error) {
	switch mode {
	case "":
		return func() {}, nil
	case "step":
		return startStepping(), nil
	}
	d, err := time.ParseDuration(mode)
	if err != nil {
		return nil, fmt.Errorf("%s=%q: it is a duration such as +1h or -1h, or step", Env, mode)
	}
	clock.Shift(d)
	return func() { clock.Shift(-d) }, nil
}

// startStepping moves the clock until stop, which leaves it where it was at first.
func startStepping() (stop func()) {
	end, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(pace)
		defer tick.Stop()
		for d := Step; ; d = -d {
			select {
			case <-tick.C:
				if !step(d) {
					d = -d // later
				}
			case <-end:
				if d < 0 {
					steps.Lock()
					clock.Shift(d)
					steps.Unlock()
				}
				return
			}
		}
	}()
	return func() {
		close(end)
		<-done
	}
}

// step moves the clock, unless a test holds it.
func step(d time.Duration) bool {
	steps.Lock()
	defer steps.Unlock()
	if steps.held > 0 {
		return false
	}
	steps.n++
	clock.Shift(d)
	return true
}

// Hold keeps the clock from moving, wherever it is, until the test is over. It is for tests
// of what comes after a certain time, to the second: the subject of theirs is no step.
func Hold(t testing.TB) {
	add := func(n int) {
		steps.Lock()
		defer steps.Unlock()
		steps.held += n
	}
	add(1)
	t.Cleanup(func() { add(-1) })
}

// Mark is a moment from which the steps of the clock are counted.
type Mark struct{ steps int }

// Now marks this moment.
func Now() Mark {
	steps.RLock()
	defer steps.RUnlock()
	return Mark{steps.n}
}

// Steps says how often the clock has moved since: never, but under a stepping clock.
func (m Mark) Steps() int { return Now().steps - m.steps }

// Near asserts that a time is within delta of what is wanted, and within a [Step] more of
// it if the clock has moved.
func (m Mark) Near(t testing.TB, want, got, delta time.Duration, says ...any) bool {
	t.Helper()
	if m.Steps() > 0 {
		delta += Step
	}
	return assert.LessOrEqual(t, (got - want).Abs(), delta, says...)
}

// Times asserts that something was done want times, or more often by no more than the
// clock has moved: a move may end a pause early.
func (m Mark) Times(t testing.TB, want, got int, says ...any) bool {
	t.Helper()
	return assert.GreaterOrEqual(t, got, want, says...) && assert.LessOrEqual(t, got, want+m.Steps(), says...)
}
