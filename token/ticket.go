package token

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// ticketLife is how long WeCom honours a suite_ticket.
const ticketLife = 30 * time.Minute

// ticket is a suite_ticket as it was pushed.
type ticket struct {
	Ticket string    `json:"ticket"`
	Pushed time.Time `json:"pushed"`
}

func (t ticket) age() time.Duration { return time.Since(t.Pushed) }

// ticketCell is the newest ticket that this process has seen.
type ticketCell struct {
	mu     sync.Mutex
	newest ticket
}

// offer takes t in if it is not older, and returns the newest.
func (c *ticketCell) offer(t ticket) ticket {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.Ticket != "" && !t.Pushed.Before(c.newest.Pushed) {
		c.newest = t
	}
	return c.newest
}

// SetSuiteTicket 推送suite_ticket: saves a ticket that WeCom pushed at pushedAt for the
// bound suite. Pushes may arrive out of order: an older one than the stored is ignored. An
// error means that the ticket could not be saved, though this process uses it: answer
// WeCom with an error, so that it pushes again. callback.Handler does all this.
// https://developer.work.weixin.qq.com/document/path/90628
func (a *Api) SetSuiteTicket(suiteTicket string, pushedAt time.Time) error {
	if _, err := a.cell(Suite); err != nil {
		return err
	}
	if suiteTicket == "" {
		return errors.New("wecom: SetSuiteTicket: the ticket is empty")
	}
	if now := time.Now(); pushedAt.IsZero() || pushedAt.After(now) {
		pushedAt = now // a clock ahead of ours must not keep out the pushes to come
	}
	s, c, ctx := a.suite, a.core, a.ctx
	key := c.ticketKey(s)
	unlock, _ := c.lock(ctx, key, ticketLock)
	defer unlock()
	var stored ticket
	_ = c.look(ctx, "reading the suite_ticket", key, &stored) // the write below decides
	s.ticket.offer(stored)
	newest := s.ticket.offer(ticket{suiteTicket, pushedAt.Round(0)})
	s.cell.retry()
	if newest == stored {
		return nil
	}
	if err := c.put(ctx, key, newest, 0); err != nil {
		return fmt.Errorf("wecom: the suite_ticket could not be saved and is lost at a restart: %w", err)
	}
	return nil
}

// TicketAge says how old the newest suite_ticket of the bound suite is. Above 30 minutes
// pushes have failed to arrive three times in a row; without any it is ErrNoSuiteTicket.
func (a *Api) TicketAge() (time.Duration, error) {
	if _, err := a.cell(Suite); err != nil {
		return 0, err
	}
	t, err := a.core.ticketOf(a.ctx, a.suite)
	if err != nil {
		return 0, err
	}
	return t.age(), nil
}

func (c *core) ticketKey(s *suite) string { return storeKey("ticket", c.corpId, s.id) }

// ticketOf returns the newest ticket of the store and this process.
func (c *core) ticketOf(ctx context.Context, s *suite) (ticket, error) {
	key := c.ticketKey(s)
	var stored ticket
	err := c.look(ctx, "reading the suite_ticket", key, &stored)
	newest := s.ticket.offer(stored)
	switch {
	case newest.Ticket != "":
		return newest, nil
	case err == nil:
		return ticket{}, ErrNoSuiteTicket
	}
	return ticket{}, fmt.Errorf("%w: and the store failed: %w", ErrNoSuiteTicket, err)
}
