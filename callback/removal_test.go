package callback

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// welcome is a new customer of a corp, with a code for a welcome message.
func (w *world) welcome(corp, code string) error {
	return w.deliver(siteSuite, infoDoc(siteSuite, "change_external_contact", "<AuthCorpId>"+corp+"</AuthCorpId><ChangeType>add_external_contact</ChangeType>"+
		"<UserID>woLin01</UserID><ExternalUserID>wmX</ExternalUserID><WelcomeCode>"+code+"</WelcomeCode>"))
}

func (w *world) install() {
	w.t.Helper()
	_, err := w.fake.Install(w.t.Context(), siteSuite, siteCorp, platform.InstallOptions{})
	require.NoError(w.t, err)
}

// After the functions of cancel_auth none of create_auth runs for what was before it.
// G: builtin/in-order
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
// G: builtin/cancel
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
// G: builtin/in-order
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
// G: builtin/waits
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
// G: builtin/ends
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

// A change that arrives while the auth code is being exchanged comes after create_auth, also
// where a worker is free.
// G: inbox/order
func TestChangesDuringTheExchangeComeAfterIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		var got seen
		On(w.in, func(_ context.Context, n *Notice, e *AuthEvent) error { got.add(n.InfoType); return nil })
		On(w.in, func(_ context.Context, n *Notice, e *ContactEvent) error { got.add(n.InfoType); return nil })
		defer w.run()()
		w.ticket()
		w.fake.Fault(platform.Fault{Path: exchangePath, Delay: 3500 * time.Millisecond})
		go func() { _, _ = w.fake.Install(t.Context(), siteSuite, siteCorp, platform.InstallOptions{}) }()
		pass(time.Second)
		require.NoError(t, w.contact(siteCorp, "later"))
		pass(time.Minute)
		assert.Equal(t, []string{KItCreateAuth, KItChangeContact}, got.all())
	})
}
