package callback

import (
	"context"
	"errors"
	"log/slog"
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

// What is pushed for a corp while its auth code is being exchanged waits for that, and comes
// in order.
// G: builtin/waits
func TestPushesWaitForTheInstallation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		var got seen
		On(w.in, func(_ context.Context, n *Notice, m *MenuEvent) error {
			got.add(m.EventKey)
			_, err := n.Api.AccessToken(token.Corp)
			return err
		})
		menu := func(corp, key string) error {
			return w.deliver(corp, "<xml><ToUserName>"+corp+"</ToUserName><FromUserName>u</FromUserName><MsgType>event</MsgType><Event>click</Event><EventKey>"+key+"</EventKey></xml>")
		}
		defer w.run()()
		w.ticket()
		require.NoError(t, menu(siteCorp, "a"))
		require.NoError(t, menu(siteCorp, "b"))
		require.NoError(t, menu(siteOther, "never installed"))
		pass(time.Minute)
		assert.Empty(t, got.all())
		_, err := w.fake.Install(t.Context(), siteSuite, siteCorp, platform.InstallOptions{})
		require.NoError(t, err)
		pass(6 * time.Second)
		assert.Equal(t, []string{"a", "b"}, got.all())
		assert.Empty(t, w.errs())
		pass(15 * time.Minute)
		assert.Equal(t, Stats{Running: true, Dead: 1}, w.stats())
		told := w.errs()
		require.Len(t, told, 1)
		assert.ErrorIs(t, told[0].err, ErrReceiveId)
		assert.ErrorIs(t, told[0].err, token.ErrNotInstalled)
		assert.Equal(t, siteOther, told[0].n.CorpId())
	})
}

// Whoever wonders why nothing happens finds it in the log, once a minute at most.
// G: builtin/waits
func TestWaitingForAnInstallationIsLogged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log logged
		w := newWorld(t, Config{Logger: slog.New(slog.NewTextHandler(&log, nil))})
		On(w.in, func(context.Context, *Notice, *MenuEvent) error { return nil })
		end := w.run()
		for _, key := range []string{"a", "b"} {
			require.NoError(t, w.deliver(siteOther, "<xml><ToUserName>"+siteOther+"</ToUserName><FromUserName>u</FromUserName><MsgType>event</MsgType><Event>click</Event><EventKey>"+key+"</EventKey></xml>"))
		}
		pass(4 * time.Second)
		assert.NotContains(t, log.text(), "has not installed", "it may just be installing")
		pass(50 * time.Second)
		assert.Equal(t, 1, strings.Count(log.text(), "has not installed suite "+siteSuite+": its notices wait for that, at most 15m0s"), log.text())
		assert.Empty(t, w.errs())
		end()
	})
}

// logged is what was logged so far.
type logged struct{ lines seen }

func (l *logged) Write(line []byte) (int, error) {
	l.lines.add(string(line))
	return len(line), nil
}

func (l *logged) text() string { return strings.Join(l.lines.all(), "") }

// A Store that fails is no refusal: what is for a corp waits until it is back.
// G: receive/success
func TestPushesWaitForTheStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		w.installed(siteCorp)
		store := &moodyStore{Store: w.store}
		store.down.Store(true)
		api, err := token.New(token.Config{CorpId: siteProvider, SuiteId: siteSuite, SuiteSecret: "suite-secret", Store: store})
		require.NoError(t, err)
		w.app = w.handler("/app", api, w.appURL())
		var got seen
		On(w.in, func(_ context.Context, n *Notice, m *TextMessage) error { got.add(m.Content); return nil })
		defer w.run()()
		require.NoError(t, w.text(siteCorp, "a"))
		require.NoError(t, w.text(siteCorp, "b"))
		pass(time.Hour)
		assert.Empty(t, got.all())
		assert.NotEmpty(t, w.errs())
		store.down.Store(false)
		pass(7 * time.Second) // the Store is left alone for five
		assert.Equal(t, []string{"a", "b"}, got.all())
		assert.Equal(t, Stats{Running: true}, w.stats())
	})
}

type moodyStore struct {
	token.Store
	down atomic.Bool
}

func (s *moodyStore) Get(ctx context.Context, key string) ([]byte, error) {
	if s.down.Load() {
		return nil, errors.New("the store is down")
	}
	return s.Store.Get(ctx, key)
}
