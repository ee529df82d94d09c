package callback

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
)

const (
	noticeLife    = 24 * time.Hour // after the first failure
	longestPause  = 10 * time.Minute
	leastAttempts = 20 // attempts before it is given up: a clock may have jumped
	reportedAll   = 10 // attempts; then every sixth, about once an hour
	reportedOne   = 6
	aloneWait     = time.Second // delay while another one runs alone
	maxDeaths     = 5
	aloneAfter    = 2 // after so many deaths it runs alone
	unreadWait    = 10 * time.Minute
)

// ErrGiveUp, returned by a function, means: do not run this function again for this notice.
// The error is logged. The notice does not become dead because of it, and Retry does not run
// the function again. The other functions go on.
var ErrGiveUp = errors.New("callback: the function gives up")

// ErrDead is in the error that Logger and OnError get for a notice that is not retried by
// itself. The notice is kept: see [Inbox.Dead].
var ErrDead = errors.New("callback: the notice is dead, and kept until Retry or Discard")

var errTimeout = errors.New("callback: the function has used up Config.Timeout")

// task processes one claimed item once: the built-in work, and then the functions.
type task struct {
	r       *runner
	owner   *leaseOwner
	claimed Claimed
	slot    *slot

	inExchanges bool // it counts in runner.exchanges

	mu      sync.Mutex
	state   *state // to be stored; nil: unchanged
	settled bool
}

func (t *task) run() {
	ctx, cancel := context.WithCancel(t.owner.ctx)
	defer cancel()
	defer context.AfterFunc(t.r.alive, cancel)()
	c := t.claimed
	unlock, err := t.r.in.lanes.Lock(ctx, c.Route+"\x00"+c.Lane) // it may still be running here, for an owner that has lost its lease
	if err == nil {
		defer unlock()
	}
	defer func() { t.r.in.losses.end(c.Hold.ID, t.owner.ctx.Err() != nil) }()
	if err != nil {
		t.settle(t.asAgain(0))
		return
	}
	var s Settlement
	if err := recoverPanic(func() error { s = t.process(ctx); return nil }); err != nil {
		t.r.in.alarm(ctx, nil, fmt.Errorf("callback: a notice of lane %q is tried again in %s: %w", c.Lane, unreadWait, err))
		s = t.asAgain(unreadWait)
	}
	t.settle(s)
	if t.inExchanges {
		t.r.exchanges.by(c.Route, -1)
	}
}

// settle stores the outcome, unless giveBack has put the item back already.
func (t *task) settle(s Settlement) {
	if t.firstToEnd() {
		t.r.settle(t.owner, s)
	}
}

// firstToEnd returns true once: to settle or to giveBack, whichever calls it first and so
// stores the outcome.
func (t *task) firstToEnd() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	mine := !t.settled
	t.settled = true
	return mine
}

// change changes the state under the lock: giveBack may read it at any time.
func (t *task) change(f func(s *state)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	f(t.state)
}

func (t *task) encoded() []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.state == nil {
		return nil
	}
	return t.state.encode()
}

// asAgain, asWait, asDone, asAgainIn and bury return the outcome of the task. It is stored by
// settle.
func (t *task) asAgain(after time.Duration) Settlement {
	return Settlement{Hold: t.claimed.Hold, Kind: Again, After: after, State: t.encoded()}
}

func (t *task) asDone() Settlement { return Settlement{Hold: t.claimed.Hold, Kind: Done} }

func (t *task) asWait(after time.Duration) Settlement {
	return Settlement{Hold: t.claimed.Hold, Kind: Wait, After: after, State: t.encoded()}
}

// bury makes a notice dead and reports it.
func (t *task) bury(ctx context.Context, n *Notice, why error) Settlement {
	err := fmt.Errorf("%w: %w", ErrDead, why)
	t.r.in.alarm(ctx, n, err)
	t.mu.Lock()
	if t.state != nil {
		t.state.Buried = true
	}
	t.mu.Unlock()
	return Settlement{Hold: t.claimed.Hold, Kind: Bury, State: t.encoded(), Reason: cut(why.Error())}
}

// cut shortens a text for people.
func cut(text string) string {
	const most = 4 << 10
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + " …"
}

