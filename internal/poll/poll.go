// Package poll asks again and again, until there is an outcome.
package poll

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gothird/wecom/internal/clock"
)

const usual = 10 * time.Second

// Until calls ask every so often (0: 10 s) until it says done, fails with an error that is
// not transient, or ctx ends, whose error then comes with that of the last try.
func Until[T any](ctx context.Context, every time.Duration, transient func(error) bool, ask func() (value T, done bool, err error)) (T, error) {
	if every <= 0 {
		every = usual
	}
	var last error
	for {
		value, done, err := ask()
		cut := last != nil && errors.Is(err, ctx.Err()) // it ended in this try
		if done || err != nil && !transient(err) && !cut {
			return value, err
		}
		if ctx.Err() == nil {
			last = err
		}
		if err := sleep(ctx, every, last); err != nil {
			var zero T
			return zero, err
		}
	}
}

// sleep waits for d, or until ctx ends, whose error then comes with that of the last try.
func sleep(ctx context.Context, d time.Duration, last error) error {
	err := clock.Sleep(ctx, d)
	if err != nil && last != nil {
		err = fmt.Errorf("%w; the last try: %w", err, last)
	}
	return err
}
