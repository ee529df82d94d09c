package token_test

import (
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/data"
	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/token"
)

// Removing through a copy with another secret of the suite, as while secrets are rotated,
// ends the corp for all copies, and leaves no secret of it in the Store.
// G: install/removal
func TestARemovalReachesEveryCopyAndTheStore(t *testing.T) {
	t.Parallel()
	w := newBubble(t)
	store := &spyStore{Store: token.NewMemoryStore()}
	one := w.process(t, store)
	w.ticket(one)
	in, err := exchange(one, w.authCode(t))
	require.NoError(t, err)
	one = one.WithCorp(corpId)
	_, err = one.AccessToken(token.Corp)
	require.NoError(t, err)
	_, err = one.CachedTicket("/cgi-bin/get_jsapi_ticket", nil)
	require.NoError(t, err)
	require.NoError(t, one.WithSuite(suiteId, seen.secret("the-secret-before")).RemoveInstallation())
	_, err = one.AccessToken(token.Corp)
	require.ErrorIs(t, err, token.ErrNotInstalled)
	_, err = one.CachedTicket("/cgi-bin/get_jsapi_ticket", nil)
	require.ErrorIs(t, err, token.ErrNotInstalled)
	for _, key := range store.seen() {
		value, err := store.Store.Get(t.Context(), key)
		if strings.Contains(key, "/corp/") || strings.Contains(key, "/jsticket/") {
			require.ErrorIs(t, err, token.ErrNotFound, key)
		}
		assert.NotContains(t, string(value), in.PermanentCode, key)
		if strings.Contains(key, "/exchange/") {
			r := record(t, store.Store, key)
			answer, err := base64.StdEncoding.DecodeString(r["answer"].(string))
			require.NoError(t, err)
			assert.Contains(t, string(answer), corpId)
			assert.NotContains(t, string(answer), in.PermanentCode)
			assert.NotContains(t, string(answer), "access_token")
		}
	}
}

// An answer that was never made an installation keeps no permanent code after a removal.
// G: install/removal
func TestARemovalClearsAnAnswerThatWasNotSaved(t *testing.T) {
	t.Parallel()
	w := newBubble(t)
	store := &spyStore{Store: token.NewMemoryStore(), failPut: failInstallations}
	api := w.process(t, store)
	w.ticket(api)
	code := w.authCode(t)
	_, err := exchange(api, code)
	require.Error(t, err)
	require.Error(t, api.SetInstallation(slowInstallation)) // which is what this process knows from then on
	store.failPut = nil
	require.NoError(t, api.WithCorp(corpId).RemoveInstallation())
	for _, key := range store.seen() {
		if strings.Contains(key, "/exchange/") {
			r := record(t, store.Store, key)
			assert.Equal(t, true, r["removed"])
		}
	}
	answer, first, err := api.Exchange(code, exchangeEp)
	require.NoError(t, err)
	assert.NotContains(t, string(answer), "permanent_code")
	assert.Empty(t, first.AcsToken)
}

// Refused auth codes leave nothing behind, and cost no more when there were many.
// G: install/refused-code
func TestRefusedAuthCodesLeaveNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t, func(cfg *token.Config) { cfg.Store = token.NewMemoryStore() })
		api, err := token.New(w.cfg) // the leak detector would keep all the texts
		require.NoError(t, err)
		w.ticket(api)
		remove := w.Fault(platform.Fault{Path: exchangePath, ErrCode: 40078})
		defer remove()
		refuse := func(n int) {
			for i := range n {
				_, _, err := api.Exchange("refused-code-"+strings.Repeat("x", i%50)+string(rune('a'+i%26)), exchangeEp)
				require.ErrorIs(t, err, token.Code(40078))
				if i%100 == 0 {
					w.ClearLog()
				}
			}
		}
		memory := func() uint64 {
			w.ClearLog()
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			return m.HeapAlloc
		}
		refuse(1000)
		before := memory()
		refuse(10_000)
		assert.Less(t, int64(memory())-int64(before), int64(2<<20))
		assert.Zero(t, token.ExchangesKept(api))
	})
}

