package callback

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/testworld"
)

// A refusal says whom the URL is for.
// G: receive/id
func TestARefusalSaysWhomTheURLIsFor(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	app := `the suite "` + siteSuite + `", or a corp, or`
	provider := `the provider "` + siteProvider + `", or one of`
	template := `the provider "` + siteProvider + `", the template "` + siteTemplate + `", or a corp with the app, or`
	for name, c := range map[string]struct {
		h      *Handler
		method string
		want   string
	}{
		"check of an app":      {s.handler("/app", s.api, s.appURL()), http.MethodGet, provider},
		"push to an app":       {s.handler("/app", s.api, s.appURL()), http.MethodPost, app},
		"check of a template":  {s.handler("/template", s.template(), s.appURL()), http.MethodGet, template},
		"check of a system":    {s.handler("/system", s.api, s.systemURL()), http.MethodGet, provider},
		"push to a system":     {s.handler("/system", s.api, s.systemURL()), http.MethodPost, provider},
		"system of a template": {s.handler("/system", s.template(), s.systemURL()), http.MethodGet, provider},
	} {
		a := newAcceptance(t.Context(), c.h, nil, &http.Request{Method: c.method})
		a.notice = &Notice{ReceiveId: "dkanother"}
		err := a.checkReceiveId()
		require.ErrorIs(t, err, ErrReceiveId, name)
		assert.ErrorContains(t, err, `"dkanother"; `+c.method+" on this URL may be for "+c.want, name)
	}
}

// A push for a further id of an App URL has the Api of that URL, whoever has a Handler for the
// suite that it names.
// G: inbox/api
func TestAFurtherIdHasTheApiOfItsURL(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		u := s.appURL()
		u.ReceiveIds = []string{siteTemplate}
		s.handler("/app", s.api, u)
		s.handler("/template", s.api.WithSuite(siteTemplate, testworld.TemplateSecret), s.appURL())
		var got seen
		s.in.OnAny(func(_ context.Context, n *Notice) error { got.add(n.Api.SuiteId()); return nil })
		defer s.run(s.in)()
		res := s.send(request{payload: infoDoc(siteTemplate, "change_auth", "<AuthCorpId>"+siteCorp+"</AuthCorpId>"), receiveId: siteTemplate})
		assert.Equal(t, http.StatusOK, res.StatusCode)
		pass(time.Second)
		assert.Equal(t, []string{siteSuite}, got.all())
	})
}
