package callback

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/data"
	"github.com/gothird/wecom/internal/fakewecom"
	"github.com/gothird/wecom/service"
	"github.com/gothird/wecom/token"
)

const permanentPath = "/cgi-bin/service/get_permanent_code"

// T-13 T-61
func TestSuiteTicket(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		h := s.instruction()
		s.ticket() // nobody works the queue yet
		age, err := s.api.TicketAge()
		require.NoError(t, err)
		assert.Less(t, age, time.Second)
		_, err = s.api.AccessToken(token.Suite)
		require.NoError(t, err, "the ticket is in use")

		heard := 0
		On(h, func(_ context.Context, _ *Notice, e *SuiteTicketEvent) error {
			assert.NotEmpty(t, e.SuiteTicket)
			heard++
			return nil
		})
		stop := s.run(h)
		synctest.Wait()
		stop()
		assert.Equal(t, 1, heard, "the user's function hears of it too")
	})
}

// T-13 T-57: only the suite's own URL brings tickets.
func TestSuiteTicketOnOtherChannels(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		s.installed(siteCorp)
		s.handler("/data", s.api, s.config(Data))
		s.handler("/system", s.api, s.config(System))
		doc := infoDoc(siteSuite, "suite_ticket", "<SuiteTicket>smuggled</SuiteTicket>")
		s.pushed("/data", siteCorp, doc)
		s.pushed("/system", siteProvider, doc)
		_, err := s.api.TicketAge()
		assert.ErrorIs(t, err, token.ErrNoSuiteTicket)
	})
}

// failingStore fails on writes whose key contains the text.
type failingStore struct {
	token.Store
	mu   sync.Mutex
	fail string
}

func (f *failingStore) set(text string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fail = text
}

func (f *failingStore) broken(key string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.fail != "" && strings.Contains(key, f.fail)
}

var errStoreDown = errors.New("store is down")

func (f *failingStore) Put(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	if f.broken(key) {
		return errStoreDown
	}
	return f.Store.Put(ctx, key, value, ttl)
}

func (f *failingStore) Delete(ctx context.Context, key string) error {
	if f.broken(key) {
		return errStoreDown
	}
	return f.Store.Delete(ctx, key)
}

func (f *failingStore) Get(ctx context.Context, key string) ([]byte, error) {
	if f.broken(key) {
		return nil, errStoreDown
	}
	return f.Store.Get(ctx, key)
}

// withStore gives the site's app an Api on a store that can fail.
func (s *site) withStore() (*token.Api, *failingStore) {
	s.t.Helper()
	store := &failingStore{Store: s.store}
	api, err := token.New(token.Config{CorpId: siteProvider, ProviderSecret: "provider-secret", SuiteId: siteSuite,
		SuiteSecret: "suite-secret", BaseURL: "http://wecom.test", HTTPClient: s.http, Store: store})
	require.NoError(s.t, err)
	return api, store
}

// T-61
func TestTicketThatCannotBeStoredIsNoSuccess(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		api, store := s.withStore()
		s.handler("/instruction", api, s.config(Instruction))
		store.set("ticket")
		require.Error(t, s.fake.PushTicket(t.Context(), siteSuite))
		assert.ErrorIs(t, s.lastErr(), errStoreDown)
		store.set("")
		s.ticket()
	})
}

// T-57
func TestStoreDownIsNotForbidden(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		api, store := s.withStore()
		s.handler("/data", api, s.config(Data))
		store.set("installation")
		res := s.send(request{method: "POST", path: "/data", payload: textDoc(siteCorp, "x", 1), receiveId: siteCorp})
		assert.Equal(t, http.StatusServiceUnavailable, res.StatusCode, "WeCom is to come again")
		assert.ErrorIs(t, s.lastErr(), errStoreDown)
	})
}

func (s *site) install(corpId string) (authCode string) {
	s.t.Helper()
	code, err := s.fake.Install(s.t.Context(), siteSuite, corpId, fakewecom.InstallOptions{State: "s1"})
	require.NoError(s.t, err)
	return code
}

// T-62
func TestCreateAuth(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		h := s.instruction()
		var got []string
		On(h, func(ctx context.Context, n *Notice, e *AuthEvent) error {
			got = append(got, n.InfoType, n.AuthCorpId, e.State)
			in, err := s.api.WithContext(ctx).WithCorp(n.AuthCorpId).Installation()
			assert.NoError(t, err, "the installation is there before the user's function")
			assert.NotEmpty(t, in.PermanentCode)
			p, err := service.GetPermanentCode(s.api.Suite(), data.D{"auth_code": e.AuthCode})
			if assert.NoError(t, err) {
				assert.Equal(t, "Lin", p.(*service.Permanent).AuthUserInfo.Name)
			}
			return nil
		})
		s.ticket()
		s.install(siteCorp)
		assert.Zero(t, s.fake.Count(permanentPath), "answered before anything was asked")
		stop := s.run(h)
		synctest.Wait()
		stop()
		assert.Equal(t, []string{"create_auth", siteCorp, "s1"}, got)
		assert.Equal(t, 1, s.fake.Count(permanentPath))
		assert.Empty(t, s.takeErrs())
	})
}

