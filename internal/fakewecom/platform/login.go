package platform

import (
	"time"

	"github.com/gothird/wecom/internal/spec"
)

// Login is a visit: who came, to which app.
type Login struct {
	SuiteId string // "": the provider's own site (get_login_info)
	CorpId  string
	UserId  string // "": no member of any corp
	OpenId  string // of a visitor who is no member
	Private bool   // the visitor agreed to hand over sensitive fields: there is a user_ticket
}

// LoginCode returns the code that the visitor's browser brings to the
// provider: the code of OAuth2 and Web login, the auth_code of get_login_info,
// the js_code of a mini program. It works once, for 5 minutes.
func (p *Platform) LoginCode(l Login) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.newCode(code{kind: loginCode, login: l}, loginCodeLife)
}

func (p *Platform) loginHandlers() map[string]Handler {
	return map[string]Handler{
		"/cgi-bin/service/auth/getuserinfo3rd":        p.getUserInfo3rd,
		"/cgi-bin/service/getuserinfo3rd":             p.getUserInfo3rdLegacy,
		"/cgi-bin/service/auth/getuserdetail3rd":      p.getUserDetail,
		"/cgi-bin/service/get_login_info":             p.getLoginInfo,
		"/cgi-bin/auth/getuserinfo":                   p.getUserInfo,
		"/cgi-bin/auth/getuserdetail":                 p.getUserDetail,
		"/cgi-bin/service/miniprogram/jscode2session": p.jscode2session,
		"/cgi-bin/miniprogram/jscode2session":         p.jscode2session,
	}
}

// redeem uses a login code up. fits says whether it may be used here; a code
// of another app is refused and stays good.
func (p *Platform) redeem(c *Call, value string, fits func(Login) bool) (Login, error) {
	lc := p.find(loginCode, value)
	switch {
	case lc == nil || !fits(lc.login):
		return Login{}, Refuse(codeBadLoginCode, "invalid code")
	case lc.used:
		return Login{}, Refuse(codeUsedLoginCode, "code has been used")
	case lc.expired(c.now):
		return Login{}, Refuse(codeExpiredLoginCode, "code expired")
	}
	lc.used = true
	return lc.login, nil
}

func (c *Call) ofSuite(l Login) bool { return l.SuiteId == c.suite.Id }

func (c *Call) ofInstall(l Login) bool {
	return c.install != nil && l.SuiteId == c.suite.Id && (l.CorpId == c.corp.Id || l.UserId == "")
}

func (p *Platform) getUserInfo3rd(c *Call) (Obj, error) {
	if c.suite.Template {
		return nil, Refuse(CodeNoRight, "api forbidden") // customised apps: auth/getuserinfo
	}
	l, err := p.redeem(c, c.Str("code"), c.ofSuite)
	if err != nil {
		return nil, err
	}
	if l.UserId == "" {
		return Obj{"openid": l.OpenId}, nil
	}
	out := Obj{"corpid": l.CorpId, "userid": l.UserId, "open_userid": l.UserId}
	if p.addTicket(out, l, userTicketLife) {
		out["expires_in"] = int(userTicketLife.Seconds())
	}
	return out, nil
}

func (p *Platform) getUserInfo3rdLegacy(c *Call) (Obj, error) {
	l, err := p.redeem(c, c.Str("code"), c.ofSuite)
	if err != nil {
		return nil, err
	}
	if l.UserId == "" {
		return Obj{"OpenId": l.OpenId, "DeviceId": "device"}, nil
	}
	return Obj{"CorpId": l.CorpId, "UserId": l.UserId, "DeviceId": "device"}, nil
}

func (p *Platform) getUserInfo(c *Call) (Obj, error) {
	l, err := p.redeem(c, c.Str("code"), c.ofInstall)
	if err != nil {
		return nil, err
	}
	if l.UserId == "" {
		return Obj{"openid": l.OpenId}, nil
	}
	out := Obj{"userid": l.UserId}
	p.addTicket(out, l, corpTicketLife)
	return out, nil
}

// addTicket adds a user_ticket where the visitor agreed and is visible.
func (p *Platform) addTicket(out Obj, l Login, life time.Duration) bool {
	corp := p.corps[l.CorpId]
	if !l.Private || corp == nil {
		return false
	}
	if m, ok := corp.Member(l.UserId); !ok || m.Hidden {
		return false
	}
	out["user_ticket"] = p.newCode(code{kind: userTicket, login: l}, life)
	return true
}

// getUserDetail serves both kinds of app.
func (p *Platform) getUserDetail(c *Call) (Obj, error) {
	ut := p.find(userTicket, c.Str("user_ticket"))
	if ut == nil || ut.login.SuiteId != c.SuiteId() || c.corp != nil && ut.login.CorpId != c.corp.Id {
		return nil, Refuse(codeTicketBad, "invalid user_ticket")
	}
	if ut.expired(c.now) {
		return nil, Refuse(codeTicketExpired, "user_ticket expired")
	}
	out := Obj{"userid": ut.login.UserId, "gender": "1", "avatar": picture, "qr_code": picture}
	if c.ep.Credential == spec.CredentialSuite {
		m, _ := p.corps[ut.login.CorpId].Member(ut.login.UserId)
		out["corpid"], out["name"] = ut.login.CorpId, m.Name
	}
	return out, nil
}

func (p *Platform) getLoginInfo(c *Call) (Obj, error) {
	l, err := p.redeem(c, c.Str("auth_code"), func(l Login) bool { return l.SuiteId == "" })
	if err != nil {
		return nil, err
	}
	const member, admin = 5, 1 // usertype
	kind, agents := member, []Obj{}
	m := Member{}
	if corp := p.corps[l.CorpId]; corp != nil {
		m, _ = corp.Member(l.UserId)
	}
	if m.Admin {
		kind = admin
		for key, in := range p.installs {
			if key.corpId == l.CorpId && in.suite.ProviderCorpId == c.provider {
				agents = append(agents, Obj{"agentid": in.AgentId, "auth_type": 1})
			}
		}
	}
	return Obj{
		"usertype":  kind,
		"user_info": Obj{"userid": l.UserId, "open_userid": l.UserId, "name": m.Name, "avatar": picture},
		"corp_info": Obj{"corpid": l.CorpId},
		"agent":     agents,
		"auth_info": Obj{"department": []Obj{{"id": 1, "writable": m.Admin}}},
	}, nil
}

// jscode2session serves both kinds of app.
func (p *Platform) jscode2session(c *Call) (Obj, error) {
	if c.Str("grant_type") != "authorization_code" {
		return nil, BadParam("invalid grant_type")
	}
	fits := c.ofSuite
	if c.corp != nil {
		fits = c.ofInstall
	}
	l, err := p.redeem(c, c.Str("js_code"), fits)
	if err != nil {
		return nil, err
	}
	out := Obj{"corpid": l.CorpId, "userid": l.UserId, "session_key": p.secret(24)}
	if c.corp == nil {
		out["open_userid"] = l.UserId
	}
	return out, nil
}
