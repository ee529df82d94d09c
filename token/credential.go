package token

import (
	"fmt"
	"strings"

	"github.com/gothird/wecom/access"
	"github.com/gothird/wecom/data"
)

// Credential says whose token a call carries and under which query key. It is a comparable
// value. A call with the zero Credential is refused; a call that needs no token uses [None].
type Credential struct {
	kind          kind
	param, static string
}

// kind is the kind of a credential.
type kind uint8

const (
	unset kind = iota
	noKind
	providerKind
	suiteKind
	corpKind
	staticKind
)

// String returns the name that errors and hooks show.
func (k kind) String() string {
	return [...]string{"unset", "none", "provider", "suite", "corp", "static"}[k]
}

// The credentials of a service provider, and None for a call that carries no token.
var (
	Provider = Credential{kind: providerKind, param: "provider_access_token"} // 服务商凭证
	Suite    = Credential{kind: suiteKind, param: "suite_access_token"}       // 第三方应用凭证
	Corp     = Credential{kind: corpKind, param: "access_token"}              // 企业凭证
	None     = Credential{kind: noKind}
)

// Static returns the Credential for a token that you have, such as the contact_sync token of a
// corp that has just registered. It is sent as access_token and never refreshed.
func Static(accessToken string) Credential {
	return Credential{kind: staticKind, param: "access_token", static: accessToken}
}

// As returns the credential under another query key: get_login_info takes the provider token as
// access_token.
func (c Credential) As(param string) Credential {
	c.param = param
	return c
}

// String returns the kind: provider, suite, corp, static, none or unset.
func (c Credential) String() string { return c.kind.String() }

// Format prints the kind, whatever the verb.
func (c Credential) Format(s fmt.State, verb rune) {
	fmt.Fprintf(s, fmt.FormatString(s, verb), c.String())
}

// check returns an error for a credential that no call can carry.
func (c Credential) check() error {
	switch {
	case c.kind == unset:
		return errNoCredential
	case c.kind == staticKind && c.static == "":
		return errEmptyStatic
	case c.kind != noKind && (c.param == "" || strings.ContainsFunc(c.param, notInParam)):
		return errNoParam
	}
	return nil
}

func notInParam(r rune) bool { return r != '_' && (r < 'a' || r > 'z') }

// rejects reports whether an errcode says that the token itself is no longer good. A wrong
// secret (40001) and the IP white list (60020) do not count: a new token would not help.
func (c Credential) rejects(errcode int) bool {
	switch c.kind {
	case providerKind:
		return errcode == 40014 || errcode == 42001 || errcode == 40082
	case suiteKind:
		return errcode == 40082 || errcode == 42009
	case corpKind:
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
	// refresh their tokens by themselves and do not need it.
	Fetch(d data.D) (access.Token, error)
}

// handle is the Token of an Api. Package service gets the Api through its Api method.
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

// Fetch takes suite_ticket from d where d has one, and for a corp permanent_code: if that is
// not the installed code, the token is not cached.
func (h handle) Fetch(d data.D) (access.Token, error) {
	v, err := h.fetch(d)
	if err != nil {
		return nil, err
	}
	switch h.c {
	case Provider:
		return &access.ProviderAccessToken{AcsToken: v.AcsToken, ExpiresIn: v.ExpiresIn}, nil
	case Suite:
		return &access.SuiteAccessToken{AcsToken: v.AcsToken, ExpiresIn: v.ExpiresIn}, nil
	}
	return &access.CorpAccessToken{AcsToken: v.AcsToken, ExpiresIn: v.ExpiresIn}, nil
}

func (h handle) fetch(d data.D) (access.Value, error) {
	if err := h.api.missing(h.c); err != nil {
		return access.Value{}, err
	}
	if code := d.String("permanent_code"); h.c == Corp && code != "" {
		return h.api.fetchWithCode(code)
	}
	ticket := ""
	if h.c == Suite {
		ticket = d.String("suite_ticket")
	}
	return h.api.fetch(h.c, ticket)
}
