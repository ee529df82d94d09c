package token

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/internal/lenient"
)

// exchanges are the auth codes of an app on their way to an installation.
type exchanges struct {
	flights group[exchangeRecord]

	mu      sync.Mutex
	unsaved map[string]exchangeRecord // by code: answers that the Store does not have in their last state
}

// exchangeRecord is the one answer that WeCom gives to an auth code, as it came.
type exchangeRecord struct {
	V       int    `json:"v"`
	Answer  []byte `json:"answer"`
	Asked   int64  `json:"asked"`             // Unix milliseconds, by the clock of who asked
	Base    int64  `json:"base"`              // version of the installation that it is to replace
	Saved   bool   `json:"saved,omitempty"`   // the installation is saved
	Removed bool   `json:"removed,omitempty"` // and has been removed since
}

func (x *exchanges) find(code string) (exchangeRecord, bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	r, ok := x.unsaved[code]
	return r, ok
}

// keep remembers what the Store does not have.
func (x *exchanges) keep(code string, r exchangeRecord) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.unsaved == nil {
		x.unsaved = map[string]exchangeRecord{}
	}
	for k, old := range x.unsaved {
		if old.age() > exchangeKept {
			delete(x.unsaved, k)
		}
	}
	x.unsaved[code] = r
}

func (x *exchanges) drop(code string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	delete(x.unsaved, code)
}

// remove takes back what a corp has not had saved yet: it has cancelled.
func (x *exchanges) remove(corpId string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for code, r := range x.unsaved {
		if text(r.Answer, "auth_corp_info", "corpid") == corpId {
			x.unsaved[code] = r.cleared()
		}
	}
}

func (r exchangeRecord) age() time.Duration { return max(0, clock.Since(time.UnixMilli(r.Asked))) }

// cleared is what stays of an exchange when its installation is gone: no secrets.
func (r exchangeRecord) cleared() exchangeRecord {
	var b bytes.Buffer
	b.WriteByte('{')
	lenient.Members(r.Answer, func(name, value []byte) bool {
		if !slices.Contains(secretNames, string(name)) {
			if b.Len() > 1 {
				b.WriteByte(',')
			}
			key, _ := json.Marshal(string(name)) // a string always encodes
			b.Write(key)
			b.WriteByte(':')
			b.Write(value)
		}
		return true
	})
	b.WriteByte('}')
	r.Answer, r.Saved, r.Removed = b.Bytes(), true, true
	return r
}

// first is the corp token that came with the answer, as far as it is still good.
func (r exchangeRecord) first() *grant {
	token := text(r.Answer, "access_token")
	raw, _ := lenient.Find(r.Answer, "expires_in")
	seconds, _ := lenient.Int(raw)
	if token == "" || seconds <= 0 {
		return nil
	}
	g := newGrant(token, time.UnixMilli(r.Asked), time.Duration(seconds)*time.Second)
	if !g.fresh() {
		return nil
	}
	return g
}

// installation reads what has to be kept, whatever the rest of the answer looks like.
func (r exchangeRecord) installation() (Installation, error) {
	agent := agentOf(r.Answer)
	in := Installation{
		CorpId:        text(r.Answer, "auth_corp_info", "corpid"),
		CorpName:      text(r.Answer, "auth_corp_info", "corp_name"),
		PermanentCode: text(r.Answer, "permanent_code"),
		AgentId:       agent.AgentId,
		Customized:    agent.IsCustomizedApp,
	}
	if in.CorpId == "" || in.PermanentCode == "" {
		return Installation{}, errors.New("the answer holds no permanent_code or no corpid")
	}
	return in, nil
}

func text(answer []byte, path ...string) string {
	raw, _ := lenient.Find(answer, path...)
	s, _ := lenient.Text(raw)
	return s
}
