package service

import (
	"fmt"
	"log/slog"
	"net/url"

	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/redact"
	"github.com/gothird/wecom/token"
)

// UserInfo3rd is a visitor of a third-party app.
type UserInfo3rd struct {
	CorpId         string         `json:"corpid"`
	Userid         string         `json:"userid"`
	UserTicket     string         `json:"user_ticket"`     // with scope snsapi_privateinfo, for members in the visible range
	ExpiresIn      int            `json:"expires_in"`      // seconds for which UserTicket is valid
	UserDocTicket  string         `json:"user_doc_ticket"` // valid for 30 days; with the data zone's right to search documents (分析企业文档数据)
	OpenUserid     string         `json:"open_userid"`     // one per provider
	OpenId         string         `json:"openid"`          // visitors that belong to no corp, in place of all others
	DeviceId       string         `json:"DeviceId"`        // GetUserInfo3rdLegacy
	ExternalUserId string         `json:"external_userid"`
	Parents        []SchoolParent `json:"parents"`
}

// Format shows everything but the tickets.
func (u UserInfo3rd) Format(s fmt.State, verb rune) {
	type plain UserInfo3rd
	u.UserTicket, u.UserDocTicket = redact.Mask(u.UserTicket), redact.Mask(u.UserDocTicket)
	fmt.Fprintf(s, fmt.FormatString(s, verb), plain(u))
}

// LogValue shows everything but the tickets.
func (u UserInfo3rd) LogValue() slog.Value { return slog.StringValue(fmt.Sprintf("%+v", u)) }

// GetuserInfo3rd 获取访问用户身份: exchanges the code of an OAuth2 or Web login for the
// visitor. Customised apps use [GetUserInfo].
//
// A code is valid for 5 minutes, and can be used only once and only by its own suite.
// Errors: 40029 wrong or used, 42003 expired, 50001 the redirect's domain is not trusted.
// https://developer.work.weixin.qq.com/document/path/91121
func GetuserInfo3rd(api *token.Api, code string) (*UserInfo3rd, error) {
	return byCode[UserInfo3rd](api, "/cgi-bin/service/auth/getuserinfo3rd", token.Suite, code, "userid", "open_userid", "openid", "external_userid", "parents")
}

// GetUserInfo3rd 获取访问用户身份: is a second name of [GetuserInfo3rd].
// https://developer.work.weixin.qq.com/document/path/91121
func GetUserInfo3rd(api *token.Api, code string) (*UserInfo3rd, error) {
	return GetuserInfo3rd(api, code)
}

// GetUserInfo3rdLegacy 获取访问用户身份: is the older form of [GetuserInfo3rd], still in use
// for schools.
// https://developer.work.weixin.qq.com/document/path/91711
func GetUserInfo3rdLegacy(api *token.Api, code string) (*UserInfo3rd, error) {
	return byCode[UserInfo3rd](api, "/cgi-bin/service/getuserinfo3rd", token.Suite, code, "UserId", "userid", "OpenId", "openid", "open_userid", "external_userid", "parents")
}

// SchoolUserInfo3rd is a parent or a student.
type SchoolUserInfo3rd struct {
	Parents  []SchoolParent  `json:"parents"`
	Students []SchoolStudent `json:"students"`
	DeviceId string          `json:"DeviceId"`
}

// SchoolParent is a parent at one school.
type SchoolParent struct {
	CorpId         string `json:"corpid"`
	ParentUserId   string `json:"parent_userid"`
	ExternalUserId string `json:"external_userid"` // GetUserInfo3rdLegacy
}

// SchoolStudent is a student at one school.
type SchoolStudent struct {
	CorpId        string `json:"corpid"`
	StudentUserId string `json:"student_userid"`
}

