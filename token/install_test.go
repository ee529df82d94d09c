package token_test

import (
	"context"
	"errors"
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
	"github.com/gothird/wecom/internal/fakewecom"
	"github.com/gothird/wecom/token"
)

// T-13: the newest push wins, in whatever order they arrive, and survives a restart.
func TestTicketsOutOfOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(cfg *token.Config) { cfg.Store = token.NewMemoryStore() })
	first, err := w.NewTicket(suiteId)
	require.NoError(t, err)
	now := time.Now()
	require.NoError(t, w.api.SetSuiteTicket(seen.secret("dead-ticket-aaaa"), now.Add(-20*time.Minute)))
	require.NoError(t, w.api.SetSuiteTicket(seen.secret(first), now))
	require.NoError(t, w.api.SetSuiteTicket("dead-ticket-aaaa", now.Add(-10*time.Minute)))
	restarted := newApi(t, w.cfg)
	for _, api := range []*token.Api{w.api, restarted} {
		require.NoError(t, do(api, suiteCall))
		age, err := api.TicketAge()
		require.NoError(t, err)
		assert.Less(t, age, time.Minute)
	}
	require.Error(t, w.api.SetSuiteTicket("", now))
	// A clock that runs ahead does not keep out what comes later.
	require.NoError(t, w.api.SetSuiteTicket("dead-ticket-aaaa", now.Add(24*time.Hour)))
	w.ticket(t, w.api)
	w.KillTokens("suite", 0)
	require.NoError(t, do(w.api, suiteCall))
}

// An old ticket is a last resort, and its failure says why.
func TestStaleTicket(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t)
		time.Sleep(45 * time.Minute)
		err := do(w.api, suiteCall)
		require.ErrorIs(t, err, token.ErrSuiteTicketStale)
		require.ErrorIs(t, err, token.Code(40085))
		require.ErrorContains(t, err, "45m0s old")
		age, err := w.api.TicketAge()
		require.NoError(t, err)
		assert.Equal(t, 45*time.Minute, age, "a refusal deletes no ticket")
		for range 10 {
			require.ErrorIs(t, do(w.api, suiteCall), token.ErrSuiteTicketStale)
		}
		assert.Equal(t, 1, w.Count(suitePath))
		w.ticket(t, w.api)
		require.NoError(t, do(w.api, suiteCall))
	})
}

// T-13: while a suite token lives no ticket is needed, also after a restart.
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

// T-06, T-16, T-18: who sells the corp token depends on the installation alone.
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

// T-07, T-75: providers, suites and corps of one process and one store never meet.
func TestTenantsNeverMeet(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(cfg *token.Config) { cfg.Store = &spyStore{Store: token.NewMemoryStore()} })
	second := fakewecom.Provider{CorpId: "ww0000000provider2", Secret: seen.secret("second-provider-secret")}
	require.NoError(t, w.AddProvider(second))
	lower := strings.ToLower(corpId)
	require.NoError(t, w.AddCorp(fakewecom.Corp{Id: lower, Name: "Lake"}))
	cfg := w.cfg
	cfg.CorpId, cfg.ProviderSecret = second.CorpId, second.Secret
	other := newApi(t, cfg)
	template := w.api.WithSuite(templateId, templateSecret)
	w.ticket(t, template)
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
	// T-15
	for _, key := range w.cfg.Store.(*spyStore).seen() {
		seen.text(key)
		assert.True(t, strings.HasPrefix(key, "wecom/v1/"), key)
	}
}

// T-73: after cancel_auth nothing old is used, and a new install starts afresh.
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

// T-63, T-74: the code changes under running calls, and none fails.
func TestResetWhileCalling(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	template := w.api.WithSuite(templateId, templateSecret)
	w.ticket(t, template)
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
func TestResetDuringAFlight(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t)
		good, err := w.api.Installation()
		require.NoError(t, err)
		require.NoError(t, w.api.SetInstallation(token.Installation{CorpId: corpId, PermanentCode: seen.secret("a-dead-permanent-code")}))
		w.Fault(fakewecom.Fault{Path: corpPath, Delay: time.Second, Count: 1})
		result := make(chan error)
		go func() { result <- do(w.api, corpCall) }()
		synctest.Wait()
		require.NoError(t, w.api.SetInstallation(good))
		require.NoError(t, <-result, "the caller gets the token of the new code")
		assert.Equal(t, 2, w.Count(corpPath))
	})
}

