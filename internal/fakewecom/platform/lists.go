package platform

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"time"
)

// Providers lists the providers by corp id. Secrets are as they are.
func (p *Platform) Providers() (list []Provider) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, id := range slices.Sorted(maps.Keys(p.providers)) {
		list = append(list, *p.providers[id])
	}
	return list
}

// Suites lists the suites by id. Secrets are as they are.
func (p *Platform) Suites() (list []Suite) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, id := range slices.Sorted(maps.Keys(p.suites)) {
		list = append(list, p.suites[id].Suite)
	}
	return list
}

// Corps lists the corps by id.
func (p *Platform) Corps() (list []Corp) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, id := range slices.Sorted(maps.Keys(p.corps)) {
		c := *p.corps[id]
		c.Members = slices.Clone(c.Members)
		list = append(list, c)
	}
	return list
}

// Authorization is an app that a corp has.
type Authorization struct {
	InstallOptions
	SuiteId, CorpId string
	Since           time.Time
	PermanentCode   string // its Mark
}

func (in *Install) authorization() Authorization {
	return Authorization{in.InstallOptions, in.suite.Id, in.Corp.Id, in.Since, Mark(in.permanentCode)}
}

// Authorizations lists what is installed, by corp and suite.
func (p *Platform) Authorizations() (list []Authorization) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, in := range p.installs {
		list = append(list, in.authorization())
	}
	slices.SortFunc(list, func(a, b Authorization) int {
		return cmp.Or(cmp.Compare(a.CorpId, b.CorpId), cmp.Compare(a.SuiteId, b.SuiteId))
	})
	return list
}

// TokenState is a token that was handed out and could still be used, or was ended early.
type TokenState struct {
	Mark            string
	Kind            string // one of the Credential constants of package spec
	ProviderCorpId  string
	SuiteId, CorpId string
	Left            time.Duration // 0: it has run out, or was ended
	Killed          int           // the errcode that it is answered with; 0: it was not ended early
}

// Tokens lists the tokens by kind, suite and corp, those that end last first. Those that ran
// out by themselves are left out.
func (p *Platform) Tokens() (list []TokenState) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for value, t := range p.tokens {
		left := t.expires.Sub(p.now())
		if left <= 0 {
			continue
		}
		if t.dead != 0 {
			left = 0
		}
		o := t.owner()
		list = append(list, TokenState{Mark(value), o.kind, o.provider, o.suiteId, o.corpId, left, t.dead})
	}
	slices.SortFunc(list, func(a, b TokenState) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.SuiteId, b.SuiteId), cmp.Compare(a.CorpId, b.CorpId),
			cmp.Compare(b.Left, a.Left), cmp.Compare(a.Mark, b.Mark))
	})
	return list
}

// KillMarked is [Platform.KillToken] for a token that only its Mark is known of.
func (p *Platform) KillMarked(mark string, code int) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for value, t := range p.tokens {
		if Mark(value) == mark {
			return p.killWhere(code, func(o *token) bool { return o == t }) == 1
		}
	}
	return false
}

// TicketState is a suite_ticket.
type TicketState struct {
	Mark string
	Made time.Time
	Left time.Duration
}

// Tickets lists the tickets of a suite that are good, the oldest first.
func (p *Platform) Tickets(suiteId string) (list []TicketState) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if x := p.suites[suiteId]; x != nil {
		x.ticketGood("", p.now()) // forgets old ones
		for _, t := range x.tickets {
			list = append(list, TicketState{Mark(t.value), t.made, ticketLife - p.now().Sub(t.made)})
		}
	}
	return list
}

// FaultState is a fault that waits for requests.
type FaultState struct {
	Id int
	Fault
	Hits int // how many requests it has made go wrong
}

// Faults lists the faults, the oldest first.
func (p *Platform) Faults() (list []FaultState) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, f := range p.faults {
		list = append(list, FaultState{f.id, *f, f.hits})
	}
	return list
}

// RemoveFault removes a fault by its id; false: there is none.
func (p *Platform) RemoveFault(id int) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	before := len(p.faults)
	p.faults = slices.DeleteFunc(p.faults, func(f *Fault) bool { return f.id == id })
	if len(p.faults) == before {
		return false
	}
	p.note(ChangedFault, "", "", "")
	return true
}

// NewestRequests returns the newest requests that fit, at most most, the oldest of them first. It
// copies no others, for requests that come meanwhile wait. fits must not call the platform.
func (p *Platform) NewestRequests(most int, fits func(*Request) bool) (list []Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, r := range slices.Backward(p.requests) {
		if len(list) == most {
			break
		}
		if fits(r) {
			list = append(list, *r)
		}
	}
	slices.Reverse(list)
	return list
}

// Secret finds a secret by its Mark.
func (p *Platform) Secret(mark string) (value string, ok bool) {
	for _, secret := range p.Secrets() {
		if Mark(secret) == mark {
			return secret, true
		}
	}
	return "", false
}

// word is what a secret looks like, or a part of it.
var word = regexp.MustCompile(`[0-9A-Za-z_-]{8,}`)

// Scrub replaces every secret in a text by its Mark, also where no name tells that it is one.
func (p *Platform) Scrub(text string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.learn()
	return p.scrub(text)
}

// learn adds the secrets that are new to those that scrub looks for. p.mu is held.
func (p *Platform) learn() {
	for _, secret := range p.secrets[p.hidden.upTo:] {
		p.hidden.all[secret] = true
	}
	p.hidden.upTo = len(p.secrets)
	for _, secret := range p.own {
		p.hidden.all[secret] = true
	}
	for _, x := range p.providers {
		p.hidden.add(x.Secret, x.System)
	}
	for _, x := range p.suites {
		p.hidden.add(x.Secret, x.Command)
	}
}

// scrub replaces the secrets that learn has learned. p.mu is held.
func (p *Platform) scrub(text string) string {
	return word.ReplaceAllStringFunc(text, func(found string) string {
		if p.hidden.all[found] {
			return Mark(found)
		}
		return found
	})
}

// hidden are the secrets that Scrub looks for.
type hidden struct {
	all  map[string]bool
	upTo int // so many of Platform.secrets are in it
}

func (h *hidden) add(secret string, to Callback) {
	h.all[secret], h.all[to.Token], h.all[to.EncodingAESKey] = true, true, true
}
