package service

import (
	"crypto/rand"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"unicode"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/internal/redact"
	"github.com/gothird/wecom/token"
)

const (
	jsTicketPath    = "/cgi-bin/get_jsapi_ticket"
	agentTicketPath = "/cgi-bin/ticket/get"
)

// agentTicketQuery says which ticket of an app is wanted.
func agentTicketQuery() url.Values { return url.Values{"type": {"agent_config"}} }

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

// GetJsapiTicket 获取企业的jsapi_ticket: asks WeCom now for the ticket of wx.config in the bound
// corp.
//
// You rarely need it: [JsConfig] stores and renews the ticket. A corp gets at most 400 in an
// hour from WeCom, one app 100.
// https://developer.work.weixin.qq.com/document/path/90539
func GetJsapiTicket(api *token.Api) (*JsapiTicket, error) {
	ep := token.Endpoint{Method: "GET", Path: jsTicketPath, Credential: token.Corp, Read: true}.Needing("ticket")
	return token.Call[JsapiTicket](api, ep, nil)
}

// GetAgentConfigTicket 获取应用的jsapi_ticket: asks WeCom now for the ticket of wx.agentConfig
// of the app in the bound corp.
//
// You rarely need it: [JsAgentConfig] stores and renews the ticket.
// https://developer.work.weixin.qq.com/document/path/90539
func GetAgentConfigTicket(api *token.Api) (*JsapiTicket, error) {
	ep := token.Endpoint{Method: "GET", Path: agentTicketPath, Credential: token.Corp, Read: true}.Needing("ticket")
	return token.Call[JsapiTicket](api, ep, agentTicketQuery())
}

// JsSignature is what a page passes to the JS-SDK, in addition to its own jsApiList. As JSON it
// has the front end's names, and only those that the call needs. Timestamp, NonceStr and
// Signature are also what getConfigSignature and getAgentConfigSignature of ww.register return.
type JsSignature struct {
	AppId     string `json:"appId,omitempty"`   // JsConfig: the corp, by the name that wx.config has for it
	CorpId    string `json:"corpid,omitempty"`  // JsAgentConfig
	AgentId   int64  `json:"agentid,omitempty"` // JsAgentConfig
	Timestamp int64  `json:"timestamp"`         // Unix seconds
	NonceStr  string `json:"nonceStr"`
	Signature string `json:"signature"`
}

// JsConfig JS-SDK使用权限签名算法: makes what wx.config needs on a page for the bound corp. page
// is the address of the page as the browser has it (location.href), not escaped again; the part
// after # is left out. The page must be in the app's trusted domain (可信域名).
//
// The ticket for signing is stored and renewed like a token, so you may call JsConfig for every
// page view.
// https://developer.work.weixin.qq.com/document/path/90506
func JsConfig(api *token.Api, page string) (*JsSignature, error) {
	s, err := jsSignature(api, page, jsTicketPath, nil)
	if err != nil {
		return nil, err
	}
	s.AppId = api.CorpId()
	return s, nil
}

// JsAgentConfig JS-SDK使用权限签名算法: makes what wx.agentConfig needs on a page for the app in
// the bound corp. It takes page as [JsConfig] does, and stores its ticket in the same way.
//
// Calls that act for the app, such as choosing a customer, need it in addition to wx.config.
// https://developer.work.weixin.qq.com/document/path/94313
func JsAgentConfig(api *token.Api, page string) (*JsSignature, error) {
	s, err := jsSignature(api, page, agentTicketPath, agentTicketQuery())
	if err != nil {
		return nil, err
	}
	s.CorpId = api.CorpId()
	if s.AgentId, err = api.AgentId(); err != nil {
		return nil, err
	}
	return s, nil
}

func jsSignature(api *token.Api, page, path string, query url.Values) (*JsSignature, error) {
	page, err := signedPart(page)
	if err != nil {
		return nil, err
	}
	ticket, err := api.CachedTicket(path, query)
	if err != nil {
		return nil, err
	}
	s := &JsSignature{Timestamp: clock.Now().Unix(), NonceStr: rand.Text()}
	s.Signature = s.sign(ticket.AcsToken, page)
	return s, nil
}

// sign puts the values as they are, unescaped and in this order, into one SHA-1.
func (s *JsSignature) sign(ticket, page string) string {
	sum := sha1.Sum(fmt.Appendf(nil, "jsapi_ticket=%s&noncestr=%s&timestamp=%d&url=%s", ticket, s.NonceStr, s.Timestamp, page))
	return hex.EncodeToString(sum[:])
}

var errNoPage = errors.New("wecom: page must be the whole address of the page, as in location.href: https://host/path?query")

// signedPart is the part of a page's address that is signed. Errors do not show the page:
// its query may hold a login code.
func signedPart(page string) (string, error) {
	page, _, _ = strings.Cut(page, "#")
	scheme, rest, _ := strings.Cut(page, "://")
	host, _, _ := strings.Cut(rest, "/")
	host, _, _ = strings.Cut(host, "?")
	isWeb := strings.EqualFold(scheme, "https") || strings.EqualFold(scheme, "http")
	odd := strings.ContainsFunc(page, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) })
	if !isWeb || host == "" || odd {
		return "", errNoPage
	}
	return page, nil
}
