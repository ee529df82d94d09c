package callback

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// A payload that can't be opened is never given up: with the right key it is processed.
// G: inbox/unreadable
func TestWhatCannotBeOpenedWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		queue := &sealedShut{Queue: NewMemoryQueue()}
		queue.shut.Store(true)
		w := newWorld(t, Config{Queue: queue})
		w.installed(siteCorp)
		var got seen
		On(w.in, func(_ context.Context, _ *Notice, m *TextMessage) error { got.add(m.Content); return nil })
		defer w.run()()
		require.NoError(t, w.text(siteCorp, "a"))
		pass(6 * time.Hour)
		assert.Equal(t, Stats{Running: true, Later: 1, Oldest: w.stats().Oldest}, w.stats())
		assert.InDelta(t, 6*6, len(w.errs()), 2, "every ten minutes")
		queue.shut.Store(false)
		pass(10 * time.Minute)
		assert.Equal(t, []string{"a"}, got.all())
		assert.Empty(t, w.errs())
	})
}

type sealedShut struct {
	Queue
	shut atomic.Bool
}

func (q *sealedShut) Claim(ctx context.Context, a Ask) ([]Claimed, error) {
	got, err := q.Queue.Claim(ctx, a)
	for i := range got {
		if q.shut.Load() {
			got[i].Payload, got[i].State, got[i].Err = nil, nil, errTest
		}
	}
	return got, err
}

// What is damaged is put aside; a state that is damaged costs a repetition only; what a newer
// version wrote waits for that.
// G: inbox/unreadable
func TestDamagedItems(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		var got seen
		w.in.OnAny(func(_ context.Context, n *Notice) error { got.add(n.Kind()); return nil })
		item := func(lane, payload, state string) Item {
			return Item{Route: w.app.route, Lane: lane, Payload: []byte(payload), State: []byte(state)}
		}
		doc := infoDoc(siteSuite, KItChangeAuth)
		require.NoError(t, w.in.queue.Put(t.Context(), []Item{
			item("a", "no line", ""),
			item("b", "{}\n"+doc, ""),
			item("c", "{\"v\":1}\nneither XML nor JSON", ""),
			item("d", "{\"v\":99}\n"+doc, ""),
			item("e", "{\"v\":1}\n"+doc, "{"),
			item("f", "{\"v\":1}\n"+doc, `{"v":99}`),
		}))
		defer w.run()()
		pass(time.Minute)
		assert.Equal(t, []string{KItChangeAuth}, got.all())
		s := w.stats()
		assert.Equal(t, 3, s.Dead)
		assert.Equal(t, 2, s.Later)
		for d, err := range w.in.Dead(t.Context()) {
			require.NoError(t, err)
			assert.Error(t, d.Err)
			assert.Nil(t, d.Notice)
			require.NoError(t, w.in.Discard(t.Context(), d.Key))
		}
		assert.Zero(t, w.stats().Dead)
	})
}

// Notices of suites that no Handler is for stay for who is, are reported, and are given up
// after a week.
// G: inbox/foreign
func TestForeignNotices(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		defer w.run()()
		other := Item{Route: "app/ww-other", Lane: siteCorp, Payload: []byte("{\"v\":1}\n" + infoDoc("ww-other", KItChangeAuth))}
		require.NoError(t, w.in.queue.Put(t.Context(), []Item{other}))
		pass(2 * time.Minute)
		s := w.stats()
		assert.Equal(t, 1, s.Foreign)
		told := w.errs()
		require.Len(t, told, 1)
		assert.ErrorContains(t, told[0].err, "app/ww-other")
		pass(3*time.Hour + time.Minute)
		assert.Len(t, w.errs(), 3, "each hour")
		pass(7 * 24 * time.Hour)
		s = w.stats()
		assert.Zero(t, s.Foreign)
		assert.Equal(t, 1, s.Dead)

		other.Lane = siteOther
		require.NoError(t, w.in.queue.Put(t.Context(), []Item{other}))
		var got seen
		w.in.OnAny(func(_ context.Context, n *Notice) error { got.add(n.SuiteId); return nil })
		w.handler("/other", w.api.WithSuite("ww-other", "secret"), w.appURL())
		pass(2 * time.Second)
		assert.Equal(t, []string{"ww-other"}, got.all(), "a Handler that came while Run runs")
	})
}

// G: inbox/one-per-queue
func TestOneInboxPerQueue(t *testing.T) {
	for name, pair := range map[string]func(Queue) (first, second Queue){
		"one":              func(q Queue) (first, second Queue) { return q, q },
		"of a user's type": func(q Queue) (first, second Queue) { odd := &oddQueue{Queue: q}; return odd, odd },
		"of values":        func(q Queue) (first, second Queue) { return durableQueue{q}, durableQueue{q} },
		"one is sealed": func(q Queue) (first, second Queue) {
			sealed, err := SealQueue(q, make([]byte, 32))
			require.NoError(t, err)
			return q, sealed
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				first, other := pair(NewMemoryQueue())
				w := newWorld(t, Config{Queue: first})
				second, err := NewInbox(Config{Queue: other, Logger: slog.New(slog.DiscardHandler)})
				require.NoError(t, err)
				stop := w.run()
				synctest.Wait()
				assert.ErrorContains(t, second.Run(t.Context()), "another Inbox uses this queue")
				assert.ErrorContains(t, w.in.Run(t.Context()), "running already")
				stop()
				ctx, cancel := context.WithCancel(t.Context())
				cancel()
				assert.NoError(t, second.Run(ctx))
			})
		})
	}
}

// A queue whose type can't be compared is used all the same.
func TestQueueThatCannotBeCompared(t *testing.T) {
	in, err := NewInbox(Config{Logger: slog.New(slog.DiscardHandler), Queue: struct {
		Queue
		_ []int
	}{Queue: NewMemoryQueue()}})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	assert.NoError(t, in.Run(ctx))
}

// A clock that jumps ahead makes nothing dead that has hardly been tried.
// G: clock/queue inbox/dead
func TestAClockThatJumpsBuriesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		w.installed(siteCorp)
		var got seen
		On(w.in, func(_ context.Context, _ *Notice, m *TextMessage) error {
			got.add(m.Content)
			if got.count(m.Content) < 4 {
				return errTest
			}
			return nil
		})
		defer w.run()()
		w.ticket()
		require.NoError(t, w.text(siteCorp, "fails"))
		require.NoError(t, w.text(siteOther, "waits"))
		w.fake.Fault(platform.Fault{Path: exchangePath, ErrCode: -1, Count: 5})
		_, err := w.fake.Install(t.Context(), siteSuite, siteOther, platform.InstallOptions{})
		require.NoError(t, err)
		pass(time.Second / 2)
		clock.Shift(30 * time.Hour)
		defer clock.Shift(-30 * time.Hour)
		pass(5 * time.Minute)
		assert.Zero(t, w.stats().Dead)
		_, err = w.api.WithCorp(siteOther).Installation()
		assert.NoError(t, err)
		assert.Equal(t, 4, got.count("fails"))
		assert.Equal(t, 4, got.count("waits"))
	})
}

// G: secret/printed
func TestInboxPrintsNothing(t *testing.T) {
	w, err := NewInbox(Config{})
	require.NoError(t, err)
	require.NoError(t, w.queue.Put(t.Context(), []Item{{Route: "r", Lane: "l", Payload: []byte("secret-payload")}}))
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		assert.Equal(t, "callback.Inbox{…}", fmt.Sprintf(verb, w))
	}
	assert.Equal(t, "callback.Inbox{…}", w.LogValue().String())
}
