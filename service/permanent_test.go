package service

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gothird/wecom/internal/clock/clocktest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/testworld"

	"github.com/gothird/wecom/data"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// G: install/one-exchange
func TestCallbackAndRedirectGetTheSamePermanent(t *testing.T) {
	t.Parallel()
	clocktest.Hold(t)
	w := newWorld(t)
	store := token.NewMemoryStore()
	callback, redirect := w.api(t, worldSuite, store), w.api(t, worldSuite, store)
	code := w.AuthCode(worldSuite, worldCorp)
	answers := make([]*Permanent, 10)
	var wg sync.WaitGroup
	for i := range answers {
		wg.Go(func() {
			if i%2 == 0 {
				answers[i], _ = ExchangeAuthCode(redirect, code)
				return
			}
			got, err := GetPermanentCode(callback.Suite(), data.D{"auth_code": code})
			if assert.NoError(t, err) {
				answers[i] = got.(*Permanent)
			}
		})
	}
	wg.Wait()
	require.NotNil(t, answers[0])
	for _, p := range answers {
		assert.Equal(t, answers[0], p)
	}
	assert.Equal(t, 1, w.Count(permanentPath))
	p := answers[0]
	assert.Equal(t, worldCorp, p.AuthCorpInfo.CorpId)
	assert.Equal(t, testworld.Admin, p.AuthUserInfo.UserId)
	assert.Len(t, p.AuthInfo.Agent, 1)
	assert.NotEmpty(t, p.AcsToken)
	assert.NotSame(t, p, answers[1], "a caller may change what he gets")
}

// G: install/first-token
func TestFirstTokenCountsDown(t *testing.T) {
	t.Parallel()
	clocktest.Hold(t)
	synctest.Test(t, func(t *testing.T) {
		w := newBubble()
		api := w.api(t, worldSuite, nil)
		code := w.AuthCode(worldSuite, worldCorp)
		ask := func(ctx context.Context) *Permanent {
			p, err := ExchangeAuthCode(api.WithContext(ctx), code)
			require.NoError(t, err)
			return p
		}
		p := ask(t.Context())
		first, permanent := p.AcsToken, p.PermanentCode
		require.NotEmpty(t, first)
		assert.EqualValues(t, 7200, p.ExpiresIn)
		held, err := api.WithCorp(worldCorp).AccessToken(token.Corp)
		require.NoError(t, err)
		assert.Equal(t, first, held.AcsToken, "calls begin with it")

		time.Sleep(1000 * time.Second)
		p = ask(t.Context())
		assert.Equal(t, first, p.AcsToken)
		assert.EqualValues(t, 6200, p.ExpiresIn)

		time.Sleep(2 * time.Hour)
		p = ask(t.Context())
		assert.Empty(t, p.AcsToken, "what is over is not handed out")
		assert.Zero(t, p.ExpiresIn)
		time.Sleep(20 * time.Hour)
		assert.Equal(t, permanent, ask(t.Context()).PermanentCode)
		assert.Equal(t, 1, w.Count(permanentPath))
	})
}

// G: token/kinds
func TestExchangeForACustomisedAppBringsNoToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	api := w.api(t, worldTemplate, nil)
	p, err := ExchangeAuthCode(api, w.AuthCode(worldTemplate, worldCorp))
	require.NoError(t, err)
	assert.True(t, p.IsCustomizedApp())
	assert.NotEmpty(t, p.AgentId())
	assert.Empty(t, p.AcsToken)
	assert.Zero(t, p.ExpiresIn)
	api = api.WithCorp(p.AuthCorpInfo.CorpId)
	in, err := api.Installation()
	require.NoError(t, err)
	assert.True(t, in.Customized)
	_, err = GetPermissions(api)
	require.NoError(t, err)
	assert.Equal(t, 1, w.Count("/cgi-bin/gettoken"))
}

