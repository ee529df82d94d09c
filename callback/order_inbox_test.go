package callback

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/token"
)

// The notices of a corp start in the order in which they came, one at a time, while those of
// other corps go on.
// G: inbox/order
func TestOrderOfALane(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{Workers: 4})
		w.installed(siteCorp, siteOther)
		got := map[string][]string{}
		running := map[string]int{}
		var all seen
		On(w.in, func(_ context.Context, n *Notice, e *ContactEvent) error {
			corp := n.CorpId()
			all.mu.Lock()
			running[corp]++
			assert.Equal(t, 1, running[corp])
			got[corp] = append(got[corp], e.UserID)
			all.mu.Unlock()
			time.Sleep(time.Duration(len(e.UserID)) * 100 * time.Millisecond)
			all.mu.Lock()
			running[corp]--
			all.mu.Unlock()
			return nil
		})
		var want []string
		for i := range 50 {
			user := fmt.Sprintf("u%0*d", 1+i%4, i)
			want = append(want, user)
			for _, corp := range []string{siteCorp, siteOther} {
				require.NoError(t, w.contact(corp, user))
			}
		}
		defer w.run()()
		pass(time.Minute)
		assert.Equal(t, map[string][]string{siteCorp: want, siteOther: want}, got)
	})
}

// create_auth takes its place in the lane of its corp by its own arrival: before what came
// later, though its exchange takes a while.
// G: inbox/order
func TestCreateAuthComesBeforeWhatFollows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{Workers: 1})
		w.installed(siteOther)
		var got seen
		release := make(chan struct{})
		On(w.in, func(context.Context, *Notice, *TextMessage) error { <-release; return nil })
		On(w.in, func(_ context.Context, n *Notice, e *AuthEvent) error { got.add(n.InfoType); return nil })
		On(w.in, func(_ context.Context, n *Notice, e *ContactEvent) error { got.add(n.InfoType); return nil })
		defer w.run()()
		w.ticket()
		require.NoError(t, w.text(siteOther, "keeps the only worker"))
		pass(time.Second)
		undo := w.fake.Fault(platform.Fault{Path: exchangePath, Delay: 3 * time.Second})
		go func() {
			_, err := w.fake.Install(t.Context(), siteSuite, siteCorp, platform.InstallOptions{})
			assert.NoError(t, err)
		}()
		pass(time.Second)
		require.NoError(t, w.contact(siteCorp, "later"))
		pass(5 * time.Second)
		assert.Empty(t, got.all())
		undo()
		close(release)
		pass(time.Second)
		assert.Equal(t, []string{KItCreateAuth, KItChangeContact}, got.all())
	})
}

// A noisy corp does not starve a quiet one.
// G: inbox/fair
func TestCorpsTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{Workers: 1})
		w.installed(siteCorp, siteOther)
		var got seen
		On(w.in, func(_ context.Context, n *Notice, e *ContactEvent) error {
			got.add(n.CorpId())
			time.Sleep(time.Second)
			return nil
		})
		for i := range 200 {
			require.NoError(t, w.contact(siteCorp, fmt.Sprint(i)))
		}
		require.NoError(t, w.contact(siteOther, "quiet"))
		defer w.run()()
		pass(3 * time.Second)
		assert.Equal(t, 1, got.count(siteOther))
	})
}

// Two changes of one thing are two, if the first was begun when the second came.
// G: inbox/changes
func TestAChangeDuringItsProcessingIsAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		w.installed(siteCorp)
		var got seen
		var keys seen
		On(w.in, func(_ context.Context, n *Notice, e *ContactEvent) error {
			got.add(e.UserID)
			keys.add(n.Key())
			time.Sleep(time.Second / 2)
			return nil
		})
		push := func() { // within one second, so that the documents are the same
			require.NoError(t, w.deliver(siteSuite, "<xml><SuiteId>"+siteSuite+"</SuiteId><InfoType>change_contact</InfoType><AuthCorpId>"+siteCorp+"</AuthCorpId><ChangeType>update_user</ChangeType><UserID>u</UserID></xml>"))
		}
		push()
		push()
		defer w.run()()
		synctest.Wait()
		push()
		push()
		pass(3 * time.Second)
		assert.Len(t, got.all(), 2)
		assert.NotEqual(t, keys.all()[0], keys.all()[1])
	})
}

// On the system URL a notice has the Api of the suite that it names, if there is a Handler
// of it, and can be for a corp without an installation.
// G: inbox/api
func TestSystemEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		system := &Handler{in: w.in, api: w.api, route: systemRoute + siteProvider, url: URL{Channel: System}}
		w.in.addHandler(system)
		var got seen
		w.in.OnAny(func(_ context.Context, n *Notice) error {
			got.add(n.Kind() + " " + n.Api.SuiteId() + " " + n.Api.CorpId())
			return nil
		})
		defer w.run()()
		for _, suite := range []string{siteTemplate, "ww-unknown", ""} {
			n := noticeOf(t, siteProvider, "<xml><ServiceCorpId>"+siteProvider+"</ServiceCorpId><InfoType>auto_activate</InfoType><SuiteId>"+suite+"</SuiteId><AuthCorpId>"+siteCorp+"</AuthCorpId></xml>")
			require.NoError(t, w.in.enqueue(t.Context(), system, n))
		}
		pass(time.Second)
		assert.Equal(t, []string{"auto_activate " + siteTemplate + " " + siteCorp, "auto_activate " + siteSuite + " " + siteCorp, "auto_activate " + siteSuite + " " + siteCorp}, got.all())
	})
}

// The context of n.Api is that of the function, and ends with it.
// G: inbox/api
func TestTheApiOfANoticeIsBoundToItsWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		w.installed(siteCorp)
		var kept *token.Api
		On(w.in, func(ctx context.Context, n *Notice, m *TextMessage) error {
			kept = n.Api
			assert.NoError(t, kept.Context().Err())
			return nil
		})
		defer w.run()()
		require.NoError(t, w.text(siteCorp, "a"))
		pass(time.Second)
		assert.ErrorIs(t, kept.Context().Err(), context.Canceled)
	})
}
