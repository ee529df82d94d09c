package sandbox

import (
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// Access says who may use the API.
type Access struct {
	Token string   // that callers must show; "": none, for a server that only this machine reaches
	Hosts []string // names that the server goes by, beside localhost and addresses
}

// cookieName is the cookie that has the token, for browsers.
const cookieName = "wecom_sandbox"

// Check refuses a request that comes from another site, by another name, or without the token.
// The order matters: what another site makes a browser send learns nothing of the token.
func (a Access) Check(r *http.Request) *Error {
	if !a.knows(r.Host) {
		return failure(http.StatusForbidden, "wrong_host", words{"the sandbox does not go by this name: use 127.0.0.1, localhost or its address, or start it with -host NAME", "沙箱不接受此主机名：请使用 127.0.0.1、localhost 或本机地址，或以 -host NAME 启动"})
	}
	if crossSite(r) {
		return failure(http.StatusForbidden, "cross_origin", words{"a page of another site has sent this: the API answers its own pages and programs only", "请求来自其他网站的页面：接口只响应自身页面与程序"})
	}
	if a.Token != "" && !a.shown(r) {
		return failure(http.StatusUnauthorized, "token_needed", words{"the token is missing or wrong: send it as Authorization: Bearer TOKEN; the sandbox has printed it when it started", "访问令牌缺失或有误：请以 Authorization: Bearer TOKEN 发送，令牌在沙箱启动时打印"})
	}
	return nil
}

// knows reports whether the server goes by a name. An address cannot be rebound to another one,
// as a name can.
func (a Access) knows(hostport string) bool {
	host := hostOf(hostport)
	if _, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return true
	}
	return host == "localhost" || slices.ContainsFunc(a.Hosts, func(known string) bool { return hostOf(known) == host })
}

// hostOf is a host without its port, in small letters.
func hostOf(hostport string) string {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = hostport
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

// crossSite reports whether a browser has sent it from a page of another origin.
func crossSite(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
	default:
		return true
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return false
	}
	u, err := url.Parse(origin)
	return err != nil || u.Host != r.Host || u.Host == ""
}

// shown reports whether the caller has shown the token.
func (a Access) shown(r *http.Request) bool {
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if a.is(token) {
		return true
	}
	cookie, err := r.Cookie(cookieName)
	return err == nil && a.is(cookie.Value)
}

func (a Access) is(token string) bool {
	return subtle.ConstantTimeCompare([]byte(token), []byte(a.Token)) == 1
}

// LogIn gives a browser the cookie for the token; false: it is not the token.
func (a Access) LogIn(rw http.ResponseWriter, token string) bool {
	if !a.is(token) {
		return false
	}
	http.SetCookie(rw, &http.Cookie{Name: cookieName, Value: token, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
	return true
}

// session is POST /api/v1/session: LogIn for programs.
func (a Access) session(rw http.ResponseWriter, r *http.Request) error {
	var in struct {
		Token string `json:"token" need:"1" doc:"that the sandbox has printed" zh:"沙箱启动时打印的访问令牌"`
	}
	if err := read(rw, r, &in); err != nil {
		return err
	}
	if !a.LogIn(rw, in.Token) {
		return failure(http.StatusUnauthorized, "token_needed", words{"this is not the token that the sandbox has printed", "这不是沙箱启动时打印的访问令牌"})
	}
	writeJSON(rw, http.StatusOK, none{})
	return nil
}
