package service

import (
	"context"
	"crypto/sha1"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gothird/wecom/access"
	"github.com/gothird/wecom/internal/fakewecom"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const page = "https://crm.example.com/home?tab=1&name=%E6%A2%85"

// newBubble is newWorld without sockets, for tests on a fake clock.
func newBubble(t testing.TB) *world {
	s := fakewecom.New(fakewecom.Options{})
	require.NoError(t, s.AddProvider(fakewecom.Provider{CorpId: worldProvider, Secret: "provider-secret"}))
	require.NoError(t, s.AddSuite(fakewecom.Suite{Id: worldSuite, Secret: "suite-secret", Name: "CRM"}))
	require.NoError(t, s.AddCorp(fakewecom.Corp{Id: worldCorp, Name: "Riverside"}))
	return &world{Server: s, url: "http://wecom.test", client: &http.Client{Transport: fakewecom.InProcess(s)}}
}

// installed is an Api that is bound to a corp which has installed the app just now.
func (w *world) installed(t testing.TB, store token.Store) *token.Api {
	api := w.api(t, worldSuite, store)
	_, err := ExchangeAuthCode(api, w.authCode(t, worldSuite))
	require.NoError(t, err)
	w.ClearLog()
	return api.WithCorp(worldCorp)
}

// hands lets an endpoint hand out a ticket from now on.
func (w *world) hands(path, ticket string) {
	w.ClearFaults()
	w.Fault(fakewecom.Fault{Path: path, Body: fmt.Sprintf(`{"errcode":0,"errmsg":"ok","ticket":%q,"expires_in":7200}`, ticket)})
}

// signs reports whether s is the signature of a page with a ticket.
func signs(s *JsSignature, ticket, page string) bool {
	text := "jsapi_ticket=" + ticket + "&noncestr=" + s.NonceStr + "&timestamp=" + fmt.Sprint(s.Timestamp) + "&url=" + page
	return s.Signature == fmt.Sprintf("%x", sha1.Sum([]byte(text)))
}

// The example of WeCom's page about the algorithm.
func TestJsSignatureOfTheDocumentedExample(t *testing.T) {
	t.Parallel()
	s := JsSignature{NonceStr: "Wm3WZYTPz0wzccnW", Timestamp: 1414587457}
	const ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg"
	assert.Equal(t, "0f9de62fce790f9a083d5c99e95740ceb90c27ed", s.sign(ticket, "http://mp.weixin.qq.com?params=value"))
}

func TestJsSignatureHasWhatItsCallNeeds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t)
		api := w.installed(t, nil)
		agentId, err := api.AgentId()
		require.NoError(t, err)

		w.hands(jsTicketPath, "corp-ticket")
		config, err := JsConfig(api, page+"#/orders/7?x=1#y")
		require.NoError(t, err)
		assert.True(t, signs(config, "corp-ticket", page), "the fragment is not signed, all else is as it was given")
		w.hands(agentTicketPath, "agent-ticket")
		agent, err := JsAgentConfig(api, page)
		require.NoError(t, err)
		assert.True(t, signs(agent, "agent-ticket", page), "wx.agentConfig has a ticket of its own")
		assert.Equal(t, url.Values{"type": {"agent_config"}}, withoutToken(w.RequestsTo(agentTicketPath)[0].Query))

		now := float64(time.Now().Unix())
		assert.Equal(t, map[string]any{
			"appId": worldCorp, "timestamp": now, "nonceStr": config.NonceStr, "signature": config.Signature,
		}, asJSON(t, config))
		assert.Equal(t, map[string]any{
			"corpid": worldCorp, "agentid": float64(agentId), "timestamp": now, "nonceStr": agent.NonceStr, "signature": agent.Signature,
		}, asJSON(t, agent))

		again, err := JsConfig(api, page)
		require.NoError(t, err)
		assert.NotEqual(t, config.NonceStr, again.NonceStr)
		assert.GreaterOrEqual(t, len(again.NonceStr), 16)
	})
}

func withoutToken(query url.Values) url.Values {
	query = maps.Clone(query)
	query.Del("access_token")
	return query
}

func asJSON(t *testing.T, v any) (object map[string]any) {
	text, err := json.Marshal(v)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &object))
	return object
}

func TestPageMustBeAWholeAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	api := w.installed(t, nil)
	for _, good := range []string{
		"https://crm.example.com", "http://crm.example.com/", "HTTPS://crm.example.com:8443/a b"[:30], "https://[::1]:8080/x", "http://h?a=1",
		"https://crm.example.com/梅?q=%zz", "https://crm.example.com/?back=https://a.example.com/#top",
	} {
		s, err := JsConfig(api, good)
		require.NoError(t, err, good)
		want, _, _ := strings.Cut(good, "#")
		assert.True(t, signs(s, "demoTicket", want), good)
	}
	w.ClearLog()
	for _, bad := range []string{
		"", "#", "/home", "crm.example.com/home", "//crm.example.com/home", "https:/crm.example.com", "https://", "https:///home",
		"https://?code=C0DE", "ftp://crm.example.com/", "javascript://crm.example.com/%0a", "https://crm.example.com/a b",
		"https://crm.example.com/?code=C0DE\n", " https://crm.example.com/", "https://crm.example.com/\x00",
	} {
		for _, f := range []func(*token.Api, string) (*JsSignature, error){JsConfig, JsAgentConfig} {
			s, err := f(api, bad)
			assert.Nil(t, s, "%q", bad)
			require.ErrorContains(t, err, "page must be the whole address", "%q", bad)
			assert.NotContains(t, err.Error(), "C0DE", "a page may hold a login code")
		}
	}
	assert.Empty(t, w.Requests())
}

func TestOneJsTicketForAllPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	store := token.NewMemoryStore()
	one := w.installed(t, store)
	for range 100 {
		_, err := JsConfig(one, page)
		require.NoError(t, err)
		_, err = JsAgentConfig(one, page)
		require.NoError(t, err)
	}
	two := w.api(t, worldSuite, store).WithCorp(worldCorp) // another process
	_, err := JsConfig(two, page)
	require.NoError(t, err)
	_, err = JsAgentConfig(two, page)
	require.NoError(t, err)
	assert.Equal(t, 1, w.Count(jsTicketPath))
	assert.Equal(t, 1, w.Count(agentTicketPath))
}

func TestManyPagesAtOnceAskForOneJsTicket(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	api := w.installed(t, nil)
	start := make(chan struct{})
	var wg sync.WaitGroup
	errs := make([]error, 10000)
	for i := range errs {
		wg.Go(func() {
			<-start
			_, errs[i] = JsConfig(api, page)
		})
	}
	close(start)
	wg.Wait()
	require.NoError(t, errors.Join(errs...))
	assert.Equal(t, 1, w.Count(jsTicketPath))
}

func TestJsTicketIsRenewedBeforeItsEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t)
		api := w.installed(t, nil)
		sign := func(ticket string) {
			t.Helper()
			s, err := JsConfig(api, page)
			require.NoError(t, err)
			assert.True(t, signs(s, ticket, page), "signed with %s", ticket)
			synctest.Wait()
		}
		w.hands(jsTicketPath, "ticket-1")
		sign("ticket-1")
		w.hands(jsTicketPath, "ticket-2")
		time.Sleep(2*time.Hour - 10*time.Minute)
		sign("ticket-1")
		assert.Equal(t, 1, w.Count(jsTicketPath), "it is good for a while")
		time.Sleep(6 * time.Minute)
		sign("ticket-1") // it is still good, and nobody waits for the next one
		assert.Equal(t, 2, w.Count(jsTicketPath))
		sign("ticket-2")
		time.Sleep(3 * time.Hour)
		fresh, err := w.NewTicket(worldSuite)
		require.NoError(t, err)
		require.NoError(t, api.SetSuiteTicket(fresh, time.Now()))
		w.hands(jsTicketPath, "ticket-3")
		sign("ticket-3") // what is over signs nothing
		assert.Equal(t, 3, w.Count(jsTicketPath))
	})
}

// listStore is a Store that can say which keys it has.
type listStore struct {
	token.Store
	mu   sync.Mutex
	keys map[string]bool
}

func newListStore() *listStore {
	return &listStore{Store: token.NewMemoryStore(), keys: map[string]bool{}}
}

func (s *listStore) note(key string, there bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.keys[key] = there; !there {
		delete(s.keys, key)
	}
}

func (s *listStore) Put(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	s.note(key, true)
	return s.Store.Put(ctx, key, value, ttl)
}