// Who sets the installation of a template need not say that it is customised.
// G: token/kinds
func TestTheSuiteIdSaysThatAnAppIsCustomised(t *testing.T) {
	t.Parallel()
	w := newBubble(t)
	template := w.api.WithSuite(templateId, templateSecret)
	in := w.install(t, templateId, corpId)
	in.Customized = false
	require.NoError(t, template.SetInstallation(in))
	require.NoError(t, do(template, corpCall))
	assert.Equal(t, 1, w.Count(gettokenPath))
	assert.Zero(t, w.Count(corpPath))
	got, err := template.Installation()
	require.NoError(t, err)
	assert.True(t, got.Customized)
	_, err = template.Corp().Fetch(data.D{"permanent_code": in.PermanentCode})
	require.NoError(t, err)
	assert.Zero(t, w.Count(corpPath))
}

// An answer that names no agents, and comes late, is asked about at the right place.
// G: token/kinds
func TestALateAnswerOfATemplateIsAskedAboutAtItsPlace(t *testing.T) {
	t.Parallel()
	w := newBubble(t)
	store := &spyStore{Store: token.NewMemoryStore(), failPut: failInstallations}
	cfg := w.cfg
	cfg.Store, cfg.SuiteId, cfg.SuiteSecret = store, templateId, templateSecret
	one, two := newApi(t, cfg), newApi(t, cfg)
	w.ticket(one)
	code, err := w.Install(t.Context(), templateId, corpId, platform.InstallOptions{FromProviderSite: true})
	require.NoError(t, err)
	v2 := token.Endpoint{Path: "/cgi-bin/service/v2/get_permanent_code", Credential: token.Suite}
	_, _, err = one.Exchange(seen.secret(code), v2)
	require.Error(t, err)
	store.failPut = nil
	require.NoError(t, two.SetInstallation(token.Installation{CorpId: corpId, PermanentCode: seen.secret("a-dead-permanent-code")}))
	_, _, err = one.Exchange(code, v2)
	require.NoError(t, err)
	require.NoError(t, do(two.WithCorp(corpId), corpCall), "WeCom says which of the two is alive")
	assert.Zero(t, w.Count(corpPath))
}

// An Api that only names the provider shares everything with one that has its secret.
// G: token/required
func TestCorpIdAloneNamesTheSameWorld(t *testing.T) {
	t.Parallel()
	w := newBubble(t, func(cfg *token.Config) { cfg.Store = token.NewMemoryStore() })
	require.NoError(t, do(w.api, corpCall))
	w.ClearLog()
	cfg := w.cfg
	cfg.ProviderSecret = ""
	api := newApi(t, cfg).WithCorp(corpId)
	require.NoError(t, do(api, corpCall))
	_, err := api.TicketAge()
	require.NoError(t, err)
	assert.Len(t, w.Requests(), 1, "token and ticket are there")
	require.ErrorContains(t, do(api, providerCall), "Config.ProviderSecret")
	require.NoError(t, api.RemoveInstallation())
	_, err = w.api.Installation()
	require.ErrorIs(t, err, token.ErrNotInstalled)
}

// The agent id is asked for once, by all processes, and by one also while its Store fails.
// G: install/defaults
func TestTheAgentIdIsAskedForOnce(t *testing.T) {
	t.Parallel()
	const path = "/cgi-bin/service/v2/get_auth_info"
	w := newBubble(t)
	store := &spyStore{Store: token.NewMemoryStore()}
	one := w.process(t, store).WithCorp(corpId)
	w.ticket(one)
	in := w.install(t, suiteId, corpId)
	in.AgentId = 0
	require.NoError(t, one.SetInstallation(in))
	for _, fail := range []func(string) error{down, nil} {
		store.failGet = fail
		errs := all(50, func(int) error {
			id, err := one.AgentId()
			if err == nil && id == 0 {
				err = errors.New("no id")
			}
			return err
		})
		require.NoError(t, errors.Join(errs...))
		require.NoError(t, do(one, suiteCall))
	}
	assert.LessOrEqual(t, w.Count(path), 2, "once while it could not be stored, once since")
	n := w.Count(path)
	want, err := one.AgentId()
	require.NoError(t, err)
	got, err := w.process(t, store).WithCorp(corpId).AgentId()
	require.NoError(t, err)
	assert.Equal(t, want, got)
	assert.Equal(t, n, w.Count(path))
	stored, err := w.process(t, store).WithCorp(corpId).Installation()
	require.NoError(t, err)
	assert.Equal(t, want, stored.AgentId)
	assert.Equal(t, in.PermanentCode, stored.PermanentCode)
}