// T-46
func TestTwoInstallationsAreBothSaved(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		h := s.instruction()
		s.ticket()
		s.install(siteCorp)
		s.install(siteOther)
		stop := s.run(h)
		synctest.Wait()
		stop()
		for _, id := range []string{siteCorp, siteOther} {
			_, err := s.api.WithCorp(id).Installation()
			assert.NoError(t, err, id)
		}
	})
}

// T-70
func TestCallbackAndRedirect(t *testing.T) {
	t.Parallel()
	for name, order := range map[string]string{"callback first": "run wait ask", "redirect first": "ask run wait", "at once": "run ask wait"} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, s *site) {
				h := s.instruction()
				corps := make(chan string, 2)
				On(h, func(_ context.Context, n *Notice, e *AuthEvent) error { corps <- n.AuthCorpId; return nil })
				s.ticket()
				code := s.install(siteCorp)
				for step := range strings.FieldsSeq(order) {
					switch step {
					case "run":
						defer s.run(h)()
					case "wait":
						synctest.Wait()
					case "ask":
						p, err := service.GetPermanentCode(s.api.Suite(), data.D{"auth_code": code})
						require.NoError(t, err)
						assert.Equal(t, siteCorp, p.(*service.Permanent).AuthCorpInfo.CorpId)
					}
				}
				assert.Equal(t, siteCorp, <-corps)
				assert.Empty(t, corps)
				assert.Equal(t, 1, s.fake.Count(permanentPath))
			})
		})
	}
}

// The user's database is down for a while after the installation.
func TestFunctionThatFailsAfterTheExchange(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		h := s.instruction()
		var up atomic.Bool
		var j journal
		On(h, func(_ context.Context, n *Notice, _ *AuthEvent) error {
			if !up.Load() {
				return errors.New("database is down")
			}
			j.add(n.AuthCorpId)
			return nil
		})
		stop := s.run(h)
		s.ticket()
		s.install(siteCorp)
		time.Sleep(5 * time.Minute)
		up.Store(true)
		time.Sleep(5 * time.Minute)
		stop()
		assert.Equal(t, []string{siteCorp}, j.all())
		assert.Equal(t, 1, s.fake.Count(permanentPath))
	})
}

// T-71: no ticket, no network, no WeCom: the code is tried while it lives.
func TestCreateAuthIsRepeatedWhileTheCodeLives(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		h := s.instruction()
		var calls atomic.Int32
		On(h, func(context.Context, *Notice, *AuthEvent) error { calls.Add(1); return nil })
		stop := s.run(h)
		s.install(siteCorp)
		time.Sleep(9*time.Minute + 30*time.Second)
		assert.Zero(t, calls.Load())
		require.NotEmpty(t, s.takeErrs())
		s.ticket()
		time.Sleep(16 * time.Second)
		stop()
		assert.EqualValues(t, 1, calls.Load())
		_, err := s.api.WithCorp(siteCorp).Installation()
		require.NoError(t, err)
	})
}

func TestCreateAuthIsGivenUpWithTheCode(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		h := s.instruction()
		On(h, func(context.Context, *Notice, *AuthEvent) error {
			t.Error("no installation, nothing to tell")
			return nil
		})
		stop := s.run(h)
		code := s.install(siteCorp)
		time.Sleep(11 * time.Minute)
		stop()
		errs := s.takeErrs()
		require.Greater(t, len(errs), 30)
		last := errs[len(errs)-1]
		assert.ErrorIs(t, last, ErrGiveUp)
		assert.ErrorIs(t, last, token.ErrNoSuiteTicket)
		for _, err := range errs {
			assert.NotContains(t, err.Error(), code)
		}
	})
}

// T-72
func TestInstallationThatCannotBeSaved(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		api, store := s.withStore()
		h := s.handler("/instruction", api, s.config(Instruction))
		var calls atomic.Int32
		On(h, func(context.Context, *Notice, *AuthEvent) error { calls.Add(1); return nil })
		stop := s.run(h)
		s.ticket()
		store.set("installation")
		s.install(siteCorp)
		time.Sleep(time.Minute)
		assert.Zero(t, calls.Load())
		assert.NotEmpty(t, s.takeErrs())
		store.set("")
		time.Sleep(time.Minute)
		stop()
		assert.EqualValues(t, 1, calls.Load())
		assert.Equal(t, 1, s.fake.Count(permanentPath), "the code was not lost")
		_, err := s.api.WithCorp(siteCorp).Installation()
		assert.NoError(t, err)
	})
}

