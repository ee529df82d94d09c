package token

import (
	"errors"
	"fmt"
)

// Verify asks WeCom now, without the cache, for a token of each kind that the Api has
// credentials for, the bound corp's included. It shows whether the credentials are valid,
// whether WeCom accepts this IP address, and whether the stored values can be read. If the
// Store is a [Lister] it also reads one installation. The error joins everything that is
// wrong, for errors.Is. A program with several suites calls it for each, with WithSuite.
func (a *Api) Verify() error {
	if a == nil || a.core == nil {
		return errZeroApi
	}
	errs := []error{a.suite.checkComplete()}
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

// opens returns an error if the stored token of c can't be read. An absent one is not an error.
func (a *Api) opens(c Credential) error {
	a, unpin := a.pin(c)
	defer unpin()
	var errs []error
	switch c {
	case Suite:
		errs = append(errs, a.readTicket(), a.openOne())
	case Corp:
		if _, err := a.readInstallation(); err != nil {
			errs = append(errs, fmt.Errorf("wecom: the stored installation of corp %s: %w", a.CorpId(), err))
		}
	}
	if s, err := a.ensureCell(c).bindSource(a); err == nil { // otherwise the fetch returns the error
		if err := a.core.store.find(a.ctx, s.key, new(tokenRecord)); err != nil {
			errs = append(errs, fmt.Errorf("wecom: the stored %s token: %w", c, err))
		}
	}
	return errors.Join(errs...)
}

// checkComplete returns an error for a suite with an id and no secret or the reverse, such as after a
// missing environment variable. A suite without both is not an error.
func (s *suite) checkComplete() error {
	switch {
	case s.id != "" && s.secret == "":
		return fmt.Errorf("wecom: suite %s has no secret: Config.SuiteSecret, or the second argument of WithSuite, is empty", s.id)
	case s.id == "" && s.secret != "":
		return errors.New("wecom: a suite secret without a suite id: Config.SuiteId, or the first argument of WithSuite, is empty")
	}
	return nil
}

// openOne reads one installation, to check the key that seals the Store. It does nothing if
// there is none, or if the Store is not a [Lister].
func (a *Api) openOne() error {
	if _, ok := a.core.store.store.(Lister); !ok {
		return nil
	}
	for _, err := range a.Installations() {
		return err
	}
	return nil
}
