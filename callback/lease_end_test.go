package callback

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// slowLease is a queue that takes its time for what concerns leases.
type slowLease struct {
	Queue
	joins bool // joining is slow too
}

func (q *slowLease) Join(ctx context.Context, owner string, lease time.Duration) error {
	if q.joins {
		<-ctx.Done()
		return ctx.Err()
	}
	return q.Queue.Join(ctx, owner, lease)
}

func (q *slowLease) Extend(ctx context.Context, _ string, _ time.Duration) error {
	<-ctx.Done()
	return ctx.Err()
}

// Run that ends while the queue has not answered about its lease raises no alarm about it.
// G: inbox/reports
func TestTheEndOfRunIsNoFailureOfTheQueue(t *testing.T) {
	t.Parallel()
	for name, joins := range map[string]bool{"extend": false, "join": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var errs []error
				in, err := NewInbox(Config{Queue: &slowLease{NewMemoryQueue(), joins}, OnError: func(_ context.Context, _ *Notice, err error) { errs = append(errs, err) }})
				require.NoError(t, err)
				ctx, cancel := context.WithCancel(t.Context())
				done := make(chan error)
				go func() { done <- in.Run(ctx) }()
				time.Sleep(leaseBeat + time.Second)
				synctest.Wait()
				errs = nil // the first join has failed by then, which is told
				cancel()
				<-done
				synctest.Wait()
				for _, err := range errs {
					assert.NotErrorIs(t, err, context.Canceled)
				}
			})
		})
	}
}
