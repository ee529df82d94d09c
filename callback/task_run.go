package callback

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gothird/wecom/internal/clock"
)

// makeRoom prepares the slot for the work on a notice. Of urgent notices only those that
// exchange an auth code keep counting; the others stop before their functions run. A notice
// during which the process has died twice runs alone.
func (t *task) makeRoom(n *Notice) (later Settlement, waits bool) {
	kills, exchange := t.state.Deaths >= aloneAfter, t.claimed.Urgent && n.bringsAuthCode()
	switch {
	case exchange:
	case t.claimed.Urgent && kills:
		return t.asAgainIn(n.lane("", "")), true
	case t.claimed.Urgent && !t.slot.stepAside():
		return t.asAgain(time.Second), true
	case !t.claimed.Urgent && kills && !t.slot.runAlone():
		return t.asAgain(aloneWait), true // another one runs alone: a death now would not be this one's
	}
	return Settlement{}, false
}

// runFunctions runs the functions that have not succeeded yet, and returns the errors of
// those that must run again.
func (t *task) runFunctions(ctx context.Context, n *Notice) error {
	var failed []error
	wanted := slices.DeleteFunc(t.r.in.registered(), func(f function) bool { return !f.wants(n) || slices.Contains(t.state.Done, f.id) })
	for _, f := range wanted {
		if ctx.Err() != nil {
			return errors.Join(append(failed, ctx.Err())...)
		}
		err, givesUp := sheltered(t.runFunction(ctx, n, f))
		if err != nil {
			err = fmt.Errorf("callback: function %s, %s: %w", strings.TrimSuffix(f.id, " "+f.name), f.name, err)
		}
		if givesUp {
			t.r.in.alarm(ctx, n, err)
		} else if err != nil {
			failed = append(failed, err)
			continue
		}
		t.change(func(s *state) { s.Done = append(s.Done, f.id) })
	}
	return errors.Join(failed...)
}

// sheltered inspects the error of a function. The error's methods may panic too.
func sheltered(err error) (safe error, givesUp bool) {
	panicked := recoverPanic(func() error {
		givesUp = errors.Is(err, ErrGiveUp)
		if err != nil {
			_ = err.Error()
		}
		return nil
	})
	if panicked != nil {
		return fmt.Errorf("its error can't be read: %w", panicked), false
	}
	return err, givesUp
}

// reportEachMinute reports a function that runs on after its timeout.
func (t *task) reportEachMinute(ctx context.Context, n *Notice, f function) (stop func()) {
	returned, end := context.WithCancel(context.WithoutCancel(ctx))
	cancel := context.AfterFunc(ctx, func() {
		for late := time.Minute; clock.Sleep(returned, time.Minute) == nil; late += time.Minute {
			t.r.in.report(ctx, n, fmt.Errorf("callback: function %s does not heed its context and goes on, %s after its Timeout of %s; its lane waits", f.id, late, t.r.in.cfg.Timeout))
		}
	})
	return func() {
		cancel()
		end()
	}
}

// runFunction waits for the function even if it ignores its context: two functions of one
// lane never run at the same time. Each function gets a Notice of its own.
func (t *task) runFunction(ctx context.Context, n *Notice, f function) error {
	limit, m := t.r.in.cfg.Timeout, *n
	if limit == 0 {
		return runFunction(func() error { return f.run(ctx, &m) })
	}
	ctx, cancel := context.WithTimeoutCause(ctx, limit, errTimeout)
	defer cancel()
	stop := t.reportEachMinute(ctx, n, f)
	defer stop()
	m.Api = n.Api.WithContext(ctx)
	err := runFunction(func() error { return f.run(ctx, &m) })
	if context.Cause(ctx) == errTimeout {
		return errors.Join(errTimeout, err)
	}
	return err
}
