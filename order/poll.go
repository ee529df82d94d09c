package order

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/gothird/wecom/internal/poll"
	"github.com/gothird/wecom/token"
)

// waitJob polls until the job's outcome is known, and returns it with its Err.
func waitJob[T interface{ Err() error }](ctx context.Context, every time.Duration, ask func() (T, error)) (T, error) {
	return poll.Until(ctx, every, transient, func() (T, bool, error) {
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

// transient reports whether the same query may succeed later: no answer came, or one that is
// not WeCom's, or WeCom is busy, limits the rate, or is still making codes.
func transient(err error) bool {
	var e *token.Error
	if errors.As(err, &e) && slices.Contains([]int{701022, 701033, 701085}, e.Code) {
		return true
	}
	return token.IsTransient(err)
}