func TestBadInstallations(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.ErrorContains(t, w.api.SetInstallation(token.Installation{CorpId: corpId}), "PermanentCode")
	require.ErrorContains(t, w.api.SetInstallation(token.Installation{PermanentCode: "p"}), "CorpId")
	require.ErrorContains(t, w.api.SetInstallation(token.Installation{CorpId: "other", PermanentCode: "p"}), "bound to corp")
}

// The documented fetchers ask WeCom, and what they get is used from then on.
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

// A permanent code that the caller holds buys a token that is his alone.
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

// T-70: callback and redirect bring the same auth code, at once or one after the other.
func TestExchangeOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.NoError(t, w.api.RemoveInstallation())
	store := token.NewMemoryStore()
	cfg := w.cfg
	cfg.Store = store
	one, two := newApi(t, cfg), newApi(t, cfg) // two processes
	w.ticket(t, one)
	code, err := w.Install(t.Context(), suiteId, corpId, fakewecom.InstallOptions{FromProviderSite: true})
	require.NoError(t, err)
	errs := all(20, func(i int) error {
		api := []*token.Api{one, two}[i%2]
		answer, err := api.Exchange(seen.secret(code), asker(code))
		if err == nil && !strings.Contains(string(answer), corpId) {
			err = errors.New("another answer")
		}
		return err
	})
	require.NoError(t, errors.Join(errs...))
	assert.Equal(t, 1, w.Count("/cgi-bin/service/get_permanent_code"))
	for _, api := range []*token.Api{one, two} {
		require.NoError(t, do(api.WithCorp(corpId), corpCall))
	}
	assert.Equal(t, 1, w.Count(corpPath), "two processes share a store with locks")

	// T-73: a late repeat of the push does not bring back an installation that was removed.
	require.NoError(t, one.WithCorp(corpId).RemoveInstallation())
	_, err = two.Exchange(code, asker(code))
	require.NoError(t, err)
	_, err = newApi(t, cfg).Exchange(code, asker(code))
	require.NoError(t, err)
	_, err = two.WithCorp(corpId).Installation()
	require.ErrorIs(t, err, token.ErrNotInstalled)
}

func asker(code string) func(*token.Api) ([]byte, token.Installation, error) {
	return func(api *token.Api) (answer []byte, in token.Installation, err error) {
		var out struct {
			PermanentCode string `json:"permanent_code"`
		}
		ep := token.Endpoint{Path: "/cgi-bin/service/get_permanent_code", Credential: token.Suite}
		err = api.Do(ep, data.D{"auth_code": code}, &out)
		return []byte(corpId), token.Installation{CorpId: corpId, PermanentCode: seen.secret(out.PermanentCode)}, err
	}
}

// T-71: a crash after the exchange and before the installation is saved loses nothing.
func TestExchangeAfterACrash(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in, err := w.api.Installation()
	require.NoError(t, err)
	store := &spyStore{Store: token.NewMemoryStore()}
	store.failPut = func(key string) error {
		if strings.Contains(key, "/installation/") {
			return errors.New("the disk is full")
		}
		return nil
	}
	cfg := w.cfg
	cfg.Store = store
	crashed := newApi(t, cfg)
	asked := 0
	ask := func(*token.Api) ([]byte, token.Installation, error) {
		asked++
		return []byte("answer"), in, nil
	}
	_, err = crashed.Exchange("auth-code-1", ask)
	require.ErrorContains(t, err, "the disk is full")
	require.ErrorContains(t, err, "the permanent code is kept")
	seen.error(err)
	store.failPut = nil
	restarted := newApi(t, cfg)
	answer, err := restarted.Exchange("auth-code-1", ask)
	require.NoError(t, err)
	assert.Equal(t, "answer", string(answer))
	assert.Equal(t, 1, asked)
	stored, err := restarted.WithCorp(corpId).Installation()
	require.NoError(t, err)
	assert.Equal(t, in.PermanentCode, stored.PermanentCode)
}