func (s *listStore) Delete(ctx context.Context, key string) error {
	s.note(key, false)
	return s.Store.Delete(ctx, key)
}

func (s *listStore) List(_ context.Context, prefix string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		s.mu.Lock()
		keys := slices.Sorted(maps.Keys(s.keys))
		s.mu.Unlock()
		for _, key := range keys {
			if strings.HasPrefix(key, prefix) && !yield(key, nil) {
				return
			}
		}
	}
}

// jsKeys lists the keys of JS tickets.
func (s *listStore) jsKeys() (keys []string) {
	for key := range s.List(context.Background(), "") {
		if strings.Contains(key, "jsticket") {
			keys = append(keys, key)
		}
	}
	return keys
}

func TestANewInstallationHasANewJsTicket(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	store := token.NewMemoryStore()
	api := w.installed(t, store)
	w.hands(jsTicketPath, "ticket-1")
	s, err := JsConfig(api, page)
	require.NoError(t, err)
	require.True(t, signs(s, "ticket-1", page))

	require.NoError(t, w.Cancel(t.Context(), worldSuite, worldCorp))
	require.NoError(t, api.RemoveInstallation())
	s, err = JsConfig(api, page)
	require.ErrorIs(t, err, token.ErrNotInstalled)
	assert.Nil(t, s)

	for i, ticket := range []string{"ticket-2", "ticket-3"} { // after the removal, and over what is there
		require.Equal(t, i == 1, w.Cancel(t.Context(), worldSuite, worldCorp) == nil)
		w.hands(jsTicketPath, ticket)
		_, err = ExchangeAuthCode(api, w.authCode(t, worldSuite))
		require.NoError(t, err)
		s, err = JsConfig(api, page)
		require.NoError(t, err)
		assert.True(t, signs(s, ticket, page), ticket)
	}
}

func TestRemoveInstallationDeletesItsJsTickets(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	store := newListStore()
	pages := w.installed(t, store)
	_, err := JsConfig(pages, page)
	require.NoError(t, err)
	_, err = JsAgentConfig(pages, page)
	require.NoError(t, err)
	require.Len(t, store.jsKeys(), 2)

	callbacks := w.api(t, worldSuite, store).WithCorp(worldCorp) // a process that has signed no page
	require.NoError(t, callbacks.RemoveInstallation())
	assert.Empty(t, store.jsKeys())
}

func TestJsTicketIsAskedForWithAGoodToken(t *testing.T) {
	t.Parallel()
	for _, code := range []int{42001, 40014} {
		w := newWorld(t)
		api := w.installed(t, nil)
		_, err := GetJsapiTicket(api) // with the corp's first token
		require.NoError(t, err)
		require.NotZero(t, w.KillTokens(fakewecom.CredentialCorp, code))
		w.ClearLog()
		s, err := JsConfig(api, page)
		require.NoError(t, err, code)
		assert.True(t, signs(s, "demoTicket", page))
		assert.Equal(t, 2, w.Count(jsTicketPath), "refused, and asked for once more with the new token")
		assert.Equal(t, 1, w.Count("/cgi-bin/service/get_corp_token"))
	}
}

// downStore fails when it is down.
type downStore struct {
	token.Store
	mu   sync.Mutex
	down bool
}

func (s *downStore) err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down {
		return errors.New("no route to the Store")
	}
	return nil
}

func (s *downStore) Get(ctx context.Context, key string) ([]byte, error) {
	if err := s.err(); err != nil {
		return nil, err
	}
	return s.Store.Get(ctx, key)
}

func (s *downStore) Put(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	return cmpErr(s.err(), func() error { return s.Store.Put(ctx, key, value, ttl) })
}

func (s *downStore) Delete(ctx context.Context, key string) error {
	return cmpErr(s.err(), func() error { return s.Store.Delete(ctx, key) })
}

func cmpErr(err error, next func() error) error {
	if err != nil {
		return err
	}
	return next()
}

func TestPagesAreSignedWhileTheStoreIsDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	store := &downStore{Store: token.NewMemoryStore()}
	api := w.installed(t, store)
	store.mu.Lock()
	store.down = true
	store.mu.Unlock()
	for range 20 {
		s, err := JsConfig(api, page)
		require.NoError(t, err)
		require.True(t, signs(s, "demoTicket", page))
	}
	assert.Equal(t, 1, w.Count(jsTicketPath))
}

