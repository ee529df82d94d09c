package token

import (
	"errors"

	"github.com/gothird/wecom/access"
)

// fetch asks WeCom for a token now, and caches the answer. If suiteTicket is not empty it is
// sent in place of the newest ticket.
func (a *Api) fetch(c Credential, suiteTicket string) (access.Value, error) {
	a, unpin := a.pin(c)
	defer unpin()
	cell := a.ensureCell(c)
	s, err := cell.bindSource(a)
	if errors.Is(err, errReplaced) { // another process has changed the installation
		cell = a.ensureCell(c)
		s, err = cell.bindSource(a)
	}
	if err != nil {
		return access.Value{}, err
	}
	p := proof{}
	if suiteTicket != "" {
		p = a.suite.proof(suiteTicket, 0)
	} else if p, err = s.prove(a); err != nil {
		return access.Value{}, err
	}
	_, stored := a.core.store.load(a.ctx, s.key, cell.isRejected)
	g, err := cell.askAndSave(a, s, p, stored)
	if err != nil {
		return access.Value{}, err
	}
	cell.take(g)
	return g.value(g.age()), nil
}

// fetchWithCode asks for the token of a permanent code that the caller passed. It is not
// cached.
func (a *Api) fetchWithCode(code string) (access.Value, error) {
	in, err := a.Installation()
	if errors.Is(err, ErrNotInstalled) {
		in, err = Installation{CorpId: a.CorpId(), Customized: IsTemplate(a.SuiteId())}, nil
	}
	if err != nil {
		return access.Value{}, err
	}
	in.PermanentCode = code
	s := a.corpSource(in)
	p, _ := s.prove(a)
	g, err := a.ask(s, p)
	if err != nil {
		return access.Value{}, err
	}
	return g.value(g.age()), nil
}
