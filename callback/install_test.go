package callback

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/token"
)

const exchangePath = "/cgi-bin/service/get_permanent_code"

// events notes what an app hears of its installations.
func events(w *world) *seen {
	var got seen
	On(w.in, func(_ context.Context, n *Notice, e *AuthEvent) error {
		what := n.InfoType + " " + n.CorpId()
		if p := n.Permanent(); p != nil {
			what += " " + p.AuthCorpInfo.CorpName
		}
		if in := n.Removed(); in != nil {
			what += " removed " + in.CorpName
		}
		got.add(what)
		_, err := n.Api.AccessToken(token.Corp)
		if n.InfoType == KItCreateAuth && err != nil {
			return err
		}
		return nil
	})
	return &got
}

// G: builtin/install builtin/cancel
func TestAnInstallationComesAndGoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		got := events(w)
		defer w.run()()
		w.ticket()
		_, err := w.fake.Install(t.Context(), siteSuite, siteCorp, platform.InstallOptions{State: "s1"})
		require.NoError(t, err)
		pass(time.Minute)
		assert.Equal(t, []string{"create_auth " + siteCorp + " Riverside"}, got.all())
		_, err = w.api.WithCorp(siteCorp).Installation()
		require.NoError(t, err)

		require.NoError(t, w.fake.Cancel(t.Context(), siteSuite, siteCorp))
		pass(time.Minute)
		_, err = w.api.WithCorp(siteCorp).Installation()
		assert.ErrorIs(t, err, token.ErrNotInstalled)
		assert.Equal(t, "cancel_auth "+siteCorp+" removed Riverside", got.all()[1])
		assert.Empty(t, w.errs())
		assert.Equal(t, Stats{Running: true}, w.stats())
	})
}

// G: install/again builtin/reset
func TestANewPermanentCodeTakesThePlaceOfTheOld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		got := events(w)
		defer w.run()()
		_, err := w.fake.PushTicket(t.Context(), siteTemplate)
		require.NoError(t, err)
		_, err = w.fake.Install(t.Context(), siteTemplate, siteCorp, platform.InstallOptions{})
		require.NoError(t, err)
		pass(time.Minute)
		first, err := w.own.api.WithCorp(siteCorp).Installation()
		require.NoError(t, err)
		_, err = w.fake.ResetPermanentCode(t.Context(), siteTemplate, siteCorp)
		require.NoError(t, err)
		pass(time.Minute)
		second, err := w.own.api.WithCorp(siteCorp).Installation()
		require.NoError(t, err)
		assert.NotEqual(t, first.PermanentCode, second.PermanentCode)
		assert.Len(t, got.all(), 2)
		assert.Contains(t, got.all()[1], "reset_permanent_code "+siteCorp)
	})
}

// The redirect and the push of one installation run the functions once.
// G: install/one-exchange inbox/once builtin/install
func TestInstallRunsTheFunctionsOnce(t *testing.T) {
	for _, pushFirst := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, Config{})
			var got seen
			On(w.in, func(_ context.Context, n *Notice, e *AuthEvent) error {
				got.add(n.CorpId() + " " + e.State + " " + n.Permanent().AuthCorpInfo.CorpName)
				return nil
			}, KItCreateAuth)
			defer w.run()()
			w.ticket()
			code, err := w.fake.Install(t.Context(), siteSuite, siteCorp, platform.InstallOptions{State: "s1", FromProviderSite: !pushFirst})
			require.NoError(t, err)
			pass(time.Second)
			p, err := w.in.Install(w.api, code, "s1")
			require.NoError(t, err)
			assert.Equal(t, siteCorp, p.AuthCorpInfo.CorpId)
			pass(time.Second)
			require.NoError(t, w.deliver(siteSuite, infoDoc(siteSuite, KItCreateAuth, "<AuthCode>"+code+"</AuthCode><State>s1</State>")))
			pass(time.Minute)
			assert.Equal(t, []string{siteCorp + " s1 Riverside"}, got.all())
			assert.Equal(t, 1, w.fake.Count(exchangePath))
			assert.Empty(t, w.errs())
		})
	}
}

