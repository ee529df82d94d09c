package service

import (
	"cmp"
	"fmt"
	"log/slog"

	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/redact"
	"github.com/gothird/wecom/token"
)

// PreAuthCode starts one installation from the provider's own site; see [InstallUrl].
type PreAuthCode struct {
	PreAuthCode string `json:"pre_auth_code"`
	ExpiresIn   int    `json:"expires_in"` // seconds
}

// Format shows everything but the code.
func (p PreAuthCode) Format(s fmt.State, verb rune) {
	type plain PreAuthCode
	p.PreAuthCode = redact.Mask(p.PreAuthCode)
	fmt.Fprintf(s, fmt.FormatString(s, verb), plain(p))
}

// LogValue shows everything but the code.
func (p PreAuthCode) LogValue() slog.Value { return slog.StringValue(fmt.Sprintf("%+v", p)) }

// GetPreAuthCode 获取预授权码: returns a code for an installation that starts on a page of the
// provider.
//
// No create_auth is pushed for it: only the redirect brings the auth code.
// https://developer.work.weixin.qq.com/document/path/90601
func GetPreAuthCode(api *token.Api) (*PreAuthCode, error) {
	ep := token.Endpoint{Method: "GET", Path: "/cgi-bin/service/get_pre_auth_code", Credential: token.Suite, Read: true}.Needing("pre_auth_code")
	return token.Call[PreAuthCode](api, ep, nil)
}

// SessionInfo sets up one installation.
type SessionInfo struct {
	Appid    []int64 `json:"appid,omitempty"` // old suites that hold many apps: those that may be authorised, all when empty
	AuthType int     `json:"auth_type"`       // 0 formal, 1 test (while the app is unpublished)
}

type sessionInfoReq struct {
	PreAuthCode string      `json:"pre_auth_code"`
	SessionInfo SessionInfo `json:"session_info"`
}

// SetSessionInfo 设置授权配置: configures the installation that will use preAuthCode, in most
// cases as a test while the app is unpublished.
//
// Errors: 40077 unknown code, 42007 expired code, 40086 wrong appid.
// https://developer.work.weixin.qq.com/document/path/90602
func SetSessionInfo(api *token.Api, preAuthCode string, info SessionInfo) error {
	if err := cmp.Or(check.Required("pre_auth_code", preAuthCode), check.Between("auth_type", info.AuthType, 0, 1)); err != nil {
		return err
	}
	ep := token.Endpoint{Path: "/cgi-bin/service/set_session_info", Credential: token.Suite}
	return api.Do(ep, sessionInfoReq{preAuthCode, info}, nil)
}
