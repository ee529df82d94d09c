package service

import (
	"errors"
	"fmt"
	"log/slog"
	"strconv"

	"github.com/gothird/wecom/access"
	"github.com/gothird/wecom/data"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/lenient"
	"github.com/gothird/wecom/internal/redact"
	"github.com/gothird/wecom/token"
)

// Permanent is what an installation brings: the permanent code, who installed the app, what was
// authorised, and for third-party apps the first token of the corp. It prints without its
// secrets.
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
// [GetPermanentCodeV2] returns no AuthInfo, DealerCorpInfo and EditionInfo; [GetAuthInfo] no
// PermanentCode, AuthUserInfo and RegisterCodeInfo.
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

// IsCustomizedApp reports whether the first agent is a customised app (代开发应用). Without an
// agent it is false: [GetPermanentCodeV2] returns no agents.
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

// ExchangeAuthCode 获取企业永久授权码: exchanges an auth code for the permanent code of the corp
// that has authorised the bound suite, and saves the installation before it returns. The Api
// need not be bound to a corp.
//
// An auth code is valid for 10 minutes, and WeCom accepts it only once. Callback and redirect
// may both bring the same code, at the same time or one after the other. Then one of all
// processes that share a Store with locks ([token.Locker]) exchanges it, and all get the same
// answer. AcsToken and ExpiresIn are those of the corp's first token, with the seconds that are
// left; they are empty when it has expired, and for customised apps. The answer may lack the
// installer's userid. After the corp has cancelled, the answer comes without its secrets. WeCom
// answers slowly, so the timeout is a minute.
//
// Errors: 40078 the code is wrong or used.
// https://developer.work.weixin.qq.com/document/path/90603
func ExchangeAuthCode(api *token.Api, authCode string) (*Permanent, error) {
	return exchange(api, authCode, "/cgi-bin/service/get_permanent_code")
}

// GetPermanentCode 获取企业永久授权码: is the older form of [ExchangeAuthCode], which takes
// d["auth_code"] and returns a *Permanent. corp is any handle of the Api, for example
// [token.Api.Suite].
// https://developer.work.weixin.qq.com/document/path/90603
func GetPermanentCode(corp token.Token, d data.D) (access.Token, error) {
	return exchangeWith(corp, d, "/cgi-bin/service/get_permanent_code")
}

// GetPermanentCodeV2 获取企业永久授权码: is [GetPermanentCode] with a faster and shorter answer,
// without agents and token; [GetAuthInfoV2] returns the rest. One of the two exchanges an auth
// code, the other then returns the same answer.
// https://developer.work.weixin.qq.com/document/path/100776
func GetPermanentCodeV2(corp token.Token, d data.D) (access.Token, error) {
	return exchangeWith(corp, d, "/cgi-bin/service/v2/get_permanent_code")
}

func exchangeWith(corp token.Token, d data.D, path string) (access.Token, error) {
	handle, ok := corp.(interface{ Api() *token.Api })
	if !ok {
		return nil, errors.New("wecom: get_permanent_code: wants a credential handle of a token.Api, such as api.Suite()")
	}
	p, err := exchange(handle.Api(), d.String("auth_code"), path)
	if err != nil {
		return nil, err
	}
	return p, nil
}

func exchange(api *token.Api, authCode, path string) (*Permanent, error) {
	if err := check.Id("auth_code", authCode, 512); err != nil {
		return nil, err
	}
	answer, first, err := api.Exchange(authCode, token.Endpoint{Path: path, Credential: token.Suite})
	if err != nil {
		return nil, err
	}
	p := new(Permanent)
	if _, err := lenient.Unmarshal(answer, p); err != nil { // the answer broke off after what was saved
		*p = Permanent{}
		p.PermanentCode = text(answer, "permanent_code")
		p.AuthCorpInfo.CorpId = text(answer, "auth_corp_info", "corpid")
		p.AuthCorpInfo.CorpName = text(answer, "auth_corp_info", "corp_name")
	}
	p.AcsToken, p.ExpiresIn = first.AcsToken, first.ExpiresIn // the answer may be old, and its token expired
	return p, nil
}

func text(answer []byte, path ...string) string {
	raw, _ := lenient.Find(answer, path...)
	s, _ := lenient.Text(raw)
	return s
}
