package callback

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/service"
	"github.com/gothird/wecom/token"
)

const (
	codeAttempts  = 45               // more than fit into the ten minutes that an auth code is valid; counted, as clocks may be wrong
	urgentWait    = 15 * time.Second // longest pause between attempts at an item that is valid for minutes only
	installPoll   = 5 * time.Second
	storePoll     = time.Second
	patience      = 2           // attempts that find no installation before it is reported
	installWaits  = 15 * 60 / 5 // a push waits a quarter of an hour for an installation
	exchangeWaits = 60          // for so many seconds a change waits for an exchange of its corp
	maxCounters   = 10000       // entries of a map; then it is cleared
	firstLook     = time.Minute // first repeated look at a cancelled corp that still gets a token
	secondLook    = 10 * time.Minute
	looksAtCancel = 2
)

// storeTicket stores a suite_ticket before the push is answered: no call works without a
// ticket, and the next one comes ten minutes later.
func storeTicket(ctx context.Context, api *token.Api, n *Notice) (stored bool, err error) {
	e, ok := n.Content.(*SuiteTicketEvent)
	if !ok || n.ReceiveId != api.SuiteId() || api.SuiteId() == "" || e.SuiteTicket == "" {
		return false, nil
	}
	pushed := time.Time{} // now
	if n.TimeStamp > 0 {
		pushed = time.Unix(n.TimeStamp, 0)
	}
	return true, api.WithContext(ctx).SetSuiteTicket(e.SuiteTicket, pushed)
}

// isForSuite reports whether the receive id is the suite. Only such a notice may change
// installations.
func (n *Notice) isForSuite() bool { return n.ReceiveId != "" && n.ReceiveId == n.Api.SuiteId() }

// needsInstallation reports whether functions run only while the corp is installed. Orders
// and authorisation events do not need that.
func (n *Notice) needsInstallation() bool {
	if n.work.forCorp || n.bringsAuthCode() {
		return true
	}
	_, isAuth := n.Content.(*AuthEvent)
	return n.AuthCorpId != "" && n.isForSuite() && (!isAuth || n.InfoType == KItChangeAuth)
}

// checkInstallation ends a notice whose installation was removed, and delays a notice that
// comes before its installation: the exchange of the auth code may not be finished. A push
// whose receive id is a corp waits for a quarter of an hour, others for a minute at most.
func (t *task) checkInstallation(ctx context.Context, n *Notice) (s Settlement, settled bool) {
	if !n.needsInstallation() {
		return Settlement{}, false
	}
	in, err := n.Api.Installation()
	missing := errors.Is(err, token.ErrNotInstalled)
	switch {
	case isOver(n, err, missing):
		if t.r.in.removals.isFirst(n.Api.SuiteId() + "\x00" + n.CorpId()) {
			t.r.in.report(ctx, n, fmt.Errorf("callback: corp %q has cancelled: what was waiting of it is not processed", n.CorpId()))
		}
		return t.asDone(), true
	case err == nil:
		n.updateCode(in.PermanentCode)
		return t.requeue()
	case n.work.forCorp:
		return t.waitForInstallation(ctx, n, err, missing), true
	case missing && t.isEarly(n):
		t.change(func(s *state) { s.Waits++ })
		return t.asWait(time.Second), true
	}
	return Settlement{}, false
}

// isEarly reports whether the exchange of the auth code of the notice's corp may not be
// finished.
func (t *task) isEarly(n *Notice) bool {
	if n.bringsAuthCode() || t.state.Waits >= exchangeWaits {
		return false
	}
	return t.state.Waits < 2 || t.r.isExchanging(t.claimed.Route)
}

// requeue puts a notice that has waited for its installation back into its lane, once:
// create_auth may now be in that lane, before it.
func (t *task) requeue() (s Settlement, settled bool) {
	if t.state.Waits <= 0 {
		return Settlement{}, false
	}
	if t.r.isExchanging(t.claimed.Route) {
		return t.asWait(time.Second), true
	}
	t.change(func(s *state) { s.Waits = requeuedOnce })
	return t.asWait(0), true
}

// isOver reports whether a notice is about an installation that has ended: the one that it
// brought is gone, or it is older than the last cancel_auth of its corp. err is the error of
// reading the installation; missing says that there is none.
//
// Only times of WeCom are compared: what comes after the cancel_auth may belong to the next
// installation, and several clocks of ours could not tell. They are whole seconds. A person
// does not install again in the second of the cancel_auth, but a program may: so a notice that
// brings an installation is over only if it is older.
func isOver(n *Notice, err error, missing bool) bool {
	switch {
	case missing && n.Permanent() != nil:
		return true
	case err != nil && !missing:
		return false
	}
	at, _ := n.Api.CancelledAt() // zero, where it cannot be told: nothing is older
	sent := n.sentAt()
	return !sent.IsZero() && (sent.Before(at) || sent.Equal(at) && !n.bringsAuthCode())
}

// updateCode gives a notice that brought a permanent code the one that is valid now, if that
// is another one.
func (n *Notice) updateCode(code string) {
	if p := n.work.permanent; p != nil && p.PermanentCode != code {
		renewed := *p
		renewed.PermanentCode = code
		n.work.permanent = &renewed
	}
}

