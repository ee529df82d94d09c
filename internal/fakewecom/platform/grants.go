package platform

import "github.com/gothird/wecom/internal/spec"

// The endpoints that hand out tokens.

func (p *Platform) tokenHandlers() map[string]Handler {
	return map[string]Handler{
		"/cgi-bin/service/get_provider_token": p.getProviderToken,
		"/cgi-bin/service/get_suite_token":    p.getSuiteToken,
		"/cgi-bin/service/get_corp_token":     p.getCorpToken,
		"/cgi-bin/gettoken":                   p.getToken,
		"/cgi-bin/corpgroup/corp/gettoken":    p.getLowerToken,
	}
}

func (p *Platform) getProviderToken(c *Call) (Obj, error) {
	owner := p.providers[c.Str("corpid")]
	if owner == nil {
		return nil, Refuse(CodeBadCorp, "invalid corpid")
	}
	if owner.Secret != c.Str("provider_secret") {
		return nil, Refuse(codeBadSecret, "invalid credential")
	}
	value, in := p.issue(token{kind: spec.CredentialProvider, provider: owner.CorpId}, tokenLife, false)
	return Obj{"provider_access_token": value, "expires_in": in}, nil
}

func (p *Platform) getSuiteToken(c *Call) (Obj, error) {
	x := p.suites[c.Str("suite_id")]
	if x == nil {
		return nil, Refuse(codeNoSuite, "invalid suite_id")
	}
	if x.Secret != c.Str("suite_secret") {
		return nil, Refuse(codeSuiteSecret, "invalid suite_secret")
	}
	if !x.ticketGood(c.Str("suite_ticket"), c.now) {
		return nil, Refuse(codeOldTicket, "suite_ticket expired or not exist")
	}
	t := token{kind: spec.CredentialSuite, provider: x.ProviderCorpId, suite: x}
	value, in := p.issue(t, tokenLife, p.opt.NewSuiteToken)
	return Obj{"suite_access_token": value, "expires_in": in}, nil
}

func (p *Platform) getCorpToken(c *Call) (Obj, error) {
	in, err := p.installOf(c)
	if err != nil {
		return nil, err
	}
	if c.suite.Template {
		return nil, Refuse(codeCorpTokenOfTemplate, "api forbidden")
	}
	return p.corpToken(in), nil
}

// getToken serves customised apps; the permanent code is their secret.
func (p *Platform) getToken(c *Call) (Obj, error) {
	corpId, secret := c.query.Get("corpid"), c.query.Get("corpsecret")
	if p.corps[corpId] == nil {
		return nil, Refuse(CodeBadCorp, "invalid corpid")
	}
	for key, in := range p.installs {
		if key.corpId != corpId || in.permanentCode != secret {
			continue
		}
		if !in.suite.Template {
			return nil, Refuse(codeThirdPartySecret, "invalid credential")
		}
		return p.corpToken(in), nil
	}
	return nil, Refuse(codeBadSecret, "invalid credential")
}

// corpToken issues the token of an installation. p.mu is held.
func (p *Platform) corpToken(in *Install) Obj {
	t := token{kind: spec.CredentialCorp, provider: in.suite.ProviderCorpId, suite: in.suite, install: in, corp: in.Corp}
	value, left := p.issue(t, tokenLife, p.opt.NewCorpToken && !in.suite.Template)
	return Obj{"access_token": value, "expires_in": left}
}

// getLowerToken gives an upper corp's app the token of a lower corp.
func (p *Platform) getLowerToken(c *Call) (Obj, error) {
	lower := p.corps[c.Str("corpid")]
	if lower == nil {
		return nil, Refuse(670001, "not allowed to access the corp")
	}
	t := token{kind: spec.CredentialCorp, provider: c.provider, suite: c.suite, install: c.install, corp: lower}
	value, left := p.issue(t, tokenLife, false)
	return Obj{"access_token": value, "expires_in": left}, nil
}

// installOf finds the authorisation that auth_corpid and permanent_code name.
func (p *Platform) installOf(c *Call) (*Install, error) {
	corpId := c.Str("auth_corpid")
	if p.corps[corpId] == nil {
		return nil, Refuse(CodeBadCorp, "invalid corpid")
	}
	in := p.installs[installKey{c.suite.Id, corpId}]
	if in == nil || in.permanentCode != c.Str("permanent_code") {
		return nil, Refuse(codeBadPermanent, "invalid permanent_code")
	}
	return in, nil
}
