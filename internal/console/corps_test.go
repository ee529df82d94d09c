package console

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/sandbox"
)

func TestCorps(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	body := s.page("/corps")
	assert.Contains(t, body, "No tokens yet")
	s.fill()
	body = s.page("/corps")
	assert.Contains(t, body, "&lt;b&gt;&#34;Sons&#34; &amp; Co&lt;/b&gt;")
	assert.Contains(t, body, "test corp")
	assert.Contains(t, body, "1 / 4", "active and all codes")
	assert.Contains(t, body, "provider_access_token")
	assert.Contains(t, body, "suite_access_token")
	assert.Contains(t, body, `data-filter="#corps tbody tr"`)
	found := s.page("/corps?q=SONS+app")
	assert.Contains(t, found, "Sons")
	assert.NotContains(t, found, `href="/corps/`+s.corp)
	assert.NotContains(t, found, "data-filter=", "the page does not have all")
	assert.Contains(t, found, `id="none" hidden`)
	none := s.page("/corps?q=%22%3E%3Cscript%3E")
	assert.Contains(t, none, `value="&#34;&gt;&lt;script&gt;"`)
	assert.Contains(t, none, `id="none"><b>Nothing fits`)
}

func TestCorpActions(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	body := s.done(s.submit("/corps", "POST /corps", url.Values{"name": {"River"}, "members": {"2"}, "test": {"true"}}))
	assert.Contains(t, body, "River")
	all := s.corps()
	require.Len(t, all, 2)
	river := all[0]
	if river.Name != "River" {
		river = all[1]
	}
	assert.True(t, river.Test)
	assert.Len(t, river.Members, 2)
	s.refused(s.submit("/corps", "POST /corps", url.Values{"members": {"20000"}}), "1 to 10000 members")

	body = s.done(s.submit("/corps", "POST /installs", url.Values{"corp_id": {river.CorpId}}))
	assert.Contains(t, body, "auth_code")
	assert.Contains(t, body, "create_auth")
	require.Len(t, s.installs(river.CorpId), 1)
	s.done(s.submit("/corps", "DELETE /installs/{suite}/{corp}", url.Values{"corp": {river.CorpId}}))
	assert.Empty(t, s.installs(river.CorpId))
	s.refused(s.submit("/corps", "POST /installs/follow", url.Values{"link": {"https://x.example/3rdapp/scan?code=none"}}), "QR code is unknown or expired")
}

// installs are the apps of a corp.
func (s *site) installs(corp string) []sandbox.Installation {
	s.t.Helper()
	return must[sandbox.Corp](s)(s.ShowCorp(s.t.Context(), sandbox.CorpRef{CorpId: corp})).Installs
}

// Who follows the link of the provider's site gets a note with the mark of the auth code.
func TestFollowLink(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	suite := s.suites()[0].SuiteId
	res, answer := s.ask(http.MethodGet, "/cgi-bin/service/get_pre_auth_code?suite_access_token="+s.suiteToken(), nil)
	require.Equal(t, http.StatusOK, res.StatusCode)
	var out struct {
		Code string `json:"pre_auth_code"`
	}
	require.NoError(t, json.Unmarshal([]byte(answer), &out))
	link := "https://open.work.weixin.qq.com/3rdapp/install?" + url.Values{"suite_id": {suite}, "pre_auth_code": {out.Code},
		"redirect_uri": {"https://isv.example.com/back"}, "state": {"s9"}}.Encode()
	body := s.done(s.submit("/corps", "POST /installs/follow", url.Values{"link": {link}, "corp_id": {s.corp}}))
	mark := revealable.FindStringSubmatch(body)
	require.NotNil(t, mark, "%s", body)
	assert.NotContains(t, body, s.reveal(mark[1]))
	require.Len(t, s.installs(s.corp), 1)
	assert.Equal(t, "s9", s.installs(s.corp)[0].State)
}

func TestTokens(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	tokens := must[sandbox.Tokens](s)(s.ListTokens(t.Context(), struct{}{})).Tokens
	require.Len(t, tokens, 3)
	for _, x := range tokens {
		path := "/corps"
		if x.Kind == "corp" {
			path = "/corps/" + s.corp
		}
		assert.Contains(t, s.page(path), `max="7200" low="1800"`)
		s.done(s.submit(path, "POST /tokens/kill", url.Values{"token": {x.Token}}))
	}
	for _, x := range must[sandbox.Tokens](s)(s.ListTokens(t.Context(), struct{}{})).Tokens {
		assert.NotZero(t, x.Killed, x.Kind)
	}
	assert.Contains(t, s.page("/corps"), "answered with")
	s.providerToken()
	s.done(s.submit("/corps", "POST /tokens/kill", url.Values{"kind": {"provider"}, "errcode": {"42001"}}))
	assert.Contains(t, s.page("/corps"), "answered with 42001")
	s.refused(s.submit("/corps", "POST /tokens/kill", url.Values{"kind": {"provider"}, "errcode": {"x"}}), "errcode is wrong: it wants a number")
}

// The meter of a token is that of the life that tokens have.
func TestTokenLife(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, err := s.Choose(t.Context(), sandbox.Choices{TokenLife: sandbox.Span(tokenLife / 2), Tries: 1})
	require.NoError(t, err)
	s.providerToken()
	assert.Contains(t, s.page("/corps"), `max="3600" low="900"`)
	_, err = s.Choose(t.Context(), sandbox.Choices{TokenLife: sandbox.Span(tokenLife / 4), Tries: 1})
	require.NoError(t, err)
	assert.Regexp(t, `max="(3600|3599)"`, s.page("/corps"), "a token from before")
}
