package callback

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/token"
)

// A quarter of an hour of waiting is that of all processes together: what waits is not saved
// by restarts.
// G: builtin/waits
func TestWaitsAreCountedOverRestarts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := &durableQueue{NewMemoryQueue()}
		w := newWorld(t, Config{Queue: q})
		require.NoError(t, w.text(siteCorp, "a"))
		for range 3 {
			stop := w.run()
			pass(5*time.Minute - 10*time.Second)
			stop()
			w.open(Config{Queue: q})
		}
		assert.Zero(t, w.stats().Dead)
		defer w.run()()
		pass(time.Minute)
		assert.Equal(t, 1, w.stats().Dead)
	})
}

// A change may overtake the create_auth of its corp: it waits for two seconds, in case there
// is one.
// G: builtin/waits
func TestAChangeThatOvertakesItsInstallation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		var got seen
		On(w.in, func(_ context.Context, n *Notice, e *ContactEvent) error {
			_, err := n.Api.Installation()
			got.add(e.UserID + " " + map[bool]string{true: "installed", false: "not installed"}[err == nil])
			return nil
		})
		defer w.run()()
		w.ticket()
		require.NoError(t, w.contact(siteCorp, "early"))
		require.NoError(t, w.contact(siteOther, "nobody's"))
		pass(1500 * time.Millisecond)
		assert.Empty(t, got.all())
		_, err := w.fake.Install(t.Context(), siteSuite, siteCorp, platform.InstallOptions{})
		require.NoError(t, err)
		pass(1500 * time.Millisecond)
		assert.ElementsMatch(t, []string{"early installed", "nobody's not installed"}, got.all())
	})
}

// fullStore takes no installation.
type fullStore struct {
	token.Store
	full atomic.Bool
}

func (s *fullStore) Put(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	if s.full.Load() && strings.Contains(key, "/installation/") {
		return errors.New("the store is full")
	}
	return s.Store.Put(ctx, key, value, ttl)
}

// An auth code that WeCom has taken is tried for a day until its installation is saved, after
// the first minutes as seldom as anything else.
// G: builtin/install
func TestACodeThatCannotBeSaved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &fullStore{Store: token.NewMemoryStore()}
		w := newWorldOn(t, store, Config{})
		var got seen
		On(w.in, func(_ context.Context, n *Notice, e *AuthEvent) error { got.add(n.CorpId()); return nil })
		defer w.run()()
		w.ticket()
		store.full.Store(true)
		_, err := w.fake.Install(t.Context(), siteSuite, siteCorp, platform.InstallOptions{})
		require.NoError(t, err)
		pass(time.Hour)
		w.errs()
		pass(22 * time.Hour)
		assert.Equal(t, Stats{Running: true, Later: 1, Oldest: 23 * time.Hour}, w.stats())
		told := w.errs()
		assert.InDelta(t, 22, len(told), 1, "one of six attempts is told, each ten minutes is one")
		assert.ErrorContains(t, told[0].err, "exchange the auth code")
		store.full.Store(false)
		pass(11 * time.Minute)
		assert.Equal(t, []string{siteCorp}, got.all())
	})
}

// A push that is called suite_ticket and has none is kept like any other.
// G: receive/success
func TestATicketPushWithoutATicket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		var got seen
		On(w.in, func(_ context.Context, _ *Notice, e *SuiteTicketEvent) error {
			got.add("ticket " + e.SuiteTicket)
			return nil
		})
		defer w.run()()
		require.NoError(t, w.deliver(siteSuite, infoDoc(siteSuite, KItSuiteTicket)))
		pass(time.Second)
		assert.Equal(t, []string{"ticket "}, got.all())
		_, err := w.api.TicketAge()
		assert.Error(t, err)
	})
}

// A notice that still fails a day after its first failure is dead, then and not at the
// attempt after that.
// G: inbox/dead
func TestADayIsEnough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		w.installed(siteCorp)
		first := time.Now()
		On(w.in, func(context.Context, *Notice, *TextMessage) error {
			if left := 24*time.Hour - time.Since(first); left < 11*time.Minute {
				time.Sleep(left) // it fails when the day is over
			}
			return errTest
		})
		defer w.run()()
		require.NoError(t, w.text(siteCorp, "a"))
		pass(24*time.Hour - time.Second)
		assert.Zero(t, w.stats().Dead)
		pass(time.Second)
		assert.Equal(t, 1, w.stats().Dead)
	})
}

// failingLocal is a queue of this package whose Claim fails.
type failingLocal struct {
	*memoryQueue
	fails atomic.Bool
}

func (q *failingLocal) Claim(ctx context.Context, a Ask) ([]Claimed, error) {
	if q.fails.Load() {
		return nil, errTest
	}
	return q.memoryQueue.Claim(ctx, a)
}

// A folder that fails is tried again each half a minute, and not all the time.
// G: inbox/queue-fails
func TestALocalQueueThatFailsForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := &failingLocal{memoryQueue: NewMemoryQueue().(*memoryQueue)}
		q.fails.Store(true)
		w := newWorld(t, Config{Queue: q})
		w.installed(siteCorp)
		var got seen
		On(w.in, func(_ context.Context, _ *Notice, m *TextMessage) error { got.add(m.Content); return nil })
		defer w.run()()
		require.NoError(t, w.text(siteCorp, "a"))
		pass(10 * time.Minute)
		told := w.errs()
		assert.InDelta(t, 48, len(told), 3, "for urgent and other notices")
		assert.ErrorIs(t, told[0].err, errTest)
		q.fails.Store(false)
		pass(30 * time.Second)
		assert.Equal(t, []string{"a"}, got.all())
	})
}

// unhinted is a queue that says of nothing when it is there.
type unhinted struct {
	Queue
	err error
}

func (q *unhinted) Watch(context.Context, func()) error { return q.err }

// A queue without hints, or whose hints fail, is looked at four times a second, and at once for what this
// process has put.
// G: inbox/queue-fails
func TestAQueueWithoutHints(t *testing.T) {
	for _, err := range []error{nil, errTest} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, Config{Queue: &unhinted{NewMemoryQueue(), err}})
			w.installed(siteCorp)
			var got seen
			On(w.in, func(_ context.Context, _ *Notice, m *TextMessage) error { got.add(m.Content); return nil })
			defer w.run()()
			pass(10*time.Second + 100*time.Millisecond)
			require.NoError(t, w.text(siteCorp, "a"))
			pass(0)
			assert.Equal(t, []string{"a"}, got.all())
			pass(10*time.Second + 100*time.Millisecond) // between two polls
			w.open(Config{Queue: w.in.queue})           // another process, which takes pushes and does not run
			require.NoError(t, w.text(siteCorp, "b"))
			pass(0)
			assert.Equal(t, []string{"a"}, got.all())
			pass(250 * time.Millisecond)
			assert.Equal(t, []string{"a", "b"}, got.all())
		})
	}
}
