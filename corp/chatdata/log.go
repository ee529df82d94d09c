package chatdata

import (
	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

// Levels of a program's log: each keeps the lines of those before it too.
const (
	LogError = 1
	LogInfo  = 2 // before any is set
	LogDebug = 3
)

type logReq struct {
	programReq
	LogLevel int `json:"log_level"`
}

type logRes struct {
	LogLevel int `json:"log_level"`
}

// SetLogLevel 设置日志打印级别: sets which lines of a program's log are kept, [LogError] to
// [LogDebug]. Not for WeCom's own models.
// https://developer.work.weixin.qq.com/document/path/100106
func SetLogLevel(api *token.Api, programId string, level int) error {
	req := logReq{programReq{programId}, level}
	return cgi.Do(api, cgi.Write("chatdata/set_log_level"), req, req.check(), check.Between("log_level", level, LogError, LogDebug))
}

// GetLogLevel 获取日志打印级别: reads which lines of a program's log are kept. Not for WeCom's
// own models.
// https://developer.work.weixin.qq.com/document/path/100106
func GetLogLevel(api *token.Api, programId string) (int, error) {
	req := programReq{programId}
	res, err := cgi.Call[logRes](api, cgi.Read("chatdata/get_log_level").Needing("log_level"), req, req.check())
	if err != nil {
		return 0, err
	}
	return res.LogLevel, nil
}
