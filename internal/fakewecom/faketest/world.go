// Package faketest is the setting in which the packages of the fake WeCom are tested: a
// platform that the part under test joins, its callback server, and a clock.
package faketest

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spec"
	"github.com/gothird/wecom/internal/wecrypt"
)

// Who there is, and how callbacks are signed.
const (
	Provider  = "wwprovider000001"
	Suite     = "ww0000suite00001"
	Template  = "dk0000templ00001"
	Corp      = "wpCorpAAAA0001"
	PlainCorp = "wwcorpaaaa000001" // its other id
	Token     = "CallbackToken1"
	Key       = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
)

// Clock is a clock that a test turns by hand.
type Clock struct {
	mu sync.Mutex
	t  time.Time
}

// Now is the time that the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

// Add turns the clock.
func (c *Clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// Push is what the provider's callback URL got.
type Push struct {
	Path, Receive, Payload, Envelope string
	Query                            url.Values
}

// World is a platform with one provider, one app, one template and one corp, and a
// callback URL.
type World struct {
	*platform.Platform
	T     *testing.T
	Clock *Clock
	HTTP  *httptest.Server
	Hook  *httptest.Server

	busy   sync.WaitGroup // requests to HTTP
	mu     sync.Mutex
	pushes []Push
	answer string // of the callback URL
	status int
}

// New makes a World that ends with the test. Options.Now is replaced by the World's clock.
func New(t *testing.T, o platform.Options) *World {
	t.Helper()
	w := &World{T: t, Clock: &Clock{t: time.Unix(1_760_000_000, 0)}, answer: "success", status: http.StatusOK}
	o.Now = w.Clock.Now
	w.Platform = platform.New(o)
	w.HTTP = httptest.NewServer(http.HandlerFunc(w.serve))
	w.Hook = httptest.NewServer(http.HandlerFunc(w.receive))
	t.Cleanup(w.HTTP.Close)
	t.Cleanup(w.Hook.Close)
	cb := func(path string) platform.Callback {
		return platform.Callback{URL: w.Hook.URL + path, Token: Token, EncodingAESKey: Key}
	}
	require.NoError(t, w.AddProvider(platform.Provider{CorpId: Provider, Secret: "provider-secret", System: cb("/system")}))
	require.NoError(t, w.AddSuite(platform.Suite{Id: Suite, Secret: "suite-secret", Name: "CRM", Command: cb("/command"), DataURL: w.Hook.URL + "/data/$CORPID$?x=1"}))
	require.NoError(t, w.AddSuite(platform.Suite{Id: Template, Secret: "template-secret", Name: "Own CRM", Template: true, Command: cb("/template")}))
	require.NoError(t, w.AddCorp(platform.Corp{Id: Corp, PlainId: PlainCorp, Name: "Bakery", Members: []platform.Member{
		{UserId: "woAnna", Name: "Anna", Admin: true}, {UserId: "woBo", Name: "Bo"}, {UserId: "woCy", Hidden: true},
	}}))
	return w
}

func (w *World) serve(rw http.ResponseWriter, r *http.Request) {
	w.busy.Add(1)
	defer w.busy.Done()
	w.ServeHTTP(rw, r)
}

// Settled waits until what the requests so far have caused is pushed, which comes after their
// answers.
func (w *World) Settled() { w.busy.Wait() }

// receive is a provider's callback URL that does everything right.
func (w *World) receive(rw http.ResponseWriter, r *http.Request) {
	c, err := wecrypt.New(Token, Key)
	if err != nil {
		http.Error(rw, err.Error(), http.StatusInternalServerError)
		return
	}
	body, _ := io.ReadAll(r.Body)
	q := r.URL.Query()
	encrypt := q.Get("echostr")
	if r.Method == http.MethodPost {
		encrypt = Between(string(body), "<Encrypt><![CDATA[", "]]>")
	}
	if c.Sign(q.Get("timestamp"), q.Get("nonce"), encrypt) != q.Get("msg_signature") {
		http.Error(rw, "bad signature", http.StatusForbidden)
		return
	}
	msg, receiveId, err := c.Decrypt(encrypt)
	if err != nil {
		http.Error(rw, err.Error(), http.StatusForbidden)
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pushes = append(w.pushes, Push{r.URL.Path, receiveId, string(msg), string(body), q})
	rw.WriteHeader(w.status)
	if r.Method == http.MethodGet {
		_, _ = rw.Write(msg)
		return
	}
	_, _ = io.WriteString(rw, w.answer)
}

// LastPush is the newest of [World.Pushes]; there must be one.
func (w *World) LastPush() Push {
	w.T.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	require.NotEmpty(w.T, w.pushes)
	return w.pushes[len(w.pushes)-1]
}

// Pushes are all that the callback URL got.
func (w *World) Pushes() []Push {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.pushes)
}

// Answer says what the callback URL answers from now on.
func (w *World) Answer(status int, text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.status, w.answer = status, text
}

// Between is what stands after from and before to.
func Between(s, from, to string) string {
	_, s, _ = strings.Cut(s, from)
	s, _, _ = strings.Cut(s, to)
	return s
}

// Send makes a request and returns the answer as it came.
func (w *World) Send(method, path string, query url.Values, body string) (*http.Response, []byte) {
	w.T.Helper()
	req, err := http.NewRequest(method, w.HTTP.URL+path+"?"+query.Encode(), bytes.NewBufferString(body))
	require.NoError(w.T, err)
	res, err := w.HTTP.Client().Do(req)
	require.NoError(w.T, err)
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	require.NoError(w.T, err)
	return res, data
}

// Call makes a request by the facts about the endpoint of that name, as [Suite] at [Corp].
func (w *World) Call(name string, in any) platform.Obj {
	w.T.Helper()
	return w.CallAs(name, Suite, Corp, in)
}

// CallAs does so as another suite or corp.
func (w *World) CallAs(name, suiteId, corpId string, in any) platform.Obj {
	w.T.Helper()
	ep := Endpoint(w.T, name)
	q := url.Values{}
	if ep.Credential != spec.CredentialNone {
		if ep.Credential != spec.CredentialCorp {
			corpId = ""
		}
		if ep.Credential == spec.CredentialProvider {
			suiteId = ""
		}
		value, err := w.IssueToken(ep.Credential, suiteId, corpId)
		require.NoError(w.T, err)
		q.Set(ep.QueryKey, value)
	}
	return w.CallWith(ep, q, in)
}

// CallWith makes a request with a token that the test has put into q. in is the query of a
// GET request, as url.Values or as an object of texts, else the body.
func (w *World) CallWith(ep spec.Endpoint, q url.Values, in any) platform.Obj {
	w.T.Helper()
	body := ""
	if ep.Method == http.MethodGet {
		maps.Copy(q, query(in))
	} else {
		data, err := json.Marshal(in)
		require.NoError(w.T, err)
		body = string(data)
	}
	_, data := w.Send(ep.Method, ep.Path, q, body)
	var out platform.Obj
	require.NoError(w.T, json.Unmarshal(data, &out), "%s", data)
	return out
}

func query(in any) url.Values {
	if q, ok := in.(url.Values); ok {
		return q
	}
	q := url.Values{}
	for name, text := range in.(platform.Obj) {
		q.Set(name, text.(string))
	}
	return q
}

// Endpoint is the facts about the endpoint of that name.
func Endpoint(t *testing.T, name string) spec.Endpoint {
	t.Helper()
	return endpoint(t, name, func(e spec.Endpoint) bool { return e.Name == name })
}

// EndpointAt is the facts about the endpoint with that path.
func EndpointAt(t *testing.T, path string) spec.Endpoint {
	t.Helper()
	return endpoint(t, path, func(e spec.Endpoint) bool { return e.Path == path })
}

func endpoint(t *testing.T, what string, is func(spec.Endpoint) bool) spec.Endpoint {
	t.Helper()
	all := spec.Endpoints()
	i := slices.IndexFunc(all, is)
	require.GreaterOrEqual(t, i, 0, "no endpoint %s", what)
	return all[i]
}

// Errcode is that of an answer; 0 also if there is none.
func Errcode(o platform.Obj) int {
	n, _ := o["errcode"].(float64)
	return int(n)
}

// AuthCode is what the redirect brings when [Corp] installs a suite; nothing is pushed.
func (w *World) AuthCode(suiteId string) string {
	w.T.Helper()
	value, err := w.Install(w.T.Context(), suiteId, Corp, platform.InstallOptions{FromProviderSite: true, State: "st1"})
	require.NoError(w.T, err)
	return value
}

// ErrcodeOf is that of an answer's body.
func ErrcodeOf(t *testing.T, data []byte) int {
	t.Helper()
	var out platform.Obj
	require.NoError(t, json.Unmarshal(data, &out), "%s", data)
	return Errcode(out)
}
