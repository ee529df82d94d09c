package service

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strconv"
	"strings"

	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/redact"
)

// InstallLink holds the parameters of [InstallUrl].
type InstallLink struct {
	SuiteId     string
	PreAuthCode string // see GetPreAuthCode
	RedirectUri string // absolute and unescaped; gets auth_code, expires_in and state
	State       string // a-zA-Z0-9, at most 128 bytes
}

// Format shows everything but the code.
func (l InstallLink) Format(s fmt.State, verb rune) {
	type plain InstallLink
	l.PreAuthCode = redact.Mask(l.PreAuthCode)
	fmt.Fprintf(s, fmt.FormatString(s, verb), plain(l))
}

// LogValue shows everything but the code.
func (l InstallLink) LogValue() slog.Value { return slog.StringValue(fmt.Sprintf("%+v", l)) }

// InstallUrl 第三方应用授权链接: returns the link with which an administrator starts to install
// a third-party app from the provider's own site. It makes no request.
// https://developer.work.weixin.qq.com/document/path/90601
func InstallUrl(link InstallLink) (string, error) {
	if err := cmp.Or(check.Required("suite_id", link.SuiteId), check.Required("pre_auth_code", link.PreAuthCode),
		redirect(link.RedirectUri), plainState(link.State, 128)); err != nil {
		return "", err
	}
	return build("https://open.work.weixin.qq.com/3rdapp/install",
		"suite_id", link.SuiteId, "pre_auth_code", link.PreAuthCode,
		"redirect_uri", link.RedirectUri, "state", link.State), nil
}

// What an OAuth2 link asks the visitor for.
const (
	ScopeBase        = "snsapi_base"        // who it is, silently
	ScopePrivateInfo = "snsapi_privateinfo" // consent to show more, and a user_ticket
)

// OAuth2Link holds the parameters of [OAuth2Url].
type OAuth2Link struct {
	AppId       string // third-party app: the suite id; customised app: the corp id
	RedirectUri string // absolute and unescaped, on the app's trusted domain; gets code and state
	Scope       string // "": ScopeBase
	AgentId     int64  // needed for customised apps and for ScopePrivateInfo
	State       string // a-zA-Z0-9, at most 128 bytes
}

// OAuth2Url 网页授权链接: returns the link that sends a visitor inside WeCom through the login
// and on to RedirectUri, with a code for [GetuserInfo3rd] (customised apps: [GetUserInfo]).
// It makes no request.
// https://developer.work.weixin.qq.com/document/path/91121
func OAuth2Url(link OAuth2Link) (string, error) {
	var agent error
	if link.Scope == ScopePrivateInfo && link.AgentId == 0 {
		agent = errors.New("wecom: agentid is 0: snsapi_privateinfo needs it")
	}
	if err := cmp.Or(check.Required("appid", link.AppId), redirect(link.RedirectUri),
		plainState(link.State, 128), check.NonNegative("agentid", link.AgentId), agent); err != nil {
		return "", err
	}
	// WeCom matches the link by pattern: the order counts.
	return build("https://open.weixin.qq.com/connect/oauth2/authorize",
		"appid", link.AppId, "redirect_uri", link.RedirectUri, "response_type", "code",
		"scope", cmp.Or(link.Scope, ScopeBase), "state", link.State, "agentid", agentId(link.AgentId)) + "#wechat_redirect", nil
}

// Which app a Web login belongs to.
const (
	LoginServiceApp = "ServiceApp" // the provider's login suite (登录授权)
	LoginCorpApp    = "CorpApp"    // a customised app
)

// WebLoginLink holds the parameters of [WebLoginUrl].
type WebLoginLink struct {
	LoginType   string // "": LoginServiceApp
	AppId       string // LoginServiceApp: the suite id of the login authorisation; LoginCorpApp: the corp id
	AgentId     int64  // needed for LoginCorpApp
	RedirectUri string // absolute and unescaped, on the app's trusted domain; gets code and state
	State       string // returned with the redirect; check it against forged redirects
	Lang        string // zh or en; "": as the browser asks
}

// WebLoginUrl 企业微信Web登录链接: returns the link to the page on which a member logs in to a
// site by scanning; it goes on to RedirectUri with a code for [GetuserInfo3rd] (customised
// apps: [GetUserInfo]). It makes no request.
// https://developer.work.weixin.qq.com/document/path/98171
func WebLoginUrl(link WebLoginLink) (string, error) {
	kind := cmp.Or(link.LoginType, LoginServiceApp)
	var problem error
	switch {
	case kind != LoginServiceApp && kind != LoginCorpApp:
		problem = fmt.Errorf("wecom: login_type is %q: it must be %s or %s", kind, LoginServiceApp, LoginCorpApp)
	case kind == LoginCorpApp && link.AgentId == 0:
		problem = errors.New("wecom: agentid is 0: CorpApp needs it")
	}
	if err := cmp.Or(problem, check.Required("appid", link.AppId), redirect(link.RedirectUri),
		check.NonNegative("agentid", link.AgentId)); err != nil {
		return "", err
	}
	return build("https://login.work.weixin.qq.com/wwlogin/sso/login",
		"login_type", kind, "appid", link.AppId, "agentid", agentId(link.AgentId),
		"redirect_uri", link.RedirectUri, "state", link.State, "lang", link.Lang), nil
}

// redirect returns an error for a text that is not an absolute URL, such as a URL that is
// escaped already.
func redirect(uri string) error {
	if u, err := url.Parse(uri); err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return fmt.Errorf("wecom: redirect_uri %q is no absolute http or https address: pass it unescaped", uri)
	}
	return nil
}

func agentId(id int64) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatInt(id, 10)
}

// build escapes each value once and leaves out empty ones.
func build(page string, pairs ...string) string {
	var query []string
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			value := strings.ReplaceAll(url.QueryEscape(pairs[i+1]), "+", "%20")
			query = append(query, pairs[i]+"="+value)
		}
	}
	return page + "?" + strings.Join(query, "&")
}
