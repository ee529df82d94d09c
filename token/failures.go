package token

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/gothird/wecom/internal/clock"
)

// failures is what a cell remembers about failures.
type failures struct {
	refusedProof refusedProof
	inARow       int   // consecutive failures of the endpoint
	pause        pause // no flight before its end
	last         error // why there is a pause
	breaker      breaker
}

// refusedProof remembers that WeCom refused a proof, so that it is not sent again and again:
// WeCom blocks addresses that repeat a wrong secret for an hour.
type refusedProof struct {
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
		if c.failures != nil {
			c.failures.refusedProof, c.failures.inARow = refusedProof{}, 0
		}
	case s.refusesProof(err):
		c.ensureFailures().refusedProof = refusedProof{p.secret, err, pauseFor(clock.Now(), longestPause)}
	case s.failing(err):
		c.ensureFailures().inARow++
	}
}

// remembered returns the error of a proof that WeCom refused a moment ago.
func (c *cell) remembered(secret string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := clock.Now()
	if c.failures == nil || c.failures.refusedProof.secret != secret || !c.failures.refusedProof.pause.pending(now) {
		return nil
	}
	r := c.failures.refusedProof
	left := r.pause.left(now)
	return fmt.Errorf("%w (refused %s ago; asked again in %s)", r.err, (longestPause - left).Round(time.Second), left.Round(time.Second))
}

func (c *cell) isRejected(token string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Contains(c.rejected, token)
}

func (c *cell) ensureFailures() *failures {
	if c.failures == nil {
		c.failures = new(failures)
	}
	return c.failures
}

// replaceRejected handles a token that WeCom rejects at a place. It returns true if the call
// should be sent once more with another token. It returns false in three cases:
//   - A later call has succeeded with the token at another place: the token is good.
//   - The breaker is pausing at the place. If the cell has another token by now, the first
//     rejection of a call is repeated all the same.
//   - The token is brand-new: the place trips.
//
// WeCom may hand out the same text again, so grants are compared, not texts.
func (c *cell) replaceRejected(g *grant, at place, call int64, seen *rejections) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if seen.n++; seen.n == 1 {
		seen.newest = c.newest
	}
	if g.contradicts(call, at) {
		return false
	}
	c.ensureFailures()
	c.blamed.Store(true)
	seen.last, seen.cell = g, c
	if !c.failures.breaker.onRejection(g, at, *seen, c.newest) {
		return c.grant.Load() != g && seen.n == 1 // already replaced: the new one can be used without a refresh
	}
	c.drop(g)
	return true
}

// answered notes that a place may have accepted a token. If it accepts the one that came after
// a rejected one, the rejected one was the fault: the next rejection there does not count
// against the place, wherever the token was used meanwhile. Most errcodes mean that WeCom has
// accepted the token; those that may come before it looks at the token do not count.
func (c *cell) answered(g *grant, cred Credential, at place, failed *Error) {
	if c == nil || !c.blamed.Load() ||
		failed != nil && (failed.Code == 0 || cred.rejects(failed.Code) || IsTransient(failed) || IsIPNotAllowed(failed)) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if t := c.failures.breaker.places[at]; t != nil && t.replaced != g {
		t.replaced, t.inVain = nil, 0
	}
}

// notReplaced notes that no token could be had for the one that a place has rejected last: the
// next one, whenever it comes, is not fetched because of that place. A caller that has stopped
// waiting says nothing of it, for the token may come right after.
func (r rejections) notReplaced(caller context.Context, at place) {
	if r.cell == nil || caller.Err() != nil {
		return
	}
	r.cell.mu.Lock()
	defer r.cell.mu.Unlock()
	if t := r.cell.failures.breaker.places[at]; t != nil && t.replaced == r.last {
		t.excused = true
	}
}

// drop takes a token out of use, unless it has been replaced already, even by one with the
// same text: WeCom may return the same token again. The mutex is held.
func (c *cell) drop(failed *grant) {
	if failed != nil && c.grant.CompareAndSwap(failed, nil) {
		c.rejected = append(c.rejected[max(0, len(c.rejected)-maxRejected+1):], failed.token)
		if c.failures != nil {
			c.failures.pause = pause{}
		}
	}
}

// retry ends the pause: there is a new secret or ticket.
func (c *cell) retry() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.failures != nil {
		c.failures.pause = pause{}
	}
}
