package service

import (
	"crypto/sha1"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/internal/clock/clocktest"
	"github.com/gothird/wecom/internal/fakewecom/platform"

	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const page = "https://crm.example.com/home?tab=1&name=%E6%A2%85"

// installed is an Api that is bound to a corp which has installed the app just now.
func (w *world) installed(t testing.TB, store token.Store) *token.Api {
	api := w.api(t, worldSuite, store)
	_, err := ExchangeAuthCode(api, w.AuthCode(worldSuite, worldCorp))
	require.NoError(t, err)
	w.ClearLog()
	return api.WithCorp(worldCorp)
}

// hands lets an endpoint hand out a ticket from now on.
func (w *world) hands(path, ticket string) {
	w.ClearFaults()
	w.Fault(platform.Fault{Path: path, Body: fmt.Sprintf(`{"errcode":0,"errmsg":"ok","ticket":%q,"expires_in":7200}`, ticket)})
}

// signs reports whether s is the signature of a page with a ticket.
func signs(s *JsSignature, ticket, page string) bool {
	text := "jsapi_ticket=" + ticket + "&noncestr=" + s.NonceStr + "&timestamp=" + fmt.Sprint(s.Timestamp) + "&url=" + page
	return s.Signature == fmt.Sprintf("%x", sha1.Sum([]byte(text)))
}

// The example of WeCom's page about the algorithm.
// G: jsapi/signature
func TestJsSignatureOfTheDocumentedExample(t *testing.T) {
	t.Parallel()
	s := JsSignature{NonceStr: "Wm3WZYTPz0wzccnW", Timestamp: 1414587457}
	const ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg"
	assert.Equal(t, "0f9de62fce790f9a083d5c99e95740ceb90c27ed", s.sign(ticket, "http://mp.weixin.qq.com?params=value"))
}

// G: jsapi/signature
func TestJsSignatureHasWhatItsCallNeeds(t *testing.T) {
	t.Parallel()
	clocktest.Hold(t)
	synctest.Test(t, func(t *testing.T) {
		w := newBubble()
		api := w.installed(t, nil)
		agentId, err := api.AgentId()
		require.NoError(t, err)

		w.hands(jsTicketPath, "corp-ticket")
		config, err := JsConfig(api, page+"#/orders/7?x=1#y")
		require.NoError(t, err)
		assert.True(t, signs(config, "corp-ticket", page), "the fragment is not signed, all else is as it was given")
		w.hands(agentTicketPath, "agent-ticket")
		agent, err := JsAgentConfig(api, page)
		require.NoError(t, err)
		assert.True(t, signs(agent, "agent-ticket", page), "wx.agentConfig has a ticket of its own")
		assert.Equal(t, url.Values{"type": {"agent_config"}}, withoutToken(w.RequestsTo(agentTicketPath)[0].Query))

		now := float64(clock.Now().Unix())
		assert.Equal(t, map[string]any{
			"appId": worldCorp, "timestamp": now, "nonceStr": config.NonceStr, "signature": config.Signature,
		}, asJSON(t, config))
		assert.Equal(t, map[string]any{
			"corpid": worldCorp, "agentid": float64(agentId), "timestamp": now, "nonceStr": agent.NonceStr, "signature": agent.Signature,
		}, asJSON(t, agent))

		again, err := JsConfig(api, page)
		require.NoError(t, err)
		assert.NotEqual(t, config.NonceStr, again.NonceStr)
		assert.GreaterOrEqual(t, len(again.NonceStr), 16)
	})
}

func withoutToken(query url.Values) url.Values {
	query = maps.Clone(query)
	query.Del("access_token")
	return query
}

func asJSON(t *testing.T, v any) (object map[string]any) {
	text, err := json.Marshal(v)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &object))
	return object
}

// G: jsapi/signature
func TestPageMustBeAWholeAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	api := w.installed(t, nil)
	for _, good := range []string{
		"https://crm.example.com", "http://crm.example.com/", "HTTPS://crm.example.com:8443/a b"[:30], "https://[::1]:8080/x", "http://h?a=1",
		"https://crm.example.com/梅?q=%zz", "https://crm.example.com/?back=https://a.example.com/#top",
	} {
		s, err := JsConfig(api, good)
		require.NoError(t, err, good)
		want, _, _ := strings.Cut(good, "#")
		assert.True(t, signs(s, "demoTicket", want), good)
	}
	w.ClearLog()
	for _, bad := range []string{
		"", "#", "/home", "crm.example.com/home", "//crm.example.com/home", "https:/crm.example.com", "https://", "https:///home",
		"https://?code=C0DE", "ftp://crm.example.com/", "javascript://crm.example.com/%0a", "https://crm.example.com/a b",
		"https://crm.example.com/?code=C0DE\n", " https://crm.example.com/", "https://crm.example.com/\x00",
	} {
		for _, f := range []func(*token.Api, string) (*JsSignature, error){JsConfig, JsAgentConfig} {
			s, err := f(api, bad)
			assert.Nil(t, s, "%q", bad)
			require.ErrorContains(t, err, "page must be the whole address", "%q", bad)
			assert.NotContains(t, err.Error(), "C0DE", "a page may hold a login code")
		}
	}
	assert.Empty(t, w.Requests())
}

// G: endpoint/missing
func TestAnAnswerWithoutAJsTicket(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"errcode":0,"errmsg":"ok"}`, `{"errcode":0,"errmsg":"ok","ticket":"","expires_in":7200}`, `{"errcode":0,"ticket":null}`, `{"ticket":"T","expires_in":7200}`} {
		w := newWorld(t)
		api := w.installed(t, nil)
		w.Fault(platform.Fault{Path: jsTicketPath, Body: body})
		s, err := JsConfig(api, page)
		assert.Nil(t, s, body)
		var failed *token.Error
		require.ErrorAs(t, err, &failed, body)
		assert.Equal(t, []any{jsTicketPath, http.StatusOK, worldCorp}, []any{failed.Path, failed.HTTPStatus, failed.CorpId})
		w.ClearFaults()
		_, err = JsConfig(api, page)
		require.NoError(t, err, "nothing of it was kept: %s", body)
	}
}

// G: jsapi/signature
func TestJsAgentConfigWantsTheAgent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	api := w.installed(t, nil)
	in, err := api.Installation()
	require.NoError(t, err)
	in.AgentId = 0 // as it is after get_permanent_code in its second version
	require.NoError(t, api.SetInstallation(in))
	const infoPath = "/cgi-bin/service/v2/get_auth_info"
	w.Fault(platform.Fault{Path: infoPath, ErrCode: 40084})
	s, err := JsAgentConfig(api, page)
	assert.Nil(t, s)
	require.ErrorIs(t, err, token.Code(40084))
	w.ClearFaults()
	w.ClearLog()
	for range 3 {
		s, err = JsAgentConfig(api, page)
		require.NoError(t, err)
		assert.NotZero(t, s.AgentId)
	}
	assert.Equal(t, 1, w.Count(infoPath))
}
