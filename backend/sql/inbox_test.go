package wecomsql_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/backend/sql"
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

func (h *heard) count(text string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.texts[text]
}

// newInbox makes what one process of an app has.
func newInbox(t *testing.T, w *wecomtest.WeCom, d *wecomsql.DB, h *heard) (*callback.Inbox, *callback.Handler) {
	t.Helper()
	key := make([]byte, 32)
	config := w.Config()
	store, err := token.Seal(d.Store(), key)
	require.NoError(t, err)
	config.Store = store
	api, err := token.New(config)
	require.NoError(t, err)
	queue, err := callback.SealQueue(d.Queue(), key)
	require.NoError(t, err)
	t.Cleanup(func() { queue.Close() })
	in, err := callback.NewInbox(callback.Config{Queue: queue, OnError: func(context.Context, *callback.Notice, error) {}})
	require.NoError(t, err)
	callback.On(in, h.add)
	handler, err := in.Handler(api, w.URL(api, callback.App))
	require.NoError(t, err)
	return in, handler
}

// Two processes of an app share a store and a queue: each message that WeCom was told to be
// received is processed once, and the corp is installed for both.
func TestInboxesShareADatabase(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dialect wecomsql.Dialect) {
		s := sharedServer(t, dialect)
		d, name := s.fresh(t)
		w := wecomtest.New(t)
		h := &heard{texts: map[string]int{}}
		in, handler := newInbox(t, w, d, h)
		other, _ := newInbox(t, w, s.open(t, name, wecomsql.Config{}), h)
		w.Deliver(w.Api(), callback.App, handler)
		w.Go(in.Run)
		w.Go(other.Run)
		corp := w.Install(wecomtest.Corp{})
		for i := range 30 {
			sent := corp.Send(wecomtest.Message{UserId: corp.Members[0].UserId, Text: fmt.Sprint("message ", i)})
			require.NoError(t, sent.Err())
		}
		for i := range 30 {
			text := fmt.Sprint("message ", i)
			require.Eventually(t, func() bool { return h.count(text) > 0 }, time.Minute, 10*time.Millisecond, text)
		}
		for i := range 30 {
			assert.Equal(t, 1, h.count(fmt.Sprint("message ", i)))
		}
	})
}
