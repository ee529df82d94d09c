package sandbox

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/wecrypt"
)

// obj is a JSON object.
type obj = map[string]any

// sandbox is a world that listens, with the app that it pushes to.
type sandbox struct {
	*World
	t      *testing.T
	server *httptest.Server
	app    *app
	called map[string]bool // routes that have answered with success
}

// app is a callback URL that does everything right, unless it is told to.
type app struct {
	*httptest.Server
	mu     sync.Mutex
	cipher map[string]*wecrypt.Cipher // by path
	answer string
}

func (a *app) serve(rw http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if echo := r.URL.Query().Get("echostr"); echo != "" {
		text, _, err := a.cipher[r.URL.Path].Decrypt(echo)
		if err != nil {
			http.Error(rw, "wrong key", http.StatusForbidden)
			return
		}
		_, _ = rw.Write(text)
		return
	}
	_, _ = io.WriteString(rw, a.answer)
}

// say sets what pushes are answered.
func (a *app) say(answer string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.answer = answer
}

// newSandbox makes a third-party app and a template, each with callback URLs of one app.
func newSandbox(t *testing.T, c Config, a Access) *sandbox {
	t.Helper()
	s := &sandbox{t: t, app: &app{answer: "success", cipher: map[string]*wecrypt.Cipher{}}, called: map[string]bool{}}
	s.app.Server = httptest.NewServer(http.HandlerFunc(s.app.serve))
	t.Cleanup(s.app.Close)
	if c.Apps == nil {
		c.Apps = []App{{}, {Template: true}}
	}
	c.Choices.Tries = 1
	c = c.filled()
	for i, path := range []string{"/app", "/template"} {
		c.Apps[i].URL, c.Apps[i].DataURL = s.app.URL+path, s.app.URL+path
		s.app.cipher[path] = cipherOf(t, c.Apps[i].Callback)
	}
	c.System.URL = s.app.URL + "/system"
	s.app.cipher["/system"] = cipherOf(t, c.System)
	var err error
	s.World, err = New(c)
	require.NoError(t, err)
	s.server = httptest.NewServer(s.Handler(a))
	t.Cleanup(s.server.Close)
	s.SetBaseURL(s.server.URL)
	return s
}

func cipherOf(t *testing.T, c Callback) *wecrypt.Cipher {
	t.Helper()
	x, err := wecrypt.New(c.Token, c.AESKey)
	require.NoError(t, err)
	return x
}

