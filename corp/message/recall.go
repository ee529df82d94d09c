package message

import (
	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

type recallReq struct {
	MsgId string `json:"msgid"`
}

// Recall 撤回应用消息: recalls a message of the last 24 hours. Copies that were shown in WeChat
// stay there.
// https://developer.work.weixin.qq.com/document/path/94947
func Recall(api *token.Api, msgId string) error {
	return cgi.Do(api, cgi.Write("message/recall"), recallReq{msgId}, check.Required("msgid", msgId))
}
