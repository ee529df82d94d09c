package order

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/token"
)

// poll calls ask at an interval until it is done, fails with a permanent error, or ctx ends.
func poll[T any](ctx context.Context, every time.Duration, ask func() (T, bool, error)) (T, error) {
	every = cmp.Or(max(every, 0), defaultPoll)
	var last error
	for {
		value, done, err := ask()
		cut := last != nil && errors.Is(err, ctx.Err()) // it ended in this try
		if done || lasting(err) && !cut {
			return value, err
		}
		if ctx.Err() == nil {
			last = err
		}
		if err := clock.Sleep(ctx, every); err != nil {
			var zero T
			if last != nil {
				err = fmt.Errorf("%w; the last try: %w", err, last)
			}
			return zero, err
		}
	}
}

// lasting reports whether the same query would fail again.
func lasting(err error) bool { return err != nil && !transient(err) }

// waitJob polls until the job's outcome is known, and returns it with its Err.
func waitJob[T interface{ Err() error }](ctx context.Context, every time.Duration, ask func() (T, error)) (T, error) {
	return poll(ctx, every, func() (T, bool, error) {
		out, err := ask()
		if err != nil {
			return out, false, err
		}
		if err = out.Err(); errors.Is(err, ErrJobRunning) {
			return out, false, nil
		}
		return out, true, err
	})
}

// transient reports whether the same query may succeed later: no answer, one that is none,
// WeCom being busy, limiting us, or still making codes.
func transient(err error) bool {
	var e *token.Error
	if errors.Is(err, context.Canceled) || !errors.As(err, &e) {
		return false
	}
	switch e.Code {
	case 0:
		return e.HTTPStatus < http.StatusBadRequest || e.HTTPStatus >= http.StatusInternalServerError || e.HTTPStatus == http.StatusTooManyRequests
	case -1, 701022, 701033, 701085, 701134:
		return true
	}
	return token.IsRateLimited(err) || token.IsBusy(err)
}
