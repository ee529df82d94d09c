package poll_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gothird/wecom/internal/poll"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	errBusy = errors.New("busy")
	errGone = errors.New("gone")
)

func busy(err error) bool { return errors.Is(err, errBusy) }

func TestUntil(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		tries []error // of ask; after the last it is done
		every time.Duration
		want  error
		took  time.Duration
	}{
		"at once":           {nil, 0, nil, 0},
		"later":             {[]error{nil, errBusy, nil}, 0, nil, 30 * time.Second},
		"an own rhythm":     {[]error{nil, nil}, time.Second, nil, 2 * time.Second},
		"fails for good":    {[]error{errBusy, errGone}, 0, errGone, 10 * time.Second},
		"negative is usual": {[]error{nil}, -1, nil, 10 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began, n := time.Now(), 0
				value, err := poll.Until(t.Context(), test.every, busy, func() (string, bool, error) {
					n++
					if n <= len(test.tries) {
						return "", false, test.tries[n-1]
					}
					return "done", true, nil
				})
				require.ErrorIs(t, err, test.want)
				assert.Equal(t, test.took, time.Since(began))
				if err == nil {
					assert.Equal(t, "done", value)
				}
			})
		})
	}
}

func TestTheContextEndsThePolling(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		value, err := poll.Until(ctx, 0, busy, func() (int, bool, error) { return 1, false, errBusy })
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorIs(t, err, errBusy)
		assert.Zero(t, value)

		// The try in which it ends is not the last word.
		ctx, cancel = context.WithCancel(t.Context())
		tries := 0
		_, err = poll.Until(ctx, 0, busy, func() (int, bool, error) {
			if tries++; tries == 2 {
				cancel()
				return 0, false, ctx.Err()
			}
			return 0, false, errBusy
		})
		require.ErrorIs(t, err, context.Canceled)
		assert.ErrorIs(t, err, errBusy)
	})
}
