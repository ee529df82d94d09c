package token

import (
	"errors"
	"fmt"
	"time"

	"github.com/gothird/wecom/internal/clock"
)

// RemoveIfLost asks WeCom for a token of the bound corp, and removes the installation if the
// answer says that the authorisation is over. It returns the removed installation, or nil
// if none was removed. It is safe for a cancel_auth that arrives late, when the corp has
// installed the suite again.
//
// cancelled is the time in the cancel_auth; an Inbox of package callback passes it by
// itself, and [Api.CancelledAt] returns it from then on. After Config.OnToken has said Lost
// there is none:
//
//	removed, err := api.WithCorp(info.CorpId).RemoveIfLost(time.Time{})
func (a *Api) RemoveIfLost(cancelled time.Time) (*Installation, error) {
	if err := a.missing(Corp); err != nil {
		return nil, err
	}
	a, unpin := a.pin(Corp)
	defer unpin()
	for {
		r, err := a.installed()
		none := errors.Is(err, ErrNotInstalled) // an exchange may be under way, though
		if err != nil && !none {
			return nil, err
		}
		if !none {
			if lost, err := a.askIfLost(r.Installation); !lost {
				return nil, err
			}
		}
		// Another process may have saved a new installation: remove only the one that was
		// asked about.
		removed, err := a.remove(&r.Installation, cancelled)
		switch {
		case err != nil, removed && none:
			return nil, err
		case removed:
			return &r.Installation, nil
		}
	}
}

// askIfLost reports whether WeCom says that an installation is over. Any other failure to
// get a token is returned as an error.
func (a *Api) askIfLost(in Installation) (lost bool, err error) {
	s := a.corpSource(in)
	p, _ := s.prove(a)
	began := clock.Now()
	_, err = a.ask(s, p)
	lost = s.lost(err)
	a.reportToken(Corp.String(), false, lost, err, clock.Since(began))
	return lost, err
}

// RemoveInstallation removes the installation of the bound corp, with its tokens and the answer
// to its auth code. Older data that was not saved yet is dropped too. A corp without an
// installation is not an error. Other processes notice the removal when they need a new token,
// at the latest when WeCom rejects the one they have.
func (a *Api) RemoveInstallation() error {
	if err := a.missing(Corp); err != nil {
		return err
	}
	a, unpin := a.pin(Corp)
	defer unpin()
	_, err := a.remove(nil, time.Time{})
	return err
}

// remove writes that the corp has no installation, since it cancelled. If only is not nil,
// another installation than that is left alone.
func (a *Api) remove(only *Installation, cancelled time.Time) (removed bool, err error) {
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
	r := removal(there, max(there.Version, known.Version)+1, cancelled)
	if err := a.core.store.put(a.ctx, a.installationKey(), r, removedKept, true); err != nil {
		return false, fmt.Errorf("wecom: the installation of corp %s could not be removed: %w", a.CorpId(), err)
	}
	a.corp.known.Store(&knownInstallation{installationRecord: r})
	cell := a.corp.current.Swap(nil)
	for _, codeHash := range a.suite.exchanges.remove(a.CorpId()) {
		a.clearExchange(codeHash)
	}
	for _, gone := range []installationRecord{there, known.installationRecord} {
		a.removeTraces(gone, cell)
	}
	return true, nil
}

// removal is what is written in place of an installation, or of an earlier removal.
func removal(there installationRecord, version int64, cancelled time.Time) installationRecord {
	r := installationRecord{V: recordVersion, Version: version, Removed: true, CancelledAt: there.CancelledAt}
	if !cancelled.IsZero() {
		latest := clock.Now().Add(cancelSkew)
		r.CancelledAt = max(r.CancelledAt, min(cancelled.Unix(), latest.Unix()))
	}
	return r
}

// cancelSkew is how far WeCom's clock may be ahead of ours.
const cancelSkew = 10 * time.Minute

// CancelledAt returns when the bound corp cancelled last: the time of the cancel_auth that
// [Api.RemoveIfLost] was given, also if the corp has installed the app again since. Events from
// before that time are about an earlier installation. The time is zero if it is not known.
// CancelledAt does not read the Store again: call [Api.Installation] first if another process
// may have changed it.
func (a *Api) CancelledAt() (time.Time, error) {
	if err := a.missing(Corp); err != nil {
		return time.Time{}, err
	}
	a, unpin := a.pin(Corp)
	defer unpin()
	known := a.corp.known.Load()
	if known == nil { // this process has not read the installation yet
		there, err := a.record()
		if err != nil {
			return time.Time{}, err
		}
		known = &knownInstallation{installationRecord: there}
	}
	if known.CancelledAt == 0 {
		return time.Time{}, nil
	}
	return time.Unix(known.CancelledAt, 0), nil
}

// current is the installation that calls use: one that could not be saved comes before the
// stored one.
func current(there installationRecord, known knownInstallation) Installation {
	if known.unsaved {
		return known.Installation
	}
	return there.Installation
}

// removeTraces deletes the tokens and tickets of a removed installation.
func (a *Api) removeTraces(gone installationRecord, c *cell) {
	if !gone.installed() {
		return
	}
	keys := append(a.ticketKeys(gone.Installation, c), a.corpSource(gone.Installation).key)
	for _, key := range keys {
		if err := a.core.store.delete(a.ctx, key); err != nil {
			a.core.store.warn(a.ctx, "removing a token", key, err) // it expires by itself
		}
	}
	if gone.Exchange != "" {
		a.clearExchange(gone.Exchange)
	}
}
