package token_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/internal/clock/clocktest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/token"
)

// at runs f while the clock is ahead by d: in another process, or before somebody set it.
// It shifts the clock of the whole process, so that tests with it are not parallel.
func at(d time.Duration, f func()) {
	clock.Shift(d)
	defer clock.Shift(-d)
	f()
}

const (
	ticketKey       = "wecom/v1/ticket/" + providerId + "/" + suiteId
	installationKey = "wecom/v1/installation/" + providerId + "/" + suiteId + "/" + corpId
	providerKey     = "wecom/v1/token/" + providerId + "/provider"
)

// record reads what lies in a Store.
func record(t *testing.T, store token.Store, key string) map[string]any {
	t.Helper()
	b, err := store.Get(t.Context(), key)
	require.NoError(t, err)
	var r map[string]any
	require.NoError(t, json.Unmarshal(b, &r))
	return r
}

// A ticket that was stored by a clock ahead of ours keeps no later one out, and has no
// negative age.
// G: clock/token
func TestATicketOfTheFutureShutsOutNone(t *testing.T) {
	for _, place := range []string{"store", "memory", "both"} {
		w := newBubble(t)
		store := token.NewMemoryStore()
		one, two := w.process(t, store), w.process(t, store)
		at(24*time.Hour, func() { require.NoError(t, one.SetSuiteTicket(seen.secret("ticket-of-tomorrow"), clock.Now())) })
		api := map[string]*token.Api{"store": two, "memory": one, "both": one}[place]
		if place == "memory" {
			require.NoError(t, store.Delete(t.Context(), ticketKey))
		}
		mark := clocktest.Now()
		age, err := api.TicketAge()
		require.NoError(t, err)
		assert.GreaterOrEqual(t, age, time.Duration(0))
		mark.Near(t, 0, age, time.Minute)
		fresh, err := w.NewTicket(suiteId)
		require.NoError(t, err)
		require.NoError(t, api.SetSuiteTicket(seen.secret(fresh), clock.Now().Add(-time.Second)))
		require.NoError(t, do(api, suiteCall))
		assert.Equal(t, fresh, record(t, store, ticketKey)["ticket"])
		require.NoError(t, do(w.process(t, store), suiteCall))
	}
}

// What the Store holds comes before what a process remembers: that one may have been taken
// while the clock was ahead, and outlive its thirty minutes.
// G: clock/token
func TestTheStoredTicketComesBeforeARememberedOne(t *testing.T) {
	w := newBubble(t)
	store := token.NewMemoryStore()
	one, two := w.process(t, store), w.process(t, store)
	at(time.Hour, func() { require.NoError(t, one.SetSuiteTicket(seen.secret("dead-ticket-aaaa"), clock.Now())) })
	w.ticket(two)
	at(2*time.Hour, func() {
		require.NoError(t, do(one, suiteCall))
		assert.Equal(t, 1, w.Count(suitePath))
	})
}

// By a clock that is behind, all pushes come from the future; the newest wins all the same.
// G: ticket/newest
func TestTheNewestPushWinsByAClockThatIsBehind(t *testing.T) {
	w := newBubble(t)
	store := token.NewMemoryStore()
	api := w.process(t, store)
	at(-time.Hour, func() {
		w.ticket(api)
		require.NoError(t, api.SetSuiteTicket(seen.secret("dead-ticket-aaaa"), time.Now().Add(-20*time.Minute)))
		for _, who := range []*token.Api{api, w.process(t, store)} {
			require.NoError(t, do(who, suiteCall))
		}
		age, err := api.TicketAge()
		require.NoError(t, err)
		assert.Less(t, age, time.Minute+clocktest.Step)
	})
}

// A token of the future has no more than its life, and is replaced for all processes when
// WeCom does not know it.
// G: clock/token
func TestATokenOfTheFuturePoisonsNobody(t *testing.T) {
	for _, dead := range []bool{false, true} {
		w := newBubble(t)
		store := token.NewMemoryStore()
		at(24*time.Hour, func() {
			_, err := w.process(t, store).AccessToken(token.Provider)
			require.NoError(t, err)
		})
		future, ok := record(t, store, providerKey)["token"].(string)
		require.True(t, ok)
		if dead {
			w.KillTokens("provider", 0)
		}
		w.ClearLog()
		for range 5 {
			api := w.process(t, store)
			v, err := api.AccessToken(token.Provider)
			require.NoError(t, err)
			assert.LessOrEqual(t, v.ExpiresIn, int64(7200))
			require.NoError(t, do(api, providerCall))
		}
		if dead {
			assert.Equal(t, 1, w.Count(providerPath), "the first replaces it for all")
			assert.NotEqual(t, future, record(t, store, providerKey)["token"])
		} else {
			assert.Zero(t, w.Count(providerPath))
			api := w.process(t, store)
			_, err := api.AccessToken(token.Provider)
			require.NoError(t, err)
			at(2*time.Hour, func() {
				_, err := api.AccessToken(token.Provider)
				require.NoError(t, err)
			})
			assert.Equal(t, 1, w.Count(providerPath), "it lives no longer than from when it was read")
		}
	}
}

