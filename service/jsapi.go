package service

import (
	"fmt"
	"log/slog"
	"net/url"

	"github.com/gothird/wecom/internal/redact"
	"github.com/gothird/wecom/token"
)

// JsapiTicket signs the JS-SDK's configuration on a page.
type JsapiTicket struct {
	Ticket    string `json:"ticket"`
	ExpiresIn int64  `json:"expires_in"` // seconds
}

// Format shows everything but the ticket.
func (t JsapiTicket) Format(s fmt.State, verb rune) {
	type plain JsapiTicket
	t.Ticket = redact.Mask(t.Ticket)
	fmt.Fprintf(s, fmt.FormatString(s, verb), plain(t))
}

// LogValue shows everything but the ticket.
func (t JsapiTicket) LogValue() slog.Value { return slog.StringValue(fmt.Sprintf("%+v", t)) }

// GetJsapiTicket 获取企业的jsapi_ticket: gives the ticket for wx.config in the bound corp.
// Keep it while it lives: WeCom gives a corp 400 in an hour at most, one app 100.
// https://developer.work.weixin.qq.com/document/path/90539
func GetJsapiTicket(api *token.Api) (*JsapiTicket, error) {
	ep := token.Endpoint{Method: "GET", Path: "/cgi-bin/get_jsapi_ticket", Credential: token.Corp, Read: true}
	return token.Call[JsapiTicket](api, ep, nil)
}

// GetAgentConfigTicket 获取应用的jsapi_ticket: gives the ticket for wx.agentConfig of the app
// in the bound corp. Keep it while it lives.
// https://developer.work.weixin.qq.com/document/path/90539
func GetAgentConfigTicket(api *token.Api) (*JsapiTicket, error) {
	ep := token.Endpoint{Method: "GET", Path: "/cgi-bin/ticket/get", Credential: token.Corp, Read: true}
	return token.Call[JsapiTicket](api, ep, url.Values{"type": {"agent_config"}})
}
