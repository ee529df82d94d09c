package main

import (
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// visitor is a browser without a window.
type visitor struct {
	t      *testing.T
	client *http.Client
	text   string // of the last page
	at     *url.URL
}

func (v *visitor) keep(res *http.Response, err error) *visitor {
	v.t.Helper()
	require.NoError(v.t, err)
	body, err := io.ReadAll(res.Body)
	require.NoError(v.t, err)
	require.NoError(v.t, res.Body.Close())
	v.text, v.at = string(body), res.Request.URL
	return v
}

func (v *visitor) get(address string) *visitor {
	v.t.Helper()
	return v.keep(v.client.Get(address))
}

// choose submits the first form of a page that stands in for WeCom.
func (v *visitor) choose() *visitor {
	v.t.Helper()
	form := url.Values{}
	for _, name := range []string{"corp", "user"} {
		form.Set(name, v.find(`name="`+name+`" value="([^"]*)"`))
	}
	return v.keep(v.client.PostForm(v.at.String(), form))
}

func (v *visitor) find(pattern string) string {
	v.t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(v.text)
	require.Len(v.t, m, 2, v.text)
	return html.UnescapeString(m[1])
}

// The command is started once.
func TestCommand(t *testing.T) {
	site, console := startAll(t)
	t.Run("both apps", func(t *testing.T) { bothApps(t, site, console) })
	t.Run("in a browser", func(t *testing.T) { inABrowser(t, site, console) })
}

// bothApps are installed, first the customised one, and logged in to.
func bothApps(t *testing.T, site, console string) {
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	v := &visitor{t: t, client: &http.Client{Jar: jar}}
	code := v.get(site + "/install/app2").find(`id="code" href="([^"]+)"`)
	corpId := v.get(code).find(`name="corp" value="([^"]+)"`)
	assert.Contains(t, v.choose().text, "已授权")
	require.Eventually(t, func() bool {
		v.get(site + "/login/app2?corp=" + corpId) // until it is installed
		return v.at.Path == "/wwlogin/sso/login"
	}, patience, poll)
	v.choose()
	assert.Equal(t, "/me", v.at.Path, v.text)

	v.get(site + "/install/app").choose()
	assert.Contains(t, v.text, "已安装此应用")
	v.get(site + "/login/app").choose()
	assert.Equal(t, "/me", v.at.Path, v.text)

	v.get(site + "/login/app")
	assert.Contains(t, v.keep(v.client.PostForm(v.at.String(), url.Values{"corp": {"wpNobody"}, "user": {"woNobody"}})).text, "wpNobody", "the sandbox says what is wrong")
	assert.Contains(t, v.get(console).text, "Sandbox")
}
