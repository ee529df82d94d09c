package token

import "github.com/gothird/wecom/access"
import "github.com/gothird/wecom/data"

// Credential says whose token a call carries and under which query key. It is a plain
// value and can be compared. The zero Credential is none: the call carries no token.
type Credential struct{ kind, param string }

// The three credentials of a service provider.
var (
	Provider = Credential{"provider", "provider_access_token"} // 服务商凭证
	Suite    = Credential{"suite", "suite_access_token"}       // 第三方应用凭证
	Corp     = Credential{"corp", "access_token"}              // 企业凭证
)

// As returns the credential under another query key; get_login_info wants the provider
// token as access_token.
func (c Credential) As(param string) Credential { return Credential{c.kind, param} }

// String gives the kind: provider, suite, corp or none.
func (c Credential) String() string {
	if c.kind == "" {
		return "none"
	}
	return c.kind
}

// Token is a credential handle of an [Api]: [Api.Provider], [Api.Suite] or [Api.Corp].
type Token interface {
	Credential() Credential
	// AppId is the provider's corp id, the suite id or the authorised corp's id.
	AppId() string
	// Fetch asks WeCom for a new token now, whatever is cached, and caches it.
	Fetch(d data.D) (access.Token, error)
}
