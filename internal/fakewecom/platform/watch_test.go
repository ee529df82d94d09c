package platform_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spec"
)

// kinds are the kinds of the changes since.
func kinds(t *testing.T, p *platform.Platform, after int64) (list []string) {
	t.Helper()
	changes, gap := p.ChangesAfter(after, 1000)
	require.False(t, gap)
	for i, c := range changes {
		assert.Equal(t, after+int64(i)+1, c.Id)
		list = append(list, c.Kind)
	}
	return list
}

func TestEachCauseIsInTheChangeFeed(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	token, err := w.IssueToken(spec.CredentialSuite, faketest.Suite, "")
	require.NoError(t, err)
	fault := 0
	for _, row := range []struct {
		kind string
		do   func()
	}{
		{platform.ChangedInstall, func() { w.AuthCode(faketest.Suite) }},
		{platform.ChangedRequest, func() {
			w.Call("get_provider_token", obj{"corpid": faketest.Provider, "provider_secret": "provider-secret"})
		}},
		{platform.ChangedToken, func() { _, _ = w.IssueToken(spec.CredentialProvider, "", "") }},
		{platform.ChangedToken, func() { require.True(t, w.KillToken(token, 0)) }},
		{platform.ChangedToken, func() { w.ExpireTokens(spec.CredentialCorp) }},
		{platform.ChangedTicket, func() { _, _ = w.NewTicket(faketest.Suite) }},
		{platform.ChangedTicket, func() { w.ExpireTickets(faketest.Suite) }},
		{platform.ChangedPush, func() { _, _ = w.PushTicket(t.Context(), faketest.Suite) }},
		{platform.ChangedCorp, func() { _ = w.UpdateMember(faketest.Corp, platform.Member{UserId: "woNew"}) }},
		{platform.ChangedCorp, func() { _ = w.SetTestCorp(faketest.Corp, true) }},
		{platform.ChangedSuite, func() { _ = w.AddSuite(w.Suites()[0]) }},
		{platform.ChangedSuite, func() { _ = w.AddProvider(w.Providers()[0]) }},
		{platform.ChangedClock, func() { w.Advance(time.Hour) }},
		{platform.ChangedChoices, func() { w.Choose(w.Choices()) }},
		{platform.ChangedFault, func() { fault = w.AddFault(platform.Fault{Path: "/x", Count: 1, ErrCode: 1}) }},
		{platform.ChangedFault, func() { require.True(t, w.RemoveFault(fault)) }},
		{platform.ChangedFault, w.ClearFaults},
		{platform.ChangedInstall, func() { _ = w.Cancel(t.Context(), faketest.Suite, faketest.Corp) }},
	} {
		before := w.LastChange()
		row.do()
		assert.Contains(t, kinds(t, w.Platform, before), row.kind)
	}
	assert.False(t, w.RemoveFault(fault), "it is gone")
}

func TestChangeFeedTellsOfAGap(t *testing.T) {
	t.Parallel()
	p := platform.New(platform.Options{})
	_, gap := p.ChangesAfter(1, 10)
	assert.True(t, gap, "an id of another platform")
	list, gap := p.ChangesAfter(0, 10)
	assert.Empty(t, list)
	assert.False(t, gap)
	const kept = 4096
	for range 3 * kept {
		p.Advance(0)
	}
	last := p.LastChange()
	assert.EqualValues(t, 3*kept, last)
	_, gap = p.ChangesAfter(last-kept-1, 10)
	assert.True(t, gap, "forgotten")
	list, gap = p.ChangesAfter(last-kept, 10)
	assert.False(t, gap)
	require.Len(t, list, 10)
	assert.Equal(t, last-kept+1, list[0].Id)
	list, gap = p.ChangesAfter(last, 10)
	assert.Empty(t, list)
	assert.False(t, gap)
}

func TestReadersWaitForAChange(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := platform.New(platform.Options{})
		done := make(chan error, 2)
		for range cap(done) {
			go func() { done <- p.AwaitChange(t.Context(), 0) }()
		}
		synctest.Wait()
		assert.Empty(t, done)
		p.Advance(time.Second)
		for range cap(done) {
			require.NoError(t, <-done)
		}
		require.NoError(t, p.AwaitChange(t.Context(), 0), "it was there before")
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		assert.ErrorIs(t, p.AwaitChange(ctx, 1), context.DeadlineExceeded)
	})
}

func TestListsShowMarksInPlaceOfSecrets(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{KeepAnswers: true})
	code := w.AuthCode(faketest.Template)
	permanent := w.CallAs("get_permanent_code_v2", faketest.Template, "", obj{"auth_code": code})["permanent_code"].(string)
	ticket, err := w.NewTicket(faketest.Suite)
	require.NoError(t, err)
	token, err := w.IssueToken(spec.CredentialCorp, faketest.Template, faketest.Corp)
	require.NoError(t, err)

	installs := w.Authorizations()
	require.Len(t, installs, 1)
	assert.Equal(t, platform.Mark(permanent), installs[0].PermanentCode)
	tickets := w.Tickets(faketest.Suite)
	require.Len(t, tickets, 1)
	assert.Equal(t, platform.Mark(ticket), tickets[0].Mark)
	assert.Equal(t, 30*time.Minute, tickets[0].Left)
	assert.Empty(t, w.Tickets("nobody"))

	assert.Contains(t, w.Tokens(), platform.TokenState{Mark: platform.Mark(token), Kind: spec.CredentialCorp, ProviderCorpId: faketest.Provider,
		SuiteId: faketest.Template, CorpId: faketest.Corp, Left: 2 * time.Hour})
	assert.False(t, w.KillMarked("#00000000", 0))
	require.True(t, w.KillMarked(platform.Mark(token), 42009))
	at := func(s platform.TokenState) bool { return s.Mark == platform.Mark(token) }
	for _, s := range w.Tokens() {
		if at(s) {
			assert.Equal(t, 42009, s.Killed)
			assert.Zero(t, s.Left)
		}
	}
	w.Clock.Add(3 * time.Hour)
	assert.Empty(t, w.Tokens(), "they have run out")

	found, ok := w.Secret(platform.Mark(permanent))
	assert.True(t, ok)
	assert.Equal(t, permanent, found)
	_, ok = w.Secret("#00000000")
	assert.False(t, ok)
	text := w.Scrub(`{"a":"` + permanent + `","b":"` + faketest.Key + `","c":"harmless-text"}`)
	assert.Equal(t, `{"a":"`+platform.Mark(permanent)+`","b":"`+platform.Mark(faketest.Key)+`","c":"harmless-text"}`, text)

	assert.Len(t, w.Corps(), 1)
	assert.Equal(t, []string{faketest.Template, faketest.Suite}, []string{w.Suites()[0].Id, w.Suites()[1].Id})
	assert.Equal(t, faketest.Provider, w.Providers()[0].CorpId)
}

