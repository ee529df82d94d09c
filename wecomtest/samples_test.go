package wecomtest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/internal/spec"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

// Every event that WeCom documents reaches the app it is for, names that app and the corp, and
// is understood.
// G: wecomtest/pushes
func TestEveryDocumentedEvent(t *testing.T) {
	t.Parallel()
	for _, choices := range []wecomtest.Choices{{}, {JSON: true}} {
		w := wecomtest.New(t, wecomtest.Customized(1), choices)
		inbox := newInbox(t, w, w.Suite(0), w.Suite(1))
		w.Go(inbox.Run)
		for i := range 2 {
			corp := w.Install(wecomtest.Corp{App: w.Suite(i)})
			pushed := 0
			for _, e := range spec.Events() {
				if e.InfoType == "create_auth" || e.InfoType == "reset_permanent_code" || e.InfoType == "cancel_auth" {
					continue // what has methods of its own
				}
				d := corp.PushSample(e.Id)
				require.NoError(t, d.Err(), e.Id)
				understood(t, e.Id, corp, d)
				pushed++
			}
			assert.Greater(t, pushed, 220)
		}
	}
}

// newInbox has a Handler for each of the apps, and one for system events.
func newInbox(t *testing.T, w *wecomtest.WeCom, apps ...*token.Api) *callback.Inbox {
	inbox, err := callback.NewInbox(callback.Config{})
	require.NoError(t, err)
	deliver := func(api *token.Api, channel callback.Channel) {
		h, err := inbox.Handler(api, w.URL(api, channel))
		require.NoError(t, err)
		w.Deliver(api, channel, h)
	}
	deliver(apps[0], callback.System)
	for _, api := range apps {
		deliver(api, callback.App)
	}
	return inbox
}

func understood(t *testing.T, kind string, corp *wecomtest.Corp, d wecomtest.Delivery) {
	n, err := callback.Parse([]byte(d.Payload))
	require.NoError(t, err, kind)
	assert.Empty(t, n.Misfits, kind)
	assert.NotContains(t, fmt.Sprintf("%T", n.Content), "Unknown", kind)
	assert.Contains(t, []string{"", corp.Id}, n.CorpId(), kind)
	assert.Contains(t, []string{"", corp.App.SuiteId()}, n.SuiteId, kind)
}

// A customised app has events of its corp in another form than a third-party app.
// G: wecomtest/pushes
func TestTheFormOfAnEventIsThatOfTheApp(t *testing.T) {
	t.Parallel()
	w := wecomtest.New(t, wecomtest.Customized(1))
	w.Go(newInbox(t, w, w.Suite(0), w.Suite(1)).Run)
	for i, form := range []string{"<InfoType>", "<Event>"} {
		corp := w.Install(wecomtest.Corp{App: w.Suite(i)})
		corp.Change(wecomtest.Member{UserId: corp.Members[1].UserId, Name: "Zhou"})
		d := corp.PushSample("change_external_contact.add_external_contact")
		require.NoError(t, d.Err())
		list := w.Deliveries()
		for _, payload := range []string{d.Payload, list[len(list)-2].Payload} {
			assert.Equal(t, 1, strings.Count(payload, form), payload)
			assert.Contains(t, payload, corp.Id)
		}
	}
}
