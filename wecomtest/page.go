package wecomtest

import (
	"net/url"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/token"
)

// Open lets a member open a page of the app that sends the browser to WeCom for login. link is
// that of service.OAuth2Url or service.WebLoginUrl. Open returns the address to which WeCom
// sends the browser: redirect_uri with code and state.
func (c *Corp) Open(userId, link string) (redirect *url.URL) {
	w := c.wecom()
	w.t.Helper()
	u, err := url.Parse(link)
	w.do(err)
	q := u.Query()
	switch u.Host + u.Path {
	case "open.weixin.qq.com/connect/oauth2/authorize":
		if q.Get("response_type") != "code" || u.Fragment != "wechat_redirect" {
			w.t.Fatalf("wecomtest: %s: WeCom wants response_type=code and #wechat_redirect: make the link by service.OAuth2Url", link)
		}
	case "login.work.weixin.qq.com/wwlogin/sso/login":
	default:
		w.t.Fatalf("wecomtest: %q leads to no login of WeCom: make the link by service.OAuth2Url or WebLoginUrl", link)
	}
	if want := c.appId(); q.Get("appid") != want {
		w.t.Fatalf("wecomtest: the appid of the link is %q, that of this app is %q: the suite id, or of a customised app the corp id", q.Get("appid"), want)
	}
	redirect, err = url.Parse(q.Get("redirect_uri"))
	w.do(err)
	if redirect.Host == "" {
		w.t.Fatalf("wecomtest: the redirect_uri of the link is %q: it must be absolute", redirect)
	}
	back := redirect.Query()
	back.Set("code", c.Login(userId, q.Get("scope")))
	back.Set("state", q.Get("state"))
	redirect.RawQuery = back.Encode()
	return redirect
}

// ScanLogin lets a member log in to the provider's own site, by the old QR code (扫码授权登录)
// or by a jump from the console. It returns the auth_code that the browser brings, for
// service.GetLoginInfo.
func (c *Corp) ScanLogin(userId string) (authCode string) {
	w := c.wecom()
	w.t.Helper()
	c.member(userId)
	return w.engine.LoginCode(platform.Login{CorpId: c.Id, UserId: userId})
}

// appId names the app in links of logins.
func (c *Corp) appId() string {
	if token.IsTemplate(c.App.SuiteId()) {
		return c.Id
	}
	return c.App.SuiteId()
}