// T-63 T-74
func TestResetPermanentCode(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		api := s.api.WithSuite(siteTemplate, "template-secret")
		h := s.handler("/template", api, s.config(Instruction))
		var events []string
		On(h, func(_ context.Context, n *Notice, _ *AuthEvent) error {
			events = append(events, n.InfoType+" "+n.AuthCorpId)
			return nil
		})
		stop := s.run(h)
		require.NoError(t, s.fake.PushTicket(t.Context(), siteTemplate))
		_, err := s.fake.Install(t.Context(), siteTemplate, siteCorp, fakewecom.InstallOptions{})
		require.NoError(t, err)
		synctest.Wait()
		before, err := api.WithCorp(siteCorp).Installation()
		require.NoError(t, err)
		assert.True(t, before.Customized)

		corp := api.WithCorp(siteCorp)
		_, err = corp.AccessToken(token.Corp)
		require.NoError(t, err)
		var callers sync.WaitGroup
		over := make(chan struct{})
		for range 8 {
			callers.Go(func() {
				for {
					select {
					case <-over:
						return
					case <-time.After(time.Millisecond):
						_, err := corp.AccessToken(token.Corp)
						assert.NoError(t, err, "with the old token or the new one")
					}
				}
			})
		}
		_, err = s.fake.ResetPermanentCode(t.Context(), siteTemplate, siteCorp)
		require.NoError(t, err)
		time.Sleep(time.Second)
		close(over)
		callers.Wait()
		stop()
		after, err := api.WithCorp(siteCorp).Installation()
		require.NoError(t, err)
		assert.NotEqual(t, before.PermanentCode, after.PermanentCode)
		_, err = api.WithCorp(siteCorp).AccessToken(token.Corp)
		require.NoError(t, err, "tokens come from the new code")
		assert.Equal(t, []string{"create_auth " + siteCorp, "reset_permanent_code " + siteCorp}, events)
	})
}

// T-73
func TestCancelAuth(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		h := s.instruction()
		var events []string
		hold := make(chan struct{})
		On(h, func(_ context.Context, n *Notice, _ *AuthEvent) error {
			if n.InfoType == KItCancelAuth {
				<-hold
			}
			events = append(events, n.InfoType)
			return nil
		})
		stop := s.run(h)
		s.ticket()
		s.install(siteCorp)
		synctest.Wait()
		old, err := s.api.WithCorp(siteCorp).Installation()
		require.NoError(t, err)

		require.NoError(t, s.fake.Cancel(t.Context(), siteSuite, siteCorp))
		_, err = s.api.WithCorp(siteCorp).Installation()
		require.ErrorIs(t, err, token.ErrNotInstalled)

		s.install(siteCorp) // while the user's function still cleans up
		synctest.Wait()
		close(hold)
		synctest.Wait()
		stop()
		again, err := s.api.WithCorp(siteCorp).Installation()
		require.NoError(t, err, "the new installation stays")
		assert.NotEqual(t, old.PermanentCode, again.PermanentCode)
		assert.ElementsMatch(t, []string{"create_auth", "cancel_auth", "create_auth"}, events)
	})
}

func TestCancelThatCannotBeStored(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		api, store := s.withStore()
		h := s.handler("/instruction", api, s.config(Instruction))
		var calls atomic.Int32
		On(h, func(context.Context, *Notice, *AuthEvent) error { calls.Add(1); return nil })
		require.NoError(t, api.SetInstallation(token.Installation{CorpId: siteCorp, PermanentCode: "x"}))
		stop := s.run(h)
		doc := infoDoc(siteSuite, "cancel_auth", "<AuthCorpId>"+siteCorp+"</AuthCorpId>")
		push := func() int {
			return s.send(request{method: "POST", path: "/instruction", payload: doc, receiveId: siteSuite}).StatusCode
		}
		store.set("installation")
		assert.Equal(t, http.StatusServiceUnavailable, push())
		store.set("")
		assert.Equal(t, http.StatusOK, push(), "WeCom comes again")
		synctest.Wait()
		stop()
		_, err := api.WithCorp(siteCorp).Installation()
		assert.ErrorIs(t, err, token.ErrNotInstalled)
		assert.EqualValues(t, 1, calls.Load(), "the user's function runs once")
	})
}

// change_auth needs nothing but its function.
func TestChangeAuth(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		h := s.instruction()
		var corps []string
		On(h, func(_ context.Context, n *Notice, _ *AuthEvent) error {
			corps = append(corps, n.AuthCorpId)
			return nil
		})
		stop := s.run(h)
		require.NoError(t, s.fake.Change(t.Context(), siteSuite, siteCorp))
		synctest.Wait()
		stop()
		assert.Equal(t, []string{siteCorp}, corps)
		assert.Empty(t, s.fake.Requests())
	})
}