// G: install/removal
func TestExchangeAfterTheCorpHasCancelled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	api := w.api(t, worldSuite, nil)
	code := w.AuthCode(worldSuite, worldCorp)
	_, err := ExchangeAuthCode(api, code)
	require.NoError(t, err)
	require.NoError(t, api.WithCorp(worldCorp).RemoveInstallation())
	p, err := ExchangeAuthCode(api, code)
	require.NoError(t, err)
	assert.Equal(t, worldCorp, p.AuthCorpInfo.CorpId)
	assert.Empty(t, p.PermanentCode)
	assert.Empty(t, p.AcsToken)
	_, err = api.WithCorp(worldCorp).Installation()
	require.ErrorIs(t, err, token.ErrNotInstalled, "a late redirect brings nobody back")
}

// oddAnswers hold a permanent code and a corp, in answers that are not as documented.
var oddAnswers = map[string]string{
	"least":                  `{"permanent_code":"%s","auth_corp_info":{"corpid":"wpODD"}}`,
	"errcode":                `{"errcode":0,"errmsg":"ok","permanent_code":"%s","auth_corp_info":{"corpid":"wpODD"}}`,
	"control characters":     "{\"auth_corp_info\":{\"corp_name\":\"Demo\x01 \x0bBakery\n\",\"corpid\":\"wpODD\"},\"permanent_code\":\"%s\"}",
	"byte-order mark":        "\ufeff{\"permanent_code\":\"%s\",\"auth_corp_info\":{\"corpid\":\"wpODD\"}}",
	"bad UTF-8":              "{\"permanent_code\":\"%s\",\"auth_corp_info\":{\"corpid\":\"wpODD\",\"corp_name\":\"\xe6\xa2\"}}",
	"agent without list":     `{"permanent_code":"%s","auth_corp_info":{"corpid":"wpODD"},"auth_info":{"agent":{"agentid":"7"}}}`,
	"auth_info as text":      `{"permanent_code":"%s","auth_corp_info":{"corpid":"wpODD"},"auth_info":"none"}`,
	"null agents":            `{"permanent_code":"%s","auth_corp_info":{"corpid":"wpODD"},"auth_info":{"agent":null}}`,
	"empty agents":           `{"permanent_code":"%s","auth_corp_info":{"corpid":"wpODD"},"auth_info":{"agent":[]}}`,
	"agents of other shapes": `{"permanent_code":"%s","auth_corp_info":{"corpid":"wpODD"},"auth_info":{"agent":[null,7,"x",{"agentid":[]}]}}`,
	"numbers as text":        `{"permanent_code":"%s","auth_corp_info":{"corpid":"wpODD","corp_user_max":"many","subject_type":"1"},"expires_in":"soon"}`,
	"installer as list":      `{"permanent_code":"%s","auth_corp_info":{"corpid":"wpODD"},"auth_user_info":[],"dealer_corp_info":[],"register_code_info":""}`,
	"installer without id":   `{"permanent_code":"%s","auth_corp_info":{"corpid":"wpODD"},"auth_user_info":{"userid":"","name":null}}`,
	"null everywhere":        `{"permanent_code":"%s","auth_corp_info":{"corpid":"wpODD","corp_name":null},"auth_info":null,"auth_user_info":null,"state":null,"edition_info":null,"access_token":null}`,
	"broken off":             `{"permanent_code":"%s","auth_corp_info":{"corpid":"wpODD","corp_name":"Demo"},"auth_info":{"agent":[{"agentid":7,"na`,
	"token without life":     `{"access_token":"AAAAAAAA","permanent_code":"%s","auth_corp_info":{"corpid":"wpODD"}}`,
}

// G: install/answer
func TestOddAnswersToAnAuthCodeLoseNothing(t *testing.T) {
	t.Parallel()
	const code = "permanent-code-of-the-odd-answer"
	for name, answer := range oddAnswers {
		state := ""
		if name != "broken off" && name != "null everywhere" {
			state = "booth12"
			answer = strings.Replace(answer, "{", `{"state":"booth12",`, 1)
		}
		script, api := newScript(t, fmt.Sprintf(answer, code))
		p, err := ExchangeAuthCode(api, demoAuthCode)
		require.NoError(t, err, name)
		assert.Equal(t, []string{code, "wpODD"}, []string{p.PermanentCode, p.AuthCorpInfo.CorpId}, name)
		assert.Equal(t, state, p.State, "%s: what has its documented shape is kept", name)
		assert.Empty(t, p.AuthUserInfo.UserId, name)
		assert.NotPanics(t, func() { _ = fmt.Sprint(p.AgentId(), p.IsCustomizedApp(), p) }, name)
		in, err := api.WithCorp("wpODD").Installation()
		require.NoError(t, err, name)
		assert.Equal(t, code, in.PermanentCode, name)

		again, err := ExchangeAuthCode(api, demoAuthCode)
		require.NoError(t, err, name)
		assert.Equal(t, p, again, name)
		assert.Len(t, script.got, 1, name)
	}
}

