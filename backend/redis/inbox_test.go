package wecomredis_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	wecomredis "github.com/gothird/wecom/backend/redis"
	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

// heard counts the messages that functions have got.
type heard struct {
	mu    sync.Mutex
	texts map[string]int
}

func (h *heard) add(_ context.Context, _ *callback.Notice, e *callback.TextMessage) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.texts[e.Content]++
	return nil
}

func (h *heard) len() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.texts)
}

// newInbox makes what one process of an app has, on a server.
func newInbox(t *testing.T, w *wecomtest.WeCom, c redis.UniversalClient, h *heard, wrap func(callback.Queue) callback.Queue) (*callback.Inbox, *callback.Handler) {
	t.Helper()
	config := w.Config()
	config.Store = newStore(t, c, "p:")
	api, err := token.New(config)
	require.NoError(t, err)
	in, err := callback.NewInbox(callback.Config{Queue: wrap(newQueue(t, c, "p:")), OnError: func(context.Context, *callback.Notice, error) {}})
	require.NoError(t, err)
	callback.On(in, h.add)
	handler, err := in.Handler(api, w.URL(api, callback.App))
	require.NoError(t, err)
	return in, handler
}

// Two processes of an app work one queue, on a server that is killed meanwhile: each message
// that WeCom was told to be received is processed.
func TestInboxesOnAServerThatIsKilled(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	w := wecomtest.New(t)
	h := &heard{texts: map[string]int{}}
	key := make([]byte, 32)
	sealed := func(q callback.Queue) callback.Queue {
		q, err := callback.SealQueue(q, key)
		require.NoError(t, err)
		return q
	}
	in, handler := newInbox(t, w, s.client(), h, sealed)
	other, _ := newInbox(t, w, s.client(), h, sealed)
	w.Deliver(w.Api(), callback.App, handler)
	w.Go(in.Run)
	w.Go(other.Run)
	corp := w.Install(wecomtest.Corp{})
	accepted := map[string]bool{}
	for i := range 60 {
		if i%20 == 10 {
			s.kill()
			time.AfterFunc(300*time.Millisecond, s.start)
		}
		text := fmt.Sprint("message ", i)
		d := corp.Send(wecomtest.Message{UserId: corp.Members[0].UserId, Text: text})
		if d.Err() == nil {
			accepted[text] = true
		}
	}
	require.Greater(t, len(accepted), 50)
	require.Eventually(t, func() bool { return h.len() >= len(accepted) }, time.Minute, 10*time.Millisecond)
	for text := range accepted {
		assert.Contains(t, h.texts, text)
	}
}

// Nothing of a queue that was closed goes on, whatever happened before.
func TestNoGoroutineIsLeft(t *testing.T) {
	s := startServer(t)
	c := redis.NewClient(&redis.Options{Addr: s.addr(), ReadTimeout: time.Second})
	q := newQueue(t, c, "p:")
	ctx, cancel := context.WithCancel(t.Context())
	var woken atomic.Int32
	watched := make(chan error, 1)
	go func() { watched <- q.Watch(ctx, func() { woken.Add(1) }) }()
	require.Eventually(t, func() bool { return woken.Load() > 0 }, time.Minute, time.Millisecond)
	require.NotEmpty(t, leftOver())
	s.stop()
	short, cancelShort := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancelShort()
	require.ErrorIs(t, q.Put(short, []callback.Item{item("a", "x")}), context.DeadlineExceeded)
	cancel()
	require.NoError(t, q.Close())
	require.Error(t, <-watched)
	require.Eventually(t, func() bool { return leftOver() == "" }, 20*time.Second, 10*time.Millisecond, "%s", leftOver())
	s.resume()
	require.NoError(t, c.Close())
}

// leftOver returns the goroutines of queues that are not in a test.
func leftOver() string {
	all := make([]byte, 1<<20)
	for _, g := range strings.Split(string(all[:runtime.Stack(all, true)]), "\n\n") {
		if strings.Contains(g, "wecom/backend/redis.(*") || strings.Contains(g, "redis.(*PubSub)") || strings.Contains(g, "wecom/backend/redis.obey") {
			return g
		}
	}
	return ""
}

// Who watches is woken when the server is back, and by what happens then.
func TestWatchOutlivesTheServer(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	q := newQueue(t, s.client(), "p:")
	var woken atomic.Int32
	watched := make(chan error, 1)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { watched <- q.Watch(ctx, func() { woken.Add(1) }) }()
	require.Eventually(t, func() bool { return woken.Load() > 0 }, time.Minute, time.Millisecond)
	s.kill()
	time.Sleep(time.Second) // the server is away for a while
	before := woken.Load()
	s.start()
	require.Eventually(t, func() bool { return woken.Load() > before }, time.Minute, time.Millisecond)
	put(t, newQueue(t, s.client(), "p:"), item("a", "x"))
	before = woken.Load()
	require.Eventually(t, func() bool {
		put(t, newQueue(t, s.client(), "p:"), item(fmt.Sprint(woken.Load(), time.Now()), "x"))
		return woken.Load() > before
	}, time.Minute, 50*time.Millisecond)
	select {
	case err := <-watched:
		t.Fatalf("Watch has ended: %v", err)
	default:
	}
	cancel()
	require.ErrorIs(t, <-watched, context.Canceled)
}

var _ fmt.Formatter = (*wecomredis.Queue)(nil)
