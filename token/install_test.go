package token_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/access"
	"github.com/gothird/wecom/data"
	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/internal/clock/clocktest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
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

// The installation alone decides which endpoint is asked for the corp token.
// G: token/kinds
func TestBothKindsOfApp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	template := w.api.WithSuite(templateId, templateSecret)
	require.NoError(t, template.SetInstallation(w.install(t, templateId, corpId)))
	require.NoError(t, do(template, corpCall))
	assert.Equal(t, 1, w.Count(gettokenPath))
	assert.Zero(t, w.Count(corpPath))
	assert.Zero(t, w.Count(suitePath), "a customised app needs no suite token")
	require.NoError(t, do(w.api, corpCall))
	assert.Equal(t, 1, w.Count(gettokenPath))
	assert.Equal(t, 1, w.Count(corpPath))
	for _, r := range w.RequestsTo(corpCall.Path) {
		assert.Equal(t, "corp", r.Token)
	}
}

// Providers, suites and corps of one process and one store never meet.
// G: token/tenants secret/keys
func TestTenantsNeverMeet(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(cfg *token.Config) { cfg.Store = &spyStore{Store: token.NewMemoryStore()} })
	second := platform.Provider{CorpId: "ww0000000provider2", Secret: seen.secret("second-provider-secret")}
	require.NoError(t, w.AddProvider(second))
	lower := strings.ToLower(corpId)
	require.NoError(t, w.AddCorp(platform.Corp{Id: lower, Name: "Lake"}))
	cfg := w.cfg
	cfg.CorpId, cfg.ProviderSecret = second.CorpId, second.Secret
	other := newApi(t, cfg)
	template := w.api.WithSuite(templateId, templateSecret)
	w.ticket(template)
	apis := []*token.Api{w.api, w.api.WithCorp(lower), template, template.WithCorp(lower)}
	for _, api := range apis[1:] {
		require.ErrorIs(t, do(api, corpCall), token.ErrNotInstalled)
		require.NoError(t, api.SetInstallation(w.install(t, api.SuiteId(), api.CorpId())))
	}
	var wg sync.WaitGroup
	for _, api := range apis {
		wg.Go(func() { assert.NoError(t, do(api, corpCall)) })
	}
	wg.Go(func() { assert.NoError(t, do(w.api, providerCall)) })
	wg.Go(func() { assert.NoError(t, do(other, providerCall)) })
	wg.Wait()
	tokens := map[string]bool{}
	for _, api := range apis {
		v, err := api.AccessToken(token.Corp)
		require.NoError(t, err)
		tokens[v.AcsToken] = true
	}
	for _, api := range []*token.Api{w.api, other} {
		v, err := api.AccessToken(token.Provider)
		require.NoError(t, err)
		tokens[v.AcsToken] = true
	}
	assert.Len(t, tokens, 6)
	for _, r := range w.RequestsTo(corpCall.Path) {
		assert.NotEmpty(t, r.CorpId)
	}
	for _, key := range w.cfg.Store.(*spyStore).seen() {
		seen.text(key)
		assert.True(t, strings.HasPrefix(key, "wecom/v1/"), key)
	}
}

// After cancel_auth nothing old is used, and a new install starts afresh.
// G: install/again
func TestReinstall(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before, err := w.api.AccessToken(token.Corp)
	require.NoError(t, err)
	require.NoError(t, w.api.RemoveInstallation())
	require.ErrorIs(t, do(w.api, corpCall), token.ErrNotInstalled)
	_, err = w.api.Installation()
	require.ErrorIs(t, err, token.ErrNotInstalled)
	_ = w.Cancel(t.Context(), suiteId, corpId) // there is no callback URL
	require.NoError(t, w.api.SetInstallation(w.install(t, suiteId, corpId)))
	require.NoError(t, do(w.api, corpCall))
	after, err := w.api.AccessToken(token.Corp)
	require.NoError(t, err)
	assert.NotEqual(t, before.AcsToken, after.AcsToken)
}

// The code changes under running calls, and none fails.
// G: install/again
func TestResetWhileCalling(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	template := w.api.WithSuite(templateId, templateSecret)
	w.ticket(template)
	require.NoError(t, template.SetInstallation(w.install(t, templateId, corpId)))
	require.NoError(t, do(template, corpCall))
	var stop atomic.Bool
	var wg sync.WaitGroup
	var calls [8]atomic.Int64
	for i := range calls {
		wg.Go(func() {
			for !stop.Load() {
				assert.NoError(t, do(template, corpCall))
				calls[i].Add(1)
			}
		})
	}
	twice := func() { // a call that meets two deaths is refused twice, and may fail
		for i := range calls {
			for end := calls[i].Load() + 2; calls[i].Load() < end; {
				runtime.Gosched()
			}
		}
	}
	for range 5 {
		code, _ := w.ResetPermanentCode(t.Context(), templateId, corpId)
		require.NotEmpty(t, code)
		in, err := exchange(template, code)
		require.NoError(t, err)
		w.KillTokens("corp", 40014)
		twice()
		stored, err := template.Installation()
		require.NoError(t, err)
		assert.Equal(t, in.PermanentCode, stored.PermanentCode)
	}
	stop.Store(true)
	wg.Wait()
}

