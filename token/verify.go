package token

import (
	"errors"
	"fmt"
)

// Verify asks WeCom now, whatever is cached, for a token of each kind that the Api has the
// credentials for, the bound corp's included: are they good, does WeCom accept this
// address, and can what is stored be read? All that is wrong is in the error.
func (a *Api) Verify() error {
	if a == nil || a.core == nil {
		return errZeroApi
	}
	var errs []error
	for _, c := range []Credential{Provider, Suite, Corp} {
		if a.missing(c) != nil {
			continue
		}
		errs = append(errs, a.opens(c))
		if _, err := a.fetch(c, ""); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// opens reports whether what is stored for the token of c can be read; what is absent can.
func (a *Api) opens(c Credential) error {
	a, unpin := a.pin(c)
	defer unpin()
	var errs []error
	switch c {
	case Suite:
		errs = append(errs, a.readTicket())
	case Corp:
		if _, err := a.readInstallation(); err != nil {
			errs = append(errs, fmt.Errorf("wecom: the stored installation of corp %s: %w", a.CorpId(), err))
		}
	}
	if s, err := a.cell(c).open(a); err == nil { // else the fetch says what is wrong
		if err := a.core.store.find(a.ctx, s.key, new(tokenRecord)); err != nil {
			errs = append(errs, fmt.Errorf("wecom: the stored %s token: %w", c, err))
		}
	}
	return errors.Join(errs...)
}
