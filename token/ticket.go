package token

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/gothird/wecom/internal/clock"
)

// ticketLife is how long a suite_ticket is valid.
const ticketLife = 30 * time.Minute

// ticket is a suite_ticket as it was pushed.
type ticket struct {
	V      int       `json:"v"`
	Ticket string    `json:"ticket"`
	Pushed time.Time `json:"pushed"` // by this machine's clock: never ahead of it
	Stamp  time.Time `json:"stamp"`  // WeCom's own time, which orders pushes independently of our clock
}

func newTicket(text string, pushedAt time.Time) ticket {
	now := clock.Now()
	if pushedAt.IsZero() {
		pushedAt = now
	}
	t := ticket{V: recordVersion, Ticket: text, Pushed: pushedAt.UTC().Round(0), Stamp: pushedAt.UTC().Round(0)}
	if pushedAt.After(now) {
		t.Pushed = now.UTC().Round(0)
	}
	return t
}

// age returns how long ago the ticket was pushed; a time ahead of the clock counts as now.
func (t ticket) age() time.Duration { return max(0, clock.Since(t.Pushed)) }

// replaces reports whether t replaces old: the newest push wins, by WeCom's own times. A
// time ahead of our clock may come from a wrong clock and must not block later pushes: it is
// compared only with another time ahead that is near to it.
func (t ticket) replaces(old ticket) bool {
	switch {
	case t.Ticket == "":
		return false
	case old.Ticket == "" || !t.Stamp.Before(old.Stamp):
		return true
	}
	now := clock.Now()
	return old.Stamp.After(now) && (!t.Stamp.After(now) || old.Stamp.Sub(t.Stamp) > ticketLife)
}

// ticketCell is the newest ticket that this process knows of.
type ticketCell struct {
	mu      sync.Mutex
	newest  ticket
	unsaved bool // not saved in the Store yet
}

// read takes the stored ticket and returns the newest one. All processes write to the Store,
// so the stored ticket replaces the remembered one, without comparing times. Only a push
// that could not be saved is compared with it.
func (c *ticketCell) read(stored ticket) ticket {
	c.mu.Lock()
	defer c.mu.Unlock()
	if stored.Ticket != "" && (!c.unsaved || stored.replaces(c.newest)) {
		c.newest, c.unsaved = stored, false
	}
	return c.newest
}

// push takes a ticket from WeCom and returns the newest one.
func (c *ticketCell) push(t ticket) ticket {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.replaces(c.newest) {
		c.newest, c.unsaved = t, true
	}
	return c.newest
}

// saved notes that t is in the Store.
func (c *ticketCell) saved(t ticket) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.newest == t {
		c.unsaved = false
	}
}

// SetSuiteTicket 推送suite_ticket: saves a ticket that WeCom pushed at pushedAt for the bound
// suite. Pushes may arrive out of order: one that is older than the stored ticket is
// ignored. An error means that this process uses the ticket but could not save it: answer
// WeCom with an error, so that it pushes again. callback.Handler does all this.
// https://developer.work.weixin.qq.com/document/path/90628
func (a *Api) SetSuiteTicket(suiteTicket string, pushedAt time.Time) error {
	if err := a.missing(Suite); err != nil {
		return err
	}
	if suiteTicket == "" {
		return errors.New("wecom: SetSuiteTicket: the ticket is empty")
	}
	t := newTicket(suiteTicket, pushedAt)
	defer a.retrySuite()
	a, runHooks := a.withHooksLater()
	defer runHooks()
	key, store := a.ticketKey(), a.core.store
	unlock, _ := store.lock(a.ctx, key, ticketLock)
	defer unlock()
	var stored ticket
	err := store.find(a.ctx, key, &stored)
	a.suite.ticket.read(stored)
	newest := a.suite.ticket.push(t)
	switch {
	case unusable(err):
		return fmt.Errorf("wecom: the suite_ticket is not saved, since the stored one can't be read: %w", err)
	case err != nil:
		store.warn(a.ctx, "reading the suite_ticket", key, err) // only the write must succeed
	case newest == stored:
		return nil
	}
	if err := store.put(a.ctx, key, newest, 0, true); err != nil {
		return fmt.Errorf("wecom: the suite_ticket could not be saved and is lost at a restart: %w", err)
	}
	a.suite.ticket.saved(newest)
	return nil
}

// retrySuite ends the pauses of the suite, which has a cell for each secret: there is a
// newer ticket. Corps need none of this: a missing suite token makes no pause for them.
func (a *Api) retrySuite() {
	a.core.suites.Range(func(k, s any) bool {
		if k.(suiteKey).id == a.suite.id {
			s.(*suite).cell.retry()
		}
		return true
	})
}

// TicketAge returns the age of the newest suite_ticket of the bound suite. Above 30 minutes,
// three pushes in a row have not arrived. Without a ticket the error is ErrNoSuiteTicket.
func (a *Api) TicketAge() (time.Duration, error) {
	if err := a.missing(Suite); err != nil {
		return 0, err
	}
	t, err := a.newestTicket()
	if err != nil {
		return 0, err
	}
	return t.age(), nil
}

func (a *Api) ticketKey() string { return storeKey("ticket", a.core.corpId, a.suite.id) }

// newestTicket returns the newest ticket of the Store and this process.
func (a *Api) newestTicket() (ticket, error) {
	key := a.ticketKey()
	var stored ticket
	err := a.core.store.find(a.ctx, key, &stored)
	newest := a.suite.ticket.read(stored)
	switch {
	case newest.Ticket != "":
		if err != nil {
			a.core.store.warn(a.ctx, "reading the suite_ticket", key, err)
		}
		return newest, nil
	case err == nil:
		return ticket{}, ErrNoSuiteTicket
	case errors.Is(err, context.Canceled):
		return ticket{}, err
	}
	if unusable(err) {
		return ticket{}, fmt.Errorf("wecom: the stored suite_ticket can't be read: %w", err)
	}
	return ticket{}, fmt.Errorf("%w: and the Store failed: %w", ErrNoSuiteTicket, err)
}

// readTicket returns an error if the stored ticket can't be read. An absent ticket is no
// error.
func (a *Api) readTicket() error {
	var stored ticket
	if err := a.core.store.find(a.ctx, a.ticketKey(), &stored); err != nil {
		return fmt.Errorf("wecom: the stored suite_ticket: %w", err)
	}
	return nil
}
