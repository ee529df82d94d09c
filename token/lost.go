package token

import (
	"errors"

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
