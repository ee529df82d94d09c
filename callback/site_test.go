package callback

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom"
	"github.com/gothird/wecom/token"
)

const (
	siteProvider = "wwprovider000001"
	siteSuite    = "ww0000suite00001"
	siteTemplate = "dk0000templ00001"
	siteCorp     = "wpCorpAAAA0001"
	siteOther    = "wpCorpBBBB0002"
	siteToken    = "CallbackToken1"
	siteKey      = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
	ownToken     = "SystemToken2"
	ownKey       = "ZYXWVUTSRQPONMLKJIHGFEDCBA9876543210zyxwvut"
)

// site is a provider with one app and one template, its callback URLs, and a fake WeCom.
type site struct {
	t     *testing.T
	fake  *fakewecom.Server
	api   *token.Api // of the app
	url   string     // of the callback server
	http  *http.Client
	store token.Store

	mu       sync.Mutex
	handlers map[string]http.Handler // by path
	errs     []error
}

// inProcess is a transport without a network, for tests on a clock of their own.
type inProcess map[string]http.Handler // by host

func (hosts inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body == nil {
		r.Body = http.NoBody
	}
	rec := httptest.NewRecorder()
	hosts[r.URL.Host].ServeHTTP(rec, r)
	return rec.Result(), r.Context().Err()
}

// newSite uses real HTTP over loopback.
func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{t: t, http: &http.Client{Timeout: 10 * time.Second}}
	hook := httptest.NewServer(s)
	t.Cleanup(hook.Close)
	s.start(hook.URL, func(fake http.Handler) string {
		server := httptest.NewServer(fake)
		t.Cleanup(server.Close)
		return server.URL
	})
	return s
}

// newBubbleSite works inside synctest.Test.
func newBubbleSite(t *testing.T) *site {
	t.Helper()
	hosts := inProcess{}
	s := &site{t: t, http: &http.Client{Transport: hosts}}
	hosts["hook.test"] = s
	s.start("http://hook.test", func(fake http.Handler) string {
		hosts["wecom.test"] = fake
		return "http://wecom.test"
	})
	return s
}

func (s *site) start(hook string, serve func(fake http.Handler) string) {
	t := s.t
	t.Helper()
	s.url, s.handlers, s.store = hook, map[string]http.Handler{}, token.NewMemoryStore()
	s.fake = fakewecom.New(fakewecom.Options{Client: s.http})
	cb := func(path string) fakewecom.Callback {
		return fakewecom.Callback{URL: hook + path, Token: siteToken, EncodingAESKey: siteKey}
	}
	require.NoError(t, s.fake.AddProvider(fakewecom.Provider{CorpId: siteProvider, Secret: "provider-secret",
		System: fakewecom.Callback{URL: hook + "/system", Token: ownToken, EncodingAESKey: ownKey}}))
	require.NoError(t, s.fake.AddSuite(fakewecom.Suite{Id: siteSuite, Secret: "suite-secret", Name: "CRM",
		Command: cb("/instruction"), DataURL: hook + "/data?corp=$CORPID$&msg_trace=1"}))
	require.NoError(t, s.fake.AddSuite(fakewecom.Suite{Id: siteTemplate, Secret: "template-secret", Name: "Own CRM", Template: true,
		Command: cb("/template"), DataURL: hook + "/custom"}))
	for _, id := range []string{siteCorp, siteOther} {
		require.NoError(t, s.fake.AddCorp(fakewecom.Corp{Id: id, Name: "Corp " + id,
			Members: []fakewecom.Member{{UserId: "woLin01", Name: "Lin", Admin: true}}}))
	}
	var err error
	s.api, err = token.New(token.Config{CorpId: siteProvider, ProviderSecret: "provider-secret",
		SuiteId: siteSuite, SuiteSecret: "suite-secret", BaseURL: serve(s.fake), HTTPClient: s.http, Store: s.store})
	require.NoError(t, err)
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	h := s.handlers[r.URL.Path]
	s.mu.Unlock()
	if h == nil {
		http.NotFound(w, r)
		return
	}
	h.ServeHTTP(w, r)
}

func (s *site) mount(path string, h http.Handler) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.handlers[path] = h
}

func (s *site) onError(_ context.Context, _ *Notice, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.errs = append(s.errs, err)
}

