package platform

import (
	"fmt"
	"time"

	"github.com/gothird/wecom/internal/spec"
)

// Lives of tokens and codes.
const (
	tokenLife      = 7200 * time.Second
	syncTokenLife  = 1800 * time.Second
	ticketLife     = 30 * time.Minute
	preAuthLife    = 1200 * time.Second
	authCodeLife   = 10 * time.Minute
	loginCodeLife  = 5 * time.Minute
	userTicketLife = 7200 * time.Second // from getuserinfo3rd
	corpTicketLife = 1800 * time.Second // from auth/getuserinfo
	registerLife   = 600 * time.Second
	scanLife       = 10 * 24 * time.Hour // of customised-app links; no page gives one for app QR codes
)

// Lengths; WeCom allows 512 bytes for each.
const (
	tokenLen     = 200
	codeLen      = 128
	permanentLen = 86
	ticketLen    = 64
)

// token is one access token.
type token struct {
	kind     string // spec.CredentialProvider, spec.CredentialSuite or spec.CredentialCorp
	provider string
	suite    *suite
	install  *Install
	corp     *Corp
	expires  time.Time
	dead     int // errcode, if it was killed early
}

// owner is what a token was issued for.
type owner struct{ kind, provider, suiteId, corpId string }

func (t *token) owner() owner {
	o := owner{kind: t.kind, provider: t.provider}
	if t.suite != nil {
		o.suiteId = t.suite.Id
	}
	if t.corp != nil {
		o.corpId = t.corp.Id
	}
	return o
}

// issue hands out a token: the one of the same owner if it is still good and
// renew is false, else a new one. p.mu is held.
func (p *Platform) issue(t token, life time.Duration, renew bool) (value string, expiresIn int64) {
	o := t.owner()
	if old := p.tokens[p.current[o]]; old != nil && !renew && old.dead == 0 && p.now().Before(old.expires) {
		return p.current[o], int64(old.expires.Sub(p.now()) / time.Second)
	}
	if p.opt.TokenLife != 0 {
		life = p.opt.TokenLife
	}
	t.expires = p.now().Add(life)
	value = p.secret(tokenLen)
	p.tokens[value] = &t
	p.current[o] = value
	p.note(ChangedToken, o.suiteId, o.corpId, "")
	return value, int64(life / time.Second)
}

// What a token of the wrong kind, or none that was ever issued, is answered with.
func unknownToken(kind string) error {
	switch kind {
	case spec.CredentialCorp:
		return Refuse(codeBadToken, "invalid access_token")
	case spec.CredentialProvider:
		return Refuse(codeUnknownProviderToken, "invalid suite_access_token or provider_access_token")
	}
	return Refuse(codeBadSuiteToken, "invalid suite_access_token or provider_access_token")
}

func expiredToken(kind string) error {
	if kind == spec.CredentialSuite {
		return Refuse(codeSuiteExpired, "suite_access_token expired")
	}
	return Refuse(codeTokenExpired, "access_token expired")
}

// authorize checks the token of a request. p.mu is held.
func (p *Platform) authorize(c *Call) error {
	if c.ep.Credential == spec.CredentialNone {
		return nil
	}
	value := c.query.Get(c.ep.QueryKey)
	if value == "" {
		if c.ep.QueryKey == "suite_access_token" {
			return Refuse(codeNoSuiteToken, "suite_access_token missing")
		}
		return Refuse(codeNoToken, "%s missing", c.ep.QueryKey)
	}
	t := p.tokens[value]
	switch {
	case t == nil || t.kind != c.ep.Credential:
		return unknownToken(c.ep.Credential)
	case t.dead != 0:
		return Refuse(t.dead, "invalid token")
	case !c.now.Before(t.expires):
		return expiredToken(t.kind)
	}
	c.token, c.provider, c.suite, c.install, c.corp = t, t.provider, t.suite, t.install, t.corp
	return nil
}

// KillTokens ends all tokens of one kind early, as WeCom may do at any time,
// and says how many. They are answered with code; 0: as unknown ones are.
func (p *Platform) KillTokens(kind string, code int) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.killWhere(code, func(t *token) bool { return t.kind == kind })
}

// KillToken does the same to one token.
func (p *Platform) KillToken(value string, code int) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	victim := p.tokens[value]
	return p.killWhere(code, func(t *token) bool { return t == victim }) == 1
}

func (p *Platform) killWhere(code int, match func(*token) bool) (n int) {
	for _, t := range p.tokens {
		if t.dead != 0 || !match(t) {
			continue
		}
		t.dead = code
		if code == 0 {
			t.dead = unknownToken(t.kind).(*refusal).code
		}
		n++
		o := t.owner()
		p.note(ChangedToken, o.suiteId, o.corpId, "")
	}
	return n
}

// ExpireTokens lets the time of all tokens of one kind run out now.
func (p *Platform) ExpireTokens(kind string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, t := range p.tokens {
		if t.kind == kind {
			t.expires = p.now()
		}
	}
	p.note(ChangedToken, "", "", "")
}

// IssueToken hands out a token without a request. For a provider token suiteId
// and corpId are empty, for a suite token corpId is.
func (p *Platform) IssueToken(kind, suiteId, corpId string) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := token{kind: kind, provider: p.firstProvider, suite: p.suites[suiteId]}
	if kind != spec.CredentialProvider && t.suite == nil {
		return "", fmt.Errorf("fakewecom: no suite %q", suiteId)
	}
	if t.suite != nil {
		t.provider = t.suite.ProviderCorpId
	}
	if kind == spec.CredentialCorp {
		if t.install = p.installs[installKey{suiteId, corpId}]; t.install == nil {
			return "", fmt.Errorf("fakewecom: %s is not installed at %q", suiteId, corpId)
		}
		t.corp = t.install.Corp
	}
	value, _ := p.issue(t, tokenLife, true)
	return value, nil
}
