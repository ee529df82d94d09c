package fakewecom

import "github.com/gothird/wecom/internal/spec"

// The endpoints that hand out tokens.

func tokenHandlers() map[string]handler {
	return map[string]handler{
		"/cgi-bin/service/get_provider_token": (*Server).getProviderToken,
		"/cgi-bin/service/get_suite_token":    (*Server).getSuiteToken,
		"/cgi-bin/service/get_corp_token":     (*Server).getCorpToken,
		"/cgi-bin/gettoken":                   (*Server).getToken,
		"/cgi-bin/corpgroup/corp/gettoken":    (*Server).getLowerToken,
	}
}

func (s *Server) getProviderToken(c *call) (obj, error) {
	p := s.providers[c.str("corpid")]
	if p == nil {
		return nil, refuse(codeBadCorp, "invalid corpid")
	}
	if p.Secret != c.str("provider_secret") {
		return nil, refuse(codeBadSecret, "invalid credential")
	}
	value, in := s.issue(token{kind: spec.CredentialProvider, provider: p.CorpId}, tokenLife, false)
	return obj{"provider_access_token": value, "expires_in": in}, nil
}

func (s *Server) getSuiteToken(c *call) (obj, error) {
	x := s.suites[c.str("suite_id")]
	if x == nil {
		return nil, refuse(codeNoSuite, "invalid suite_id")
	}
	if x.Secret != c.str("suite_secret") {
		return nil, refuse(codeSuiteSecret, "invalid suite_secret")
	}
	if !x.ticketGood(c.str("suite_ticket"), c.now) {
		return nil, refuse(codeOldTicket, "suite_ticket expired or not exist")
	}
	t := token{kind: spec.CredentialSuite, provider: x.ProviderCorpId, suite: x}
	value, in := s.issue(t, tokenLife, s.opt.NewSuiteToken)
	return obj{"suite_access_token": value, "expires_in": in}, nil
}

func (s *Server) getCorpToken(c *call) (obj, error) {
	in, err := s.installOf(c)
	if err != nil {
		return nil, err
	}
	if c.suite.Template {
		return nil, refuse(codeCorpTokenOfTemplate, "api forbidden")
	}
	return s.corpToken(in), nil
}

// getToken serves customised apps; the permanent code is their secret.
func (s *Server) getToken(c *call) (obj, error) {
	corpId, secret := c.query.Get("corpid"), c.query.Get("corpsecret")
	if s.corps[corpId] == nil {
		return nil, refuse(codeBadCorp, "invalid corpid")
	}
	for key, in := range s.installs {
		if key.corpId != corpId || in.permanentCode != secret {
			continue
		}
		if !in.suite.Template {
			return nil, refuse(codeThirdPartySecret, "invalid credential")
		}
		return s.corpToken(in), nil
	}
	return nil, refuse(codeBadSecret, "invalid credential")
}

// corpToken issues the token of an installation. s.mu is held.
func (s *Server) corpToken(in *install) obj {
	t := token{kind: spec.CredentialCorp, provider: in.suite.ProviderCorpId, suite: in.suite, install: in, corp: in.corp}
	value, left := s.issue(t, tokenLife, s.opt.NewCorpToken && !in.suite.Template)
	return obj{"access_token": value, "expires_in": left}
}

// getLowerToken gives an upper corp's app the token of a lower corp.
func (s *Server) getLowerToken(c *call) (obj, error) {
	lower := s.corps[c.str("corpid")]
	if lower == nil {
		return nil, refuse(670001, "not allowed to access the corp")
	}
	t := token{kind: spec.CredentialCorp, provider: c.provider, suite: c.suite, install: c.install, corp: lower}
	value, left := s.issue(t, tokenLife, false)
	return obj{"access_token": value, "expires_in": left}, nil
}

// installOf finds the authorisation that auth_corpid and permanent_code name.
func (s *Server) installOf(c *call) (*install, error) {
	corpId := c.str("auth_corpid")
	if s.corps[corpId] == nil {
		return nil, refuse(codeBadCorp, "invalid corpid")
	}
	in := s.installs[installKey{c.suite.Id, corpId}]
	if in == nil || in.permanentCode != c.str("permanent_code") {
		return nil, refuse(codeBadPermanent, "invalid permanent_code")
	}
	return in, nil
}
