package platform

import (
	"net/url"
	"slices"
)

// forgetPushes drops old pushes, where [Options].KeepPushes says so. p.mu is held.
func (p *Platform) forgetPushes() {
	most := p.opt.KeepPushes
	if most <= 0 || len(p.sent) < 2*most {
		return
	}
	old := slices.DeleteFunc(slices.Clone(p.sent[:len(p.sent)-most]), func(sent *parcel) bool { return sent.users == 0 })
	p.sent = append(old, p.sent[len(p.sent)-most:]...)
}

// forgetSecrets drops old secrets that are good for nothing any more, where
// [Options].KeepSecrets says so. In the logs their marks take their place, for nothing will tell
// then that they are secrets. p.mu is held.
func (p *Platform) forgetSecrets() {
	most := p.opt.KeepSecrets
	if most <= 0 || len(p.secrets) < 2*max(most, p.lasting) {
		return
	}
	p.scrubLogs()
	good, recent := p.goodSecrets(), p.secrets[len(p.secrets)-most:]
	var kept []string
	for _, value := range p.secrets[:len(p.secrets)-most] {
		if good[value] {
			kept = append(kept, value)
			continue
		}
		delete(p.tokens, value)
		delete(p.codes, value)
	}
	p.secrets = append(kept, recent...)
	p.lasting = len(p.secrets)
	p.hidden = hidden{all: map[string]bool{}}
}

// goodSecrets are those that could still be used. p.mu is held.
func (p *Platform) goodSecrets() map[string]bool {
	good := map[string]bool{}
	for value, t := range p.tokens {
		good[value] = p.now().Before(t.expires)
	}
	for value, c := range p.codes {
		good[value] = !c.expired(p.now())
	}
	for _, x := range p.suites {
		x.ticketGood("", p.now()) // forgets old ones
		for _, t := range x.tickets {
			good[t.value] = true
		}
	}
	for _, in := range p.installs {
		good[in.permanentCode] = true
	}
	return good
}

// scrubLogs puts marks in place of the secrets in what is kept of requests and pushes. p.mu is
// held.
func (p *Platform) scrubLogs() {
	p.learn()
	for _, r := range p.requests {
		r.Body, r.Problem, r.Answer = p.scrub(r.Body), p.scrub(r.Problem), p.scrub(r.Answer)
		query := url.Values{} // a new one: others may hold the old
		for name, values := range r.Query {
			for _, v := range values {
				query.Add(name, p.scrub(v))
			}
		}
		r.Query = query
	}
	for _, sent := range p.sent {
		sent.Payload, sent.Body = []byte(p.scrub(string(sent.Payload))), p.scrub(sent.Body)
		sent.Before = slices.Clone(sent.Before) // the same
		for i := range sent.Before {
			sent.Before[i].Body = p.scrub(sent.Before[i].Body)
		}
	}
}