// ask makes a request, with a JSON body unless it is "". No answer may have a secret in it, but
// for those that reveal one.
func (s *sandbox) ask(method, path, body string) (int, []byte) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.server.URL+path, strings.NewReader(body))
	require.NoError(s.t, err)
	if method != http.MethodGet {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := http.DefaultClient.Do(req)
	require.NoError(s.t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(s.t, err)
	if !strings.Contains(path, "reveal") && strings.HasPrefix(path, apiPath) {
		for _, secret := range s.engine.Secrets() {
			require.NotContains(s.t, string(text), secret, "%s %s", method, path)
		}
	}
	if res.StatusCode == http.StatusOK {
		s.note(method, path)
	}
	return res.StatusCode, text
}

// note remembers which route has answered.
func (s *sandbox) note(method, path string) {
	path, _, _ = strings.Cut(path, "?")
	best := ""
	for _, x := range Routes() {
		if x.Method == method && fits(x.Path, path) && (best == "" || strings.Count(x.Path, "{") < strings.Count(best, "{")) {
			best = x.Path
		}
	}
	s.called[method+" "+best] = true
}

// do makes a request that succeeds.
func (s *sandbox) do(method, path, body string) obj {
	s.t.Helper()
	status, text := s.ask(method, apiPath+path, body)
	require.Equal(s.t, http.StatusOK, status, "%s %s: %s", method, path, text)
	var out obj
	require.NoError(s.t, json.Unmarshal(text, &out), "%s", text)
	return out
}

func (s *sandbox) get(path string) obj        { s.t.Helper(); return s.do(http.MethodGet, path, "") }
func (s *sandbox) post(path, body string) obj { s.t.Helper(); return s.do(http.MethodPost, path, body) }

// wrong makes a request that does not, and returns what is told.
func (s *sandbox) wrong(method, path, body string) (code, message string) {
	s.t.Helper()
	status, text := s.ask(method, apiPath+path, body)
	assert.GreaterOrEqual(s.t, status, 400, "%s %s: %s", method, path, text)
	assert.Less(s.t, status, 500, "%s %s: %s", method, path, text)
	var e Error
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	require.NoError(s.t, d.Decode(&e), "%s %s: %s", method, path, text)
	assert.NotEmpty(s.t, e.Code)
	assert.NotEmpty(s.t, e.Message)
	assert.Regexp(s.t, `\p{Han}`, e.MessageZh)
	for _, message := range []string{e.Message, e.MessageZh} {
		assert.NotContains(s.t, message, "%!", "each text takes what it is given")
	}
	return e.Code, e.Message
}

// reveal shows a secret.
func (s *sandbox) reveal(mark string) string {
	s.t.Helper()
	return text(s.post("/reveal", marshal(obj{"mark": mark})), "secret")
}

// call is a call of the app to the fake.
func (s *sandbox) call(path, body string) obj {
	s.t.Helper()
	status, answer := s.ask(http.MethodPost, "/cgi-bin/"+path, body)
	require.Equal(s.t, http.StatusOK, status)
	var out obj
	require.NoError(s.t, json.Unmarshal(answer, &out))
	if code, ok := out["errcode"]; ok {
		require.Zero(s.t, code, "%s: %s", path, answer)
	}
	return out
}

// corp is the id of a new corp, and of its members.
func (s *sandbox) corp() (corpId string, userIds []string) {
	s.t.Helper()
	c := s.post("/corps", `{"name":"Riverside"}`)
	for _, m := range list(c, "members") {
		userIds = append(userIds, text(m, "user_id"))
	}
	return text(c, "corp_id"), userIds
}

// tokens are what the app gets for the first suite: of the provider and of the corp.
func (s *sandbox) tokens(installed obj, corpId string) (provider, corp string) {
	s.t.Helper()
	a := s.cfg.Apps[0]
	ticket := s.reveal(text(list(list(s.get("/suites"), "suites")[0], "tickets")[0], "ticket"))
	suite := text(s.call("service/get_suite_token", marshal(obj{"suite_id": a.SuiteId, "suite_secret": a.Secret, "suite_ticket": ticket})), "suite_access_token")
	code := s.call("service/get_permanent_code?suite_access_token="+url.QueryEscape(suite), marshal(obj{"auth_code": s.reveal(text(installed, "auth_code"))}))
	p := s.call("service/get_provider_token", marshal(obj{"corpid": s.provider, "provider_secret": s.cfg.ProviderSecret}))
	require.NotEmpty(s.t, corpId)
	return text(p, "provider_access_token"), text(code, "access_token")
}

func marshal(o obj) string {
	b, _ := json.Marshal(o)
	return string(b)
}

func text(o obj, name string) string {
	v, _ := o[name].(string)
	return v
}

func list(o obj, name string) (out []obj) {
	all, _ := o[name].([]any)
	for _, v := range all {
		x, _ := v.(obj)
		out = append(out, x)
	}
	return out
}

func inner(o obj, name string) obj {
	v, _ := o[name].(obj)
	return v
}

// kinds are the kinds of what was pushed, and accepted.
func pushed(o obj) (kinds []string) {
	for _, p := range list(o, "pushes") {
		if p["accepted"] == true {
			kinds = append(kinds, text(p, "kind"))
		}
	}
	return kinds
}

// An app whose callback URL was not there for its last ticket gets one before it needs one.
func TestAnAppThatWasAwayGetsATicketFirst(t *testing.T) {
	t.Parallel()
	var up atomic.Bool
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if !up.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		_, _ = io.WriteString(w, "success")
	}))
	defer app.Close()
	w, err := New(Config{Apps: []App{{Callback: Callback{URL: app.URL}}}, Corps: 2, Choices: Choices{Tries: 1}})
	require.NoError(t, err)
	defer w.Close()
	corps := w.engine.Corps()
	out, err := w.PushTicket(t.Context(), SuiteRef{})
	require.NoError(t, err)
	require.False(t, out.Pushes[0].Accepted)
	up.Store(true)
	for i, want := range [][]string{{"suite_ticket", "create_auth"}, {"create_auth"}} {
		out, err := w.Install(t.Context(), NewInstall{CorpId: corps[i].Id})
		require.NoError(t, err)
		var kinds []string
		for _, p := range out.Pushes {
			assert.True(t, p.Accepted)
			kinds = append(kinds, p.Kind)
		}
		assert.Equal(t, want, kinds)
	}
}
