package callback

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/gothird/wecom/internal/clock"
)

const (
	foreignFirst = time.Minute // after the start of Run
	foreignEach  = time.Hour
	foreignLife  = 7 * 24 * time.Hour
)

// lookAfterForeign reports notices without a Handler in this process, and buries those that
// have waited for a week. Another process may have a Handler for them.
func (r *runner) lookAfterForeign() {
	for pause := foreignFirst; clock.Sleep(r.ending, pause) == nil; pause = foreignEach {
		ctx, cancel := context.WithTimeout(r.untilEnd, time.Minute)
		err := recoverPanic(func() error { return r.checkForeign(ctx) })
		cancel()
		if err != nil {
			r.in.report(r.untilEnd, nil, fmt.Errorf("callback: look for notices of other suites: %w", err))
		}
	}
}

func (r *runner) checkForeign(ctx context.Context) error {
	byRoute, err := r.in.queue.Stats(ctx)
	if err != nil {
		return err
	}
	own := r.in.ownRoutes()
	for route, s := range byRoute {
		if slices.Contains(own, route) || s.Waiting+s.Later == 0 {
			continue
		}
		r.in.report(ctx, nil, fmt.Errorf("callback: %d notices wait for a Handler of %s, and this Inbox has none, the oldest for %s; after %s they are given up",
			s.Waiting+s.Later, route, s.Oldest.Round(time.Second), foreignLife))
		if s.Oldest >= foreignLife {
			if err := r.buryForeign(ctx, route); err != nil {
				return err
			}
		}
	}
	return nil
}

// buryForeign goes through the lanes of a route as long as their first item is old.
func (r *runner) buryForeign(ctx context.Context, route string) error {
	o := r.lease.current()
	if o == nil {
		return nil
	}
	for _, urgent := range []bool{true, false} {
		for more := true; more; {
			claimed, err := r.ask(o, Ask{Routes: []string{route}, Urgent: urgent, Max: maxBatch, Owner: o.name})
			if err != nil {
				return err
			}
			more = false
			settlements := make([]Settlement, 0, len(claimed))
			for _, c := range claimed {
				s := foreignSettlement(c)
				more = more || s.Kind == Bury
				settlements = append(settlements, s)
			}
			if len(settlements) > 0 {
				if err := r.settleBatch(ctx, settlements); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// foreignSettlement buries an item that has waited for a week since it was put, or since
// Retry if that was later. Others go on waiting.
func foreignSettlement(c Claimed) Settlement {
	s := Settlement{Hold: c.Hold, Kind: Wait, After: foreignEach / 2}
	st := readState(c.State)
	st.V = max(st.V, recordVersion)
	switch {
	case c.Err != nil:
	case st.Buried:
		st.Buried, st.Retried = false, clock.Now().UnixMilli()
		s.State = st.encode()
	case clock.Since(c.Put) >= foreignLife && clock.Since(time.UnixMilli(st.Retried)) >= foreignLife:
		st.Buried = true
		s.Kind, s.State, s.Reason = Bury, st.encode(), fmt.Sprintf("no Handler of %s in %s", c.Route, foreignLife)
	}
	return s
}
