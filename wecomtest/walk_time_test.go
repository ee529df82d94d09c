package wecomtest_test

import (
	"errors"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/gothird/wecom/token"
)

// pass lets time go by: for WeCom only, whose tokens run out before the app knows, or for
// both. The app may hear nothing of its tickets meanwhile.
func (k *walker) pass() {
	for i := range k.app.deaf {
		k.app.deaf[i].Store(k.one(5))
	}
	const day = 24 * time.Hour
	d := pickOf(k.rnd, []time.Duration{2 * time.Minute, 9 * time.Minute, 25 * time.Minute, 50 * time.Minute, 2 * time.Hour, 3 * time.Hour, day, 3 * day, 8 * day, 12 * day})
	both := d <= 3*time.Hour && k.one(2)
	k.note("%v pass, for both: %v", d, both)
	if both {
		time.Sleep(d)
		k.advance(0)
	} else {
		k.advance(d)
	}
	for i := range k.app.deaf {
		k.app.deaf[i].Store(false)
	}
}

// longer is weeks that pass.
func (k *walker) longer() {
	d := time.Duration(pickOf(k.rnd, []int{10, 20, 40, 80, 370})) * 24 * time.Hour
	k.note("%v pass", d)
	k.advance(d)
}

// advance is Advance of WeCom, with the tickets that it brings.
func (k *walker) advance(d time.Duration) {
	k.ahead += d
	k.w.Advance(d)
	for i, t := range k.tickets {
		if k.now().Sub(t.pushed) >= ticketEvery {
			k.ticketCame(i, !k.app.deaf[i].Load())
		}
	}
}

// hearTicket gives a suite a ticket that is good, unless it has one.
func (k *walker) hearTicket(suite int) {
	if k.now().Sub(k.tickets[suite].heard) > ticketLife-time.Minute {
		k.advance(ticketEvery)
	}
}

// maybe is an answer of the model: right, wrong, or both are.
type maybe int

const (
	no maybe = iota
	yes
	either
)

// fresh reports whether WeCom takes the newest ticket that the app has.
func (k *walker) fresh(suite int) maybe {
	left := ticketLife - k.now().Sub(k.tickets[suite].heard)
	switch {
	case left > walkUncertain:
		return yes
	case left < -walkUncertain:
		return no
	}
	return either
}

// suiteToken reports whether the app has or gets a suite token.
func (k *walker) suiteToken(suite int) maybe {
	good, certain := k.wire.good(k.suiteId(suite))
	switch fresh := k.fresh(suite); {
	case certain && good || fresh == yes:
		return yes
	case certain && !good:
		return fresh
	}
	return either
}

// corpToken is the same for the token of a corp that has installed the suite.
func (k *walker) corpToken(suite int, c *walkCorp) maybe {
	good, certain := k.wire.good(tokenOf(k.suiteId(suite), c.id))
	switch {
	case suite == walkTemplate, certain && good:
		return yes
	case certain:
		return k.suiteToken(suite)
	case k.suiteToken(suite) == yes:
		return yes
	}
	return either
}

// stale checks the error of a call for which there was no suite token.
func (k *walker) stale(suite int, err error) {
	k.happened.add("stale ticket")
	var why *token.Error
	assert.True(k, errors.As(err, &why) || errors.Is(err, token.ErrSuiteTicketStale), "a ticket that is too old: %v", err)
	age := time.Since(k.tickets[suite].app)
	if age > ticketLife+walkUncertain {
		assert.ErrorIs(k, err, token.ErrSuiteTicketStale)
	} else if age < ticketLife-walkUncertain {
		assert.ErrorIs(k, err, token.Code(40085))
		assert.NotErrorIs(k, err, token.ErrSuiteTicketStale, "it is old by WeCom's clock only")
	}
}