// takeErrs returns what OnError has heard since the last call.
func (s *site) takeErrs() []error {
	s.mu.Lock()
	defer s.mu.Unlock()
	errs := s.errs
	s.errs = nil
	return errs
}

// lastErr returns the only error that OnError has heard.
func (s *site) lastErr() error {
	s.t.Helper()
	errs := s.takeErrs()
	require.Len(s.t, errs, 1)
	return errs[0]
}

// config is that of the app's URLs.
func (s *site) config(c Channel) Config {
	return Config{Token: siteToken, EncodingAESKey: siteKey, Channel: c, OnError: s.onError}
}

// handler mounts a Handler at a path.
func (s *site) handler(path string, api *token.Api, cfg Config) *Handler {
	s.t.Helper()
	h, err := NewHandler(api, cfg)
	require.NoError(s.t, err)
	s.mount(path, h)
	return h
}

func (s *site) instruction() *Handler {
	s.t.Helper()
	return s.handler("/instruction", s.api, s.config(Instruction))
}

// run works the queue of a Handler until stop.
func (s *site) run(h *Handler) (stop func()) {
	ctx, cancel := context.WithCancel(s.t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		assert.NoError(s.t, h.Run(ctx))
	}()
	return func() {
		cancel()
		<-done
	}
}

// ticket pushes a suite_ticket, which must be accepted.
func (s *site) ticket() {
	s.t.Helper()
	require.NoError(s.t, s.fake.PushTicket(s.t.Context(), siteSuite))
}

// installed saves an installation without any callback.
func (s *site) installed(corpId string) {
	s.t.Helper()
	require.NoError(s.t, s.api.SetInstallation(token.Installation{CorpId: corpId, PermanentCode: "code-of-" + corpId}))
}

// request is a signed request in the making; tests spoil it.
type request struct {
	method, path, payload, receiveId string
	token, key                       string
	timestamp, nonce                 string
	spoil                            func(q url.Values, body *string)
}

// send makes the request and returns what came back.
func (s *site) send(r request) *http.Response {
	s.t.Helper()
	res, err := s.http.Do(s.build(r))
	require.NoError(s.t, err)
	s.t.Cleanup(func() { res.Body.Close() })
	return res
}

func (s *site) build(r request) *http.Request {
	s.t.Helper()
	or := func(p *string, value string) {
		if *p == "" {
			*p = value
		}
	}
	or(&r.token, siteToken)
	or(&r.key, siteKey)
	or(&r.timestamp, strconv.FormatInt(time.Now().Unix(), 10))
	or(&r.nonce, "nonce1")
	crypt, err := NewCrypt(r.token, r.key)
	require.NoError(s.t, err)
	encrypt, signature, err := crypt.Encrypt([]byte(r.payload), r.receiveId, r.timestamp, r.nonce)
	require.NoError(s.t, err)
	q := url.Values{"msg_signature": {signature}, "timestamp": {r.timestamp}, "nonce": {r.nonce}}
	body := fmt.Sprintf("<xml><ToUserName><![CDATA[x]]></ToUserName><Encrypt><![CDATA[%s]]></Encrypt></xml>", encrypt)
	if r.method == http.MethodGet {
		q.Set("echostr", encrypt)
		body = ""
	}
	if r.spoil != nil {
		r.spoil(q, &body)
	}
	req, err := http.NewRequestWithContext(s.t.Context(), r.method, s.url+r.path+"?"+q.Encode(), strings.NewReader(body))
	require.NoError(s.t, err)
	return req
}

func (s *site) body(res *http.Response) string {
	s.t.Helper()
	b, err := io.ReadAll(res.Body)
	require.NoError(s.t, err)
	return string(b)
}

// infoDoc is a document in InfoType form.
func infoDoc(suiteId, infoType string, elements ...string) string {
	return fmt.Sprintf("<xml><SuiteId>%s</SuiteId><InfoType>%s</InfoType><TimeStamp>%d</TimeStamp>%s</xml>",
		suiteId, infoType, time.Now().Unix(), strings.Join(elements, ""))
}

// textDoc is a text message.
func textDoc(corpId, text string, id int) string {
	return fmt.Sprintf("<xml><ToUserName>%s</ToUserName><FromUserName>woLin01</FromUserName><CreateTime>%d</CreateTime>"+
		"<MsgType>text</MsgType><Content>%s</Content><MsgId>%d</MsgId><AgentID>1000037</AgentID></xml>", corpId, time.Now().Unix(), text, id)
}
