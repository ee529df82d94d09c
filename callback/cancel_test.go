package callback

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/token"
)

// What waits of a corp that has cancelled ends without being processed.
// G: builtin/ends
func TestWhatWaitsOfARemovedInstallationEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		got := events(w)
		var contacts seen
		On(w.in, func(_ context.Context, n *Notice, e *ContactEvent) error {
			contacts.add(e.UserID)
			if _, err := n.Api.AccessToken(token.Corp); err != nil || e.UserID == "slow" {
				time.Sleep(5 * time.Second)
			}
			return errTest
		})
		stop := w.run()
		w.ticket()
		_, err := w.fake.Install(t.Context(), siteSuite, siteCorp, platform.InstallOptions{})
		require.NoError(t, err)
		pass(time.Minute)
		for _, user := range []string{"fails", "fails too", "slow"} {
			require.NoError(t, w.contact(siteCorp, user))
		}
		pass(time.Second)
		require.NoError(t, w.fake.Cancel(t.Context(), siteSuite, siteCorp))
		pass(time.Hour)
		assert.Len(t, got.all(), 2)
		n := len(contacts.all())
		assert.Less(t, n, 8)
		assert.Equal(t, Stats{Running: true}, w.stats(), "nothing fails for a day")
		told := 0
		for _, to := range w.errs() {
			if strings.Contains(to.err.Error(), "has cancelled") {
				told++
			}
		}
		assert.Equal(t, 1, told, "however many they are")
		stop()
	})
}

// A cancel_auth that is late, or comes again, takes no later installation away.
// G: builtin/cancel
func TestALateCancelTakesNothingAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		got := events(w)
		defer w.run()()
		w.ticket()
		for range 2 {
			_, err := w.fake.Install(t.Context(), siteSuite, siteCorp, platform.InstallOptions{})
			require.NoError(t, err)
			pass(time.Minute)
		}
		require.NoError(t, w.deliver(siteSuite, infoDoc(siteSuite, KItCancelAuth, "<AuthCorpId>"+siteCorp+"</AuthCorpId>")))
		pass(11*time.Minute - time.Second)
		assert.Zero(t, got.count("cancel_auth "+siteCorp), "it is looked at again, after one minute and after ten more")
		pass(2 * time.Second)
		assert.Equal(t, 1, got.count("cancel_auth "+siteCorp), "with nothing removed")
		_, err := w.api.WithCorp(siteCorp).AccessToken(token.Corp)
		assert.NoError(t, err)
	})
}

// While WeCom does not answer, a cancel_auth is repeated and removes nothing.
// G: builtin/cancel
func TestCancelNeedsWeComsWord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		got := events(w)
		defer w.run()()
		w.ticket()
		_, err := w.fake.Install(t.Context(), siteSuite, siteCorp, platform.InstallOptions{})
		require.NoError(t, err)
		pass(time.Minute)
		undo := w.fake.Fault(platform.Fault{Path: "/cgi-bin/service/get_corp_token", HTTPStatus: 502})
		require.NoError(t, w.fake.Cancel(t.Context(), siteSuite, siteCorp))
		pass(time.Hour)
		_, err = w.api.WithCorp(siteCorp).Installation()
		assert.NoError(t, err)
		undo()
		pass(15 * time.Minute)
		_, err = w.api.WithCorp(siteCorp).Installation()
		assert.ErrorIs(t, err, token.ErrNotInstalled)
		assert.Equal(t, 1, got.count("cancel_auth "+siteCorp+" removed Riverside"))
	})
}