// process processes the item and returns its outcome.
func (t *task) process(ctx context.Context) Settlement {
	in, c := t.r.in, t.claimed
	n, s, err := t.open()
	switch {
	case errors.Is(err, errDamagedRecord) && n == nil, errors.Is(err, ErrPayload):
		return t.bury(ctx, nil, err)
	case errors.Is(err, errDamagedRecord): // without its state it only repeats work
		in.report(ctx, n, fmt.Errorf("%w: its state is taken for empty", err))
	case err != nil:
		in.report(ctx, n, fmt.Errorf("callback: read a queued notice, which is tried again in %s: %w", unreadWait, err))
		return t.asAgain(unreadWait)
	}
	t.mu.Lock()
	t.state = &s
	t.mu.Unlock()
	n.work.key, n.work.permanent, n.work.removed = keyOf(n, c.Item, c.Hold.ID), s.Permanent, s.Removed
	n.Api = in.apiOf(c.Route, n).WithContext(ctx)
	// Starts counts since the last settlement. An earlier start that no lost lease of this
	// process explains was a death.
	if deaths := c.Starts - 1 - t.r.in.losses.of(c.Hold.ID); deaths > 0 {
		return t.died(ctx, n, deaths)
	}
	if later, waits := t.makeRoom(n); waits {
		return later
	}
	return t.attempt(ctx, n)
}

// open reads the item. Without an error there are both a notice and a state.
func (t *task) open() (*Notice, state, error) {
	c := t.claimed
	if c.Err != nil {
		return nil, state{}, c.Err
	}
	n, err := decodePayload(c.Payload)
	if err != nil {
		return nil, state{}, err
	}
	s, err := decodeState(c.State)
	return n, s, err
}

// asAgainIn moves an urgent item into a lane, where its arrival number decides its place.
func (t *task) asAgainIn(lane string) Settlement {
	s := t.asAgain(0)
	s.Lane = lane
	return s
}

// died counts deaths of the process while it processed the notice. The notice may be the
// cause.
func (t *task) died(ctx context.Context, n *Notice, times int) Settlement {
	t.change(func(s *state) { s.Deaths += times })
	deaths, most := t.state.Deaths, maxDeaths
	if n.bringsAuthCode() && n.Permanent() == nil {
		most = codeAttempts // no function has run yet, and an installation would be lost with the code
	}
	if deaths >= most {
		return t.bury(ctx, n, fmt.Errorf("callback: the process died %d times while it processed this notice", deaths))
	}
	after := backoff(deaths, longestPause)
	if n.isUrgent() {
		after = min(after, urgentWait)
	}
	t.r.in.report(ctx, n, fmt.Errorf("callback: the process died while it processed this notice (%d of %d times); it is tried again in %s", deaths, most, after))
	if deaths < aloneAfter && !t.claimed.Urgent {
		return t.asWait(after) // perhaps no function had begun, and later ones of the lane must not overtake it
	}
	return t.asAgain(after)
}

// attempt runs the built-in work and then the functions.
func (t *task) attempt(ctx context.Context, n *Notice) Settlement {
	if ctx.Err() != nil {
		return t.asAgain(0)
	}
	if p := n.Permanent(); p != nil {
		n.AuthCorpId = p.AuthCorpInfo.CorpId
	}
	if corp := n.CorpId(); corp != "" {
		n.Api = n.Api.WithCorp(corp)
		if s, settled := t.checkInstallation(ctx, n); settled {
			return s
		}
	}
	if s, settled := t.builtIn(ctx, n); settled {
		return s
	}
	err := t.runFunctions(ctx, n)
	switch {
	case ctx.Err() != nil && err != nil:
		return t.asAgain(0) // not the function's fault
	case err != nil:
		return t.retryOrGiveUp(ctx, n, err, false, longestPause)
	}
	return t.asDone()
}

// retryOrGiveUp returns the outcome of a failed attempt. The notice is given up after a day,
// or at once if giveUp is true.
func (t *task) retryOrGiveUp(ctx context.Context, n *Notice, err error, giveUp bool, longest time.Duration) Settlement {
	var since time.Duration
	t.change(func(s *state) { since = s.failed() })
	attempts := t.state.Attempts
	if giveUp || since >= noticeLife && attempts >= leastAttempts {
		return t.bury(ctx, n, fmt.Errorf("after %d attempts in %s: %w", attempts, since.Round(time.Second), err))
	}
	if attempts <= reportedAll || attempts%reportedOne == 0 {
		t.r.in.report(ctx, n, fmt.Errorf("%w (attempt %d)", err, attempts))
	}
	return t.asAgain(backoff(attempts, longest))
}
