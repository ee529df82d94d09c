package kf

import (
	"cmp"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

// Message is a message from an account to a customer.
type Message struct {
	OpenKfId string `json:"open_kfid"`
	ToUser   string `json:"touser"`          // external_userid
	MsgId    string `json:"msgid,omitempty"` // an id of your own: at most 32 of 0-9a-zA-Z_-, new within the account
	Content
}

type sendReq struct {
	MsgType string `json:"msgtype"`
	Message
}

type sendRes struct {
	MsgId string `json:"msgid"`
}

// SendMsg 发送消息: answers a customer, and returns the id of the message. The conversation must
// be in [StateNew] or [StateAssistant].
//
// Up to 5 messages are allowed within 48 hours after a message of the customer. Success means
// that WeCom accepted the message: if it could not be delivered, the event [MsgSendFail] comes.
// With a MsgId of your own, a message whose outcome is unknown can be sent again: WeCom accepts
// it once (95033). Errors: 95001 more than 5, 95002 too late, 95013 it is over, 95018 another
// state, 95003 too many customers for a corp that is not verified.
// https://developer.work.weixin.qq.com/document/path/94700
func SendMsg(api *token.Api, m Message) (msgId string, err error) {
	kind, err := m.kind()
	m.MsgMenu = m.MsgMenu.typed()
	return send(api, "kf/send_msg", sendReq{kind, m}, checkAccount(m.OpenKfId), check.Required("touser", m.ToUser), checkPlain("msgid", m.MsgId), err)
}

func send(api *token.Api, path string, req any, checks ...error) (msgId string, err error) {
	res, err := cgi.Call[sendRes](api, cgi.Write(path).Needing("msgid"), req, checks...)
	if err != nil {
		return "", err
	}
	return res.MsgId, nil
}

// EventMessage answers an event, or a change of state: with a text or a menu.
type EventMessage struct {
	Code    string     `json:"code"`            // WelcomeCode or MsgCode; valid for one message
	MsgId   string     `json:"msgid,omitempty"` // as in Message
	Text    *wire.Text `json:"text,omitempty"`  // at most 2048 bytes
	MsgMenu *Menu      `json:"msgmenu,omitempty"`
}

type eventSendReq struct {
	MsgType string `json:"msgtype"`
	EventMessage
}

// SendMsgOnEvent 发送欢迎语等事件响应消息: welcomes a customer, says that the pool or a servicer
// has the conversation (a text), or that it has ended.
//
// The code of [EnterSession] and of an end is valid for 20 seconds, the others for 48 hours as
// long as the state does not change. Errors: 95013 it is over, 95018 another state, 95033 MsgId
// used before, 40058 the code is too old, or used up (also after an answer that was lost).
// https://developer.work.weixin.qq.com/document/path/94910
func SendMsgOnEvent(api *token.Api, m EventMessage) (msgId string, err error) {
	kind, err := m.kind()
	m.MsgMenu = m.MsgMenu.typed()
	return send(api, "kf/send_msg_on_event", eventSendReq{kind, m}, check.Required("code", m.Code), checkPlain("msgid", m.MsgId), err)
}

func (m EventMessage) kind() (string, error) {
	kind, err := check.OneKind("the message", m)
	if m.Text != nil {
		err = cmp.Or(err, check.Id("text.content", m.Text.Content, 2048))
	}
	if m.MsgMenu != nil {
		err = cmp.Or(err, m.MsgMenu.check(10))
	}
	return kind, err
}
