package token

import (
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/internal/clock/clocktest"
	"github.com/stretchr/testify/assert"
)

// A place that rejects every new token gets one after 1, 2, 4 … 32 minutes and then each
// hour. After an hour without a rejection it starts anew.
// G: token/breaker
func TestTripsGetLongerAndStartAnew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var tr trip
		trip := func() time.Duration {
			tr.trip(time.Now())
			return tr.pause.left(time.Now())
		}
		for _, minutes := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60, 60} {
			assert.Equal(t, minutes*time.Minute, trip())
			time.Sleep(tr.pause.span + tripMost) // and an hour of silence, which is not too long
		}
		time.Sleep(time.Nanosecond)
		assert.Equal(t, time.Minute, trip(), "longer than an hour")
		assert.Equal(t, 2*time.Minute, trip())
	})
}

// A pause has a beginning and an end; the clock may be set meanwhile, in both directions.
// G: clock/pauses
func TestAPauseIsPending(t *testing.T) {
	t.Parallel()
	now := time.Now()
	p := pauseFor(now, time.Minute)
	for after, want := range map[time.Duration]bool{
		-time.Hour: false, -1: false, 0: true, time.Second: true, time.Minute - 1: true, time.Minute: false, time.Hour: false,
	} {
		assert.Equal(t, want, p.pending(now.Add(after)), after)
		assert.Equal(t, time.Minute-after, p.left(now.Add(after)))
	}
	assert.False(t, pause{}.pending(now))
}

// A rejection is disbelieved if a call that was sent later has succeeded at another place, in
// whatever order the answers came.
// G: token/rejected
func TestALaterSuccessElsewhereContradictsARejection(t *testing.T) {
	t.Parallel()
	var g grant
	p, q, r := place{"/p", ""}, place{"/p", "corp"}, place{"/r", ""}
	assert.False(t, g.contradicts(1, p), "nothing has succeeded")

	g.succeeded(5, q)
	assert.True(t, g.contradicts(4, p))
	assert.False(t, g.contradicts(5, p))
	assert.False(t, g.contradicts(6, p), "was sent earlier")
	assert.False(t, g.contradicts(4, q), "is the same place")

	g.succeeded(7, p)
	assert.False(t, g.contradicts(6, p))
	assert.True(t, g.contradicts(4, p))
	assert.True(t, g.contradicts(6, q))

	g.succeeded(6, q) // its answer was late
	assert.True(t, g.contradicts(5, p))
	g.succeeded(3, r)
	assert.True(t, g.contradicts(5, p), "an older one changes nothing")
	g.succeeded(2, p)
	assert.True(t, g.contradicts(6, q), "an older one changes nothing")

	g.succeeded(9, p)
	assert.True(t, g.contradicts(8, q))
	assert.False(t, g.contradicts(9, q))
	assert.False(t, g.contradicts(8, p))
}

// A token that came after the rejected one is good at a place only if it has succeeded there.
// G: token/breaker
func TestATokenIsVouchedFor(t *testing.T) {
	t.Parallel()
	g := grant{number: 3}
	p, q, r := place{"/p", ""}, place{"/q", ""}, place{"/r", ""}
	assert.False(t, g.knownGood(p, 5), "it was never used")
	g.succeeded(1, p)
	for tokens, want := range map[int64]bool{2: false, 3: true, 4: true} {
		assert.Equal(t, want, g.knownGood(q, tokens), tokens)
		assert.True(t, g.knownGood(p, tokens), tokens)
	}
	g.succeeded(2, q)
	assert.True(t, g.knownGood(p, 2))
	assert.True(t, g.knownGood(q, 2))
	assert.False(t, g.knownGood(r, 2))
}

// A breaker remembers ten thousand places. Then those that have had no rejection for two hours
// go, and all if there are none.
// G: token/breaker
func TestABreakerForgetsOldPlaces(t *testing.T) {
	t.Parallel()
	clocktest.Hold(t)
	synctest.Test(t, func(t *testing.T) {
		for _, old := range []int{0, 1, maxPlaces} {
			var b breaker
			add := func(i int) *trip {
				t := b.add(place{corpId: strconv.Itoa(i)}, clock.Now())
				t.at = clock.Now()
				return t
			}
			for i := range old {
				add(i)
			}
			time.Sleep(time.Nanosecond)
			for i := range maxPlaces - old {
				add(old + i)
			}
			assert.Len(t, b.places, maxPlaces)
			time.Sleep(2 * time.Hour)
			last := add(maxPlaces)
			assert.Same(t, last, b.places[place{corpId: strconv.Itoa(maxPlaces)}])
			switch old {
			case 0, maxPlaces:
				assert.Len(t, b.places, 1)
			default:
				assert.Len(t, b.places, maxPlaces+1-old)
			}
		}
	})
}

// A rejected token is not read back from the Store, until WeCom hands it out again. Four are
// remembered.
// G: token/rejected
func TestRejectedTokensAreRemembered(t *testing.T) {
	t.Parallel()
	c := new(cell)
	for _, text := range []string{"a", "b", "c", "d", "e"} {
		c.take(newGrant(text, clock.Now(), time.Hour))
		c.drop(c.grant.Load())
		assert.Nil(t, c.grant.Load())
	}
	assert.Equal(t, []string{"b", "c", "d", "e"}, c.rejected)
	c.take(newGrant("d", clock.Now(), time.Hour))
	assert.False(t, c.isRejected("d"))
	assert.Equal(t, []string{"b", "c", "e"}, c.rejected)
	c.drop(newGrant("d", clock.Now(), time.Hour))
	assert.NotNil(t, c.grant.Load(), "that was another one with the same text")
}
