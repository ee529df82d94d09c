package wecomredis

import (
	"context"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/gothird/wecom/callback"
)

const (
	watchAgain = time.Second // after a failure to ask when something is due
	watchMost  = time.Minute // without asking that
)

// Watch calls wake when a script of any process has published that there is something to
// claim, and when something is due. While the server is away it does not return: the client
// connects again, and wake is called then.
func (q *Queue) Watch(ctx context.Context, wake func()) error {
	if err := q.enterAndLeave(ctx); err != nil {
		return err
	}
	hints := q.c.Subscribe(ctx, q.channel)
	defer hints.Close()
	due := time.NewTimer(0)
	defer due.Stop()
	messages := hints.ChannelWithSubscriptions()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-q.closed:
			return callback.ErrClosed
		case <-due.C:
			wake()
			due.Reset(q.next(ctx))
		case m, open := <-messages:
			if !open { // the client was closed
				return callback.ErrClosed
			}
			q.hint(ctx, m, due, wake)
		}
	}
}

// hint follows one message: it says after how many milliseconds there is something to claim.
func (q *Queue) hint(ctx context.Context, message any, due *time.Timer, wake func()) {
	m, published := message.(*redis.Message)
	if !published { // connected: there may have been messages before
		due.Reset(0)
		return
	}
	if after, err := strconv.Atoi(m.Payload); err == nil && after > 0 {
		due.Reset(q.next(ctx))
		return
	}
	wake()
}

// next returns when to look again.
func (q *Queue) next(ctx context.Context) time.Duration {
	ms, err := run(ctx, q, q.scripts.next, q.keys, nil, (*redis.Cmd).Int64)
	switch {
	case err != nil:
		return watchAgain
	case ms < 0:
		return watchMost
	}
	return min(time.Duration(ms)*time.Millisecond, watchMost)
}
