package token

import (
	"errors"
	"fmt"

	"github.com/gothird/wecom/internal/clock"
)

// RemoveIfLost asks WeCom for a token of the bound corp, and removes the installation if
// the refusal says that the authorisation is over. This is how a cancel_auth is handled:
// the notice may be late, and the corp may have installed the suite again since. It returns
// the installation that it removed, or nil when there is none to remove.
func (a *Api) RemoveIfLost() (*Installation, error) {
	if err := a.missing(Corp); err != nil {
		return nil, err
	}
	a, unpin := a.pin(Corp)
	defer unpin()
	for {
		r, err := a.installed()
		none := errors.Is(err, ErrNotInstalled) // but the answer to an auth code may be on its way
		if err != nil && !none {
			return nil, err
		}
		if !none {
			if lost, err := a.askIfLost(r.Installation); !lost {
				return nil, err
			}
		}
		// Another process may have saved a new installation meanwhile.
		removed, err := a.remove(&r.Installation)
		switch {
		case err != nil, removed && none:
			return nil, err
		case removed:
			return &r.Installation, nil
		}
	}
}

// askIfLost reports whether WeCom says that an installation is over. An error is any other
// reason for having no token.
func (a *Api) askIfLost(in Installation) (lost bool, err error) {
	s := a.corpSource(in)
	p, _ := s.prove(a)
	began := clock.Now()
	_, err = a.ask(s, p)
	lost = s.lost(err)
	a.tokenTold(Corp.String(), false, lost, err, clock.Since(began))
	return lost, err
}

// RemoveInstallation forgets the bound corp: it has cancelled the authorisation. Its
// tokens and the answer to its auth code go with it, and what is older and was not saved
// yet stays away. A corp without an installation is no error. Other processes notice when
// they need a new token, at the latest when WeCom refuses the one they have.
func (a *Api) RemoveInstallation() error {
	if err := a.missing(Corp); err != nil {
		return err
	}
	a, unpin := a.pin(Corp)
	defer unpin()
	_, err := a.remove(nil)
	return err
}

// remove writes that the corp has no installation. With only it does so for that
// installation, and leaves another one alone.
func (a *Api) remove(only *Installation) (removed bool, err error) {
	a, unlock, err := a.lockInstallation()
	if err != nil {
		return false, err
	}
	defer unlock()
	there, err := a.readInstallation()
	if err != nil && (only != nil || !errors.Is(err, errDamaged)) {
		return false, fmt.Errorf("wecom: the installation of corp %s could not be removed: %w", a.CorpId(), err)
	}
	known := a.corp.knowledge()
	if only != nil && current(there, known).fingerprint() != only.fingerprint() {
		return false, nil
	}
	r := installationRecord{V: atRest, Version: max(there.Version, known.Version) + 1, Removed: true, RemovedAt: clock.Now().UnixMilli()}
	if err := a.core.store.put(a.ctx, a.installationKey(), r, removedKept, true); err != nil {
		return false, fmt.Errorf("wecom: the installation of corp %s could not be removed: %w", a.CorpId(), err)
	}
	a.corp.known.Store(&knownInstallation{installationRecord: r})
	cell := a.corp.present.Swap(nil)
	for _, code := range a.suite.exchanges.remove(a.CorpId()) {
		a.clearExchange(code)
	}
	for _, gone := range []installationRecord{there, known.installationRecord} {
		a.removeTraces(gone, cell)
	}
	return true, nil
}

// current is the installation that calls go with: what the Store could not take comes
// before what it holds.
func current(there installationRecord, known knownInstallation) Installation {
	if known.unsaved {
		return known.Installation
	}
	return there.Installation
}

// removeTraces deletes what was stored beside an installation.
func (a *Api) removeTraces(gone installationRecord, c *cell) {
	if !gone.installed() {
		return
	}
	keys := append(a.ticketKeys(gone.Installation, c), a.corpSource(gone.Installation).key)
	for _, key := range keys {
		if err := a.core.store.delete(a.ctx, key); err != nil {
			a.core.store.warn(a.ctx, "removing a token", key, err) // it ends by itself
		}
	}
	if gone.Exchange != "" {
		a.clearExchange(gone.Exchange)
	}
}
