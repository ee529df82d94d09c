package console

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/sandbox"
)

// active are the faults that wait.
func (s *site) active() []sandbox.ActiveFault {
	s.t.Helper()
	return must[sandbox.Faults](s)(s.ListFaults(s.t.Context(), struct{}{})).Faults
}

// The form of a fault has fields of all ways, and the way that is chosen counts.
func TestFaultsOfEachWay(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	assert.Contains(t, s.page("/faults"), "WeCom works as it should")
	for way, want := range map[string]sandbox.Fault{
		"errcode":    {ErrCode: 45009, ErrMsg: "slow down", Late: true, Skip: 2},
		"status":     {Status: 502, Late: true, Skip: 2},
		"delay":      {Delay: sandbox.Span(3 * time.Second), Skip: 2},
		"cut":        {Cut: true, Late: true, Skip: 2},
		"garbage":    {Garbage: true, Late: true, Skip: 2},
		"kill_token": {KillToken: true, Skip: 2},
	} {
		want.Path, want.Times = "/cgi-bin/message/send", 1
		s.done(s.submit("/faults?path=/cgi-bin/message/send", "POST /faults",
			url.Values{"_way": {way}, "errmsg": {"slow down"}, "late": {"true"}, "skip": {"2"}}))
		list := s.active()
		require.Len(t, list, 1, way)
		assert.Equal(t, want, list[0].Fault, way)
		s.done(s.submit("/faults", "DELETE /faults/{id}", nil))
		assert.Empty(t, s.active(), way)
	}
	s.refused(s.submit("/faults", "POST /faults", url.Values{"path": {"/nothing"}}), "there is no endpoint")
	s.refused(s.submit("/faults", "POST /faults", url.Values{"times": {"often"}}), "times is wrong")
}

func TestPresetsOfFaults(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.providerToken()
	want := 0
	for _, x := range english.presets() {
		given := url.Values{}
		for i := 0; i+1 < len(x.Values); i += 2 {
			given.Set(x.Values[i].(string), fmt.Sprint(x.Values[i+1]))
		}
		if x.Route == "POST /faults" {
			want++
			given.Del("errmsg") // the form above has a field for it
		}
		s.done(s.submit("/faults", x.Route, given))
	}
	list := s.active()
	require.Len(t, list, want)
	assert.Equal(t, -1, list[2].ErrCode)
	assert.Contains(t, s.page("/faults"), "connection cut")
	tokens := must[sandbox.Tokens](s)(s.ListTokens(t.Context(), struct{}{})).Tokens
	require.Len(t, tokens, 1)
	assert.NotZero(t, tokens[0].Killed)
	s.done(s.submit("/faults", "DELETE /faults", nil))
	assert.Empty(t, s.active())
}

func TestKillTokensAndTickets(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.suiteToken()
	s.done(s.submit("/faults", "POST /tokens/kill", url.Values{"kind": {"suite"}}))
	assert.NotZero(t, must[sandbox.Tokens](s)(s.ListTokens(t.Context(), struct{}{})).Tokens[0].Killed)
	s.done(s.submit("/faults", "POST /tickets/expire", url.Values{"suite_id": {s.suites()[0].SuiteId}}))
	assert.Empty(t, s.suites()[0].Tickets)
	assert.Contains(t, s.page("/faults"), ", none is good")
}

func TestChoicesGoThereAndBack(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	shown := func() sandbox.Choices { return must[sandbox.Choices](s)(s.ShowChoices(t.Context(), struct{}{})) }
	before := shown()
	s.done(s.submit("/faults", "POST /choices", nil))
	assert.Equal(t, before, shown(), "what nobody has changed stays")
	want := sandbox.Choices{NewSuiteToken: true, NewCorpToken: true, TokenLife: sandbox.Span(90 * time.Second), AllowedIPs: []string{"127.0.0.1", "::1"},
		Tries: 2, JSON: true, PerMinute: 7, EditContacts: true}
	s.done(s.submit("/faults", "POST /choices", url.Values{"new_suite_token": {"true"}, "new_corp_token": {"true"}, "json": {"true"}, "edit_contacts": {"true"},
		"token_life": {"90s"}, "allowed_ips": {"127.0.0.1", "::1"}, "tries": {"2"}, "per_minute": {"7"}}))
	assert.Equal(t, want, shown())
	s.done(s.submit("/faults", "POST /choices", nil))
	assert.Equal(t, want, shown(), "the page shows all of them")
	s.refused(s.submit("/faults", "POST /choices", url.Values{"allowed_ips": {"everybody"}}), "is no address")
	s.refused(s.submit("/faults", "POST /choices", url.Values{"token_life": {"long"}}), "token_life is wrong")
}

func TestFaultsInWords(t *testing.T) {
	t.Parallel()
	for want, f := range map[string]sandbox.Fault{
		"1.5 s late":                            {Delay: sandbox.Span(1500 * time.Millisecond)},
		"carried out first, errcode 45009 slow": {Late: true, ErrCode: 45009, ErrMsg: "slow"},
		"200 ms late, HTTP 502":                 {Delay: sandbox.Span(200 * time.Millisecond), Status: 502},
		"connection cut":                        {Cut: true},
		"the answer is no JSON":                 {Garbage: true},
		"the token is killed":                   {KillToken: true},
	} {
		assert.Equal(t, want, strings.ReplaceAll(english.effect(f), "\u00a0", " "), "%v", f)
	}
	assert.Equal(t, "until removed", english.leftOf(sandbox.Fault{}))
	assert.Equal(t, "2 more times, after 3 that pass", english.leftOf(sandbox.Fault{Times: 2, Skip: 3}))
}
