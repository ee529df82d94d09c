package token

import (
	"errors"
	"net/url"

	"github.com/gothird/wecom/access"
)

// missing returns the error for a credential that c needs and the Api does not have. It
// makes no request.
func (a *Api) missing(c Credential) error {
	switch {
	case a == nil || a.core == nil:
		return errZeroApi
	case c.kind == providerKind && a.core.secret == "":
		return errNoProvider
	case c.kind == corpKind && a.corp == nil:
		return ErrNoCorp
	case (c.kind == suiteKind || c.kind == corpKind) && !a.suite.complete():
		return errNoSuite
	}
	return c.check()
}

// knownCell returns the cell of c if it exists. It takes no lock.
func (a *Api) knownCell(c Credential) *cell {
	switch {
	case a == nil || a.core == nil:
		return nil
	case c.kind == corpKind && a.corp != nil:
		return a.corp.cell()
	case c.kind == suiteKind:
		return &a.suite.cell
	case c.kind == providerKind:
		return &a.core.provider
	}
	return nil
}

// ensureCell returns the cell of c and creates it if needed. The caller has called missing, and
// has pinned the corp.
func (a *Api) ensureCell(c Credential) *cell {
	if c.kind != corpKind {
		return a.knownCell(c)
	}
	for {
		if cell := a.corp.current.Load(); cell != nil {
			return cell
		}
		a.corp.current.CompareAndSwap(nil, a.corp.newCell())
	}
}

// pin returns the Api bound to the shared object of its corp. The registry keeps that object
// until unpin.
func (a *Api) pin(c Credential) (pinned *Api, unpin func()) {
	if c.kind != corpKind {
		return a, func() {}
	}
	b := *a
	r := &a.suite.corps
	b.corp = r.pin(a.corp)
	if b.corp != a.corp {
		a.corp.shared.Store(b.corp)
	}
	return &b, func() { r.unpin(b.corp) }
}

// AccessToken returns the token of c, refreshed if necessary, with the seconds that it has left.
// Calls through the Api get their tokens by themselves. Use AccessToken for requests that you
// send in another way.
func (a *Api) AccessToken(c Credential) (access.Value, error) {
	var cell *cell // the quick part of knownCell, inlined: not every case
	if a != nil && a.core != nil {
		switch {
		case c.kind == corpKind && a.corp != nil:
			cell = a.corp.current.Load()
		case c.kind == suiteKind:
			cell = &a.suite.cell
		case c.kind == providerKind:
			cell = &a.core.provider
		}
	}
	if cell != nil {
		if g := cell.grant.Load(); g != nil {
			if age := g.age(); age < g.renewAt { // read the clock once for both
				return g.value(age), nil
			}
		}
	}
	b := a.copy() // on the heap: a flight may live longer than the caller
	return b.accessToken(c)
}

// accessToken is AccessToken when no fresh token is cached.
func (a *Api) accessToken(c Credential) (access.Value, error) {
	if err := a.missing(c); err != nil {
		return access.Value{}, err
	}
	switch c.kind {
	case noKind:
		return access.Value{}, errNoToken
	case staticKind:
		return access.Value{AcsToken: c.static}, nil
	}
	g, _, err := a.refreshed(c)
	if err != nil {
		return access.Value{}, err
	}
	return g.value(g.age()), nil
}

var errNoToken = errors.New("wecom: token.None has no token")

// tokenFor returns the token that a call with c sends, and the cell that it came from.
func (a *Api) tokenFor(c Credential) (*grant, *cell, error) {
	if cell := a.knownCell(c); cell != nil {
		if g := cell.grant.Load(); g.fresh() {
			return g, cell, nil
		}
	}
	if err := a.missing(c); err != nil {
		return nil, nil, err
	}
	switch c.kind {
	case noKind:
		return &a.core.none, nil, nil
	case staticKind:
		return &grant{token: c.static, escaped: url.QueryEscape(c.static)}, nil, nil
	}
	return a.refreshed(c)
}

const maxRounds = 10

// refreshed waits for a token. If the installation is replaced meanwhile, it returns the
// token of the new one.
func (a *Api) refreshed(c Credential) (*grant, *cell, error) {
	a, unpin := a.pin(c)
	defer unpin()
	for rounds := 1; ; rounds++ {
		cell := a.ensureCell(c)
		g, err := cell.get(a)
		now := a.knownCell(c)
		settled := now == cell || now == nil && errors.Is(err, ErrNotInstalled)
		if settled || a.ctx.Err() != nil || rounds == maxRounds { // bounded: a Store may return another installation each time
			return g, cell, err
		}
	}
}

// Invalidate drops the cached token of c if it still is failed; otherwise it does
// nothing. Calls through the Api do this by themselves.
func (a *Api) Invalidate(c Credential, failed string) {
	if cell := a.knownCell(c); cell != nil {
		cell.mu.Lock()
		defer cell.mu.Unlock()
		if g := cell.grant.Load(); g != nil && g.token == failed {
			cell.drop(g)
		}
	}
}
