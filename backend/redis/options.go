package wecomredis

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// Options are those of [NewStore] and [NewQueue]. The zero value is good.
type Options struct {
	// Prefix begins all keys; empty: "wecom:". Programs that share a Redis and must not share
	// their content have different ones. It has no braces: they would choose the slot of a
	// cluster.
	Prefix string
	// MaxItems is for a queue: with more items, [callback.ErrQueueFull] refuses new ones. Urgent
	// ones have room for a tenth more. Buried items count. 0: as many as the memory holds.
	MaxItems int
}

const defaultPrefix = "wecom:"

// prefix checks the client and the options, and returns the prefix of all keys.
func (o Options) prefix(c redis.UniversalClient) (string, error) {
	if err := checkClient(c); err != nil {
		return "", err
	}
	switch {
	case strings.ContainsAny(o.Prefix, "{}"):
		return "", fmt.Errorf("wecomredis: Options.Prefix %q has a brace, which would choose the slot of a cluster: leave it out", o.Prefix)
	case o.MaxItems < 0:
		return "", fmt.Errorf("wecomredis: Options.MaxItems is %d: use 0 for no limit", o.MaxItems)
	case o.Prefix == "":
		return defaultPrefix, nil
	}
	return o.Prefix, nil
}

// checkClient returns an error for a client that would lose something.
func checkClient(c redis.UniversalClient) error {
	switch c := c.(type) {
	case *redis.Client:
		if c == nil {
			return errNoClient
		}
	case *redis.ClusterClient:
		if c == nil {
			return errNoClient
		}
		if c.Options().ReadOnly {
			return errors.New("wecomredis: the client reads from replicas, which lag behind: leave ReadOnly, RouteByLatency and RouteRandomly of its options off")
		}
	case *redis.Ring:
		return errors.New("wecomredis: a redis.Ring moves keys to another server while one is away, so that locks and items get lost: use redis.NewClusterClient or redis.NewFailoverClient")
	case nil:
		return errNoClient
	default:
		return fmt.Errorf("wecomredis: a client of type %T is not known: use that of redis.NewClient, NewFailoverClient or NewClusterClient", c)
	}
	return nil
}

var errNoClient = errors.New("wecomredis: the client is nil: make one with redis.NewClient")

// answerTimeout is how long a server may take for one request, with all repetitions by the
// client, if the context of the call allows more.
const answerTimeout = 10 * time.Second

// obey returns what run returns, or the error of ctx as soon as ctx ends: the client looks at
// its context between its attempts only. late gets a result that came after that; it may be
// nil.
func obey[T any](ctx context.Context, run func(ctx context.Context) (T, error), late func(T)) (result T, err error) {
	if err := ctx.Err(); err != nil {
		return result, err
	}
	type outcome struct {
		result T
		err    error
	}
	done := make(chan outcome, 1)
	go func() {
		r, err := run(ctx)
		done <- outcome{r, err}
	}()
	select {
	case o := <-done:
		if o.err != nil && ctx.Err() != nil {
			return result, ctx.Err()
		}
		return o.result, withoutArguments(o.err)
	case <-ctx.Done():
		if late != nil {
			go func() {
				if o := <-done; o.err == nil {
					late(o.result)
				}
			}()
		}
		return result, ctx.Err()
	}
}

// ask is obey with answerTimeout, for what has no result that must be given back.
func ask[T any](ctx context.Context, run func(ctx context.Context) (T, error)) (T, error) {
	limited, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	result, err := obey(limited, run, nil)
	if err != nil && ctx.Err() == nil && limited.Err() != nil {
		err = fmt.Errorf("wecomredis: Redis has not answered within %s: look whether the server is overloaded, or a network between drops packets: %w", answerTimeout, err)
	}
	return result, err
}

// withoutArguments returns err without the arguments of a command that Redis quotes in some
// errors: they may be secrets.
func withoutArguments(err error) error {
	if err == nil {
		return nil
	}
	text, _, quotes := strings.Cut(err.Error(), ", with args")
	if !quotes {
		return err
	}
	return errors.New(text)
}