func TestRequestsShowTheirAnswers(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{KeepAnswers: true, KeepRequests: 3})
	out := w.Call("get_provider_token", obj{"corpid": faketest.Provider, "provider_secret": "provider-secret"})
	token := out["provider_access_token"].(string)
	every := func(*platform.Request) bool { return true }
	r := w.NewestRequests(10, every)
	require.Len(t, r, 1)
	assert.EqualValues(t, 1, r[0].Id)
	assert.Positive(t, r[0].Duration)
	assert.Contains(t, r[0].Answer, platform.Mark(token))
	assert.NotContains(t, r[0].Answer, token)
	for range 9 {
		w.Call("get_provider_token", obj{"corpid": faketest.Provider, "provider_secret": "wrong"})
	}
	all := w.Requests()
	assert.GreaterOrEqual(t, len(all), 3)
	assert.LessOrEqual(t, len(all), 6, "the oldest are forgotten")
	newest := w.NewestRequests(2, every)
	require.Len(t, newest, 2)
	assert.EqualValues(t, 9, newest[0].Id)
	assert.EqualValues(t, 10, newest[1].Id)
	old := w.NewestRequests(1, func(r *platform.Request) bool { return r.Id < 9 })
	require.Len(t, old, 1)
	assert.EqualValues(t, 8, old[0].Id)
	assert.Empty(t, w.NewestRequests(5, func(r *platform.Request) bool { return r.Id > 10 }))
}

func TestTriesOfAPushHaveTheirTimes(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{Tries: 2})
	w.Answer(http.StatusOK, "no")
	d, err := w.PushTicket(t.Context(), faketest.Suite)
	require.Error(t, err)
	require.Len(t, d.Before, 1)
	assert.False(t, d.Before[0].At.IsZero())
	assert.False(t, d.At.Before(d.Before[0].At))
}

func TestChoicesCountWhileThePlatformRuns(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	assert.Equal(t, platform.Choices{}, w.Choices())
	want := platform.Choices{Tries: 1, JSON: true, TokenLife: time.Minute, PerMinute: 1, NewSuiteToken: true, NewCorpToken: true, AllowedIPs: []string{"127.0.0.1"}}
	w.Choose(want)
	assert.Equal(t, want, w.Choices())
	w.Answer(http.StatusOK, "no")
	d, err := w.PushTicket(t.Context(), faketest.Suite)
	require.Error(t, err)
	assert.Empty(t, d.Before, "one try")
	assert.Equal(t, byte('{'), d.Payload[0])
	ask := func() obj {
		return w.Call("get_provider_token", obj{"corpid": faketest.Provider, "provider_secret": "provider-secret"})
	}
	assert.EqualValues(t, 60, ask()["expires_in"])
	assert.EqualValues(t, 45009, ask()["errcode"])
	w.Choose(platform.Choices{AllowedIPs: []string{"192.0.2.1"}})
	assert.EqualValues(t, 60020, ask()["errcode"])
}

func TestFaultsAreCounted(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	first := w.AddFault(platform.Fault{Count: 2, ErrCode: 7})
	second := w.AddFault(platform.Fault{ErrCode: 8})
	assert.NotEqual(t, first, second)
	w.Call("get_provider_token", obj{})
	list := w.Faults()
	require.Len(t, list, 2)
	assert.Equal(t, first, list[0].Id)
	assert.Equal(t, 1, list[0].Hits)
	assert.Equal(t, 1, list[0].Count)
	require.True(t, w.RemoveFault(second))
	w.Call("get_provider_token", obj{})
	assert.Empty(t, w.Faults())
}

func TestTheLogHasSoMuchAndNoMore(t *testing.T) {
	t.Parallel()
	const most = 64 << 10
	w := faketest.New(t, platform.Options{KeepAnswers: true, KeepBytes: most})
	kept := func() (bytes int) {
		for _, r := range w.Requests() {
			bytes += len(r.Body) + len(r.Answer)
		}
		return bytes
	}
	for range 40 {
		w.Call("get_provider_token", obj{"corpid": faketest.Provider, "pad": strings.Repeat("x", 10<<10)})
		assert.LessOrEqual(t, kept(), most)
	}
	all := w.Requests()
	require.Len(t, all, 40, "no request is forgotten")
	assert.NotEmpty(t, all[39].Answer)
	assert.Empty(t, all[0].Body)
	assert.Positive(t, all[0].Size)
	w.Call("get_provider_token", obj{"corpid": faketest.Provider, "pad": strings.Repeat("y", 2*most)})
	assert.LessOrEqual(t, kept(), most, "one that is larger than all is left out as well")
	w.ClearLog()
	assert.Zero(t, kept())
}
