package platform

import (
	"fmt"

	"github.com/gothird/wecom/internal/spec"
)

// The promotion link (推广注册): a new corp registers by it and its address book
// is filled with a token of its own.

const maxRegisterState = 128

func (p *Platform) getRegisterCode(c *Call) (Obj, error) {
	if !stateOk(c.Str("state"), maxRegisterState) {
		return nil, Refuse(codeBadState, "invalid state")
	}
	value := p.newCode(code{kind: registerCode, state: c.Str("state"), extra: c.Str("template_id")}, registerLife)
	return Obj{"register_code": value, "expires_in": int(registerLife.Seconds())}, nil
}

// Register is somebody who opens the promotion link and registers a corp, which
// AddCorp has added.
func (p *Platform) Register(registerCodeValue, corpId string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	rc := p.find(registerCode, registerCodeValue)
	if rc == nil || rc.expired(p.now()) || p.corps[corpId] == nil {
		return fmt.Errorf("fakewecom: the register code is unknown or expired, or there is no corp %q", corpId)
	}
	rc.corpId = corpId
	return nil
}

func (p *Platform) getRegisterInfo(c *Call) (Obj, error) {
	rc := p.find(registerCode, c.Str("register_code"))
	if rc == nil {
		return nil, Refuse(codeRegisterBad, "invalid register_code")
	}
	corp := p.corps[rc.corpId]
	if corp == nil {
		return nil, Refuse(codeRegisterNone, "no register info")
	}
	value, in := p.issue(token{kind: spec.CredentialCorp, provider: c.provider, corp: corp}, syncTokenLife, false)
	out := Obj{
		"corpid": corp.Id, "template_id": rc.extra,
		"contact_sync":   Obj{"access_token": value, "expires_in": in},
		"auth_user_info": Obj{"userid": corp.admin().UserId},
	}
	if rc.state != "" {
		out["state"] = rc.state
	}
	return out, nil
}

// contactSyncSuccess ends the filling of the address book and its token.
func (p *Platform) contactSyncSuccess(c *Call) (Obj, error) {
	if c.install != nil {
		return nil, Refuse(codeSyncForbidden, "api forbidden")
	}
	c.token.dead = codeBadToken
	return nil, nil
}