// What a flight brings back for an installation that is gone is not used.
// G: install/again
func TestResetDuringAFlight(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t)
		good, err := w.api.Installation()
		require.NoError(t, err)
		require.NoError(t, w.api.SetInstallation(token.Installation{CorpId: corpId, PermanentCode: seen.secret("a-dead-permanent-code")}))
		w.Fault(platform.Fault{Path: corpPath, Delay: time.Second, Count: 1})
		result := make(chan error)
		go func() { result <- do(w.api, corpCall) }()
		synctest.Wait()
		require.NoError(t, w.api.SetInstallation(good))
		require.NoError(t, <-result, "the caller gets the token of the new code")
		assert.Equal(t, 2, w.Count(corpPath))
	})
}

// G: install/set
func TestBadInstallations(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.ErrorContains(t, w.api.SetInstallation(token.Installation{CorpId: corpId}), "PermanentCode")
	require.ErrorContains(t, w.api.SetInstallation(token.Installation{PermanentCode: "p"}), "CorpId")
	require.ErrorContains(t, w.api.SetInstallation(token.Installation{CorpId: "other", PermanentCode: "p"}), "bound to corp")
}

// The documented fetchers ask WeCom, and what they get is used from then on.
// G: token/by-hand
func TestFetch(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, h := range []token.Token{w.api.Provider(), w.api.Suite(), w.api.Corp()} {
		for range 2 {
			got, err := h.Fetch(nil)
			require.NoError(t, err)
			seen.text(got)
			cached, err := w.api.AccessToken(h.Credential())
			require.NoError(t, err)
			assert.Equal(t, got.GetAccessToken().AcsToken, cached.AcsToken)
		}
	}
	assert.Equal(t, 2, w.Count(providerPath))
	assert.Equal(t, 2, w.Count(suitePath))
	assert.Equal(t, 2, w.Count(corpPath))

	_, err := w.api.Suite().Fetch(data.D{"suite_ticket": seen.secret("not-a-ticket-at-all")})
	require.ErrorIs(t, err, token.Code(40085))
	fresh, err := w.NewTicket(suiteId)
	require.NoError(t, err)
	got, err := w.api.Suite().Fetch(data.D{"suite_ticket": fresh})
	require.NoError(t, err)
	assert.IsType(t, &access.SuiteAccessToken{}, got)

	_, err = w.api.Provider().Fetch(data.D{"suite_ticket": fresh})
	require.NoError(t, err, "a ticket is no provider secret")
}

// The token of a permanent code that the caller passes is not cached.
// G: token/by-hand
func TestFetchWithAPermanentCode(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in, err := w.api.Installation()
	require.NoError(t, err)
	require.NoError(t, w.api.RemoveInstallation())
	got, err := w.api.Corp().Fetch(data.D{"permanent_code": in.PermanentCode})
	require.NoError(t, err)
	assert.NotEmpty(t, got.GetAccessToken().AcsToken)
	_, err = w.api.AccessToken(token.Corp)
	require.ErrorIs(t, err, token.ErrNotInstalled)
	_, err = w.api.Corp().Fetch(nil)
	require.ErrorIs(t, err, token.ErrNotInstalled)

	custom := w.install(t, templateId, corpId)
	template := w.api.WithSuite(templateId, templateSecret)
	_, err = template.Corp().Fetch(data.D{"permanent_code": custom.PermanentCode})
	require.NoError(t, err)
	assert.Equal(t, 1, w.Count(gettokenPath))
}

// spyStore notes keys and fails on demand.
type spyStore struct {
	token.Store
	failGet, failPut func(key string) error
	mu               sync.Mutex
	keys             []string
	gets             int
}

func (s *spyStore) Get(ctx context.Context, key string) ([]byte, error) {
	s.mu.Lock()
	s.gets++
	s.keys = append(s.keys, key)
	s.mu.Unlock()
	if s.failGet != nil {
		if err := s.failGet(key); err != nil {
			return nil, fmt.Errorf("spy: %w", err)
		}
	}
	return s.Store.Get(ctx, key)
}

func (s *spyStore) Put(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	if s.failPut != nil {
		if err := s.failPut(key); err != nil {
			return fmt.Errorf("spy: %w", err)
		}
	}
	return s.Store.Put(ctx, key, value, ttl)
}

func (s *spyStore) seen() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.keys...)
}

// Lock is that of the store behind.
func (s *spyStore) Lock(ctx context.Context, key string) (unlock func(), err error) {
	return s.Store.(token.Locker).Lock(ctx, key)
}
