package console

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/sandbox"
	"github.com/gothird/wecom/internal/spec"
)

func TestPushAnEvent(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	body := s.page("/push")
	assert.Contains(t, body, "There is no URL")
	assert.Contains(t, body, "no corp has the app")
	assert.Regexp(t, `id="send" disabled data-live>Push`, body)

	accepts := s.answering(http.StatusOK, "success")
	must[sandbox.Outcome](s)(s.SetURLs(t.Context(), sandbox.URLs{CommandURL: &accepts, DataURL: &accepts, SystemURL: &accepts}))
	must[sandbox.Installed](s)(s.Install(t.Context(), sandbox.NewInstall{CorpId: s.corp}))
	body = s.page("/push")
	assert.Contains(t, body, "ToUserName&gt;</span><span class=\"k\">&lt;![CDATA[</span>"+s.corp, "the corp of the choice is in the preview")
	assert.Contains(t, body, `<span class="ed" data-el="State">poster-9</span>`)
	body = s.done(s.submit("/push", "POST /pushes", url.Values{"set.State": {"counter <7>"}}))
	push := s.lastPush()
	assert.Contains(t, push.Event, "<State><![CDATA[counter <7>]]></State>")
	assert.Equal(t, s.corp, push.CorpId)
	assert.Contains(t, body, `href="/log?push=`)

	s.done(s.submit("/push?kind=provider.license_pay_success", "POST /pushes", url.Values{"set.OrderId": {"OI1"}}))
	push = s.lastPush()
	assert.Equal(t, "system", push.Channel)
	assert.Contains(t, push.Event, "<AuthCorpId><![CDATA["+s.corp+"]]>")

	refuses := s.answering(http.StatusOK, "no")
	must[sandbox.Outcome](s)(s.SetURLs(t.Context(), sandbox.URLs{CommandURL: &refuses}))
	body = s.submit("/push?kind=suite.suite_ticket", "POST /pushes", nil)
	assert.Contains(t, body, `<div class="note warn" id="note"`)
	res, body := s.ask(http.MethodGet, "/push?kind=nothing", nil)
	assert.Equal(t, http.StatusNotFound, res.StatusCode)
	assert.Contains(t, html.UnescapeString(body), `there is no event "nothing"`)
}

func (s *site) lastPush() sandbox.Push {
	s.t.Helper()
	list := must[sandbox.Pushes](s)(s.ListPushes(s.t.Context(), sandbox.PushQuery{Limit: 1})).Pushes
	require.Len(s.t, list, 1)
	return list[0]
}

func TestPushChoosesAppAndCorp(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	suites := s.suites()
	other := must[sandbox.Corp](s)(s.AddCorp(t.Context(), sandbox.NewCorp{Name: "Riverside"}))
	must[sandbox.Installed](s)(s.Install(t.Context(), sandbox.NewInstall{CorpId: s.corp}))
	must[sandbox.Installed](s)(s.Install(t.Context(), sandbox.NewInstall{CorpId: other.CorpId, SuiteId: suites[1].SuiteId}))
	must[sandbox.Installed](s)(s.Install(t.Context(), sandbox.NewInstall{CorpId: other.CorpId}))
	first := s.corps()[0].CorpId
	chosen := func(query string) (suite, corp string) {
		form := formWith(s.page("/push?"+query), "POST /pushes")
		return form.Get("suite_id"), form.Get("corp_id")
	}
	for query, want := range map[string][2]string{
		"": {suites[0].SuiteId, first}, "corp_id=" + other.CorpId: {suites[0].SuiteId, other.CorpId},
		"suite_id=" + suites[1].SuiteId: {suites[1].SuiteId, other.CorpId}, "suite_id=none&corp_id=none": {suites[0].SuiteId, first},
	} {
		suite, corp := chosen(query)
		assert.Equal(t, want, [2]string{suite, corp}, query)
	}
	assert.Contains(t, s.page("/push?corp_id="+other.CorpId), "&amp;kind=suite.suite_ticket", "another event keeps the corp")
}

// formWith are the fields of the first form of a route.
func formWith(body, route string) url.Values {
	for _, form := range formTags.FindAllString(body, -1) {
		if fields := values(form); fields.Get(fieldRoute) == route {
			return fields
		}
	}
	return nil
}

// times are those of the heads of events.
var times = regexp.MustCompile(`<(TimeStamp|CreateTime)>\d+`)

// Each event can be chosen, and what can be edited is what the fake accepts.
func TestEverySampleCanBePushed(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	accepts := s.answering(http.StatusOK, "success")
	must[sandbox.Outcome](s)(s.SetURLs(t.Context(), sandbox.URLs{CommandURL: &accepts, DataURL: &accepts, SystemURL: &accepts}))
	seen := 0
	for _, g := range english.eventGroups() {
		assert.NotEqual(t, "Other", g.Name+g.Events[0].Title, g.Events[0].Id)
		for _, e := range g.Events {
			seen++
			shown := must[sandbox.Event](s)(s.ShowEvent(t.Context(), sandbox.EventQuery{Kind: e.Id, CorpId: s.corp}))
			leaves, preview := editable(shown.Sample)
			in := sandbox.SamplePush{Kind: e.Id, CorpId: s.corp, Set: map[string]string{}}
			for _, x := range leaves {
				in.Set[x.Name] = x.Text
				assert.Equal(t, 1, strings.Count(string(preview), `data-el="`+x.Name+`"`), e.Id)
			}
			_, err := s.PushSample(t.Context(), in)
			assert.NoError(t, err, e.Id)
			assert.Equal(t, times.ReplaceAllString(shown.Sample, ""), times.ReplaceAllString(s.lastPush().Event, ""), "%s: what nobody has changed stays", e.Id)
		}
	}
	assert.Len(t, spec.Events(), seen)
}

func TestEditable(t *testing.T) {
	t.Parallel()
	leaves, preview := editable("<xml><InfoType>x</InfoType><A><![CDATA[1 & 2]]></A><B><A>3</A></B><C></C></xml>")
	assert.Equal(t, []leaf{{"A", "1 & 2"}, {"C", ""}}, leaves, "of two of a name it is the first")
	assert.Contains(t, string(preview), `<span class="ed" data-el="A">1 &amp; 2</span>`)
	assert.Contains(t, string(preview), `<span class="ed" data-el="C"></span>`)
	assert.NotRegexp(t, "[\ue000-\ue002]", string(preview))
	leaves, preview = editable("no <A>xml")
	assert.Empty(t, leaves)
	assert.Equal(t, "no <span class=\"k\">&lt;A&gt;</span>xml", string(preview))
}

func TestEventsAreListedOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.lang = chinese
	links := regexp.MustCompile(`kind=([\w.]+)"`).FindAllStringSubmatch(s.page("/push"), -1)
	var ids []string
	for _, m := range links {
		ids = append(ids, m[1])
	}
	slices.Sort(ids)
	assert.Len(t, slices.Compact(ids), len(spec.Events()))
	assert.Len(t, links, len(spec.Events()))
}
