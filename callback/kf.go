package callback

import (
	"fmt"
	"log/slog"

	"github.com/gothird/wecom/internal/redact"
)

// Customer service (微信客服), on 数据回调URL.
const (
	KItKfMsgOrEvent        EventKind = "kf_msg_or_event"
	KItKfAccountAuthChange EventKind = "kf_account_auth_change"
)

// KfMsgEvent 微信客服消息: there are new messages; with the token they can be read at a higher
// rate, within ten minutes. The head has neither FromUserName nor AgentID. It arrives on the
// 数据回调URL.
// https://developer.work.weixin.qq.com/document/path/94699
type KfMsgEvent struct {
	Token    string `json:"Token" xml:"Token"`
	OpenKfId string `json:"OpenKfId" xml:"OpenKfId"`
}

// KfAccountAuthEvent 客服账号授权变更: which accounts the app gained and lost. It arrives on the
// 数据回调URL.
// https://developer.work.weixin.qq.com/document/path/97302
type KfAccountAuthEvent struct {
	AuthAddOpenKfId []string `json:"AuthAddOpenKfId" xml:"AuthAddOpenKfId"`
	AuthDelOpenKfId []string `json:"AuthDelOpenKfId" xml:"AuthDelOpenKfId"`
}

func (e KfMsgEvent) masked() any {
	type plain KfMsgEvent
	e.Token = redact.Mask(e.Token)
	return plain(e)
}

// Format prints the event with its token masked.
func (e KfMsgEvent) Format(s fmt.State, verb rune) { format(s, verb, e.masked()) }

// LogValue logs the event with its token masked.
func (e KfMsgEvent) LogValue() slog.Value { return slog.AnyValue(e.masked()) }