// A busy proxy's answer uses no auth code up.
// G: install/answer
func TestAForeignAnswerUsesNoAuthCodeUp(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"code":403,"message":"egress denied"}`, `{}`, `{"errcode":0,"errmsg":"ok"}`, `<html>busy</html>`} {
		w := newBubble(t)
		code := w.authCode(t)
		w.Fault(platform.Fault{Path: exchangePath, Body: body, Count: 1})
		_, err := exchange(w.api, code)
		require.ErrorAs(t, err, new(*token.Error), body)
		in, err := exchange(w.api, code)
		require.NoError(t, err, body)
		assert.Equal(t, corpId, in.CorpId)
	}
}

// What WeCom answers to an auth code lies in the Store, byte for byte, before anything else
// is written, and the installation is right whatever the rest looks like.
// G: install/answer
func TestAnOddAnswerToAnAuthCodeLosesNothing(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"control-character.json", "odd-fields.json"} {
		body, err := os.ReadFile(filepath.Join("testdata", "exchange", name))
		require.NoError(t, err)
		for _, body := range [][]byte{body, body[:len(body)-20], append([]byte("\xef\xbb\xbf"), body...)} {
			w := newBubble(t)
			var written []string
			inner := token.NewMemoryStore()
			store := &spyStore{Store: inner, failPut: func(key string) error {
				written = append(written, key)
				return nil
			}}
			api := w.process(t, store)
			w.ticket(api)
			require.NoError(t, do(api, suiteCall))
			written = nil
			w.Fault(platform.Fault{Path: exchangePath, Body: string(body), Count: 1})
			answer, first, err := api.Exchange(seen.secret("auth-code-of-an-odd-answer"), exchangeEp)
			require.NoError(t, err, name)
			assert.Equal(t, body, answer)
			assert.Equal(t, "token-of-the-odd-answer", seen.secret(first.AcsToken))
			require.Contains(t, written[0], "/exchange/", "before anything else")
			in, err := w.process(t, store).WithCorp("wpOddAnswer00000000000001").Installation()
			require.NoError(t, err)
			assert.Equal(t, seen.secret("permanent-code-of-the-odd-answer"), in.PermanentCode)
			assert.EqualValues(t, 1000001, in.AgentId)
			assert.Equal(t, 1, w.Count(exchangePath))
		}
	}
}

// A token that WeCom granted to an installation that was replaced meanwhile is nobody's.
// G: install/again
func TestATokenOfAReplacedInstallationIsNotUsed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t)
		w.install(t, suiteId, corpId)
		w.Fault(platform.Fault{Path: corpPath, Delay: time.Second, Count: 1, Body: `{"access_token":"token-of-the-replaced-one","expires_in":7200}`})
		result := make(chan error)
		go func() { result <- do(w.api, corpCall) }()
		synctest.Wait()
		_ = w.Cancel(t.Context(), suiteId, corpId) // there is no callback URL
		in := w.install(t, suiteId, corpId)
		require.NoError(t, w.api.SetInstallation(in))
		require.NoError(t, <-result)
		assert.Equal(t, 1, w.Count(corpCall.Path), "it is not even shown")
		v, err := w.api.AccessToken(token.Corp)
		require.NoError(t, err)
		assert.NotEqual(t, seen.secret("token-of-the-replaced-one"), v.AcsToken)
	})
}

// What another process has removed does not come back when the Store fails afterwards.
// G: install/removal
func TestWhatAnotherProcessRemovedStaysAway(t *testing.T) {
	t.Parallel()
	w := newBubble(t)
	store := &spyStore{Store: token.NewMemoryStore()}
	one, two := w.process(t, store).WithCorp(corpId), w.process(t, store).WithCorp(corpId)
	require.NoError(t, one.SetInstallation(slowInstallation))
	require.NoError(t, two.RemoveInstallation())
	_, err := one.Installation()
	require.ErrorIs(t, err, token.ErrNotInstalled)
	store.failGet = down
	_, err = one.Installation()
	require.ErrorIs(t, err, errDown)
	require.ErrorIs(t, two.RemoveInstallation(), errDown, "what can't be read is not known to be gone")
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
