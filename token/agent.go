package token

import (
	"errors"
	"net/http"

	"github.com/gothird/wecom/internal/lenient"
)

// AgentId returns the id of the bound corp's app, which messages and other calls need. It is
// read from the installation. If the installation does not have it, WeCom is asked once and the
// answer is stored.
// https://developer.work.weixin.qq.com/document/path/100779
func (a *Api) AgentId() (int64, error) {
	in, err := a.Installation()
	if err != nil || in.AgentId != 0 {
		return in.AgentId, err
	}
	a, unpin := a.pin(Corp)
	defer unpin()
	return a.core.agents.do(a, a.installationKey(), refreshTimeout, (*Api).askAgentId)
}

func (a *Api) askAgentId() (int64, error) {
	r, err := a.installed()
	if err != nil || r.Installation.AgentId != 0 {
		return r.Installation.AgentId, err
	}
	ep := Endpoint{Path: "/cgi-bin/service/v2/get_auth_info", Credential: Suite, Read: true, NoErrcode: true}
	var answer []byte
	err = a.Do(ep, map[string]string{"auth_corpid": a.CorpId(), "permanent_code": r.Installation.PermanentCode}, &answer)
	if err != nil {
		return 0, err
	}
	id := agentOf(answer).AgentId
	if id == 0 {
		e := a.failure(ep, errors.New("no agent in the answer"))
		e.HTTPStatus = http.StatusOK
		return 0, e
	}
	if err := a.saveAgentId(r, id); err != nil {
		a.core.store.warn(a.ctx, "saving an agent id", a.installationKey(), err)
	}
	a.rememberAgentId(r, id)
	return id, nil
}

// rememberAgentId keeps the id in memory, so that this process does not ask again while the
// Store fails.
func (a *Api) rememberAgentId(was installationRecord, id int64) {
	seen := a.corp.known.Load()
	if seen != nil && seen.installed() && seen.Installation.AgentId == 0 && seen.Installation.fingerprint() == was.Installation.fingerprint() {
		k := *seen
		k.Installation.AgentId = id
		a.corp.known.CompareAndSwap(seen, &k)
	}
}

func (a *Api) saveAgentId(was installationRecord, id int64) error {
	a, unlock, err := a.lockInstallation()
	if err != nil {
		return err
	}
	defer unlock()
	r, err := a.readInstallation()
	if err != nil || !r.installed() || r.Installation.fingerprint() != was.Installation.fingerprint() {
		return err
	}
	in := r.Installation
	in.AgentId = id
	return a.writeInstallation(in, r.Exchange)
}

// agent is the installed app in an answer about an authorisation.
type agent struct {
	AgentId         int64 `json:"agentid"`
	IsCustomizedApp bool  `json:"is_customized_app"`
}

// agentOf reads the first agent of an answer. The rest of the answer may be malformed.
func agentOf(answer []byte) agent {
	var info struct {
		Agent []agent `json:"agent"`
	}
	if raw, ok := lenient.Find(answer, "auth_info"); ok {
		_, _ = lenient.Unmarshal(raw, &info)
	}
	if len(info.Agent) == 0 {
		return agent{}
	}
	return info.Agent[0]
}
