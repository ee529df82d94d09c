package callback

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spec"
)

// Every sample goes the whole way: encrypted, over HTTP, on its URL, through the queue, to
// the user's function.
// G: event/documented
func TestEverySampleThroughTheHandler(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.installed(s.api, siteCorp)
	s.installed(s.api, siteOther)
	s.installed(s.template(), siteOther)
	s.app()
	s.handler("/template", s.template(), s.appURL())
	s.handler("/system", s.api, s.systemURL())
	notices := s.received()
	targets := map[string]platform.Target{
		spec.ChannelInstruction: {SuiteId: siteSuite, CorpId: siteOther},
		spec.ChannelTemplate:    {SuiteId: siteTemplate, CorpId: siteOther},
		spec.ChannelData:        {SuiteId: siteSuite, CorpId: siteCorp},
		spec.ChannelSystem:      {},
	}
	delivered := 0
	seen := map[string]bool{}
	for _, e := range spec.Events() {
		want := mustParse(t, e.SampleXML)
		if isBuiltIn(want.InfoType) {
			continue // what the samples bring is made up, and they are not delivered as they come
		}
		if id := want.identity(targets[e.Channel].SuiteId); id != "" {
			if seen[id] {
				continue // another sample of the same order or job, which is processed once
			}
			seen[id] = true
		}
		d, err := s.fake.PushSample(t.Context(), e.Id, targets[e.Channel])
		require.NoError(t, err, e.Id)
		assert.Equal(t, "success", d.Body, e.Id)
		want = mustParse(t, string(d.Payload)) // with the ids of the target
		n := s.next(notices)
		delivered++
		assert.Equal(t, want.Content, n.Content, e.Id)
		assert.Equal(t, want.Kind(), n.Kind(), e.Id)
		assert.Equal(t, want.ChangeType, n.ChangeType, e.Id)
		assert.NotEmpty(t, n.ReceiveId, e.Id)
		assert.NotNil(t, n.Api, e.Id)
	}
	assert.Greater(t, delivered, 205)
	assert.Empty(t, s.takeErrs(0))
}

// isBuiltIn reports whether the Inbox itself has something to do with a notice.
func isBuiltIn(infoType string) bool {
	switch infoType {
	case KItSuiteTicket, KItCreateAuth, KItResetPermanentCode, KItCancelAuth:
		return true
	}
	return false
}
