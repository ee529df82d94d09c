package callback

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/token"
)

// G: receive/config
func TestInboxHandlerNamesEveryBadField(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, err := s.in.Handler(s.api, URL{
		Token: "has a blank", EncodingAESKey: siteKey,
		Pairs:   []Pair{{siteToken, siteKey}, {siteToken, siteKey[:42]}},
		Channel: 7, MaxAge: -1,
	})
	require.ErrorIs(t, err, ErrKey)
	for _, part := range []string{"URL.Token and EncodingAESKey", "URL.Pairs[1]", "URL.Channel is 7", "URL.MaxAge"} {
		assert.ErrorContains(t, err, part)
	}
	for _, part := range []string{"Pairs[0]", "has a blank", siteKey[:42], siteToken} {
		assert.NotContains(t, err.Error(), part)
	}
	for _, api := range []*token.Api{nil, {}} {
		_, err = s.in.Handler(api, URL{Token: siteToken, EncodingAESKey: "short"})
		require.ErrorContains(t, err, "zero Api; make one with token.New")
		require.ErrorIs(t, err, ErrKey)
	}
	_, err = (*Inbox)(nil).Handler(s.api, URL{Token: siteToken, EncodingAESKey: siteKey, MaxAge: -1})
	require.ErrorContains(t, err, "NewInbox")
	assert.ErrorContains(t, err, "MaxAge")
	assert.NotErrorIs(t, err, ErrKey)
}

// G: receive/config
func TestInboxHandlerNeedsTheIdsOfItsChannel(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	provider, err := token.New(token.Config{CorpId: siteProvider, ProviderSecret: "x"})
	require.NoError(t, err)
	suite, err := token.New(token.Config{SuiteId: siteSuite, SuiteSecret: "x"})
	require.NoError(t, err)
	for _, c := range []struct {
		name           string
		api            *token.Api
		channel        Channel
		want, wantMore string // wantMore: with ReceiveIds
	}{
		{"both", s.api, App, "", ""},
		{"both", s.api, System, "", ""},
		{"provider", provider, App, "SuiteId", "SuiteId"},
		{"provider", provider, System, "", ""},
		{"suite", suite, App, "every URL check", ""},
		{"suite", suite, System, "token.Config.CorpId", "token.Config.CorpId"},
	} {
		for _, ids := range [][]string{nil, {"wwother"}} {
			_, err := s.in.Handler(c.api, URL{Token: siteToken, EncodingAESKey: siteKey, Channel: c.channel, ReceiveIds: ids})
			want := c.want
			if ids != nil {
				want = c.wantMore
			}
			if want == "" {
				assert.NoError(t, err, "%s on %s %v", c.name, c.channel, ids)
			} else {
				assert.ErrorContains(t, err, want, "%s on %s %v", c.name, c.channel, ids)
			}
		}
	}
}

// G: secret/printed
func TestURLAndHandlerPrintNoSecret(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	u := s.appURL()
	u.Pairs = []Pair{{ownToken, ownKey}}
	h := s.handler("/app", s.api, u)
	var text strings.Builder
	logger := slog.New(slog.NewTextHandler(&text, nil))
	for _, v := range []any{u, &u, u.Pairs, u.Pairs[0], h, *h, *h.crypts[0]} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
			printed := fmt.Sprintf(verb, v)
			assert.True(t, strings.Contains(printed, "***") || strings.Contains(printed, "2a2a2a") || strings.Contains(printed, "callback.Handler{"), "%T %s: %q", v, verb, printed)
			text.WriteString(printed + "\n")
		}
		logger.Info("x", "v", v)
	}
	assert.Contains(t, text.String(), "***")
	assert.Contains(t, text.String(), "callback.Handler{app/"+siteSuite+"}")
	for _, secret := range []string{siteToken, siteKey, ownToken, ownKey} {
		assert.NotContains(t, text.String(), secret)
		assert.NotContains(t, text.String(), fmt.Sprintf("%x", secret))
	}
	assert.Equal(t, "App System Channel(9)", fmt.Sprint(App, System, Channel(9)))
}

// G: token/light
func TestInboxHandlerStartsNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	h := s.app()
	assert.Equal(t, 10*time.Minute, h.url.MaxAge)
	assert.Empty(t, s.fake.Requests())
}

// An Inbox that NewInbox has not made takes no Handler.
// G: error/nil
func TestAZeroInboxTakesNoHandler(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, in := range []*Inbox{nil, {}} {
		_, err := in.Handler(s.api, s.appURL())
		assert.ErrorIs(t, err, errNilInbox)
	}
}

// A Handler may be made while Run runs.
// G: inbox/foreign
func TestHandlerMadeWhileRunning(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.app()
	notices := s.received()
	s.handler("/system", s.api, s.systemURL())
	res := s.send(request{path: "/system", token: ownToken, key: ownKey, receiveId: siteProvider,
		payload: "<xml><ServiceCorpId>" + siteProvider + "</ServiceCorpId><InfoType>license_pay_success</InfoType><OrderId>o1</OrderId><AuthCorpId>wpA</AuthCorpId></xml>"})
	require.Equal(t, "success", s.body(res))
	assert.Equal(t, "license_pay_success", s.next(notices).InfoType)
}