// A clock that is set, back or ahead, leaves a token usable, and no age is negative.
// G: clock/token
func TestAClockThatIsSetLosesNoToken(t *testing.T) {
	for _, d := range []time.Duration{-365 * 24 * time.Hour, -time.Hour, time.Hour, 365 * 24 * time.Hour} {
		w := newBubble(t)
		store := token.NewMemoryStore()
		api := w.process(t, store).WithCorp(corpId)
		w.ticket(api)
		require.NoError(t, api.SetInstallation(w.install(t, suiteId, corpId)))
		require.NoError(t, do(api, corpCall))
		at(d, func() {
			for _, who := range []*token.Api{api, w.process(t, store).WithCorp(corpId)} {
				for _, c := range []token.Credential{token.Suite, token.Corp} {
					v, err := who.AccessToken(c)
					require.NoError(t, err)
					assert.Positive(t, v.ExpiresIn)
					assert.LessOrEqual(t, v.ExpiresIn, int64(7200))
				}
				require.NoError(t, do(who, corpCall))
				age, err := who.TicketAge()
				require.NoError(t, err)
				assert.GreaterOrEqual(t, age, time.Duration(0))
			}
		})
	}
}

// The same auth code gives what is left of the first token, later on nothing, and nothing
// either when the clocks leave that open.
// G: install/first-token
func TestTheFirstTokenHasWhatIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		mark := clocktest.Now()
		w := newBubble(t)
		store := token.NewMemoryStore()
		api := w.process(t, store)
		w.ticket(api)
		code := w.authCode(t)
		for _, row := range []struct{ later, left time.Duration }{
			{0, 2 * time.Hour}, {30 * time.Minute, 90 * time.Minute}, {70 * time.Minute, 20 * time.Minute},
			{19 * time.Minute, 0}, {2 * time.Minute, 0}, {18 * time.Hour, 0},
		} {
			time.Sleep(row.later)
			for _, who := range []*token.Api{api, w.process(t, store)} {
				answer, first, err := who.Exchange(code, exchangeEp)
				require.NoError(t, err)
				assert.Contains(t, string(answer), corpId)
				assert.Equal(t, first.ExpiresIn == 0, first.AcsToken == "")
				if first.ExpiresIn == 0 && mark.Steps() > 0 {
					continue // a clock that has gone back since leaves open what is left
				}
				mark.Near(t, row.left, time.Duration(first.ExpiresIn)*time.Second, 90*time.Second)
			}
		}
		assert.Equal(t, 1, w.Count(exchangePath))
		at(-40*time.Hour, func() {
			_, first, err := w.process(t, store).Exchange(code, exchangeEp)
			require.NoError(t, err)
			assert.Empty(t, first.AcsToken, "a clock that was set back makes no dead token live")
		})
	})
}

// A pause that was set while the clock was ahead does not last until then.
// G: clock/pauses
func TestAPauseEndsWhenTheClockIsSetBack(t *testing.T) {
	w := newBubble(t)
	remove := w.Fault(platform.Fault{Path: providerPath, HTTPStatus: 503})
	at(24*time.Hour, func() {
		for range 5 {
			require.Error(t, do(w.api, providerCall))
		}
	})
	remove()
	require.NoError(t, do(w.api, providerCall))
	store := &spyStore{Store: token.NewMemoryStore()}
	api := w.process(t, store)
	store.failGet = func(string) error { return context.DeadlineExceeded }
	at(24*time.Hour, func() { _, _ = api.TicketAge() })
	store.failGet = nil
	_, err := api.TicketAge()
	require.ErrorIs(t, err, token.ErrNoSuiteTicket)
	assert.False(t, errors.Is(err, context.DeadlineExceeded))
}