// T-72: with the whole store down the code is kept in memory, and used, until it can be saved.
func TestExchangeWithTheStoreDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in, err := w.api.Installation()
	require.NoError(t, err)
	store := &spyStore{Store: token.NewMemoryStore()}
	cfg := w.cfg
	cfg.Store = store
	api := newApi(t, cfg)
	w.ticket(t, api)
	store.failPut = func(string) error { return errors.New("connection refused") }
	asked := 0
	ask := func(*token.Api) ([]byte, token.Installation, error) {
		asked++
		return []byte("answer"), in, nil
	}
	for range 3 {
		_, err = api.Exchange("auth-code-2", ask)
		require.ErrorContains(t, err, "connection refused")
	}
	require.NoError(t, do(api.WithCorp(corpId), corpCall), "this process works with it")
	store.failPut = nil
	_, err = api.Exchange("auth-code-2", ask)
	require.NoError(t, err)
	assert.Equal(t, 1, asked)

	store.failPut = func(string) error { return errors.New("connection refused") }
	second := token.Installation{CorpId: corpId, PermanentCode: seen.secret("another-permanent-code")}
	require.Error(t, api.SetInstallation(second))
	got, err := api.WithCorp(corpId).Installation()
	require.NoError(t, err)
	assert.Equal(t, second.PermanentCode, got.PermanentCode)
	store.failPut = nil
	_, err = api.WithCorp(corpId).Installation() // the next occasion
	require.NoError(t, err)
	got, err = newApi(t, cfg).WithCorp(corpId).Installation()
	require.NoError(t, err)
	assert.Equal(t, second.PermanentCode, got.PermanentCode)
}

// T-71: an installation is saved, the function that wants to know of it fails for a day:
// the code is answered all the same, with one request.
func TestExchangeIsAnsweredForADay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t)
		code, err := w.Install(t.Context(), suiteId, corpId, fakewecom.InstallOptions{FromProviderSite: true})
		require.NoError(t, err)
		for range 24 {
			answer, err := w.api.Exchange(seen.secret(code), asker(code))
			require.NoError(t, err)
			assert.Equal(t, corpId, string(answer))
			time.Sleep(time.Hour)
		}
		assert.Equal(t, 1, w.Count("/cgi-bin/service/get_permanent_code"))
	})
}

// T-72, T-74: a write that is repeated late does not bring back an older installation.
func TestOlderInstallationComesLate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in, err := w.api.Installation()
	require.NoError(t, err)
	store := &spyStore{Store: token.NewMemoryStore()}
	cfg := w.cfg
	cfg.Store = store
	one, two := newApi(t, cfg), newApi(t, cfg)
	store.failPut = func(key string) error {
		if strings.Contains(key, "/installation/") {
			return errors.New("the disk is full")
		}
		return nil
	}
	first := token.Installation{CorpId: corpId, PermanentCode: seen.secret("the-first-permanent-code")}
	require.Error(t, one.SetInstallation(first)) // kept to be saved later
	ask := func(*token.Api) ([]byte, token.Installation, error) { return []byte("answer"), first, nil }
	_, err = two.Exchange("auth-code-3", ask) // answered, not saved
	require.Error(t, err)
	store.failPut = nil
	time.Sleep(time.Microsecond) // SavedAt differs
	require.NoError(t, newApi(t, cfg).SetInstallation(in))
	for _, api := range []*token.Api{one, two} {
		_, err = api.Exchange("auth-code-3", ask) // delivered again
		require.NoError(t, err)
		got, err := api.WithCorp(corpId).Installation()
		require.NoError(t, err)
		assert.Equal(t, in.PermanentCode, got.PermanentCode)
	}
}

// T-70: a second process waits for the first however slow WeCom is, and without locks
// finds its answer.
func TestSlowExchange(t *testing.T) {
	t.Parallel()
	for name, store := range map[string]token.Store{"locks": token.NewMemoryStore(), "none": withoutLock{token.NewMemoryStore()}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newBubble(t)
				cfg := w.cfg
				cfg.Store = store
				if name == "locks" {
					cfg.Store = token.NewMemoryStore() // its channels belong to the bubble
				}
				one, two := newApi(t, cfg), newApi(t, cfg)
				w.ticket(t, one)
				code, err := w.Install(t.Context(), suiteId, corpId, fakewecom.InstallOptions{FromProviderSite: true})
				require.NoError(t, err)
				w.Fault(fakewecom.Fault{Path: "/cgi-bin/service/get_permanent_code", Delay: 8 * time.Second, Count: 1})
				done := make(chan error)
				go func() {
					_, err := one.Exchange(seen.secret(code), slowly(asker(code), 12*time.Second))
					done <- err
				}()
				synctest.Wait()
				if name == "none" {
					time.Sleep(19 * time.Second) // the first has asked, and is not back yet
				}
				answer, err := two.Exchange(code, slowly(asker(code), 2*time.Second))
				require.NoError(t, err)
				assert.Equal(t, corpId, string(answer))
				require.NoError(t, <-done)
			})
		})
	}
}