// GetSchoolUserInfo3rd 获取家校访问用户身份: exchanges a login code for a parent or student.
//
// Errors: 40029 the code is wrong or used.
// https://developer.work.weixin.qq.com/document/path/95790
func GetSchoolUserInfo3rd(api *token.Api, code string) (*SchoolUserInfo3rd, error) {
	return byCode[SchoolUserInfo3rd](api, "/cgi-bin/service/school/getuserinfo3rd", token.Suite, code, "parents", "students")
}

// byCode exchanges a login code, which can be used only once: so the call is never repeated.
// The answer must say who the visitor is, by one of the ids.
func byCode[T any](api *token.Api, path string, c token.Credential, code string, ids ...string) (*T, error) {
	if err := check.Id("code", code, 512); err != nil {
		return nil, err
	}
	ep := token.Endpoint{Method: "GET", Path: path, Credential: c}.Needing(ids...)
	return token.Call[T](api, ep, url.Values{"code": {code}})
}

// UserDetail3rd holds the fields that a member agreed to show.
type UserDetail3rd struct {
	Corpid string `json:"corpid"`
	Userid string `json:"userid"`
	Name   string `json:"name"`    // the userid, or empty
	Gender string `json:"gender"`  // 0 unknown, 1 male, 2 female
	Avatar string `json:"avatar"`  // a default picture without consent
	QrCode string `json:"qr_code"` // empty without consent
}

type userTicketReq struct {
	UserTicket string `json:"user_ticket"`
}

// GetUserDetail3rd 获取访问用户敏感信息: reads what the member behind a user_ticket of
// [GetuserInfo3rd] agreed to show.
//
// Errors: 84014 ticket expired, 84015 ticket invalid, 92001 the app lacks the right.
// https://developer.work.weixin.qq.com/document/path/91122
func GetUserDetail3rd(api *token.Api, ticket string) (*UserDetail3rd, error) {
	if err := check.Required("user_ticket", ticket); err != nil {
		return nil, err
	}
	ep := token.Endpoint{Path: "/cgi-bin/service/auth/getuserdetail3rd", Credential: token.Suite, Read: true}.Needing("userid")
	return token.Call[UserDetail3rd](api, ep, userTicketReq{ticket})
}

// LoginInfo is the person who logged in to the provider's site.
type LoginInfo struct {
	Usertype int           `json:"usertype"` // 1 creator, 2 administrator, 3 external administrator, 4 sub-administrator, 5 member
	UserInfo AuthUserInfo  `json:"user_info"`
	CorpInfo AuthCorpInfo  `json:"corp_info"` // CorpId only
	Agent    []LoginAgent  `json:"agent"`     // administrators: apps of this provider
	AuthInfo LoginAuthInfo `json:"auth_info"` // administrators
}

// LoginAgent is an app that an administrator may use.
type LoginAgent struct {
	AgentId  int64 `json:"agentid"`
	AuthType int   `json:"auth_type"` // 0 use, 1 manage
}

// LoginAuthInfo holds an administrator's rights on the address book.
type LoginAuthInfo struct {
	Department []LoginDepartment `json:"department"`
}

// LoginDepartment is a department that an administrator may see.
type LoginDepartment struct {
	Id       int64 `json:"id"`
	Writable bool  `json:"writable"`
}

type authCodeReq struct {
	AuthCode string `json:"auth_code"`
}

// GetLoginInfo 获取登录用户信息: exchanges the auth code of the old QR login (扫码授权登录), or
// of a jump from the console, for the person who logged in. Providers with a login suite use
// [GetuserInfo3rd].
//
// A code is valid for 5 minutes and can be used only once. Errors: 40029 wrong or used.
// https://developer.work.weixin.qq.com/document/path/91125
func GetLoginInfo(api *token.Api, authCode string) (*LoginInfo, error) {
	if err := check.Id("auth_code", authCode, 512); err != nil {
		return nil, err
	}
	ep := token.Endpoint{Path: "/cgi-bin/service/get_login_info", Credential: token.Provider.As("access_token")}.Needing("usertype")
	return token.Call[LoginInfo](api, ep, authCodeReq{authCode})
}