func TestAnAnswerWithoutAJsTicket(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"errcode":0,"errmsg":"ok"}`, `{"errcode":0,"errmsg":"ok","ticket":"","expires_in":7200}`, `{"errcode":0,"ticket":null}`, `{"ticket":"T","expires_in":7200}`} {
		w := newWorld(t)
		api := w.installed(t, nil)
		w.Fault(fakewecom.Fault{Path: jsTicketPath, Body: body})
		s, err := JsConfig(api, page)
		assert.Nil(t, s, body)
		var failed *token.Error
		require.ErrorAs(t, err, &failed, body)
		assert.Equal(t, []any{jsTicketPath, http.StatusOK, worldCorp}, []any{failed.Path, failed.HTTPStatus, failed.CorpId})
		w.ClearFaults()
		_, err = JsConfig(api, page)
		require.NoError(t, err, "nothing of it was kept: %s", body)
	}
}

func TestJsAgentConfigWantsTheAgent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	api := w.installed(t, nil)
	in, err := api.Installation()
	require.NoError(t, err)
	in.AgentId = 0 // as it is after get_permanent_code in its second version
	require.NoError(t, api.SetInstallation(in))
	const infoPath = "/cgi-bin/service/v2/get_auth_info"
	w.Fault(fakewecom.Fault{Path: infoPath, ErrCode: 40084})
	s, err := JsAgentConfig(api, page)
	assert.Nil(t, s)
	require.ErrorIs(t, err, token.Code(40084))
	w.ClearFaults()
	w.ClearLog()
	for range 3 {
		s, err = JsAgentConfig(api, page)
		require.NoError(t, err)
		assert.NotZero(t, s.AgentId)
	}
	assert.Equal(t, 1, w.Count(infoPath))
}

func TestNoTextHoldsAJsTicket(t *testing.T) {
	t.Parallel()
	const ticket = "kgt8ON7yVITDhtdwci0qeT-secret/+="
	w := newWorld(t)
	var log lockedText
	cfg := token.Config{
		CorpId: worldProvider, ProviderSecret: "provider-secret", SuiteId: worldSuite, SuiteSecret: "suite-secret",
		BaseURL: w.url, HTTPClient: w.client, Logger: log.logger(),
		OnCall:  func(_ context.Context, info token.CallInfo) { log.add("%+v %#v", info, info) },
		OnToken: func(_ context.Context, info token.TokenInfo) { log.add("%+v %#v", info, info) },
	}
	var value access.Value
	for _, body := range []string{
		`{"errcode":0,"errmsg":"ok","ticket":"` + ticket + `","expires_in":72`,
		`{"ticket":"` + ticket + `"}`, `{"errcode":0,"errmsg":"ok","ticket":"","jsapi_ticket":"","access_token":"` + ticket + `"}`,
		`{"errcode":40001,"errmsg":"no","ticket":"` + ticket + `"}`,
		`{"errcode":0,"errmsg":"ok","ticket":"` + ticket + `","expires_in":7200}`,
	} {
		w.ClearFaults()
		_ = w.Cancel(t.Context(), worldSuite, worldCorp) // not the first time
		cfg.Store = token.NewMemoryStore()
		w.installed(t, cfg.Store)
		w.Fault(fakewecom.Fault{Path: jsTicketPath, Body: body})
		api, err := token.New(cfg) // that knows nothing of the answers before
		require.NoError(t, err)
		api = api.WithCorp(worldCorp)
		s, err := JsConfig(api, page)
		log.add("%v %+v %#v %+v %s", err, err, err, s, asJSON(t, s))
		value, err = api.CachedTicket(jsTicketPath, nil)
		log.add("%v %+v %#v %v %+v", value, value, value, err, api)
		raw, err := GetJsapiTicket(api)
		log.add("%v %+v %#v %v", raw, raw, raw, err)
	}
	require.Equal(t, ticket, value.AcsToken, "it was there to leak")
	text := log.text()
	require.Contains(t, text, jsTicketPath)
	for _, secret := range slices.Concat(w.Secrets(), []string{ticket, url.QueryEscape(ticket)}) {
		if len(secret) >= 16 {
			assert.NotContains(t, text, secret)
		}
	}
}