// slowly delays the question.
func slowly(ask func(*token.Api) ([]byte, token.Installation, error), d time.Duration) func(*token.Api) ([]byte, token.Installation, error) {
	return func(api *token.Api) ([]byte, token.Installation, error) {
		time.Sleep(d)
		return ask(api)
	}
}

// T-72: an answer that comes when the time is over is saved all the same.
func TestExchangeAnsweredAtTheLastSecond(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t, func(cfg *token.Config) { cfg.Store = token.NewMemoryStore() })
		in := token.Installation{CorpId: "wpLate", PermanentCode: seen.secret("late-permanent-code")}
		answer, err := w.api.WithCorp("").Exchange(seen.secret("late-auth-code"), func(*token.Api) ([]byte, token.Installation, error) {
			time.Sleep(31 * time.Second)
			return []byte("answer"), in, nil
		})
		require.NoError(t, err)
		assert.Equal(t, "answer", string(answer))
		restarted, err := newApi(t, w.cfg).WithCorp("wpLate").Installation()
		require.NoError(t, err)
		assert.Equal(t, in.PermanentCode, restarted.PermanentCode)
	})
}

// T-71: a refusal counts for nothing while the store cannot tell whether the code was
// exchanged before, in another life.
func TestExchangeWithTheStoreUnread(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	store := &spyStore{Store: token.NewMemoryStore()}
	cfg := w.cfg
	cfg.Store = store
	before := newApi(t, cfg)
	w.ticket(t, before)
	code, err := w.Install(t.Context(), suiteId, corpId, fakewecom.InstallOptions{FromProviderSite: true})
	require.NoError(t, err)
	_, err = before.Exchange(seen.secret(code), asker(code))
	require.NoError(t, err)

	store.failGet = func(key string) error {
		if strings.Contains(key, "/exchange/") {
			return errDown
		}
		return nil
	}
	after := newApi(t, cfg)
	_, err = after.Exchange(code, asker(code))
	seen.error(err)
	require.ErrorIs(t, err, errDown)
	require.ErrorContains(t, err, "40078")
	assert.False(t, errors.As(err, new(*token.Error)), "not WeCom's last word")
	store.failGet = nil
	answer, err := after.Exchange(code, asker(code))
	require.NoError(t, err)
	assert.Equal(t, corpId, string(answer))
}

// The exchange goes on when its caller leaves: the code is good for one try only.
func TestExchangeSurvivesItsCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t)
		code, err := w.Install(t.Context(), suiteId, corpId, fakewecom.InstallOptions{FromProviderSite: true})
		require.NoError(t, err)
		w.Fault(fakewecom.Fault{Path: "/cgi-bin/service/get_permanent_code", Delay: 3 * time.Second})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err = w.api.WithContext(ctx).Exchange(seen.secret(code), asker(code))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		_, err = w.api.WithContext(ctx).Exchange(code, asker(code))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		answer, err := w.api.Exchange(code, asker(code))
		require.NoError(t, err)
		assert.Equal(t, corpId, string(answer))
		assert.Equal(t, 1, w.Count("/cgi-bin/service/get_permanent_code"))
	})
}

// A refused code is asked again when it is brought again, and a panic is an error.
func TestExchangeFails(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.api.Exchange("", asker(""))
	require.ErrorContains(t, err, "empty")
	unknown := seen.secret(strings.Repeat("unknown-auth-code", 4))
	for range 2 {
		_, err = w.api.Exchange(unknown, asker(unknown))
		require.ErrorIs(t, err, token.Code(40078))
		seen.error(err)
	}
	_, err = w.api.Exchange("x", func(*token.Api) ([]byte, token.Installation, error) { panic("no") })
	require.Error(t, err)
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
