package fakewecom

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/spec"
)

func TestNoSecretsInText(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{Seed: "sesame"})
	cb := Callback{"http://isv.example.com/cb", testToken, testKey}
	values := []any{
		cb, &cb, w.Server,
		Provider{CorpId: testProvider, Secret: "provider-secret", System: cb},
		&Suite{Id: testSuite, Secret: "suite-secret", Command: cb},
		[]Suite{{Id: testSuite, Secret: "suite-secret", Command: cb}},
	}
	var b bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&b, nil))
	for _, v := range values {
		fmt.Fprintf(&b, "%v %+v %#v %s %q %x\n", v, v, v, v, v, v)
		if _, list := v.([]Suite); !list {
			log.Info("x", "v", v)
		}
	}
	for _, secret := range []string{"provider-secret", "suite-secret", testToken, testKey, "sesame"} {
		assert.NotContains(t, b.String(), secret)
	}
	assert.Contains(t, b.String(), "Suite{"+testSuite+" ***}")
}

func TestSecrets(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	code := w.install(testTemplate)
	pc := w.callAs("get_permanent_code_v2", testTemplate, "", obj{"auth_code": code})["permanent_code"]
	ticket, err := w.NewTicket(testSuite)
	require.NoError(t, err)
	token, err := w.IssueToken(spec.CredentialCorp, testTemplate, testCorp)
	require.NoError(t, err)
	_, err = w.ResetPermanentCode(t.Context(), testTemplate, testCorp)
	require.NoError(t, err)
	w.ExpireTickets(testSuite)
	got := w.Secrets()
	for _, want := range []any{code, pc, ticket, token, "provider-secret", "suite-secret", testToken, testKey} {
		assert.Contains(t, got, want)
	}
	assert.NotContains(t, got, "")
}

// Two fakes that are treated alike say the same; another seed says something else.
func TestSameSeedSameAnswers(t *testing.T) {
	t.Parallel()
	run := func(seed string) (out []obj) {
		w := newWorld(t, Options{Seed: seed})
		code := w.install(testSuite)
		return []obj{
			{"auth_code": code},
			w.call("get_permanent_code_v2", obj{"auth_code": code}),
			w.call("get_provider_token", obj{"corpid": testProvider, "provider_secret": "provider-secret"}),
			w.call("get_provider_token", obj{"corpid": testProvider, "provider_secret": "wrong"}),
		}
	}
	first := run("a")
	assert.Equal(t, first, run("a"))
	other := run("b")
	assert.NotEqual(t, first[0], other[0])
	assert.NotEqual(t, first[1]["permanent_code"], other[1]["permanent_code"])
}

// Two providers, three suites.
func TestTwoProviders(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	require.NoError(t, w.AddProvider(Provider{CorpId: "wwsecond", Secret: "second-secret"}))
	require.NoError(t, w.AddSuite(Suite{Id: "ww2suite", Secret: "s2", ProviderCorpId: "wwsecond"}))
	w.install(testSuite)
	plain := w.corps[testCorp].PlainId

	second := w.call("get_provider_token", obj{"corpid": "wwsecond", "provider_secret": "second-secret"})["provider_access_token"].(string)
	q := url.Values{"provider_access_token": {second}}
	out := w.callWith(endpointNamed(t, "corpid_to_opencorpid"), q, obj{"corpid": plain})
	assert.Equal(t, 48001, errcode(out), "the corp has authorised the first provider only")
	out = w.callWith(endpointNamed(t, "get_customized_auth_url"), q, obj{"state": "s", "templateid_list": []string{testTemplate}})
	assert.Equal(t, 842003, errcode(out), "a template of the first provider")
	out = w.callAs("set_session_info", "ww2suite", "", obj{
		"pre_auth_code": w.call("get_pre_auth_code", url.Values{})["pre_auth_code"], "session_info": obj{},
	})
	assert.Equal(t, 40077, errcode(out), "a pre_auth_code of another suite")
	_, err := w.Push(t.Context(), Target{Channel: spec.ChannelSystem, CorpId: "wwsecond"}, nil)
	assert.Error(t, err, "has no system event URL")
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.install(testSuite)
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			code, err := w.Install(t.Context(), testSuite, testCorp, InstallOptions{State: fmt.Sprint(i)})
			assert.NoError(t, err)
			assert.Zero(t, errcode(w.call("get_permanent_code", obj{"auth_code": code})))
			assert.NoError(t, w.PushTicket(t.Context(), testSuite))
			w.KillTokens(spec.CredentialProvider, 0)
			w.Fault(Fault{Path: "/nowhere", Count: 1})()
			w.Requests()
		})
	}
	all.Wait()
	assert.Equal(t, 16, w.Count("/cgi-bin/service/get_permanent_code"))
}

func TestTruncatedAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.Fault(Fault{Body: `{"errcode":0,`, Header: http.Header{"Content-Length": {"500"}}})
	res, err := http.Get(w.http.URL + "/cgi-bin/gettoken")
	require.NoError(t, err)
	defer res.Body.Close()
	_, err = new(bytes.Buffer).ReadFrom(res.Body)
	assert.ErrorContains(t, err, "unexpected EOF")
}

// Whatever comes, the answer is JSON with an errcode.
func FuzzServe(f *testing.F) {
	for _, e := range spec.Endpoints() {
		for _, body := range e.SampleRequests {
			f.Add(e.Path, string(body))
		}
	}
	f.Add("/cgi-bin/service/media/upload", "--b\r\n\r\n--b--")
	f.Add("/cgi-bin/license/active_account", `{"active_code":[[]],"corpid":{}}`)
	s := New(Options{})
	require.NoError(f, s.AddProvider(Provider{CorpId: testProvider, Secret: "s"}))
	require.NoError(f, s.AddSuite(Suite{Id: testSuite, Secret: "s"}))
	require.NoError(f, s.AddCorp(Corp{Id: testCorp, Members: []Member{{UserId: "woAnna"}}}))
	_, err := s.Install(f.Context(), testSuite, testCorp, InstallOptions{FromProviderSite: true})
	require.NoError(f, err)
	byPath := specByPath()
	f.Fuzz(func(t *testing.T, path, body string) {
		ep := byPath[path]
		if ep == nil {
			return
		}
		q := url.Values{"js_code": {body}, "code": {body}, "jobid": {body}, "type": {body}}
		if ep.Credential != spec.CredentialNone {
			suite, corp := testSuite, testCorp
			if ep.Credential != spec.CredentialCorp {
				corp = ""
			}
			value, err := s.IssueToken(ep.Credential, suite, corp)
			require.NoError(t, err)
			q.Set(ep.QueryKey, value)
		}
		r := httptest.NewRequest(ep.Method, path+"?"+q.Encode(), strings.NewReader(body))
		r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
		rec := httptest.NewRecorder()
		s.ServeHTTP(rec, r)
		if rec.Header().Get("Content-Type") == "image/png" {
			return
		}
		var out struct {
			Code *int `json:"errcode"`
		}
		require.NoError(t, json.Unmarshal(rec.Body.Bytes(), &out), "%s", rec.Body)
		require.True(t, out.Code != nil || bare(ep), "%s", rec.Body)
	})
}
