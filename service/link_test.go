package service

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const awkward = "https://crm.example.com/a%20b/in?x=1&y=a+b c%26d&z=中#top"

// G: request/as-said endpoint/links
func TestLinksEscapeOnce(t *testing.T) {
	t.Parallel()
	install, err := InstallUrl(InstallLink{SuiteId: "ww1&x=2", PreAuthCode: "p+q/r=", RedirectUri: awkward, State: "booth12"})
	require.NoError(t, err)
	oauth, err := OAuth2Url(OAuth2Link{AppId: "ww1&x=2", RedirectUri: awkward, Scope: ScopePrivateInfo, AgentId: 1000012, State: "s1"})
	require.NoError(t, err)
	login, err := WebLoginUrl(WebLoginLink{AppId: "ww1&x=2", RedirectUri: awkward, State: "web login@&=", Lang: "en"})
	require.NoError(t, err)
	for _, link := range []string{install, oauth, login} {
		assert.NotContains(t, link, " ")
		assert.NotContains(t, link, "+", "some readers take + as it stands")
		u, err := url.Parse(link)
		require.NoError(t, err)
		query, err := url.ParseQuery(u.RawQuery)
		require.NoError(t, err)
		assert.Equal(t, []string{awkward}, query["redirect_uri"])
		assert.Contains(t, query.Get("suite_id")+query.Get("appid"), "ww1&x=2")
	}
	u, _ := url.Parse(install)
	assert.Equal(t, "p+q/r=", u.Query().Get("pre_auth_code"))
	u, _ = url.Parse(login)
	assert.Equal(t, "web login@&=", u.Query().Get("state"))
	assert.True(t, strings.HasSuffix(oauth, "&state=s1&agentid=1000012#wechat_redirect"), oauth)
}

// WeCom matches some links by pattern: what is there, and in which order, counts.
// G: request/as-said endpoint/links
func TestLinksAsDocumented(t *testing.T) {
	t.Parallel()
	const to, escaped = "http://crm.example.com/in", "http%3A%2F%2Fcrm.example.com%2Fin"
	state := strings.Repeat("s", 128)
	for want, link := range map[string]func() (string, error){
		"https://open.work.weixin.qq.com/3rdapp/install?suite_id=ww1&pre_auth_code=p&redirect_uri=" + escaped + "&state=" + state: func() (string, error) {
			return InstallUrl(InstallLink{SuiteId: "ww1", PreAuthCode: "p", RedirectUri: to, State: state})
		},
		"https://open.weixin.qq.com/connect/oauth2/authorize?appid=ww1&redirect_uri=" + escaped + "&response_type=code&scope=snsapi_base#wechat_redirect": func() (string, error) {
			return OAuth2Url(OAuth2Link{AppId: "ww1", RedirectUri: to})
		},
		"https://open.weixin.qq.com/connect/oauth2/authorize?appid=ww1&redirect_uri=" + escaped + "&response_type=code&scope=snsapi_privateinfo&state=" + state + "&agentid=1#wechat_redirect": func() (string, error) {
			return OAuth2Url(OAuth2Link{AppId: "ww1", RedirectUri: to, Scope: ScopePrivateInfo, State: state, AgentId: 1})
		},
		"https://login.work.weixin.qq.com/wwlogin/sso/login?login_type=ServiceApp&appid=ww1&redirect_uri=" + escaped + "&state=a%20b&lang=zh": func() (string, error) {
			return WebLoginUrl(WebLoginLink{AppId: "ww1", RedirectUri: to, State: "a b", Lang: "zh"})
		},
		"https://login.work.weixin.qq.com/wwlogin/sso/login?login_type=CorpApp&appid=wp1&agentid=1000012&redirect_uri=" + escaped: func() (string, error) {
			return WebLoginUrl(WebLoginLink{LoginType: LoginCorpApp, AppId: "wp1", AgentId: 1000012, RedirectUri: to})
		},
	} {
		got, err := link()
		require.NoError(t, err, want)
		assert.Equal(t, want, got)
	}
}

// G: endpoint/links
func TestLinksRefuse(t *testing.T) {
	t.Parallel()
	for _, uri := range []string{"", "/in", "crm.example.com/in", "ftp://crm.example.com", "https://", url.QueryEscape("https://crm.example.com/in"), "https://a b", ":"} {
		_, err := OAuth2Url(OAuth2Link{AppId: "ww1", RedirectUri: uri})
		assert.ErrorContains(t, err, "redirect_uri", "%q", uri)
	}
	const uri = "https://crm.example.com/in"
	for want, err := range map[string]error{
		"suite_id is empty":              only(InstallUrl(InstallLink{PreAuthCode: "p", RedirectUri: uri})),
		"pre_auth_code is empty":         only(InstallUrl(InstallLink{SuiteId: "s", RedirectUri: uri})),
		"at most 128":                    only(InstallUrl(InstallLink{SuiteId: "s", PreAuthCode: "p", RedirectUri: uri, State: strings.Repeat("a", 129)})),
		"appid is empty":                 only(OAuth2Url(OAuth2Link{RedirectUri: uri})),
		"snsapi_privateinfo needs it":    only(OAuth2Url(OAuth2Link{AppId: "a", RedirectUri: uri, Scope: ScopePrivateInfo})),
		"other characters":               only(OAuth2Url(OAuth2Link{AppId: "a", RedirectUri: uri, State: "a-b"})),
		"agentid is -1":                  only(OAuth2Url(OAuth2Link{AppId: "a", RedirectUri: uri, AgentId: -1})),
		"state has 129 bytes":            only(OAuth2Url(OAuth2Link{AppId: "a", RedirectUri: uri, State: strings.Repeat("a", 129)})),
		"wecom: agentid is -1":           only(WebLoginUrl(WebLoginLink{AppId: "a", RedirectUri: uri, AgentId: -1})),
		"wecom: appid is empty":          only(WebLoginUrl(WebLoginLink{RedirectUri: uri})),
		"redirect_uri \"/in\"":           only(InstallUrl(InstallLink{SuiteId: "s", PreAuthCode: "p", RedirectUri: "/in"})),
		"redirect_uri \"in\"":            only(WebLoginUrl(WebLoginLink{AppId: "a", RedirectUri: "in"})),
		"login_type is \"Robot\"":        only(WebLoginUrl(WebLoginLink{AppId: "a", RedirectUri: uri, LoginType: "Robot"})),
		"agentid is 0: CorpApp needs it": only(WebLoginUrl(WebLoginLink{AppId: "a", RedirectUri: uri, LoginType: LoginCorpApp})),
	} {
		assert.ErrorContains(t, err, want)
	}
}

// G: request/as-said endpoint/links
func FuzzLinks(f *testing.F) {
	f.Add("ww1", awkward, "web login@&=#")
	f.Add("", "https://x", "%2f%")
	f.Fuzz(func(t *testing.T, app, redirect, state string) {
		link, err := WebLoginUrl(WebLoginLink{AppId: app, RedirectUri: redirect, State: state})
		if err != nil {
			return
		}
		u, err := url.Parse(link)
		if err != nil {
			t.Fatal(err)
		}
		if q := u.Query(); q.Get("appid") != app || q.Get("redirect_uri") != redirect || q.Get("state") != state || u.Fragment != "" {
			t.Errorf("%q comes back as %v", fmt.Sprint(app, redirect, state), q)
		}
	})
}
