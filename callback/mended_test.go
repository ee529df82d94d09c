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

	"github.com/gothird/wecom/internal/fakewecom"
	"github.com/gothird/wecom/token"
)

// welcome is a new customer of a corp, with a code for a welcome message.
func (w *world) welcome(corp, code string) error {
	return w.deliver(siteSuite, infoDoc(siteSuite, "change_external_contact", "<AuthCorpId>"+corp+"</AuthCorpId><ChangeType>add_external_contact</ChangeType>"+
		"<UserID>woLin01</UserID><ExternalUserID>wmX</ExternalUserID><WelcomeCode>"+code+"</WelcomeCode>"))
}

func (w *world) install() {
	w.t.Helper()
	_, err := w.fake.Install(w.t.Context(), siteSuite, siteCorp, fakewecom.InstallOptions{})
	require.NoError(w.t, err)
}

// Functions of welcome codes, however many hang, hold no auth code.
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
func TestErrorsOfAnyKind(t *testing.T) {
	for name, err := range map[string]error{"typed nil": (*token.Error)(nil), "panics": panickingError{}, "long": errors.New(strings.Repeat("x", 17<<20))} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				q, e := NewDirQueue(t.TempDir())
				require.NoError(t, e)
				defer q.Close()
				w := newWorld(t, Config{Queue: q})
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

// After the functions of cancel_auth none of create_auth runs for what was before it.
func TestNoCreateFunctionAfterTheCancel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		var got seen
		On(w.in, func(_ context.Context, n *Notice, e *AuthEvent) error {
			got.add(n.InfoType)
			if n.InfoType == KItCreateAuth {
				return errTest
			}
			return nil
		})
		defer w.run()()
		w.ticket()
		w.install()
		pass(40 * time.Second)
		require.NoError(t, w.fake.Cancel(t.Context(), siteSuite, siteCorp))
		pass(time.Hour)
		all := got.all()
		assert.Greater(t, got.count(KItCreateAuth), 3)
		assert.Equal(t, KItCancelAuth, all[len(all)-1], "%v", all)
		assert.Equal(t, Stats{Running: true}, w.stats())
	})
}

// Removed outlives a kill, or the loss of a lease, at any moment.
func TestRemovedOutlivesALostLease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newOddQueue()
		w := newWorld(t, Config{Queue: q})
		var got seen
		On(w.in, func(ctx context.Context, n *Notice, e *AuthEvent) error {
			if n.InfoType != KItCancelAuth {
				return nil
			}
			if got.add(fmt.Sprint(n.Removed() != nil)); len(got.all()) == 1 {
				<-ctx.Done()
				return ctx.Err()
			}
			return nil
		})
		defer w.run()()
		w.ticket()
		w.install()
		pass(time.Second)
		require.NoError(t, w.fake.Cancel(t.Context(), siteSuite, siteCorp))
		pass(time.Second)
		q.set("Extend", ErrLost)
		q.set("Settle", errTest)
		pass(8 * time.Second)
		q.set("Extend", nil)
		pass(time.Minute)
		q.set("Settle", nil)
		pass(15 * time.Minute)
		assert.Equal(t, []string{"true", "true"}, got.all())
	})
}

// A failed cancel function is not run for a corp that has installed again.
func TestNoCancelFunctionAfterTheNextInstallation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		var got seen
		On(w.in, func(_ context.Context, n *Notice, e *AuthEvent) error {
			got.add(n.InfoType)
			if n.InfoType == KItCancelAuth {
				return errTest
			}
			return nil
		})
		defer w.run()()
		w.ticket()
		w.install()
		pass(time.Minute)
		require.NoError(t, w.fake.Cancel(t.Context(), siteSuite, siteCorp))
		pass(10 * time.Second)
		w.install()
		pass(time.Hour)
		all := got.all()
		assert.Positive(t, got.count(KItCancelAuth))
		assert.Equal(t, KItCreateAuth, all[len(all)-1], "%v", all)
		assert.Equal(t, Stats{Running: true}, w.stats())
	})
}

