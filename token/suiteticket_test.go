package token_test

import (
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/internal/clock/clocktest"
	"github.com/gothird/wecom/token"
)

// The newest push wins, in whatever order they arrive, and survives a restart.
// G: ticket/newest
func TestTicketsOutOfOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(cfg *token.Config) { cfg.Store = token.NewMemoryStore() })
	first, err := w.NewTicket(suiteId)
	require.NoError(t, err)
	now, mark := time.Now(), clocktest.Now() // WeCom's clock is right
	require.NoError(t, w.api.SetSuiteTicket(seen.secret("dead-ticket-aaaa"), now.Add(-20*time.Minute)))
	require.NoError(t, w.api.SetSuiteTicket(seen.secret(first), now))
	require.NoError(t, w.api.SetSuiteTicket("dead-ticket-aaaa", now.Add(-10*time.Minute)))
	restarted := newApi(t, w.cfg)
	for _, api := range []*token.Api{w.api, restarted} {
		require.NoError(t, do(api, suiteCall))
		age, err := api.TicketAge()
		require.NoError(t, err)
		mark.Near(t, max(0, clock.Since(now)), age, time.Minute)
	}
	require.Error(t, w.api.SetSuiteTicket("", now))
	// A clock that runs ahead does not keep out what comes later.
	require.NoError(t, w.api.SetSuiteTicket("dead-ticket-aaaa", now.Add(24*time.Hour)))
	w.ticket(w.api)
	w.KillTokens("suite", 0)
	require.NoError(t, do(w.api, suiteCall))
}

// A push that could not be saved is not forgotten for an older one in the Store.
// G: ticket/unsaved
func TestAnUnsavedTicketIsUsedAndSavedLater(t *testing.T) {
	t.Parallel()
	w := newBubble(t)
	store := &spyStore{Store: token.NewMemoryStore()}
	api := w.process(t, store)
	now := time.Now() // WeCom's clock is right
	require.NoError(t, api.SetSuiteTicket(seen.secret("dead-ticket-aaaa"), now.Add(-20*time.Minute)))
	fresh, err := w.NewTicket(suiteId)
	require.NoError(t, err)
	store.failPut = down
	require.ErrorIs(t, api.SetSuiteTicket(seen.secret(fresh), now), errDown)
	require.NoError(t, do(api, suiteCall))
	store.failPut = nil
	require.NoError(t, api.SetSuiteTicket("dead-ticket-aaaa", now.Add(-20*time.Minute)), "an older push is an occasion too")
	assert.Equal(t, fresh, record(t, store, ticketKey)["ticket"])
}

// While a suite token lives no ticket is needed, also after a restart.
// G: ticket/not-needed
func TestStoredTokenNeedsNoTicket(t *testing.T) {
	t.Parallel()
	store := token.NewMemoryStore()
	w := newWorld(t, func(cfg *token.Config) { cfg.Store = store })
	require.NoError(t, do(w.api, suiteCall))
	keys := &spyStore{Store: store}
	cfg := w.cfg
	cfg.Store = keys
	require.NoError(t, do(newApi(t, cfg), suiteCall))
	assert.Equal(t, 1, w.Count(suitePath))
}

// An old ticket is a last resort, and its failure says why.
// G: token/failing ticket/old
func TestStaleTicket(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		mark, pushed := clocktest.Now(), time.Now()
		if now := clock.Now(); pushed.After(now) {
			pushed = now
		}
		w := newBubble(t)
		time.Sleep(45 * time.Minute)
		err := do(w.api, suiteCall)
		require.ErrorIs(t, err, token.Code(40085))
		want := max(0, clock.Since(pushed))
		if want > 30*time.Minute && mark.Steps() == 0 { // by a clock that is wrong the age is another
			require.ErrorIs(t, err, token.ErrSuiteTicketStale)
			require.ErrorContains(t, err, want.Round(time.Second).String()+" old")
		}
		age, err := w.api.TicketAge()
		require.NoError(t, err)
		mark.Near(t, want, age, 0, "a refusal deletes no ticket")
		for range 10 {
			require.ErrorIs(t, do(w.api, suiteCall), token.Code(40085))
		}
		mark.Times(t, 1, w.Count(suitePath))
		w.ticket(w.api)
		require.NoError(t, do(w.api, suiteCall))
	})
}

// ErrSuiteTicketStale is said of an old ticket that WeCom refuses, and of nothing else.
// G: ticket/old
func TestStaleTicketIsSaidOfNothingElse(t *testing.T) {
	t.Parallel()
	clocktest.Hold(t)
	for _, row := range []struct {
		answer string
		old    bool
		stale  bool
	}{
		{`{"errcode":40085,"errmsg":"invalid suite ticket"}`, true, true},
		{`{"errcode":40085,"errmsg":"invalid suite ticket"}`, false, false},
		{`{"errcode":60020,"errmsg":"not allow to access from your ip"}`, true, false},
		{`{"errcode":40080}`, true, false},
		{`{"errcode":45009}`, true, false},
		{`<html>`, true, false},
		{"", true, false}, // the connection is reset
	} {
		client := &http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) {
			if row.answer == "" {
				return nil, &net.OpError{Op: "read", Err: errors.New("connection reset by peer")}
			}
			return &http.Response{StatusCode: 200, Body: io.NopCloser(strings.NewReader(row.answer))}, nil
		})}
		api := newApi(t, token.Config{SuiteId: suiteId, SuiteSecret: suiteSecret, HTTPClient: client})
		pushed := clock.Now()
		if row.old {
			pushed = pushed.Add(-45 * time.Minute)
		}
		require.NoError(t, api.SetSuiteTicket(seen.secret("a-suite-ticket-of-today"), pushed))
		err := do(api, suiteCall)
		require.Error(t, err)
		assert.Equal(t, row.stale, errors.Is(err, token.ErrSuiteTicketStale), "%v", err)
		if row.stale {
			assert.ErrorContains(t, err, "45m")
			assert.ErrorIs(t, err, token.Code(40085))
		}
	}
}

// Only a ticket that is old may be called so.
// G: ticket/old
func TestAFreshTicketsRefusalIsNotCalledStale(t *testing.T) {
	t.Parallel()
	w := newBubble(t)
	require.NoError(t, w.api.SetSuiteTicket(seen.secret("never-pushed-ticket"), clock.Now()))
	err := do(w.api, suiteCall)
	require.ErrorIs(t, err, token.Code(40085))
	require.NotErrorIs(t, err, token.ErrSuiteTicketStale)
}
