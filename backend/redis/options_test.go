package wecomredis_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	wecomredis "github.com/gothird/wecom/backend/redis"
	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/token"
)

// wrapped is a client that nobody knows.
type wrapped struct{ redis.UniversalClient }

func TestMistakesSayWhatToDo(t *testing.T) {
	t.Parallel()
	good := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1"})
	defer good.Close()
	lagging := redis.NewClusterClient(&redis.ClusterOptions{Addrs: []string{"127.0.0.1:1"}, RouteByLatency: true})
	defer lagging.Close()
	ring := redis.NewRing(&redis.RingOptions{Addrs: map[string]string{"a": "127.0.0.1:1"}})
	defer ring.Close()
	for name, c := range map[string]struct {
		client  redis.UniversalClient
		options wecomredis.Options
		says    string
	}{
		"nil":            {nil, wecomredis.Options{}, "make one with redis.NewClient"},
		"nil client":     {(*redis.Client)(nil), wecomredis.Options{}, "make one with redis.NewClient"},
		"nil cluster":    {(*redis.ClusterClient)(nil), wecomredis.Options{}, "make one with redis.NewClient"},
		"ring":           {ring, wecomredis.Options{}, "use redis.NewClusterClient"},
		"replicas":       {lagging, wecomredis.Options{}, "leave ReadOnly, RouteByLatency and RouteRandomly"},
		"unknown client": {wrapped{good}, wecomredis.Options{}, "wrapped is not known"},
		"brace":          {good, wecomredis.Options{Prefix: "a{b"}, "leave it out"},
		"other brace":    {good, wecomredis.Options{Prefix: "a}b"}, "leave it out"},
		"negative":       {good, wecomredis.Options{MaxItems: -1}, "use 0 for no limit"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := wecomredis.NewStore(c.client, c.options)
			require.ErrorContains(t, err, c.says)
			assert.Nil(t, s)
			q, err := wecomredis.NewQueue(c.client, c.options)
			require.ErrorContains(t, err, c.says)
			assert.Nil(t, q)
		})
	}
}

// Programs with other prefixes share nothing, and the default one is in the guide.
func TestPrefixesKeepProgramsApart(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	c := s.client()
	ctx := t.Context()
	ours, theirs := newStore(t, c, ""), newStore(t, c, "their*s:")
	require.NoError(t, ours.Put(ctx, "k", []byte("ours"), 0))
	require.NoError(t, theirs.Put(ctx, "k", []byte("theirs"), 0))
	v, err := ours.Get(ctx, "k")
	require.NoError(t, err)
	assert.Equal(t, "ours", string(v))
	assert.Equal(t, []string{"k"}, listed(t, theirs, ""))
	require.NoError(t, theirs.Delete(ctx, "k"))
	assert.Equal(t, []string{"k"}, listed(t, ours, ""))

	one, two := newQueue(t, c, ""), newQueue(t, c, "two:")
	require.NoError(t, one.Put(ctx, []callback.Item{{Route: "r", Lane: "a", Payload: []byte("p")}}))
	stats, err := two.Stats(ctx)
	require.NoError(t, err)
	assert.Empty(t, stats)
	require.NoError(t, two.Put(ctx, []callback.Item{{Route: "r", Lane: "a", Payload: []byte("p")}}))
	keys, err := c.Keys(ctx, "*").Result()
	require.NoError(t, err)
	for _, key := range keys {
		assert.Regexp(t, `^(wecom|two|their\*s):\{(queue|store/.*)\}`, key)
	}
}

func listed(t *testing.T, s *wecomredis.Store, prefix string) (keys []string) {
	t.Helper()
	for key, err := range s.List(t.Context(), prefix) {
		require.NoError(t, err)
		keys = append(keys, key)
	}
	return keys
}

// What is printed of a Store or a Queue is its name.
func TestNothingIsPrinted(t *testing.T) {
	t.Parallel()
	c := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1", Password: "the-password"})
	defer c.Close()
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, nil))
	s, q := newStore(t, c, "p:"), newQueue(t, c, "p:")
	logger.Info("both", "store", s, "queue", q)
	text := fmt.Sprintf("%v %+v %#v %s|%v %+v %#v %s", s, s, s, s, q, q, q, q) + log.String()
	assert.NotContains(t, text, "password")
	assert.Contains(t, text, "wecomredis.Store{p:}")
	assert.Contains(t, text, "wecomredis.Queue{p:{queue}}")
}

// Redis quotes the arguments of a command that it does not know, and they may be secrets.
func TestErrorsShowNoValue(t *testing.T) {
	t.Parallel()
	s := startServer(t, "--rename-command", "SET", "", "--rename-command", "EVALSHA", "")
	c, ctx := s.client(), t.Context()
	secret := []byte("permanent-code-of-a-corp")
	store, q := newStore(t, c, "p:"), newQueue(t, c, "p:")
	for _, err := range []error{
		store.Put(ctx, "k", secret, 0),
		q.Put(ctx, []callback.Item{{Route: "r", Payload: secret, State: secret}}),
	} {
		require.Error(t, err)
		assert.Contains(t, err.Error(), "unknown command")
		for ; err != nil; err = errors.Unwrap(err) {
			assert.NotContains(t, fmt.Sprintf("%v %+v %#v", err, err, err), string(secret))
		}
	}
}

// A server that is away or hangs is an error within the context, or within ten seconds.
func TestServersThatDoNotAnswer(t *testing.T) {
	t.Parallel()
	for name, addr := range map[string]string{"refuses": "127.0.0.1:1", "hangs": hole(t)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := redis.NewClient(&redis.Options{Addr: addr}) // as it comes, it does not look at contexts
			t.Cleanup(func() { c.Close() })
			s, q := newStore(t, c, "p:"), newQueue(t, c, "p:")
			for what, call := range map[string]func(ctx context.Context) error{
				"Get":  func(ctx context.Context) error { _, err := s.Get(ctx, "k"); return err },
				"Put":  func(ctx context.Context) error { return s.Put(ctx, "k", nil, 0) },
				"Lock": func(ctx context.Context) error { _, err := s.Lock(ctx, "k"); return err },
				"List": func(ctx context.Context) (err error) {
					s.List(ctx, "")(func(_ string, e error) bool { err = e; return false })
					return err
				},
				"Queue": func(ctx context.Context) error { return q.Put(ctx, []callback.Item{{Route: "r"}}) },
				"Join":  func(ctx context.Context) error { return q.Join(ctx, "o", time.Minute) },
			} {
				t.Run(what, func(t *testing.T) {
					t.Parallel()
					begin := time.Now()
					ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
					defer cancel()
					err := call(ctx)
					require.Error(t, err)
					assert.NotErrorIs(t, err, token.ErrNotFound)
					assert.Less(t, time.Since(begin), 5*time.Second)
					if what == "Lock" {
						return // it waits as long as its context
					}
					begin = time.Now()
					require.Error(t, call(context.Background()))
					assert.Less(t, time.Since(begin), 25*time.Second)
				})
			}
		})
	}
}
