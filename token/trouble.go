package token

import (
	"fmt"
	"slices"
	"time"

	"github.com/gothird/wecom/internal/clock"
)

// trouble is what a cell remembers about failures.
type trouble struct {
	refusal  refusal
	failures int   // consecutive failures of the endpoint
	pause    pause // no flight before its end
	last     error // why there is a pause
	breaker  breaker
}

// refusal remembers that WeCom refused a proof, so that it is not sent again and again:
// WeCom blocks addresses that repeat a wrong secret for an hour.
type refusal struct {
	secret string
	err    error
	pause  pause
}

// note remembers WeCom's answer to the proof.
func (c *cell) note(s source, p proof, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case err == nil:
		if c.trouble != nil {
			c.trouble.refusal, c.trouble.failures = refusal{}, 0
		}
	case s.refused(err):
		c.troubled().refusal = refusal{p.secret, err, pauseFor(clock.Now(), backoff)}
	case s.failing(err):
		c.troubled().failures++
	}
}

// remembered returns the error of a proof that WeCom refused a moment ago.
func (c *cell) remembered(secret string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := clock.Now()
	if c.trouble == nil || c.trouble.refusal.secret != secret || !c.trouble.refusal.pause.pending(now) {
		return nil
	}
	r := c.trouble.refusal
	left := r.pause.left(now)
	return fmt.Errorf("%w (refused %s ago; asked again in %s)", r.err, (backoff - left).Round(time.Second), left.Round(time.Second))
}

func (c *cell) isRejected(token string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Contains(c.rejected, token)
}

func (c *cell) troubled() *trouble {
	if c.trouble == nil {
		c.trouble = new(trouble)
	}
	return c.trouble
}

// refused handles a token that WeCom rejects at a place. It returns true if the token is
// gone and the call should be sent once more with another one. WeCom may hand out the same
// text again, so grants are compared, not texts.
func (c *cell) refused(g *grant, at place, call int64, met *refusals) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if met.n++; met.n == 1 {
		met.first = c.tokens
	}
	if g.contradicts(call, at) {
		return false
	}
	if !c.troubled().breaker.replaceable(g, at, *met, c.tokens) {
		return c.grant.Load() != g && met.n == 1 // already replaced: the new one can be used without a refresh
	}
	c.drop(g)
	return true
}

// drop takes a token out of use, unless it has been replaced already, even by one with the
// same text: WeCom may return the same token again. The mutex is held.
func (c *cell) drop(failed *grant) {
	if failed != nil && c.grant.CompareAndSwap(failed, nil) {
		c.rejected = append(c.rejected[max(0, len(c.rejected)-maxRejected+1):], failed.token)
		if c.trouble != nil {
			c.trouble.pause = pause{}
		}
	}
}

// retry ends the pause: there is a new secret or ticket.
func (c *cell) retry() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.trouble != nil {
		c.trouble.pause = pause{}
	}
}
