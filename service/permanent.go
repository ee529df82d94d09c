package service

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"

	"github.com/gothird/wecom/access"
	"github.com/gothird/wecom/data"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/redact"
	"github.com/gothird/wecom/token"
)

// Permanent is what an installation brings: the permanent code, who installed what, and
// for third-party apps the first token of the corp. It prints without its secrets.
type Permanent struct {
	access.PermanentAccessToken
	PermanentInfo
}

// Format shows everything but the secrets.
func (p Permanent) Format(s fmt.State, verb rune) {
	type plain Permanent
	fmt.Fprintf(s, fmt.FormatString(s, verb), plain(p)) // both parts mask themselves
}

// LogValue shows everything but the secrets.
func (p Permanent) LogValue() slog.Value { return slog.StringValue(fmt.Sprintf("%+v", p)) }

// PermanentInfo describes one authorisation.
//
// [GetPermanentCodeV2] gives no AuthInfo, DealerCorpInfo and EditionInfo; [GetAuthInfo]
// no PermanentCode, AuthUserInfo and RegisterCodeInfo.
type PermanentInfo struct {
	PermanentCode    string           `json:"permanent_code"` // a customised app's secret
	DealerCorpInfo   DealerCorpInfo   `json:"dealer_corp_info"`
	AuthCorpInfo     AuthCorpInfo     `json:"auth_corp_info"`
	AuthInfo         AuthInfo         `json:"auth_info"`
	AuthUserInfo     AuthUserInfo     `json:"auth_user_info"`
	RegisterCodeInfo RegisterCodeInfo `json:"register_code_info"`
	State            string           `json:"state"` // of the link or code that was scanned
	EditionInfo      EditionInfo      `json:"edition_info"`
}

// AgentId is the first agent's id, "" without one.
func (p PermanentInfo) AgentId() string {
	if len(p.AuthInfo.Agent) == 0 {
		return ""
	}
	return strconv.FormatInt(p.AuthInfo.Agent[0].AgentId, 10)
}

// IsCustomizedApp reports whether the first agent is a customised app (代开发应用), false
// without one: [GetPermanentCodeV2] gives no agents.
func (p PermanentInfo) IsCustomizedApp() bool {
	return len(p.AuthInfo.Agent) > 0 && p.AuthInfo.Agent[0].IsCustomizedApp
}

// Format shows everything but the secrets.
func (p PermanentInfo) Format(s fmt.State, verb rune) {
	type plain PermanentInfo
	p.PermanentCode = redact.Mask(p.PermanentCode)
	fmt.Fprintf(s, fmt.FormatString(s, verb), plain(p))
}

// LogValue shows everything but the secrets.
func (p PermanentInfo) LogValue() slog.Value { return slog.StringValue(fmt.Sprintf("%+v", p)) }

// installation is what the token package keeps of it. The v2 answer does not say whether
// the app is a customised one; the ids of templates do, they begin with dk.
func (p PermanentInfo) installation(suiteId string) token.Installation {
	in := token.Installation{
		CorpId:        p.AuthCorpInfo.CorpId,
		CorpName:      p.AuthCorpInfo.CorpName,
		PermanentCode: p.PermanentCode,
		Customized:    p.IsCustomizedApp() || token.IsTemplate(suiteId),
	}
	if len(p.AuthInfo.Agent) > 0 {
		in.AgentId = p.AuthInfo.Agent[0].AgentId
	}
	return in
}

// GetPermanentCode 获取企业永久授权码: exchanges d["auth_code"] for a *[Permanent] and saves
// the installation before it returns. corp is any handle of the Api, [token.Api.Suite]
// for example; the Api need not be bound to a corp.
//
// An auth code lives 10 minutes and WeCom takes it once. Callback and redirect may both
// ask with the same code, at once or one after the other: it is exchanged once in all
// processes that share a Store, and both get the same answer. WeCom answers slowly, see
// [GetPermanentCodeV2]. Errors: 40078 the code is wrong or used.
// https://developer.work.weixin.qq.com/document/path/90603
func GetPermanentCode(corp token.Token, d data.D) (access.Token, error) {
	return exchange(corp, d, "/cgi-bin/service/get_permanent_code")
}

// GetPermanentCodeV2 获取企业永久授权码: is [GetPermanentCode] with an answer that comes fast
// and holds less, no agents and no token; ask [GetAuthInfoV2] for the rest. An auth code
// is exchanged by one of the two, the other then gives the same answer.
// https://developer.work.weixin.qq.com/document/path/100776
func GetPermanentCodeV2(corp token.Token, d data.D) (access.Token, error) {
	return exchange(corp, d, "/cgi-bin/service/v2/get_permanent_code")
}

func exchange(corp token.Token, d data.D, path string) (access.Token, error) {
	handle, ok := corp.(interface{ Api() *token.Api })
	if !ok {
		return nil, errors.New("wecom: get_permanent_code: wants a credential handle of a token.Api, such as api.Suite()")
	}
	authCode := d.String("auth_code")
	if err := check.Id("auth_code", authCode, 512); err != nil {
		return nil, err
	}
	answer, err := handle.Api().Exchange(authCode, func(api *token.Api) ([]byte, token.Installation, error) {
		return askPermanent(api, path, authCode)
	})
	if err != nil {
		return nil, err
	}
	p := new(Permanent)
	if err := json.Unmarshal(answer, p); err != nil {
		return nil, fmt.Errorf("wecom: get_permanent_code: the kept answer cannot be read: %w", err)
	}
	return p, nil
}

type authCodeReq struct {
	AuthCode string `json:"auth_code"`
}

func askPermanent(api *token.Api, path, authCode string) ([]byte, token.Installation, error) {
	ep := token.Endpoint{Path: path, Credential: token.Suite}
	p, err := token.Call[Permanent](api, ep, authCodeReq{authCode})
	if err != nil {
		return nil, token.Installation{}, err
	}
	if p.PermanentCode == "" || p.AuthCorpInfo.CorpId == "" {
		return nil, token.Installation{}, missingField(ep, "permanent_code or no corpid")
	}
	answer, err := json.Marshal(p)
	return answer, p.installation(api.SuiteId()), err
}
