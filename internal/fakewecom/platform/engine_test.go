package platform_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spec"
)

type obj = platform.Obj

func TestNoSecretsInText(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{Seed: "sesame"})
	cb := platform.Callback{"http://isv.example.com/cb", faketest.Token, faketest.Key}
	values := []any{
		cb, &cb, w.Platform,
		platform.Provider{CorpId: faketest.Provider, Secret: "provider-secret", System: cb},
		&platform.Suite{Id: faketest.Suite, Secret: "suite-secret", Command: cb},
		[]platform.Suite{{Id: faketest.Suite, Secret: "suite-secret", Command: cb}},
	}
	var b bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&b, nil))
	for _, v := range values {
		fmt.Fprintf(&b, "%v %+v %#v %s %q %x\n", v, v, v, v, v, v)
		if _, list := v.([]platform.Suite); !list {
			log.Info("x", "v", v)
		}
	}
	for _, secret := range []string{"provider-secret", "suite-secret", faketest.Token, faketest.Key, "sesame"} {
		assert.NotContains(t, b.String(), secret)
	}
	assert.Contains(t, b.String(), "Suite{"+faketest.Suite+" ***}")
}

func TestSecrets(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	code := w.AuthCode(faketest.Template)
	pc := w.CallAs("get_permanent_code_v2", faketest.Template, "", obj{"auth_code": code})["permanent_code"]
	ticket, err := w.NewTicket(faketest.Suite)
	require.NoError(t, err)
	token, err := w.IssueToken(spec.CredentialCorp, faketest.Template, faketest.Corp)
	require.NoError(t, err)
	_, err = w.ResetPermanentCode(t.Context(), faketest.Template, faketest.Corp)
	require.NoError(t, err)
	w.ExpireTickets(faketest.Suite)
	got := w.Secrets()
	for _, want := range []any{code, pc, ticket, token, "provider-secret", "suite-secret", faketest.Token, faketest.Key} {
		assert.Contains(t, got, want)
	}
	assert.NotContains(t, got, "")
}

// Two fakes that are treated alike say the same; another seed says something else.
func TestSameSeedSameAnswers(t *testing.T) {
	t.Parallel()
	run := func(seed string) (out []obj) {
		w := faketest.New(t, platform.Options{Seed: seed})
		code := w.AuthCode(faketest.Suite)
		return []obj{
			{"auth_code": code},
			w.Call("get_permanent_code_v2", obj{"auth_code": code}),
			w.Call("get_provider_token", obj{"corpid": faketest.Provider, "provider_secret": "provider-secret"}),
			w.Call("get_provider_token", obj{"corpid": faketest.Provider, "provider_secret": "wrong"}),
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
	w := faketest.New(t, platform.Options{})
	require.NoError(t, w.AddProvider(platform.Provider{CorpId: "wwsecond", Secret: "second-secret"}))
	require.NoError(t, w.AddSuite(platform.Suite{Id: "ww2suite", Secret: "s2", ProviderCorpId: "wwsecond"}))
	w.AuthCode(faketest.Suite)
	const plain = faketest.PlainCorp

	second := w.Call("get_provider_token", obj{"corpid": "wwsecond", "provider_secret": "second-secret"})["provider_access_token"].(string)
	q := url.Values{"provider_access_token": {second}}
	out := w.CallWith(faketest.Endpoint(t, "corpid_to_opencorpid"), q, obj{"corpid": plain})
	assert.Equal(t, 48001, faketest.Errcode(out), "the corp has authorised the first provider only")
	out = w.CallWith(faketest.Endpoint(t, "get_customized_auth_url"), q, obj{"state": "s", "templateid_list": []string{faketest.Template}})
	assert.Equal(t, 842003, faketest.Errcode(out), "a template of the first provider")
	out = w.CallAs("set_session_info", "ww2suite", "", obj{
		"pre_auth_code": w.Call("get_pre_auth_code", url.Values{})["pre_auth_code"], "session_info": obj{},
	})
	assert.Equal(t, 40077, faketest.Errcode(out), "a pre_auth_code of another suite")
	_, err := w.Push(t.Context(), platform.Target{Channel: spec.ChannelSystem, CorpId: "wwsecond"}, nil)
	assert.Error(t, err, "has no system event URL")
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	w.AuthCode(faketest.Suite)
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			code, err := w.Install(t.Context(), faketest.Suite, faketest.Corp, platform.InstallOptions{State: fmt.Sprint(i)})
			assert.NoError(t, err)
			assert.Zero(t, faketest.Errcode(w.Call("get_permanent_code", obj{"auth_code": code})))
			assert.NoError(t, pushTicket(w, faketest.Suite))
			w.KillTokens(spec.CredentialProvider, 0)
			w.Fault(platform.Fault{Path: "/nowhere", Count: 1})()
			w.Requests()
		})
	}
	all.Wait()
	assert.Equal(t, 16, w.Count("/cgi-bin/service/get_permanent_code"))
}

func TestTruncatedAnswer(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	w.Fault(platform.Fault{Body: `{"errcode":0,`, Header: http.Header{"Content-Length": {"500"}}})
	res, err := http.Get(w.HTTP.URL + "/cgi-bin/gettoken")
	require.NoError(t, err)
	defer res.Body.Close()
	_, err = new(bytes.Buffer).ReadFrom(res.Body)
	assert.ErrorContains(t, err, "unexpected EOF")
}
