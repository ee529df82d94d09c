package token

import (
	"fmt"

	"github.com/gothird/wecom/access"
	"github.com/gothird/wecom/data"
)

// Credential says whose token a call carries and under which query key. It is a plain
// value and can be compared. The zero Credential is none: the call carries no token.
type Credential struct{ kind, param, static string }

// The three credentials of a service provider.
var (
	Provider = Credential{kind: "provider", param: "provider_access_token"} // 服务商凭证
	Suite    = Credential{kind: "suite", param: "suite_access_token"}       // 第三方应用凭证
	Corp     = Credential{kind: "corp", param: "access_token"}              // 企业凭证
	None     = Credential{kind: "none"}                                     // the call carries no token
)

// Static is a token that the caller holds, sent as access_token and never refreshed,
// such as the contact_sync token of a corp that has just registered.
func Static(accessToken string) Credential {
	return Credential{kind: "static", param: "access_token", static: accessToken}
}

// As returns the credential under another query key; get_login_info wants the provider
// token as access_token.
func (c Credential) As(param string) Credential {
	c.param = param
	return c
}

// String gives the kind: provider, suite, corp, static or none.
func (c Credential) String() string {
	if c.kind == "" {
		return "none"
	}
	return c.kind
}

// Format prints the kind, whatever the verb.
func (c Credential) Format(s fmt.State, verb rune) {
	fmt.Fprintf(s, fmt.FormatString(s, verb), c.String())
}

// rejects reports whether an errcode says that the token itself is no longer good.
// Wrong secrets (40001) and the IP white list (60020) are not among them: a new token
// would change nothing.
func (c Credential) rejects(errcode int) bool {
	switch c.kind {
	case "provider":
		return errcode == 40014 || errcode == 42001 || errcode == 40082
	case "suite":
		return errcode == 40082 || errcode == 42009
	case "corp":
		return errcode == 40014 || errcode == 42001
	}
	return false
}

// Token is a credential handle of an [Api]: [Api.Provider], [Api.Suite] or [Api.Corp].
type Token interface {
	Credential() Credential
	// AppId is the provider's corp id, the suite id or the authorised corp's id.
	AppId() string
	// Fetch asks WeCom for a token now, whatever is cached, and caches the answer. Calls
	// refresh their tokens by themselves and need none of this.
	Fetch(d data.D) (access.Token, error)
}

// handle is the Token of an Api. Packages above reach the Api through its Api method.
type handle struct {
	api *Api
	c   Credential
}

func (h handle) Api() *Api              { return h.api }
func (h handle) Credential() Credential { return h.c }

func (h handle) AppId() string {
	switch h.c {
	case Provider:
		return h.api.ProviderCorpId()
	case Suite:
		return h.api.SuiteId()
	}
	return h.api.CorpId()
}

// Fetch takes suite_ticket from d where d has one, and for a corp permanent_code: the
// token of a code that is not the installed one is the caller's alone.
func (h handle) Fetch(d data.D) (access.Token, error) {
	c, err := h.api.cell(h.c)
	if err != nil {
		return nil, err
	}
	var v access.Value
	switch h.c {
	case Provider:
		v, err = c.fetch(h.api.ctx, "")
	case Suite:
		v, err = c.fetch(h.api.ctx, d.String("suite_ticket"))
	default:
		if code := d.String("permanent_code"); code != "" {
			v, err = h.api.askCorp(code)
		} else {
			v, err = c.fetch(h.api.ctx, "")
		}
	}
	switch {
	case err != nil:
		return nil, err
	case h.c == Provider:
		return &access.ProviderAccessToken{AcsToken: v.AcsToken, ExpiresIn: v.ExpiresIn}, nil
	case h.c == Suite:
		return &access.SuiteAccessToken{AcsToken: v.AcsToken, ExpiresIn: v.ExpiresIn}, nil
	}
	return &access.CorpAccessToken{AcsToken: v.AcsToken, ExpiresIn: v.ExpiresIn}, nil
}
