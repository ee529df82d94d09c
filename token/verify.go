package token

import (
	"errors"
	"fmt"
)

// Verify asks WeCom now, whatever is cached, for a token of each kind that the Api has the
// credentials for, the bound corp's included: are they good, does WeCom accept this
// address, and can what is stored be read? Where the Store is a [Lister] that is tried with
// one installation, too. All that is wrong is in the error: errors.Is finds one reason, not
// that it is the only one. An Api with two suites asks for each, by WithSuite.
func (a *Api) Verify() error {
	if a == nil || a.core == nil {
		return errZeroApi
	}
	errs := []error{a.suite.half()}
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
		errs = append(errs, a.readTicket(), a.openOne())
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

// half reports a suite of which one part is missing, such as an environment variable that
// is not set; one without both is none.
func (s *suite) half() error {
	switch {
	case s.id != "" && s.secret == "":
		return fmt.Errorf("wecom: suite %s has no secret: Config.SuiteSecret, or the second argument of WithSuite, is empty", s.id)
	case s.id == "" && s.secret != "":
		return errors.New("wecom: a suite secret without a suite id: Config.SuiteId, or the first argument of WithSuite, is empty")
	}
	return nil
}

// openOne reads one installation, to find out whether the key that seals the Store is
// right; without any, or in a Store that is no [Lister], there is nothing to find out.
func (a *Api) openOne() error {
	if _, ok := a.core.store.store.(Lister); !ok {
		return nil
	}
	for _, err := range a.Installations() {
		return err
	}
	return nil
}
