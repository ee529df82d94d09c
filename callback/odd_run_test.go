package callback

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/token"
)

// Functions of welcome codes, however many hang, hold no auth code.
// G: inbox/urgent
func TestWelcomeFunctionsHoldNoAuthCode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		w.installed(siteOther)
		release := make(chan struct{})
		On(w.in, func(context.Context, *Notice, *ExternalContactEvent) error { <-release; return nil })
		defer w.run()()
		defer close(release)
		w.ticket()
		for i := range 10 * maxUrgent {
			require.NoError(t, w.welcome(siteOther, fmt.Sprint("W", i)))
		}
		pass(time.Second)
		w.install()
		pass(time.Second)
		assert.Equal(t, 1, w.fake.Count(exchangePath))
		assert.Equal(t, 10*maxUrgent, w.stats().Busy, "nor do they hold each other")
	})
}

// lostAnswer carries a Claim out and does not tell.
type lostAnswer struct {
	Queue
	lose atomic.Int32
}

func (q *lostAnswer) Claim(ctx context.Context, a Ask) ([]Claimed, error) {
	got, err := q.Queue.Claim(ctx, a)
	if len(got) > 0 && q.lose.Add(-1) >= 0 {
		return nil, context.DeadlineExceeded
	}
	return got, err
}

// A Claim whose answer was lost holds its items only for the time of a lease.
// G: inbox/queue-fails
func TestALostClaimComesAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := &lostAnswer{Queue: NewMemoryQueue()}
		q.lose.Store(3)
		w := newWorld(t, Config{Queue: q})
		w.installed(siteCorp, siteOther)
		var got seen
		release := make(chan struct{})
		On(w.in, func(_ context.Context, _ *Notice, m *TextMessage) error {
			got.add(m.Content)
			if m.Content == "long" {
				<-release
			}
			return nil
		})
		defer w.run()()
		require.NoError(t, w.text(siteCorp, "a"))
		require.NoError(t, w.text(siteCorp, "b"))
		pass(5 * time.Minute)
		assert.ElementsMatch(t, []string{"a", "b"}, got.all(), "for the queue it looks as if the process had died")

		require.NoError(t, w.text(siteOther, "long"))
		pass(time.Second)
		q.lose.Store(1)
		require.NoError(t, w.text(siteCorp, "c"))
		pass(time.Hour)
		assert.Equal(t, 1, got.count("long"), "what is known to be held under the name goes on")
		close(release)
		pass(time.Minute)
		assert.Equal(t, 1, got.count("c"))
		assert.Equal(t, Stats{Running: true}, w.stats())
	})
}

type panickingError struct{}

func (panickingError) Error() string { panic("the text") }

// What a function returns may be as odd as what it does.
// G: inbox/functions
func TestErrorsOfAnyKind(t *testing.T) {
	for name, err := range map[string]error{"typed nil": (*token.Error)(nil), "panics": panickingError{}, "long": errors.New(strings.Repeat("x", 1<<20))} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, Config{})
				w.installed(siteCorp)
				var tries atomic.Int32
				On(w.in, func(context.Context, *Notice, *TextMessage) error { tries.Add(1); return err })
				stop := w.run()
				require.NoError(t, w.text(siteCorp, "a"))
				pass(26 * time.Hour)
				assert.Greater(t, tries.Load(), int32(100))
				for d, err := range w.in.Dead(t.Context()) {
					require.NoError(t, err)
					assert.Less(t, len(d.Reason), 5<<10)
				}
				assert.Equal(t, 1, w.stats().Dead)
				stop()
			})
		})
	}
}

// Run ends though the queue fails, and a function does not heed its context.
// G: inbox/end
func TestRunEndsThoughSettleFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newOddQueue()
		w := newWorld(t, Config{Queue: q})
		w.installed(siteCorp)
		release := make(chan struct{})
		On(w.in, func(context.Context, *Notice, *TextMessage) error { <-release; return nil })
		stop := w.run()
		require.NoError(t, w.text(siteCorp, "a"))
		pass(time.Second)
		q.set("Settle", errTest)
		begin := time.Now()
		stop()
		assert.Less(t, time.Since(begin), time.Minute)
		q.set("Settle", nil)
		close(release)
		pass(time.Hour)
	})
}

// A function that goes on after the end of Run keeps its lane from the next one.
// G: inbox/order
func TestTwoRunsInTurnKeepTheLane(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{Queue: &durableQueue{NewMemoryQueue()}, Drain: time.Second})
		w.installed(siteCorp)
		var now, most atomic.Int32
		release := make(chan struct{})
		On(w.in, func(context.Context, *Notice, *TextMessage) error {
			most.Store(max(most.Load(), now.Add(1)))
			defer now.Add(-1)
			<-release
			return nil
		})
		stop := w.run()
		require.NoError(t, w.text(siteCorp, "a"))
		pass(time.Second)
		stop()
		stop = w.run()
		pass(time.Second)
		close(release)
		pass(time.Second)
		stop()
		assert.EqualValues(t, 1, most.Load())
	})
}

// A foreign notice that is retried is not given up at once.
// G: inbox/foreign
func TestAForeignNoticeThatIsRetried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		foreign := Item{Route: "app/ww-other", Lane: siteCorp, Payload: []byte("{\"v\":1}\n" + infoDoc("ww-other", KItChangeAuth)), State: []byte(`{"v":1,"buried":true,"done":["f"]}`)}
		require.NoError(t, w.in.queue.Put(t.Context(), []Item{foreign}))
		w.in.queue = agedQueue{w.in.queue} // it was put long ago, has been dead, and somebody has said Retry
		defer w.run()()
		pass(24 * time.Hour)
		assert.Equal(t, 1, w.stats().Foreign)
		assert.Zero(t, w.stats().Dead)
	})
}

// agedQueue says that everything was put a month ago.
type agedQueue struct{ Queue }

func (q agedQueue) Claim(ctx context.Context, a Ask) ([]Claimed, error) {
	got, err := q.Queue.Claim(ctx, a)
	for i := range got {
		got[i].Put = got[i].Put.Add(-30 * 24 * time.Hour)
	}
	return got, err
}

func (q agedQueue) Stats(ctx context.Context) (map[string]Stats, error) {
	all, err := q.Queue.Stats(ctx)
	for route, s := range all {
		s.Oldest += 30 * 24 * time.Hour
		all[route] = s
	}
	return all, err
}

// G: inbox/registered
func TestAMistakeWhileRunIsThereIsReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		defer w.run()()
		pass(time.Second)
		On(w.in, ignore[AuthEvent], "no_such_kind")
		pass(time.Second)
		require.Len(t, w.errs(), 1)
	})
}

// A function that changes its Notice changes that of no other.
// G: inbox/functions
func TestAFunctionThatSpoilsTheNotice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		w.installed(siteCorp)
		var got seen
		w.in.OnAny(func(_ context.Context, n *Notice) error { n.Content, n.InfoType = nil, "spoilt"; return nil })
		On(w.in, func(_ context.Context, n *Notice, _ *TextMessage) error { got.add("a" + n.InfoType); return nil })
		defer w.run()()
		require.NoError(t, w.text(siteCorp, "a"))
		pass(time.Minute)
		assert.Equal(t, []string{"a"}, got.all())
	})
}

// G: error/nil
func TestRunWithoutAContext(t *testing.T) {
	in, err := NewInbox(Config{Logger: discard()})
	require.NoError(t, err)
	var none context.Context
	assert.ErrorContains(t, in.Run(none), "the context is nil")
}
