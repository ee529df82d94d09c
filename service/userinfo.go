package service

import (
	"fmt"
	"log/slog"

	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/redact"
	"github.com/gothird/wecom/token"
)

// UserInfo is a visitor of a customised app.
type UserInfo struct {
	UserId         string `json:"userid"`
	UserTicket     string `json:"user_ticket"`     // valid for 1800 s; with scope snsapi_privateinfo
	UserDocTicket  string `json:"user_doc_ticket"` // valid for 30 days; with the data zone's right to search documents (分析企业文档数据)
	OpenId         string `json:"openid"`          // of a visitor who is not a member; one per corp
	ExternalUserId string `json:"external_userid"` // of a visitor who is not a member, but a customer of one
}

// Format shows everything but the tickets.
func (u UserInfo) Format(s fmt.State, verb rune) {
	type plain UserInfo
	u.UserTicket, u.UserDocTicket = redact.Mask(u.UserTicket), redact.Mask(u.UserDocTicket)
	fmt.Fprintf(s, fmt.FormatString(s, verb), plain(u))
}

// LogValue shows everything but the tickets.
func (u UserInfo) LogValue() slog.Value { return slog.StringValue(fmt.Sprintf("%+v", u)) }

// GetUserInfo 获取访问用户身份: exchanges a login code for the visitor of a customised app in
// the bound corp. Third-party apps use [GetuserInfo3rd].
//
// A code is valid for 5 minutes and can be used only once. Errors: 40029 wrong or used, 50001 the
// redirect's domain is not trusted.
// https://developer.work.weixin.qq.com/document/path/96442
func GetUserInfo(api *token.Api, code string) (*UserInfo, error) {
	return byCode[UserInfo](api, "/cgi-bin/auth/getuserinfo", token.Corp, code, "userid", "openid", "external_userid")
}

// UserDetail holds the fields that a member agreed to show, as far as the administrator allows
// it.
type UserDetail struct {
	UserId  string `json:"userid"`
	Gender  string `json:"gender"` // 0 unknown, 1 male, 2 female
	Avatar  string `json:"avatar"`
	QrCode  string `json:"qr_code"`
	Mobile  string `json:"mobile"`
	Email   string `json:"email"`
	BizMail string `json:"biz_mail"`
	Address string `json:"address"`
}

// GetUserDetail 获取访问用户敏感信息: reads what the member behind a user_ticket of
// [GetUserInfo] agreed to show.
//
// Errors: 84014 ticket expired, 84015 ticket invalid.
// https://developer.work.weixin.qq.com/document/path/96443
func GetUserDetail(api *token.Api, ticket string) (*UserDetail, error) {
	if err := check.Required("user_ticket", ticket); err != nil {
		return nil, err
	}
	ep := token.Endpoint{Path: "/cgi-bin/auth/getuserdetail", Credential: token.Corp, Read: true}.Needing("userid")
	return token.Call[UserDetail](api, ep, userTicketReq{ticket})
}
