package token

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gothird/wecom/internal/clock"
)

// operation is one operation of the Store with a time limit. If the limit is over or the
// caller has left, left is called at once, and late is called with the result when it
// arrives. Both may be nil.
type operation[T any] struct {
	limit  time.Duration
	must   bool // also during the pause of a failing Store
	always bool // also while too many operations hang
	run    func(context.Context) (T, error)
	left   func()
	late   func(T, error)
}

// allows reports whether an operation may begin.
func (s *sharedStore) allows(must, always bool) error {
	if s.stuck.Load() >= maxStuck && !always {
		return errStuck
	}
	if p := s.paused.Load(); p != nil && !must && p.pending(clock.Now()) {
		return errStorePause
	}
	return nil
}

// bounded runs an operation of the Store for at most its limit. One that ignores its context
// is left running.
func bounded[T any](ctx context.Context, s *sharedStore, op operation[T]) (T, error) {
	var none T
	if err := ctx.Err(); err != nil {
		return none, err
	}
	if err := s.allows(op.must, op.always); err != nil {
		return none, err
	}
	type result struct {
		value T
		err   error
	}
	inner, cancel := context.WithTimeout(ctx, op.limit)
	done, left := make(chan result), make(chan struct{})
	go func() {
		defer cancel()
		r := result{err: errStorePanic}
		func() {
			defer func() { _ = recover() }() // its text may hold a secret
			r.value, r.err = op.run(inner)
		}()
		select {
		case done <- r:
		case <-left:
			s.stuck.Add(-1)
			if op.late != nil {
				op.late(r.value, r.err)
			}
		}
	}()
	select {
	case r := <-done:
		s.noteSilence(ctx, op.limit, r.err)
		return r.value, r.err
	case <-inner.Done():
		s.stuck.Add(1)
		if op.left != nil {
			op.left()
		}
		close(left)
		s.noteSilence(ctx, op.limit, inner.Err())
		return none, fmt.Errorf("wecom: the Store: %w", inner.Err())
	}
}

// noteSilence starts a pause for a Store that has not answered in time. A lock that was not
// free in time, or a caller that left early, says nothing about the Store.
func (s *sharedStore) noteSilence(ctx context.Context, limit time.Duration, err error) {
	switch {
	case err == nil:
		if s.paused.Load() != nil {
			s.paused.Store(nil)
		}
	case errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil && limit == storeTimeout:
		p := pauseFor(clock.Now(), storePause)
		s.paused.Store(&p)
	}
}
