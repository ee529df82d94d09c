package platform

import (
	"context"
	"errors"

	"github.com/gothird/wecom/internal/spec"
)

// notice is an event that waits for the lock to be released.
type notice struct {
	to      Target
	payload []byte
	later   func(context.Context) // is run instead; nil: it is an event
}

// act is the frame of admin methods that may have consequences: see [Host.Act].
func (p *Platform) act(ctx context.Context, do func() error) error {
	p.mu.Lock()
	p.settle()
	err := do()
	p.settle()
	p.mu.Unlock()
	return errors.Join(err, p.pushNotices(ctx, p.takeNotices()))
}

// Settle lets time do its work in the parts, which they notice only when they are called:
// jobs end, orders expire. What comes of it is pushed; an error may come from a callback URL.
func (p *Platform) Settle(ctx context.Context) error {
	return p.act(ctx, func() error { return nil })
}

// settle lets time do its work in the parts. p.mu is held.
func (p *Platform) settle() {
	for _, part := range p.parts {
		if part.Settle != nil {
			part.Settle()
		}
	}
}

// takeNotices empties the outbox.
func (p *Platform) takeNotices() []notice {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []notice
	for _, n := range p.outbox {
		if n.later != nil || p.hears(n.to) {
			out = append(out, n)
		}
	}
	p.outbox = nil
	return out
}

// hears reports whether there is somebody to tell: a callback URL, and no app that the corp does
// not have. p.mu is held.
func (p *Platform) hears(to Target) bool {
	if _, err := p.address(to, false); err != nil {
		return false
	}
	ofApp := to.Channel != spec.ChannelSystem && to.Own.URL == "" && to.CorpId != ""
	return !ofApp || p.installs[installKey{to.SuiteId, to.CorpId}] != nil
}

func (p *Platform) pushNotices(ctx context.Context, notices []notice) error {
	var err error
	for _, n := range notices {
		if n.later != nil {
			n.later(ctx)
			continue
		}
		_, pushErr := p.Push(ctx, n.to, n.payload)
		err = errors.Join(err, pushErr)
	}
	return err
}
