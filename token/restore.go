package token

import "fmt"

// saveLate saves what could not be saved before.
func (a *Api) saveLate() error {
	a, unlock, err := a.lockInstallation()
	if err != nil {
		return err
	}
	defer unlock()
	k := a.corp.knowledge()
	if !k.unsaved {
		return nil // another goroutine has saved it
	}
	g, err := a.restore(k)
	a.startWith(k.Installation, g)
	return err
}

// contested reports whether the Store has another installation of the corp than in, or a
// removed one. The locks are held.
func (a *Api) contested(in Installation) bool {
	there, err := a.readInstallation()
	return err == nil && there.Version != 0 && there.Installation.fingerprint() != in.fingerprint()
}

// restore writes an installation that could not be saved earlier. If the Store has changed
// meanwhile, clocks cannot tell which of the two is valid, so WeCom is asked: the permanent
// code that brings a token is kept, and g is that token. The locks are held.
func (a *Api) restore(k knownInstallation) (g *grant, err error) {
	there, err := a.readInstallation()
	if err != nil {
		return nil, err
	}
	if there.Version == k.base || there.Version == 0 && k.base == unknownBase {
		return nil, a.writeInstallation(k.Installation, k.Exchange)
	}
	if there.installed() && there.Installation.fingerprint() == k.Installation.fingerprint() {
		a.use(knownInstallation{installationRecord: there})
		return nil, nil
	}
	s := a.corpSource(k.Installation)
	p, _ := s.prove(a)
	g, err = a.ask(s, p)
	switch {
	case err == nil:
		return g, a.writeInstallation(k.Installation, k.Exchange)
	case s.lost(err):
		a.core.log.WarnContext(a.ctx, "wecom: an installation that was not saved in time is given up: WeCom says that its permanent code is dead",
			"suite", a.SuiteId(), "corp", a.CorpId(), "err", err)
		a.abandon(there)
		return nil, nil
	}
	return nil, fmt.Errorf("wecom: two installations of corp %s, and WeCom can't be asked which is good: %w", a.CorpId(), err)
}

// abandon drops the unsaved installation and uses the stored one.
func (a *Api) abandon(there installationRecord) {
	if there.installed() {
		a.use(knownInstallation{installationRecord: there})
		return
	}
	a.corp.known.Store(&knownInstallation{installationRecord: there})
	a.corp.present.Store(nil)
}