// G: builtin/install
func TestInstallSaysWhatIsMissing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		var none *Inbox
		_, err := none.Install(w.api, "code", "")
		assert.ErrorContains(t, err, "NewInbox")
		_, err = w.in.Install(nil, "code", "")
		assert.ErrorContains(t, err, "api is nil")
		_, err = w.in.Install(w.api, "", "")
		assert.ErrorContains(t, err, "auth_code is empty")
		w.ticket()
		code, err := w.fake.Install(t.Context(), siteSuite, siteCorp, platform.InstallOptions{FromProviderSite: true})
		require.NoError(t, err)
		in, err := NewInbox(Config{})
		require.NoError(t, err)
		_, err = in.Install(w.api, code, "")
		assert.ErrorContains(t, err, "no Handler of suite")
		assert.Zero(t, w.fake.Count(exchangePath), "before the code is used up")
		_, err = w.in.Install(w.api, code, "")
		assert.NoError(t, err)
	})
}

// Functions that hang, however many, do not let an auth code die.
// G: inbox/urgent
func TestAuthCodesWaitForNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{Workers: 1})
		release := make(chan struct{})
		defer close(release)
		w.installed(siteOther)
		On(w.in, func(context.Context, *Notice, *TextMessage) error { <-release; return nil })
		defer w.run()()
		w.ticket()
		for range 200 {
			require.NoError(t, w.textFrom(siteOther, time.Now().String(), "hangs"))
			time.Sleep(time.Millisecond)
		}
		_, err := w.fake.Install(t.Context(), siteSuite, siteCorp, platform.InstallOptions{})
		require.NoError(t, err)
		pass(time.Second)
		_, err = w.api.WithCorp(siteCorp).Installation()
		assert.NoError(t, err)
	})
}

// A code that WeCom refuses is tried for as long as it can live; one whose answer could not
// be saved, until that works.
// G: secret/texts builtin/install
func TestAuthCodesThatFail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		defer w.run()()
		w.ticket()
		w.fake.Fault(platform.Fault{Path: exchangePath, ErrCode: -1, Count: 8})
		_, err := w.fake.Install(t.Context(), siteSuite, siteCorp, platform.InstallOptions{})
		require.NoError(t, err)
		pass(5 * time.Minute)
		_, err = w.api.WithCorp(siteCorp).Installation()
		assert.NoError(t, err)
		w.errs()

		require.NoError(t, w.deliver(siteSuite, infoDoc(siteSuite, KItCreateAuth, "<AuthCode>forged</AuthCode>")))
		pass(10*time.Minute + 29*time.Second)
		assert.Zero(t, w.stats().Dead, "for the ten minutes that it may live")
		pass(2 * time.Second)
		assert.Equal(t, Stats{Running: true, Dead: 1}, w.stats())
		for _, told := range w.errs() {
			assert.NotContains(t, told.err.Error(), "forged")
		}
	})
}

// Only what is for the suite itself is believed about installations.
// G: ticket/own builtin/believed
func TestNobodyElseInstallsOrCancels(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		w.installed(siteCorp)
		defer w.run()()
		w.ticket()
		for _, receiveId := range []string{siteCorp, siteProvider, ""} {
			require.NoError(t, w.deliver(receiveId, infoDoc(siteSuite, KItCancelAuth, "<AuthCorpId>"+siteCorp+"</AuthCorpId>")))
			require.NoError(t, w.deliver(receiveId, infoDoc(siteSuite, KItSuiteTicket, "<SuiteTicket>forged</SuiteTicket>")))
			require.NoError(t, w.deliver(receiveId, infoDoc(siteSuite, KItCreateAuth, "<AuthCode>code-for-"+receiveId+"</AuthCode>")))
		}
		pass(15 * time.Minute)
		_, err := w.api.WithCorp(siteCorp).Installation()
		assert.NoError(t, err)
		assert.Zero(t, w.fake.Count(exchangePath))
		_, err = w.api.AccessToken(token.Suite)
		assert.NoError(t, err, "the real ticket is still there")
	})
}

// A ticket is stored before the push is answered, and queued only for a function.
// G: receive/success
func TestTicketsAreStoredAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		require.NoError(t, w.deliver(siteSuite, "<xml><SuiteId>"+siteSuite+"</SuiteId><InfoType>suite_ticket</InfoType><SuiteTicket>no-time</SuiteTicket></xml>"))
		age, err := w.api.TicketAge()
		require.NoError(t, err)
		assert.Zero(t, age)
		time.Sleep(time.Minute)
		w.ticket()
		age, err = w.api.TicketAge()
		require.NoError(t, err)
		assert.Less(t, age, time.Minute)
		assert.Zero(t, w.stats().Waiting)
		On(w.in, func(context.Context, *Notice, *SuiteTicketEvent) error { return nil })
		w.ticket()
		assert.Equal(t, 1, w.stats().Waiting)
	})
}
