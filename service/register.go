package service

import (
	"cmp"
	"fmt"
	"log/slog"

	"github.com/gothird/wecom/access"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/redact"
	"github.com/gothird/wecom/token"
)

// RegisterCodeReq names a promotion package (推广包), and the fields of the form that are filled
// in already.
type RegisterCodeReq struct {
	TemplateId  string `json:"template_id"`
	CorpName    string `json:"corp_name,omitempty"`
	AdminName   string `json:"admin_name,omitempty"`
	AdminMobile string `json:"admin_mobile,omitempty"`
	State       string `json:"state,omitempty"`       // a-zA-Z0-9, at most 128 bytes; comes back with the registration
	FollowUser  string `json:"follow_user,omitempty"` // userid in the provider's own corp
}

// RegisterCode starts one registration.
type RegisterCode struct {
	RegisterCode string `json:"register_code"`
	ExpiresIn    int64  `json:"expires_in"` // seconds
}

// Format shows everything but the code.
func (r RegisterCode) Format(s fmt.State, verb rune) {
	type plain RegisterCode
	r.RegisterCode = redact.Mask(r.RegisterCode)
	fmt.Fprintf(s, fmt.FormatString(s, verb), plain(r))
}

// LogValue shows everything but the code.
func (r RegisterCode) LogValue() slog.Value { return slog.StringValue(fmt.Sprintf("%+v", r)) }

// GetRegisterCode 获取注册码: returns a code for the registration link of a promotion package.
// The code is used up when the link is opened.
//
// Errors: 84020 unknown package, 84025 state not allowed.
// https://developer.work.weixin.qq.com/document/path/90581
func GetRegisterCode(api *token.Api, req RegisterCodeReq) (*RegisterCode, error) {
	if err := cmp.Or(check.Id("template_id", req.TemplateId, 128),
		plainState(req.State, 128)); err != nil {
		return nil, err
	}
	ep := token.Endpoint{Path: "/cgi-bin/service/get_register_code", Credential: token.Provider, Read: true}.Needing("register_code")
	return token.Call[RegisterCode](api, ep, req)
}

// RegisterInfo is a corp that was created with a registration code.
type RegisterInfo struct {
	CorpId       string                 `json:"corpid"`
	ContactSync  access.CorpAccessToken `json:"contact_sync"` // empty unless the package moves the address book
	AuthUserInfo AuthUserInfo           `json:"auth_user_info"`
	State        string                 `json:"state"`
	TemplateId   string                 `json:"template_id"`
}

// LogValue shows everything but the token.
func (r RegisterInfo) LogValue() slog.Value { return slog.StringValue(fmt.Sprintf("%+v", r)) }

type registerInfoReq struct {
	RegisterCode string `json:"register_code"`
}

// GetRegisterInfo 查询注册状态: reports the corp that was created with a registration code,
// for 24 hours.
//
// Errors: 84022 wrong code, 84024 unfinished, too old, or no new corp.
// https://developer.work.weixin.qq.com/document/path/90582
func GetRegisterInfo(api *token.Api, registerCode string) (*RegisterInfo, error) {
	if err := check.Required("register_code", registerCode); err != nil {
		return nil, err
	}
	ep := token.Endpoint{Path: "/cgi-bin/service/get_register_info", Credential: token.Provider, Read: true}.Needing("corpid")
	return token.Call[RegisterInfo](api, ep, registerInfoReq{registerCode})
}

// Scope is the visible range of an app. Lists that are left out are cleared.
type Scope struct {
	AgentId    int64    `json:"agentid"`
	AllowUser  []string `json:"allow_user,omitempty"`
	AllowParty []int64  `json:"allow_party,omitempty"`
	AllowTag   []int64  `json:"allow_tag,omitempty"`
}

// InvalidScope lists what WeCom did not accept.
type InvalidScope struct {
	InvalidUser  []string `json:"invaliduser"`
	InvalidParty []int64  `json:"invalidparty"`
	InvalidTag   []int64  `json:"invalidtag"`
}

// SetScope 设置授权应用可见范围: sets the visible range of an app in a corp that has just
// registered. accessToken must be that of RegisterInfo.ContactSync.
//
// Errors: 48002 any other token.
// https://developer.work.weixin.qq.com/document/path/90583
func SetScope(api *token.Api, accessToken string, scope Scope) (*InvalidScope, error) {
	if err := cmp.Or(check.Required("access_token", accessToken), check.NonNegative("agentid", scope.AgentId)); err != nil {
		return nil, err
	}
	ep := token.Endpoint{Path: "/cgi-bin/agent/set_scope", Credential: token.Static(accessToken)}
	return token.Call[InvalidScope](api, ep, scope)
}

// ContactSyncSuccess 设置通讯录同步完成: says that the address book of a corp that has just
// registered is complete. accessToken, that of RegisterInfo.ContactSync, is no longer valid
// after that.
//
// Errors: 84023 not allowed.
// https://developer.work.weixin.qq.com/document/path/90584
func ContactSyncSuccess(api *token.Api, accessToken string) error {
	if err := check.Required("access_token", accessToken); err != nil {
		return err
	}
	ep := token.Endpoint{Method: "GET", Path: "/cgi-bin/sync/contact_sync_success", Credential: token.Static(accessToken)}
	return api.Do(ep, nil, nil)
}
