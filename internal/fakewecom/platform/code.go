package platform

import (
	"context"
	"time"
)

type codeKind int

const (
	preAuthCode codeKind = iota + 1
	authCode
	loginCode
	userTicket
	registerCode
	scanCode
)

// code is anything short-lived that is handed out for later exchange.
type code struct {
	kind    codeKind
	expires time.Time
	used    bool

	suite   *suite
	install *Install // of an authCode
	test    bool     // of a preAuthCode: set_session_info asked for test mode
	login   Login    // of a loginCode or userTicket
	state   string
	extra   string   // template_id of a registerCode
	suites  []*suite // of a scanCode: what the QR code installs
	corpId  string   // of a registerCode: the corp that registered
}

// newCode hands out a code. p.mu is held.
func (p *Platform) newCode(c code, life time.Duration) string {
	value := p.secret(codeLen)
	c.expires = p.now().Add(life)
	p.codes[value] = &c
	return value
}

// find returns the code of that kind, or nil.
func (p *Platform) find(kind codeKind, value string) *code {
	if c := p.codes[value]; c != nil && c.kind == kind {
		return c
	}
	return nil
}

func (c *code) expired(now time.Time) bool { return !now.Before(c.expires) }

// AwaitExchange waits until an auth code has been used, or ctx ends.
func (p *Platform) AwaitExchange(ctx context.Context, authCodeValue string) error {
	for {
		p.mu.Lock()
		c, next := p.find(authCode, authCodeValue), p.exchanged
		used := c != nil && c.used
		p.mu.Unlock()
		if used {
			return nil
		}
		select {
		case <-next:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
