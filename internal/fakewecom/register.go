package fakewecom

import (
	"fmt"

	"github.com/gothird/wecom/internal/spec"
)

// The promotion link (推广注册): a new corp registers by it and its address book
// is filled with a token of its own.

const maxRegisterState = 128

func (s *Server) getRegisterCode(c *call) (obj, error) {
	if !stateOk(c.str("state"), maxRegisterState) {
		return nil, refuse(codeBadState, "invalid state")
	}
	value := s.newCode(code{kind: registerCode, state: c.str("state"), extra: c.str("template_id")}, registerLife)
	return obj{"register_code": value, "expires_in": int(registerLife.Seconds())}, nil
}

// Register is somebody who opens the promotion link and registers a corp, which
// AddCorp has added.
func (s *Server) Register(registerCodeValue, corpId string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	rc := s.find(registerCode, registerCodeValue)
	if rc == nil || rc.expired(s.now()) || s.corps[corpId] == nil {
		return fmt.Errorf("fakewecom: the register code is unknown or expired, or there is no corp %q", corpId)
	}
	rc.corpId = corpId
	return nil
}

func (s *Server) getRegisterInfo(c *call) (obj, error) {
	rc := s.find(registerCode, c.str("register_code"))
	if rc == nil {
		return nil, refuse(codeRegisterBad, "invalid register_code")
	}
	corp := s.corps[rc.corpId]
	if corp == nil {
		return nil, refuse(codeRegisterNone, "no register info")
	}
	value, in := s.issue(token{kind: spec.CredentialCorp, provider: c.provider, corp: corp}, syncTokenLife, false)
	out := obj{
		"corpid": corp.Id, "template_id": rc.extra,
		"contact_sync":   obj{"access_token": value, "expires_in": in},
		"auth_user_info": obj{"userid": corp.admin().UserId},
	}
	if rc.state != "" {
		out["state"] = rc.state
	}
	return out, nil
}

// contactSyncSuccess ends the filling of the address book and its token.
func (s *Server) contactSyncSuccess(c *call) (obj, error) {
	if c.install != nil {
		return nil, refuse(codeSyncForbidden, "api forbidden")
	}
	c.token.dead = codeBadToken
	return nil, nil
}
