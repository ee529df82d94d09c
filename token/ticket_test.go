package token

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/internal/clock/clocktest"
)

// The newest push wins by WeCom's times; one that is ahead of our clock blocks no other.
// G: ticket/newest clock/token
func TestWhichTicketReplacesWhich(t *testing.T) {
	t.Parallel()
	clocktest.Hold(t)
	synctest.Test(t, func(t *testing.T) {
		now := clock.Now()
		at := func(after time.Duration) ticket { return newTicket("t", now.Add(after)) }
		for _, row := range []struct {
			newer, old time.Duration // after now
			want       bool
		}{
			{-time.Minute, -time.Hour, true},
			{-time.Hour, -time.Hour, true},
			{-time.Hour, -time.Minute, false},
			{-time.Hour, 0, false},
			{0, time.Minute, true},
			{-time.Hour, time.Minute, true},
			{5 * time.Minute, 10 * time.Minute, false},
			{5 * time.Minute, 35 * time.Minute, false},
			{5*time.Minute - 1, 35 * time.Minute, true},
			{time.Hour, 0, true},
		} {
			assert.Equal(t, row.want, at(row.newer).replaces(at(row.old)), "%s %s", row.newer, row.old)
		}
		assert.False(t, ticket{}.replaces(ticket{}))
		assert.False(t, ticket{}.replaces(at(0)))
		assert.True(t, at(-time.Hour).replaces(ticket{}))
	})
}

// A ticket is as old as its push; one without a time, or from the future, was pushed now.
// G: ticket/newest clock/token
func TestAgeOfATicket(t *testing.T) {
	t.Parallel()
	clocktest.Hold(t)
	synctest.Test(t, func(t *testing.T) {
		now := clock.Now()
		for _, row := range []struct {
			pushed time.Time
			age    time.Duration
			stamp  time.Time
		}{
			{time.Time{}, 0, now},
			{now, 0, now},
			{now.Add(-time.Hour), time.Hour, now.Add(-time.Hour)},
			{now.Add(time.Hour), 0, now.Add(time.Hour)},
		} {
			got := newTicket("t", row.pushed)
			assert.Equal(t, row.age, got.age())
			assert.True(t, row.stamp.Equal(got.Stamp))
			assert.Equal(t, recordVersion, got.V)
			assert.Equal(t, "t", got.Ticket)
		}
		assert.Zero(t, ticket{Pushed: now.Add(time.Hour)}.age(), "read back after the clock was set back")
	})
}

// The Store's ticket comes before a remembered one, except before a push that is not saved
// yet and newer.
// G: ticket/unsaved clock/token
func TestTheNewestTicketThatIsKnown(t *testing.T) {
	t.Parallel()
	old, middle, last := newTicket("old", time.Unix(1, 0)), newTicket("middle", time.Unix(2, 0)), newTicket("last", time.Unix(3, 0))
	var c ticketCell
	assert.Zero(t, c.read(ticket{}))
	assert.Equal(t, middle, c.read(middle))
	assert.Equal(t, old, c.read(old), "another process has written it")
	assert.Equal(t, old, c.read(ticket{}), "the Store has lost it")

	assert.Equal(t, middle, c.push(middle))
	assert.Equal(t, middle, c.push(old))
	assert.Equal(t, middle, c.read(old), "not saved yet")
	c.saved(old)
	assert.Equal(t, middle, c.read(old), "that was another one")
	assert.Equal(t, last, c.read(last))
	assert.Equal(t, old, c.read(old), "the pushed one is out of use")

	assert.Equal(t, last, c.push(last))
	c.saved(last)
	assert.Equal(t, old, c.read(old))
}
