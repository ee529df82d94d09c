package token

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/internal/lenient"
	"github.com/gothird/wecom/internal/redact"
)

// skew is how much the clocks of two machines may differ.
const skew = time.Minute

// exchangeRecord is the one answer that WeCom gives to an auth code, as it came.
type exchangeRecord struct {
	V       int    `json:"v"`
	Answer  []byte `json:"answer"`
	Asked   int64  `json:"asked"`             // Unix milliseconds, by the clock of the process that asked
	Base    int64  `json:"base"`              // version of the installation that it replaces
	Saved   bool   `json:"saved,omitempty"`   // the installation is saved
	Removed bool   `json:"removed,omitempty"` // and has been removed since

	justNow bool // the answer came in this flight
}

func (r exchangeRecord) age() time.Duration { return max(0, clock.Since(time.UnixMilli(r.Asked))) }

// cleared returns the exchange without secrets, for when its installation is removed.
func (r exchangeRecord) cleared() exchangeRecord {
	var b bytes.Buffer
	b.WriteByte('{')
	lenient.Members(r.Answer, func(name, value []byte) bool { // reads a truncated answer too
		var tree any
		if _, err := lenient.Unmarshal(value, &tree); err != nil || slices.Contains(redact.Names, string(name)) {
			return true
		}
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		key, _ := json.Marshal(string(name)) // a string always encodes
		kept, _ := json.Marshal(withoutSecrets(tree))
		b.Write(key)
		b.WriteByte(':')
		b.Write(kept)
		return true
	})
	b.WriteByte('}')
	r.Answer, r.Saved, r.Removed = b.Bytes(), true, true
	return r
}

// withoutSecrets removes the values with secret names from decoded JSON.
func withoutSecrets(tree any) any {
	switch t := tree.(type) {
	case map[string]any:
		for name, v := range t {
			if slices.Contains(redact.Names, name) {
				delete(t, name)
			} else {
				t[name] = withoutSecrets(v)
			}
		}
	case []any:
		for i, v := range t {
			t[i] = withoutSecrets(v)
		}
	}
	return tree
}

// answered reports whether the answer comes from WeCom, which has then used up the code. It
// may come from a proxy.
func (r exchangeRecord) answered() bool {
	_, err := r.installation()
	return r.Saved || err == nil
}

// first returns the corp token that came with the answer, if it is still valid. A record
// from a clock that was ahead has none: the token's age is unknown.
func (r exchangeRecord) first() *grant {
	if !r.justNow && clock.Until(time.UnixMilli(r.Asked)) > skew {
		return nil
	}
	token := text(r.Answer, "access_token")
	raw, _ := lenient.Find(r.Answer, "expires_in")
	seconds, _ := lenient.Int(raw)
	if token == "" || seconds <= 0 {
		return nil
	}
	g := newGrant(token, time.UnixMilli(r.Asked), lifeOf(seconds, time.Second))
	if !g.fresh() {
		return nil
	}
	return g
}

// installation reads what must be kept. The rest of the answer may be malformed.
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

// saveExchange saves an exchange in the Store, or keeps it in memory until that works. An
// answer whose installation is not saved yet does not expire.
func (a *Api) saveExchange(codeHash string, r exchangeRecord) {
	ttl := exchangeKept
	if _, err := r.installation(); err == nil && !r.Saved {
		ttl = 0
	}
	if err := a.core.store.put(a.ctx, a.exchangeKey(codeHash), r, ttl, true); err != nil {
		a.core.store.warn(a.ctx, "saving an exchange", a.exchangeKey(codeHash), err)
		a.suite.exchanges.remember(codeHash, r)
		return
	}
	if r.Saved {
		a.suite.exchanges.drop(codeHash)
	}
}

// clearExchange clears the secrets of a stored exchange whose installation was removed.
func (a *Api) clearExchange(codeHash string) {
	var r exchangeRecord
	key := a.exchangeKey(codeHash)
	err := a.core.store.find(a.ctx, key, &r)
	if err == nil && len(r.Answer) > 0 {
		if !r.Removed {
			err = a.core.store.put(a.ctx, key, r.cleared(), exchangeKept, false)
		}
		if err == nil {
			a.suite.exchanges.drop(codeHash)
		}
	}
	if err != nil {
		a.core.store.warn(a.ctx, "clearing an exchange", key, err)
	}
}