// waitForInstallation closes the lane for a while. It counts the attempts, as clocks may be
// wrong. All items of the lane wait at the same time.
func (t *task) waitForInstallation(ctx context.Context, n *Notice, err error, missing bool) Settlement {
	if !missing {
		if t.r.storeReports.isDue() {
			t.r.in.report(ctx, n, fmt.Errorf("callback: is corp %q installed? the notices of corps wait: %w", n.CorpId(), err))
		}
		return t.asWait(storePoll)
	}
	waited := t.r.waits.add(t.claimed.Route + "\x00" + n.CorpId())
	long := clock.Since(t.claimed.Put) >= installWaits*installPoll
	if t.state.Waits >= installWaits || long && waited >= installWaits {
		return t.bury(ctx, n, fmt.Errorf("callback: corp %q has no installation of suite %s (%w; %w)", n.CorpId(), n.Api.SuiteId(), token.ErrNotInstalled, ErrReceiveId))
	}
	if t.state.Waits == patience && t.r.installReports.isDue() {
		t.r.in.note(ctx, n, fmt.Errorf("callback: corp %q has not installed suite %s: its notices wait for that, at most %s", n.CorpId(), n.Api.SuiteId(), installWaits*installPoll))
	}
	t.change(func(s *state) { s.Waits++ })
	return t.asWait(installPoll)
}

// builtIn handles the notices that change installations.
func (t *task) builtIn(ctx context.Context, n *Notice) (s Settlement, settled bool) {
	if !n.isForSuite() {
		return Settlement{}, false
	}
	switch {
	case n.bringsAuthCode() && n.Permanent() == nil:
		return t.exchange(ctx, n)
	case n.InfoType == KItCancelAuth && n.AuthCorpId != "":
		return t.cancel(ctx, n)
	}
	return Settlement{}, false
}

// exchange turns the auth code of a notice into an installation, and moves the notice into
// the lane of that corp.
func (t *task) exchange(ctx context.Context, n *Notice) (s Settlement, settled bool) {
	t.r.exchanges.add(t.claimed.Route)
	t.inExchanges = true // until the result is recorded
	p, err := service.ExchangeAuthCode(n.Api, n.Content.(*AuthEvent).AuthCode)
	if err != nil {
		return t.exchangeFailed(ctx, n, err), true
	}
	t.change(func(s *state) {
		s.Permanent = p
		s.Attempts, s.First, s.Deaths = 0, 0, 0 // these were of the exchange; the functions get a full day
	})
	n.AuthCorpId = p.AuthCorpInfo.CorpId
	return t.asAgainIn(n.AuthCorpId), true
}

// exchangeFailed decides what follows a failed exchange. A code that WeCom did not accept is
// given up after codeAttempts, when it is no longer valid. One that was accepted, and whose
// installation could not be saved, is tried like any notice: for a day and leastAttempts.
func (t *task) exchangeFailed(ctx context.Context, n *Notice, err error) Settlement {
	if ctx.Err() != nil {
		return t.asAgain(0)
	}
	expired := t.state.Attempts >= codeAttempts
	longest := urgentWait
	if expired {
		longest = longestPause
	}
	notTaken := errors.As(err, new(*token.Error)) || errors.Is(err, token.ErrNoSuiteTicket)
	return t.retryOrGiveUp(ctx, n, fmt.Errorf("callback: %s: exchange the auth code: %w", n.InfoType, err), notTaken && expired, longest)
}

// cancel removes the installation if WeCom says that it is over. The push may be late and
// the corp may have installed the app again, or WeCom may still hand out tokens for a while.
// So cancel asks again later before the functions run. What it is about to remove is
// recorded first: the process may be killed at any moment.
func (t *task) cancel(ctx context.Context, n *Notice) (s Settlement, settled bool) {
	in, err := n.Api.Installation()
	switch {
	case n.Removed() != nil && err == nil:
		t.r.in.report(ctx, n, fmt.Errorf("callback: corp %q has installed the app again: the functions of its cancel_auth are not run any more", n.AuthCorpId))
		return t.asDone(), true
	case n.Removed() != nil:
		return Settlement{}, false
	case err == nil && t.state.Removing == nil:
		t.change(func(s *state) { s.Removing = &in })
		return t.asAgain(0), true
	}
	return t.remove(ctx, n)
}

func (t *task) remove(ctx context.Context, n *Notice) (s Settlement, settled bool) {
	removed, err := n.Api.RemoveIfLost(n.sentAt())
	if err != nil {
		if ctx.Err() != nil {
			return t.asAgain(0), true
		}
		return t.retryOrGiveUp(ctx, n, fmt.Errorf("callback: cancel_auth: %w", err), false, longestPause), true
	}
	if _, err = n.Api.Installation(); err == nil {
		return t.lookAgain()
	}
	if removed == nil {
		removed = t.state.Removing // removed by an attempt that was interrupted
	}
	t.change(func(s *state) { s.Removed = removed })
	n.work.removed = removed
	t.r.in.removals.note(n.Api.SuiteId() + "\x00" + n.AuthCorpId)
	return Settlement{}, false
}

// lookAgain delays the notice of a cancelled corp that still gets a token. After the last
// delay the installation is kept.
func (t *task) lookAgain() (s Settlement, settled bool) {
	if t.state.Looks >= looksAtCancel {
		return Settlement{}, false
	}
	after := firstLook
	if t.state.Looks > 0 {
		after = secondLook
	}
	t.change(func(s *state) { s.Looks++ })
	return t.asAgain(after), true
}