// G: install/refused-code
func TestExchangeAuthCodeIsRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	script, api := newScript(t)
	for code, want := range map[string]string{"": "auth_code is empty", strings.Repeat("c", 513): "auth_code has 513 bytes: at most 512"} {
		p, err := ExchangeAuthCode(api, code)
		assert.Nil(t, p)
		assert.ErrorContains(t, err, want)
	}
	assert.Empty(t, script.got)
}

// G: install/answer
func TestRefusedAuthCode(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{
		`{"errcode":40078,"errmsg":"invalid auth_code"}`, `{"code":403,"message":"denied"}`, `<html>`, ``, `[]`,
		`{"permanent_code":"p"}`, `{"auth_corp_info":{"corpid":"c"}}`, `{"permanent_code":"p","auth_corp_info":[{"corpid":"c"}]`,
	} {
		_, api := newScript(t, answer)
		p, err := ExchangeAuthCode(api, demoAuthCode)
		assert.Nil(t, p, answer)
		var failed *token.Error
		require.ErrorAs(t, err, &failed, answer)
		assert.Equal(t, []any{permanentPath, http.StatusOK, demoSuite}, []any{failed.Path, failed.HTTPStatus, failed.SuiteId}, answer)
		assert.NotContains(t, err.Error(), demoAuthCode)
	}
}

// G: secret/texts
func TestAnExchangeShowsNoSecret(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var log lockedText
	api, err := token.New(w.watched(&log))
	require.NoError(t, err)
	ticket := w.SetTicket(api)
	code := w.AuthCode(worldSuite, worldCorp)
	w.Fault(platform.Fault{Path: permanentPath, HTTPStatus: http.StatusBadGateway, Body: `{"auth_code":"` + code + `"}`, Count: 1})
	_, err = ExchangeAuthCode(api, code)
	require.Error(t, err)
	log.add("%v %+v %#v", err, err, err)
	p, err := ExchangeAuthCode(api, code)
	require.NoError(t, err)
	require.NotEmpty(t, p.PermanentCode)
	for _, v := range []any{p, *p, p.PermanentInfo, &p.PermanentInfo, p.PermanentAccessToken, []Permanent{*p}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
			log.add(verb, v)
		}
		log.logger().Info("exchanged", "answer", fmt.Sprint(v))
	}
	log.logger().Info("exchanged", "permanent", p, "info", p.PermanentInfo, "token", p.PermanentAccessToken)
	text := log.text()
	require.Contains(t, text, "Riverside")
	for _, secret := range append(w.Secrets(), code, p.PermanentCode, p.AcsToken, ticket) {
		if len(secret) >= 16 {
			assert.NotContains(t, text, secret)
			assert.NotContains(t, text, fmt.Sprintf("%x", secret))
		}
	}
}

// G: error/nil
func TestAnApiThatIsNoneIsAnError(t *testing.T) {
	t.Parallel()
	for _, api := range []*token.Api{nil, {}} {
		for i, call := range []func() error{
			func() error { return only(ExchangeAuthCode(api, demoAuthCode)) },
			func() error { return only(JsConfig(api, page)) },
			func() error { return only(JsAgentConfig(api, page)) },
			func() error { return only(GetAdminList(api, "", 0)) },
			func() error { return only(GetAdminList(api, "c", 0)) },
			func() error { return only(GetAuthInfo(api, "c", "")) },
			func() error { return only(GetUserInfo3rd(api, "c")) },
			func() error { return FinishExternalUserIdMigration(api, "") },
		} {
			assert.NotPanics(t, func() { assert.Error(t, call(), "case %d", i) }, "case %d", i)
		}
	}
}
