// Package access has the access tokens that WeCom's credential endpoints return.
//
// You rarely need it: a token.Api gets and renews its tokens by itself. The functions of package
// service that return a token return one of these types:
//
//   - 获取服务商凭证: [ProviderAccessToken]
//   - 获取第三方应用凭证: [SuiteAccessToken]
//   - 获取企业凭证: [CorpAccessToken]
//   - 获取企业永久授权码: [PermanentAccessToken]
//
// All types print and log without the token, whatever the verb. Read the fields for the token itself.
package access

import (
	"fmt"
	"log/slog"
)

// Token is the answer of all endpoints that return a credential.
type Token interface {
	GetAccessToken() Value
}

// Value is an access token, with the seconds that it was valid when it was returned.
type Value struct {
	AcsToken  string
	ExpiresIn int64 // seconds
}

// GetAccessToken returns v itself, so that a Value is a [Token] too.
func (v Value) GetAccessToken() Value { return v }

// ProviderAccessToken 服务商凭证: identifies the service provider itself.
type ProviderAccessToken struct {
	AcsToken  string `json:"provider_access_token"`
	ExpiresIn int64  `json:"expires_in"` // seconds
}

// GetAccessToken returns the token without its wire names.
func (t ProviderAccessToken) GetAccessToken() Value { return Value(t) }

// SuiteAccessToken 第三方应用凭证: identifies one third-party app or customised-app template.
type SuiteAccessToken struct {
	AcsToken  string `json:"suite_access_token"`
	ExpiresIn int64  `json:"expires_in"` // seconds
}

// GetAccessToken returns the token without its wire names.
func (t SuiteAccessToken) GetAccessToken() Value { return Value(t) }

// CorpAccessToken 企业凭证: acts for one app inside one authorised corp.
type CorpAccessToken struct {
	AcsToken  string `json:"access_token"`
	ExpiresIn int64  `json:"expires_in"` // seconds
}

// GetAccessToken returns the token without its wire names.
func (t CorpAccessToken) GetAccessToken() Value { return Value(t) }

// PermanentAccessToken is the corp token that comes together with a permanent code
// (企业永久授权码). For customised apps (代开发) both fields are zero, because WeCom returns
// none.
type PermanentAccessToken struct {
	AcsToken  string `json:"access_token"`
	ExpiresIn int64  `json:"expires_in"` // seconds
}

// GetAccessToken returns the token without its wire names.
func (t PermanentAccessToken) GetAccessToken() Value { return Value(t) }

// masked is what all four kinds and Value print as.
type masked struct {
	AcsToken  string
	ExpiresIn int64
}

func (v Value) masked() masked {
	if v.AcsToken == "" {
		return masked(v)
	}
	return masked{AcsToken: "***", ExpiresIn: v.ExpiresIn}
}

// String shows everything but the token.
func (v Value) String() string { return fmt.Sprintf("%+v", v.masked()) }

// GoString shows everything but the token.
func (v Value) GoString() string { return "access.Value" + v.String() }

// Format shows everything but the token.
func (v Value) Format(s fmt.State, verb rune) { fmt.Fprintf(s, fmt.FormatString(s, verb), v.masked()) }

// LogValue shows everything but the token.
func (v Value) LogValue() slog.Value { return slog.StringValue(v.String()) }

// Format shows everything but the token.
func (t ProviderAccessToken) Format(s fmt.State, verb rune) { Value(t).Format(s, verb) }

// LogValue shows everything but the token.
func (t ProviderAccessToken) LogValue() slog.Value { return Value(t).LogValue() }

// Format shows everything but the token.
func (t SuiteAccessToken) Format(s fmt.State, verb rune) { Value(t).Format(s, verb) }

// LogValue shows everything but the token.
func (t SuiteAccessToken) LogValue() slog.Value { return Value(t).LogValue() }

// Format shows everything but the token.
func (t CorpAccessToken) Format(s fmt.State, verb rune) { Value(t).Format(s, verb) }

// LogValue shows everything but the token.
func (t CorpAccessToken) LogValue() slog.Value { return Value(t).LogValue() }

// Format shows everything but the token.
func (t PermanentAccessToken) Format(s fmt.State, verb rune) { Value(t).Format(s, verb) }

// LogValue shows everything but the token.
func (t PermanentAccessToken) LogValue() slog.Value { return Value(t).LogValue() }
