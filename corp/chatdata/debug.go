package chatdata

import (
	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

// DebugOn is the result of [CheckDebugMode] in debug mode. WeCom's samples show no other value.
const DebugOn = 1

type debugReq struct {
	programReq
	DebugToken string `json:"debug_token"`
}

type debugRes struct {
	DebugModeStatus int `json:"debug_mode_status"`
}

// OpenDebugMode 开启专区调试模式: sends events and calls of a program to the developer's own
// server, from the time when the program there has called the zone's SDK too. The debug token is
// in the console of the zone, and valid for three days.
//
// Third-party apps: only corps that have installed the app as a test; customised apps: only a
// test corp of the provider. Errors: 710671 the token is too old, 710672 no test.
// https://developer.work.weixin.qq.com/document/path/100083
func OpenDebugMode(api *token.Api, programId, debugToken string) error {
	req := debugReq{programReq{programId}, debugToken}
	return cgi.Do(api, cgi.Write("chatdata/open_debug_mode"), req, req.check(), check.Required("debug_token", debugToken))
}

// CloseDebugMode 关闭专区调试模式: ends the debug mode that [OpenDebugMode] has started.
//
// Errors: 710673 not in debug mode.
// https://developer.work.weixin.qq.com/document/path/100084
func CloseDebugMode(api *token.Api, programId string) error {
	req := programReq{programId}
	return cgi.Do(api, cgi.Write("chatdata/close_debug_mode"), req, req.check())
}

// CheckDebugMode 获取专区调试模式状态: returns [DebugOn] for a program in debug mode.
// https://developer.work.weixin.qq.com/document/path/100112
func CheckDebugMode(api *token.Api, programId string) (int, error) {
	req := programReq{programId}
	res, err := cgi.Call[debugRes](api, cgi.Read("chatdata/check_debug_mode").Needing("debug_mode_status"), req, req.check())
	if err != nil {
		return 0, err
	}
	return res.DebugModeStatus, nil
}
