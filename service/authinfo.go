package service

import (
	"fmt"
	"log/slog"

	"github.com/gothird/wecom/internal/redact"
	"github.com/gothird/wecom/token"
)

// DealerCorpInfo is the dealer (代理服务商) between provider and corp, empty without one.
type DealerCorpInfo struct {
	CorpId   string `json:"corpid"`
	CorpName string `json:"corp_name"`
}

// AuthCorpInfo is the authorising corp. [GetPermanentCodeV2] returns CorpId and CorpName only,
// [GetLoginInfo] only CorpId.
type AuthCorpInfo struct {
	CorpId            string     `json:"corpid"` // case-sensitive
	CorpName          string     `json:"corp_name"`
	CorpType          string     `json:"corp_type"` // verified or unverified
	CorpSquareLogoUrl string     `json:"corp_square_logo_url"`
	CorpUserMax       int        `json:"corp_user_max"`
	CorpFullName      string     `json:"corp_full_name"`    // verified corps
	VerifiedEndTime   int        `json:"verified_end_time"` // Unix seconds
	SubjectType       int        `json:"subject_type"`      // 1 company, 2 public institution, 3 other, 4 team
	CorpWxqrcode      string     `json:"corp_wxqrcode"`     // not in v2
	CorpScale         string     `json:"corp_scale"`        // text such as 51-100人; empty when members authorise
	CorpIndustry      string     `json:"corp_industry"`     // likewise
	CorpSubIndustry   string     `json:"corp_sub_industry"` // likewise
	CorpExName        CorpExName `json:"corp_ex_name"`      // v2, verified corps
	CorpAgentMax      int        `json:"corp_agent_max"`    // no longer documented
	CorpRoundLogoUrl  string     `json:"corp_round_logo_url"`
	Location          string     `json:"location"` // no longer documented
}

// CorpExName holds a corp's further certified names.
type CorpExName struct {
	NameList []string `json:"name_list"`
}

// AuthInfo lists what the corp authorised: one agent, several only for old suites that
// hold many apps.
type AuthInfo struct {
	Agent []Agent `json:"agent"`
}

// Agent is an app as it is installed in one corp.
type Agent struct {
	AgentId          int64      `json:"agentid"`
	Name             string     `json:"name"`
	RoundLogoUrl     string     `json:"round_logo_url"`
	SquareLogoUrl    string     `json:"square_logo_url"`
	Appid            int64      `json:"appid"`               // old suites that hold many apps
	AuthMode         int        `json:"auth_mode,omitempty"` // 0 by an administrator, 1 by a member
	IsCustomizedApp  bool       `json:"is_customized_app,omitempty"`
	AuthFromThirdApp bool       `json:"auth_from_thirdapp,omitempty"` // came through a third-party app's link
	Privilege        Privilege  `json:"privilege,omitempty"`
	SharedFrom       SharedFrom `json:"shared_from"` // empty unless shared
}

// Privilege is the visible range of an agent. For customised apps Level has no meaning: use
// [GetPermissions].
type Privilege struct {
	Level      int      `json:"level"` // 1 basic read, 3 full, 4 single basic read; 2 and 5 are no longer used
	AllowParty []int64  `json:"allow_party"`
	AllowUser  []string `json:"allow_user"`
	AllowTag   []int64  `json:"allow_tag"`
	ExtraParty []int64  `json:"extra_party"` // extra address book
	ExtraUser  []string `json:"extra_user"`
	ExtraTag   []int64  `json:"extra_tag"`
}

// SharedFrom names the corp that shared the app.
type SharedFrom struct {
	CorpId    string `json:"corpid"`
	ShareType int    `json:"share_type"` // 0 企业互联, 1 上下游
}

// AuthUserInfo is the authorising administrator, or the one who logged in. Any field may be
// empty.
type AuthUserInfo struct {
	UserId     string `json:"userid"`
	OpenUserId string `json:"open_userid"`
	Name       string `json:"name"` // mostly the userid
	Avatar     string `json:"avatar"`
}

// RegisterCodeInfo says which promotion package (推广包) led to the installation.
type RegisterCodeInfo struct {
	RegisterCode string `json:"register_code"`
	TemplateId   string `json:"template_id"`
	State        string `json:"state"`
}

// Format shows everything but the code.
func (r RegisterCodeInfo) Format(s fmt.State, verb rune) {
	type plain RegisterCodeInfo
	r.RegisterCode = redact.Mask(r.RegisterCode)
	fmt.Fprintf(s, fmt.FormatString(s, verb), plain(r))
}

// LogValue shows everything but the code.
func (r RegisterCodeInfo) LogValue() slog.Value { return slog.StringValue(fmt.Sprintf("%+v", r)) }

// EditionInfo says which paid edition the corp has; empty for apps without editions. WeCom
// documents it for [GetAuthInfo] only.
type EditionInfo struct {
	Agent []EditionAgent `json:"agent"`
}

// EditionAgent is the edition of one agent.
type EditionAgent struct {
	AgentId               int64  `json:"agentid"`
	EditionId             string `json:"edition_id"`
	EditionName           string `json:"edition_name"`
	AppStatus             int    `json:"app_status"`   // 0 unpaid, 1 trial, 2 trial over, 3 paid, 4 over, 5 unlimited trial, 6 and 7 too many users
	UserLimit             int64  `json:"user_limit"`   // means nothing for fixed prices and most trials
	ExpiredTime           int64  `json:"expired_time"` // Unix seconds; means nothing for unlimited trials
	IsVirtualVersion      bool   `json:"is_virtual_version"`
	IsSharedFromOtherCorp bool   `json:"is_shared_from_other_corp"`
}

// GetAuthInfo 获取企业授权信息: reports what a corp has authorised, with CorpWxqrcode and
// editions, which [GetAuthInfoV2] leaves out for speed. Empty arguments stand for the bound corp
// and the stored code.
//
// Errors: 40084 the permanent code is no longer valid, 48004 no authorisation.
// https://developer.work.weixin.qq.com/document/path/90604
func GetAuthInfo(api *token.Api, authCorpId, permanentCode string) (*Permanent, error) {
	return authInfo(api, "/cgi-bin/service/get_auth_info", authCorpId, permanentCode)
}

// GetAuthInfoV2 获取企业授权信息: reports what a corp has authorised, for instance after
// change_auth. Empty arguments stand for the bound corp and the stored code.
//
// Errors: 40084 the permanent code is no longer valid, 48004 no authorisation.
// https://developer.work.weixin.qq.com/document/path/100779
func GetAuthInfoV2(api *token.Api, authCorpId, permanentCode string) (*Permanent, error) {
	return authInfo(api, "/cgi-bin/service/v2/get_auth_info", authCorpId, permanentCode)
}

type authInfoReq struct {
	AuthCorpId    string `json:"auth_corpid"`
	PermanentCode string `json:"permanent_code"`
}

func authInfo(api *token.Api, path, authCorpId, permanentCode string) (*Permanent, error) {
	authCorpId, err := corpOr(api, "auth_corpid", authCorpId)
	if err != nil {
		return nil, err
	}
	if permanentCode == "" {
		in, err := api.WithCorp(authCorpId).Installation()
		if err != nil {
			return nil, err
		}
		permanentCode = in.PermanentCode
	}
	ep := token.Endpoint{Path: path, Credential: token.Suite, Read: true, NoErrcode: true}.Needing("auth_corp_info.corpid")
	return token.Call[Permanent](api, ep, authInfoReq{authCorpId, permanentCode})
}
