package fakewecom

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
func (s *Server) LoginCode(l Login) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.newCode(code{kind: loginCode, login: l}, loginCodeLife)
}

func loginHandlers() map[string]handler {
	return map[string]handler{
		"/cgi-bin/service/auth/getuserinfo3rd":        (*Server).getUserInfo3rd,
		"/cgi-bin/service/getuserinfo3rd":             (*Server).getUserInfo3rdLegacy,
		"/cgi-bin/service/auth/getuserdetail3rd":      (*Server).getUserDetail,
		"/cgi-bin/service/get_login_info":             (*Server).getLoginInfo,
		"/cgi-bin/auth/getuserinfo":                   (*Server).getUserInfo,
		"/cgi-bin/auth/getuserdetail":                 (*Server).getUserDetail,
		"/cgi-bin/service/miniprogram/jscode2session": (*Server).jscode2session,
		"/cgi-bin/miniprogram/jscode2session":         (*Server).jscode2session,
	}
}

// redeem uses a login code up. fits says whether it may be used here; a code
// of another app is refused and stays good.
func (s *Server) redeem(c *call, value string, fits func(Login) bool) (Login, error) {
	lc := s.find(loginCode, value)
	switch {
	case lc == nil || !fits(lc.login):
		return Login{}, refuse(codeBadLoginCode, "invalid code")
	case lc.used:
		return Login{}, refuse(codeUsedLoginCode, "code has been used")
	case lc.expired(c.now):
		return Login{}, refuse(codeExpiredLoginCode, "code expired")
	}
	lc.used = true
	return lc.login, nil
}

func (c *call) ofSuite(l Login) bool { return l.SuiteId == c.suite.Id }

func (c *call) ofInstall(l Login) bool {
	return c.install != nil && l.SuiteId == c.suite.Id && (l.CorpId == c.corp.Id || l.UserId == "")
}

func (s *Server) getUserInfo3rd(c *call) (obj, error) {
	if c.suite.Template {
		return nil, refuse(codeNoRight, "api forbidden") // customised apps: auth/getuserinfo
	}
	l, err := s.redeem(c, c.str("code"), c.ofSuite)
	if err != nil {
		return nil, err
	}
	if l.UserId == "" {
		return obj{"openid": l.OpenId}, nil
	}
	out := obj{"corpid": l.CorpId, "userid": l.UserId, "open_userid": l.UserId}
	if s.addTicket(out, l, userTicketLife) {
		out["expires_in"] = int(userTicketLife.Seconds())
	}
	return out, nil
}

func (s *Server) getUserInfo3rdLegacy(c *call) (obj, error) {
	l, err := s.redeem(c, c.str("code"), c.ofSuite)
	if err != nil {
		return nil, err
	}
	if l.UserId == "" {
		return obj{"OpenId": l.OpenId, "DeviceId": "device"}, nil
	}
	return obj{"CorpId": l.CorpId, "UserId": l.UserId, "DeviceId": "device"}, nil
}

func (s *Server) getUserInfo(c *call) (obj, error) {
	l, err := s.redeem(c, c.str("code"), c.ofInstall)
	if err != nil {
		return nil, err
	}
	if l.UserId == "" {
		return obj{"openid": l.OpenId}, nil
	}
	out := obj{"userid": l.UserId}
	s.addTicket(out, l, corpTicketLife)
	return out, nil
}

// addTicket adds a user_ticket where the visitor agreed and is visible.
func (s *Server) addTicket(out obj, l Login, life time.Duration) bool {
	corp := s.corps[l.CorpId]
	if !l.Private || corp == nil {
		return false
	}
	if m, ok := corp.member(l.UserId); !ok || m.Hidden {
		return false
	}
	out["user_ticket"] = s.newCode(code{kind: userTicket, login: l}, life)
	return true
}

// getUserDetail serves both kinds of app.
func (s *Server) getUserDetail(c *call) (obj, error) {
	ut := s.find(userTicket, c.str("user_ticket"))
	if ut == nil || ut.login.SuiteId != c.suiteId() || c.corp != nil && ut.login.CorpId != c.corp.Id {
		return nil, refuse(codeTicketBad, "invalid user_ticket")
	}
	if ut.expired(c.now) {
		return nil, refuse(codeTicketExpired, "user_ticket expired")
	}
	out := obj{"userid": ut.login.UserId, "gender": "1", "avatar": picture, "qr_code": picture}
	if c.ep.Credential == spec.CredentialSuite {
		m, _ := s.corps[ut.login.CorpId].member(ut.login.UserId)
		out["corpid"], out["name"] = ut.login.CorpId, m.Name
	}
	return out, nil
}

func (s *Server) getLoginInfo(c *call) (obj, error) {
	l, err := s.redeem(c, c.str("auth_code"), func(l Login) bool { return l.SuiteId == "" })
	if err != nil {
		return nil, err
	}
	const member, admin = 5, 1 // usertype
	kind, agents := member, []obj{}
	m := Member{}
	if corp := s.corps[l.CorpId]; corp != nil {
		m, _ = corp.member(l.UserId)
	}
	if m.Admin {
		kind = admin
		for key, in := range s.installs {
			if key.corpId == l.CorpId && in.suite.ProviderCorpId == c.provider {
				agents = append(agents, obj{"agentid": in.agentId, "auth_type": 1})
			}
		}
	}
	return obj{
		"usertype":  kind,
		"user_info": obj{"userid": l.UserId, "open_userid": l.UserId, "name": m.Name, "avatar": picture},
		"corp_info": obj{"corpid": l.CorpId},
		"agent":     agents,
		"auth_info": obj{"department": []obj{{"id": 1, "writable": m.Admin}}},
	}, nil
}

// jscode2session serves both kinds of app.
func (s *Server) jscode2session(c *call) (obj, error) {
	if c.str("grant_type") != "authorization_code" {
		return nil, refuse(codeBadParam, "invalid grant_type")
	}
	fits := c.ofSuite
	if c.corp != nil {
		fits = c.ofInstall
	}
	l, err := s.redeem(c, c.str("js_code"), fits)
	if err != nil {
		return nil, err
	}
	out := obj{"corpid": l.CorpId, "userid": l.UserId, "session_key": s.secret(24)}
	if c.corp == nil {
		out["open_userid"] = l.UserId
	}
	return out, nil
}
