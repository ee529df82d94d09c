package callback

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom"
)

// Every sample goes the whole way: encrypted, over HTTP, on its channel, through the
// queue, to the user's function.
func TestEverySampleThroughTheHandler(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.installed(siteCorp)
	got := make(chan *Notice, 1)
	for _, h := range []*Handler{
		s.instruction(),
		s.handler("/template", s.api.WithSuite(siteTemplate, "template-secret"), s.config(Instruction)),
		s.handler("/data", s.api, s.config(Data)),
		s.handler("/system", s.api, Config{Token: ownToken, EncodingAESKey: ownKey, Channel: System, OnError: s.onError}),
	} {
		h.OnAny(func(ctx context.Context, n *Notice) error {
			select {
			case got <- n:
			case <-ctx.Done():
			}
			return nil
		})
		defer s.run(h)()
	}
	targets := map[string]fakewecom.Target{
		// cancel_auth ends siteOther's installation, not that of the data URL.
		fakewecom.ChannelInstruction: {SuiteId: siteSuite, CorpId: siteOther},
		fakewecom.ChannelTemplate:    {SuiteId: siteTemplate, CorpId: siteOther},
		fakewecom.ChannelData:        {SuiteId: siteSuite, CorpId: siteCorp},
		fakewecom.ChannelSystem:      {},
	}
	delivered := 0
	for _, e := range fakewecom.Events() {
		d, err := s.fake.PushSample(t.Context(), e.Id, targets[e.Channel])
		require.NoError(t, err, e.Id)
		assert.Equal(t, "success", d.Body, e.Id)
		want := mustParse(t, e.SampleXML)
		if bringsAuthCode(want) {
			continue // the sample's code is made up: there is nothing to install
		}
		select {
		case n := <-got:
			delivered++
			assert.Equal(t, want.Content, n.Content, e.Id)
			assert.Equal(t, want.Kind(), n.Kind(), e.Id)
		case <-time.After(10 * time.Second):
			require.Fail(t, "not delivered", e.Id)
		}
	}
	t.Logf("%d pushed, %d delivered", len(fakewecom.Events()), delivered)
	assert.Equal(t, 229, delivered)
}