// All pushes of a corp without an installation wait at the same time.
func TestAllWaitFifteenMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		defer w.run()()
		for i := range 10 {
			require.NoError(t, w.text(siteCorp, fmt.Sprint(i)))
		}
		pass(10 * time.Minute)
		require.NoError(t, w.text(siteCorp, "later"))
		assert.Zero(t, w.stats().Dead)
		pass(6 * time.Minute)
		assert.Equal(t, 10, w.stats().Dead)
		pass(10 * time.Minute)
		assert.Equal(t, 11, w.stats().Dead)
	})
}

// What waits of a removed installation ends, whoever has removed it, also after a restart.
func TestWhatWaitsOfARemovedInstallationEndsEverywhere(t *testing.T) {
	for _, c := range []string{"restart", "user", "urgent"} {
		t.Run(c, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				q := &durableQueue{NewMemoryQueue()}
				w := newWorld(t, Config{Queue: q})
				var got seen
				fn := func(_ context.Context, n *Notice) error {
					if strings.HasSuffix(n.Kind(), "_auth") || n.Kind() == KItSuiteTicket {
						return nil
					}
					got.add("x")
					return errTest
				}
				w.in.OnAny(fn)
				stop := w.run()
				w.ticket()
				w.install()
				pass(time.Second)
				switch c {
				case "urgent":
					require.NoError(t, w.welcome(siteCorp, "W1"))
				case "user":
					require.NoError(t, w.text(siteCorp, "x"))
				default:
					require.NoError(t, w.contact(siteCorp, "u"))
				}
				pass(3 * time.Minute)
				if c == "user" {
					require.NoError(t, w.api.WithCorp(siteCorp).RemoveInstallation())
				}
				require.NoError(t, w.fake.Cancel(t.Context(), siteSuite, siteCorp))
				pass(time.Second)
				before := got.count("x")
				if c == "restart" {
					stop()
					w.open(Config{Queue: q})
					w.in.OnAny(fn)
					stop = w.run()
				}
				pass(time.Hour)
				assert.Equal(t, before, got.count("x"))
				assert.Equal(t, Stats{Running: true}, w.stats())
				stop()
			})
		})
	}
}

// Run ends though the queue fails, and a function does not heed its context.
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

// A change that arrives while the auth code is being exchanged comes after create_auth, also
// where a worker is free.
func TestChangesDuringTheExchangeComeAfterIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		var got seen
		On(w.in, func(_ context.Context, n *Notice, e *AuthEvent) error { got.add(n.InfoType); return nil })
		On(w.in, func(_ context.Context, n *Notice, e *ContactEvent) error { got.add(n.InfoType); return nil })
		defer w.run()()
		w.ticket()
		w.fake.Fault(fakewecom.Fault{Path: exchangePath, Delay: 3 * time.Second})
		go func() { _, _ = w.fake.Install(t.Context(), siteSuite, siteCorp, fakewecom.InstallOptions{}) }()
		pass(time.Second)
		require.NoError(t, w.contact(siteCorp, "later"))
		pass(time.Minute)
		assert.Equal(t, []string{KItCreateAuth, KItChangeContact}, got.all())
	})
}

// A foreign notice that is retried has another week.
func TestAForeignNoticeThatIsRetried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		foreign := Item{Route: "app/ww-other", Lane: siteCorp, Payload: []byte("{\"v\":1}\n" + infoDoc("ww-other", KItChangeAuth)), State: []byte(`{"v":1,"done":["f"]}`)}
		require.NoError(t, w.in.queue.Put(t.Context(), []Item{foreign}))
		defer w.run()()
		pass(8 * 24 * time.Hour)
		for d, err := range w.in.Dead(t.Context()) {
			require.NoError(t, err)
			require.NoError(t, w.in.Retry(t.Context(), d.Key))
		}
		pass(5 * 24 * time.Hour)
		assert.Equal(t, 1, w.stats().Foreign)
		pass(3 * 24 * time.Hour)
		assert.Equal(t, 1, w.stats().Dead)
		for d, err := range w.in.buried(t.Context()) {
			require.NoError(t, err)
			assert.Contains(t, string(d.State), `"done":["f"]`)
		}
	})
}

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

func TestRunWithoutAContext(t *testing.T) {
	in, err := NewInbox(Config{Logger: discard()})
	require.NoError(t, err)
	var none context.Context
	assert.ErrorContains(t, in.Run(none), "the context is nil")
}
