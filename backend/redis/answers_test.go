package wecomredis_test

import (
	"context"
	"errors"
	"math"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	wecomredis "github.com/gothird/wecom/backend/redis"
	"github.com/gothird/wecom/callback"
)

// answering is a client that gives scripts an answer of its own.
type answering struct{ value any }

func (answering) DialHook(next redis.DialHook) redis.DialHook { return next }

func (answering) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

func (a answering) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if script, ok := cmd.(*redis.Cmd); ok {
			script.SetVal(a.value)
			return nil
		}
		return next(ctx, cmd)
	}
}

// An answer of another form, as something between could give, is an error and no panic.
func TestAnswersOfAnotherForm(t *testing.T) {
	t.Parallel()
	_, prefix := sharedClient(t)
	for name, value := range map[string]any{
		"a text": "x", "a number": int64(1), "texts": []any{"x"}, "a short row": []any{[]any{"x", "y"}}, "nothing": nil,
		"a long row": []any{make([]any, 13)}, "a map": map[any]any{"x": "y"},
	} {
		c := newClient(t, shared.addr())
		c.AddHook(answering{value})
		q, ctx := newQueue(t, c, prefix), t.Context()
		_, err := q.Stats(ctx)
		require.Error(t, err, name)
		_, err = q.Claim(ctx, callback.Ask{Routes: []string{"r"}, Max: 1, Owner: "o"})
		require.Error(t, err, name)
		_, err = q.Dead(ctx, "", 1)
		require.Error(t, err, name)
	}
}

// While nothing is due, Watch asks for nothing, however far away the next time is.
func TestAnIdleWatchRests(t *testing.T) {
	t.Parallel()
	for name, lease := range map[string]time.Duration{"nothing": 0, "an hour": time.Hour, "for ever": math.MaxInt64} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, prefix := sharedClient(t)
			q := newQueue(t, c, prefix)
			if lease > 0 {
				require.NoError(t, q.Join(t.Context(), "o", lease))
			}
			var woken atomic.Int32
			ctx, stop := context.WithCancel(t.Context())
			ended := make(chan error, 1)
			go func() { ended <- q.Watch(ctx, func() { woken.Add(1) }) }()
			require.Eventually(t, func() bool { return woken.Load() > 0 }, time.Minute, time.Millisecond)
			select {
			case err := <-ended:
				assert.NoError(t, err, "it has ended by itself")
			case <-time.After(300 * time.Millisecond): // a rest has no end to wait for
			}
			stop()
			require.ErrorIs(t, <-ended, context.Canceled)
			assert.LessOrEqual(t, woken.Load(), int32(3), "at the begin, and when it is connected")
		})
	}
}

// A request that ends with its context has the error of the context, whatever the client makes of it.
func TestTheEndOfAContextIsTold(t *testing.T) {
	t.Parallel()
	for range 200 {
		ctx, cancel := context.WithCancel(t.Context())
		_, err := wecomredis.Obey(ctx, func(context.Context) (string, error) {
			cancel()
			return "", errors.New("i/o timeout")
		})
		require.ErrorIs(t, err, context.Canceled)
	}
}
