package fakewecom

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/spec"
	"github.com/gothird/wecom/internal/wecrypt"
)

const (
	testProvider = "wwprovider000001"
	testSuite    = "ww0000suite00001"
	testTemplate = "dk0000templ00001"
	testCorp     = "wpCorpAAAA0001"
	testToken    = "CallbackToken1"
	testKey      = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
)

// clock is a clock that a test turns by hand.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// push is what the provider's callback URL got.
type push struct {
	Path, Receive, Payload, Envelope string
	Query                            url.Values
}

// world is a fake with one provider, one app, one template and one corp, and a
// callback URL.
type world struct {
	*Server
	t     *testing.T
	clock *clock
	http  *httptest.Server
	hook  *httptest.Server

	mu     sync.Mutex
	pushes []push
	answer string // of the callback URL
	status int
}

func newWorld(t *testing.T, o Options) *world {
	t.Helper()
	w := &world{t: t, clock: &clock{t: time.Unix(1_760_000_000, 0)}, answer: "success", status: http.StatusOK}
	o.Now = w.clock.now
	w.Server = New(o)
	w.http = httptest.NewServer(w.Server)
	w.hook = httptest.NewServer(http.HandlerFunc(w.receive))
	t.Cleanup(w.http.Close)
	t.Cleanup(w.hook.Close)
	cb := func(path string) Callback { return Callback{w.hook.URL + path, testToken, testKey} }
	require.NoError(t, w.AddProvider(Provider{CorpId: testProvider, Secret: "provider-secret", System: cb("/system")}))
	require.NoError(t, w.AddSuite(Suite{Id: testSuite, Secret: "suite-secret", Name: "CRM", Command: cb("/command"), DataURL: w.hook.URL + "/data/$CORPID$?x=1"}))
	require.NoError(t, w.AddSuite(Suite{Id: testTemplate, Secret: "template-secret", Name: "Own CRM", Template: true, Command: cb("/template")}))
	require.NoError(t, w.AddCorp(Corp{Id: testCorp, Name: "Bakery", Members: []Member{
		{UserId: "woAnna", Name: "Anna", Admin: true}, {UserId: "woBo", Name: "Bo"}, {UserId: "woCy", Hidden: true},
	}}))
	return w
}

// receive is a provider's callback URL that does everything right.
func (w *world) receive(rw http.ResponseWriter, r *http.Request) {
	c, err := wecrypt.New(testToken, testKey)
	if err != nil {
		http.Error(rw, err.Error(), http.StatusInternalServerError)
		return
	}
	body, _ := io.ReadAll(r.Body)
	q := r.URL.Query()
	encrypt := q.Get("echostr")
	if r.Method == http.MethodPost {
		encrypt = between(string(body), "<Encrypt><![CDATA[", "]]>")
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
	w.pushes = append(w.pushes, push{r.URL.Path, receiveId, string(msg), string(body), q})
	rw.WriteHeader(w.status)
	if r.Method == http.MethodGet {
		_, _ = rw.Write(msg)
		return
	}
	_, _ = io.WriteString(rw, w.answer)
}

func (w *world) lastPush() push {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	require.NotEmpty(w.t, w.pushes)
	return w.pushes[len(w.pushes)-1]
}

func between(s, from, to string) string {
	_, s, _ = strings.Cut(s, from)
	s, _, _ = strings.Cut(s, to)
	return s
}

// send makes a request and returns the answer as it came.
func (w *world) send(method, path string, query url.Values, body string) (*http.Response, []byte) {
	w.t.Helper()
	req, err := http.NewRequest(method, w.http.URL+path+"?"+query.Encode(), bytes.NewBufferString(body))
	require.NoError(w.t, err)
	res, err := w.http.Client().Do(req)
	require.NoError(w.t, err)
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	require.NoError(w.t, err)
	return res, data
}

// call makes a request by the endpoint's own facts, with a good token.
func (w *world) call(name string, in any) obj {
	w.t.Helper()
	return w.callAs(name, testSuite, testCorp, in)
}

func (w *world) callAs(name, suiteId, corpId string, in any) obj {
	w.t.Helper()
	ep := endpointNamed(w.t, name)
	q := url.Values{}
	if ep.Credential != spec.CredentialNone {
		if ep.Credential != spec.CredentialCorp {
			corpId = ""
		}
		if ep.Credential == spec.CredentialProvider {
			suiteId = ""
		}
		value, err := w.IssueToken(ep.Credential, suiteId, corpId)
		require.NoError(w.t, err)
		q.Set(ep.QueryKey, value)
	}
	return w.callWith(ep, q, in)
}

func (w *world) callWith(ep spec.Endpoint, q url.Values, in any) obj {
	w.t.Helper()
	body := ""
	if ep.Method == http.MethodGet {
		for k, v := range in.(url.Values) {
			q[k] = v
		}
	} else {
		data, err := json.Marshal(in)
		require.NoError(w.t, err)
		body = string(data)
	}
	_, data := w.send(ep.Method, ep.Path, q, body)
	var out obj
	require.NoError(w.t, json.Unmarshal(data, &out), "%s", data)
	return out
}

func endpointNamed(t *testing.T, name string) spec.Endpoint {
	t.Helper()
	for _, e := range spec.Endpoints() {
		if e.Name == name {
			return e
		}
	}
	require.FailNow(t, "no endpoint "+name)
	return spec.Endpoint{}
}

// code is the errcode of an answer.
func errcode(o obj) int {
	n, _ := o["errcode"].(float64)
	return int(n)
}

// install installs without a push and returns the auth code.
func (w *world) install(suiteId string) string {
	w.t.Helper()
	value, err := w.Install(w.t.Context(), suiteId, testCorp, InstallOptions{FromProviderSite: true, State: "st1"})
	require.NoError(w.t, err)
	return value
}

// errcodeOf is the errcode of an answer's body.
func errcodeOf(t *testing.T, data []byte) int {
	t.Helper()
	var out obj
	require.NoError(t, json.Unmarshal(data, &out), "%s", data)
	return errcode(out)
}
