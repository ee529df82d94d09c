package service

import (
	"fmt"

	"github.com/gothird/wecom/access"
	"github.com/gothird/wecom/data"
	"github.com/gothird/wecom/token"
)

// GetProviderToken 获取服务商凭证: asks WeCom for a provider token now and returns an
// *access.ProviderAccessToken. corp is [token.Api.Provider].
//
// You rarely need it: every call fetches and renews its token by itself. WeCom blocks frequent
// fetching with errcode 45009.
// https://developer.work.weixin.qq.com/document/path/91200
func GetProviderToken(corp token.Token, d data.D) (access.Token, error) {
	return fetch("get_provider_token", corp, token.Provider, d)
}

// GetSuiteToken 获取第三方应用凭证: asks WeCom for a suite token now and returns an
// *access.SuiteAccessToken. corp is [token.Api.Suite]; d["suite_ticket"] overrides the stored
// ticket.
//
// You rarely need it, see [GetProviderToken]. Errors: 40085 stale ticket.
// https://developer.work.weixin.qq.com/document/path/90600
func GetSuiteToken(corp token.Token, d data.D) (access.Token, error) {
	return fetch("get_suite_token", corp, token.Suite, d)
}

// GetCorpToken 获取企业凭证: asks WeCom for the token of an authorised corp now and returns an
// *access.CorpAccessToken. corp is [token.Api.Corp] of an Api that is bound to the corp. The
// installation says whether the app is a third-party or a customised one.
//
// You rarely need it, see [GetProviderToken]. Errors: 40084 the permanent code is no longer
// valid, 48004 the corp has withdrawn its authorisation.
// https://developer.work.weixin.qq.com/document/path/90605
func GetCorpToken(corp token.Token, d data.D) (access.Token, error) {
	return fetch("get_corp_token", corp, token.Corp, d)
}

func fetch(endpoint string, handle token.Token, want token.Credential, d data.D) (access.Token, error) {
	if handle == nil {
		return nil, fmt.Errorf("wecom: %s: the credential handle is nil", endpoint)
	}
	if got := handle.Credential(); got != want {
		return nil, fmt.Errorf("wecom: %s: wants the %s handle, got that of the %s", endpoint, want, got)
	}
	return handle.Fetch(d)
}
