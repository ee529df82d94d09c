package service

import (
	"cmp"
	"fmt"
	"log/slog"
	"net/url"

	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/redact"
	"github.com/gothird/wecom/token"
)

// MiniProgramSession is a login of a member to a mini program. The session key stays on
// the server.
type MiniProgramSession struct {
	CorpId     string `json:"corpid"` // not from TransferSession
	UserId     string `json:"userid"`
	SessionKey string `json:"session_key"`
	OpenUserId string `json:"open_userid"` // JsCode2Session
}

// Format shows everything but the session key.
func (m MiniProgramSession) Format(s fmt.State, verb rune) {
	type plain MiniProgramSession
	m.SessionKey = redact.Mask(m.SessionKey)
	fmt.Fprintf(s, fmt.FormatString(s, verb), plain(m))
}

// LogValue shows everything but the session key.
func (m MiniProgramSession) LogValue() slog.Value { return slog.StringValue(fmt.Sprintf("%+v", m)) }

// JsCode2Session code2Session: exchanges the code of wx.qy.login in a third-party app's mini
// program. Customised apps use [CorpJsCode2Session].
//
// A code is valid for 5 minutes and can be used only once. Errors: 40029 wrong code, 40082
// (also) the suite is not linked to the mini program.
// https://developer.work.weixin.qq.com/document/path/92423
func JsCode2Session(api *token.Api, jsCode string) (*MiniProgramSession, error) {
	return jsCode2Session(api, "/cgi-bin/service/miniprogram/jscode2session", token.Suite, jsCode)
}

// CorpJsCode2Session code2Session: exchanges the code of wx.qy.login in the mini program of
// a customised app in the bound corp.
//
// A code is valid for 5 minutes and can be used only once. Errors: 40029 wrong code.
// https://developer.work.weixin.qq.com/document/path/96959
func CorpJsCode2Session(api *token.Api, jsCode string) (*MiniProgramSession, error) {
	return jsCode2Session(api, "/cgi-bin/miniprogram/jscode2session", token.Corp, jsCode)
}

func jsCode2Session(api *token.Api, path string, c token.Credential, jsCode string) (*MiniProgramSession, error) {
	if err := check.Required("js_code", jsCode); err != nil {
		return nil, err
	}
	query := url.Values{"js_code": {jsCode}, "grant_type": {"authorization_code"}}
	ep := token.Endpoint{Method: "GET", Path: path, Credential: c}.Needing("session_key")
	return token.Call[MiniProgramSession](api, ep, query)
}

type transferSessionReq struct {
	UserId     string `json:"userid"`
	SessionKey string `json:"session_key"`
}

// TransferSession 获取下级/下游企业小程序session: turns a session of the upper corp's mini
// program into one of a lower corp. accessToken is the lower corp's, see
// [GetCorpGroupToken].
// https://developer.work.weixin.qq.com/document/path/96813
func TransferSession(api *token.Api, accessToken, userId, sessionKey string) (*MiniProgramSession, error) {
	if err := cmp.Or(check.Required("access_token", accessToken), check.Id("userid", userId, 64),
		check.Id("session_key", sessionKey, 64)); err != nil {
		return nil, err
	}
	ep := token.Endpoint{Path: "/cgi-bin/miniprogram/transfer_session", Credential: token.Static(accessToken), Read: true}.Needing("session_key")
	return token.Call[MiniProgramSession](api, ep, transferSessionReq{userId, sessionKey})
}
