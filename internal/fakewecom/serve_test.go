package fakewecom

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/inprocess"
	"github.com/gothird/wecom/internal/spec"
)

func TestRequestChecks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	provider, err := w.IssueToken(spec.CredentialProvider, "", "")
	require.NoError(t, err)
	q := url.Values{"provider_access_token": {provider}}
	const path = "/cgi-bin/service/contact/sort"

	rows := []struct {
		name, body string
		want       int
	}{
		{"no body", ``, 47001},
		{"cut JSON", `{"auth_corpid":`, 47001},
		{"two values", `{} {}`, 47001},
		{"an array", `[]`, 47001},
		{"null", `null`, 47001},
		{"a form", `auth_corpid=x`, 47001},
		{"corp missing", `{"sort_options":[{"sort_type":0}],"useridlist":["a"]}`, 41002},
		{"corp empty", `{"auth_corpid":"","sort_options":[{"sort_type":0}],"useridlist":["a"]}`, 41002},
		{"corp null", `{"auth_corpid":null,"sort_options":[{"sort_type":0}],"useridlist":["a"]}`, 41002},
		{"text for a number", `{"auth_corpid":"x","sort_options":[{"sort_type":"0"}],"useridlist":["a"]}`, 40058},
		{"fraction", `{"auth_corpid":"x","sort_options":[{"sort_type":0.5}],"useridlist":["a"]}`, 40058},
		{"number for a text", `{"auth_corpid":1,"sort_options":[{"sort_type":0}],"useridlist":["a"]}`, 40058},
		{"text for a list", `{"auth_corpid":"x","sort_options":[{"sort_type":0}],"useridlist":"a"}`, 40058},
		{"numbers in a list of texts", `{"auth_corpid":"x","sort_options":[{"sort_type":0}],"useridlist":[1]}`, 40058},
		{"a field more", `{"auth_corpid":"x","sort_options":[{"sort_type":0}],"useridlist":["a"],"extra":1}`, 0},
	}
	for _, row := range rows {
		_, data := w.send(http.MethodPost, path, q, row.body)
		assert.Equal(t, row.want, errcodeOf(t, data), "%s: %s", row.name, data)
	}
	_, data := w.send(http.MethodGet, path, q, "")
	assert.Equal(t, 43002, errcodeOf(t, data))
	_, data = w.send(http.MethodPost, "/cgi-bin/service/get_account_balance", q, "{}")
	assert.Equal(t, 43001, errcodeOf(t, data))
	res, data := w.send(http.MethodPost, "/cgi-bin/service/no_such_thing", q, "{}")
	assert.Equal(t, http.StatusNotFound, res.StatusCode)
	assert.Contains(t, string(data), "<html>")
}

// Fields below an object or in a list are wanted where their parent is there.
func TestNestedFields(t *testing.T) {
	t.Parallel()
	c := &Call{ep: &spec.Endpoint{Request: []spec.Field{
		{Path: "list", Type: "array", Items: "object", Required: true},
		{Path: "list[].userid", Type: "string", Required: true},
		{Path: "box", Type: "object"},
		{Path: "box.n", Type: "int", Required: true},
		{Path: "codes", Type: "array", Items: "string"},
		{Path: "codes[]", Type: "string", Required: true},
		{Path: "flag", Type: "bool"},
	}}}
	rows := []struct {
		body string
		want int
	}{
		{`{"list":[{"userid":"a"}]}`, 0},
		{`{"list":[]}`, 0},
		{`{"list":[{"userid":"a"},{}]}`, 41009},
		{`{"list":["a"]}`, 40058},
		{`{"list":[null]}`, 40058},
		{`{"list":[],"box":{}}`, 40058},
		{`{"list":[],"box":{"n":0}}`, 0},
		{`{"list":[],"box":"x"}`, 40058},
		{`{"list":[],"codes":[""]}`, 40058},
		{`{"list":[],"codes":["a"],"flag":true}`, 0},
		{`{"list":[],"flag":"true"}`, 40058},
		{`{"list":{"userid":"a"}}`, 40058},
	}
	for _, row := range rows {
		d := json.NewDecoder(strings.NewReader(row.body))
		d.UseNumber()
		c.body = nil
		require.NoError(t, d.Decode(&c.body))
		err := c.checkFields()
		if row.want == 0 {
			assert.NoError(t, err, row.body)
			continue
		}
		var r *refusal
		if assert.True(t, errors.As(err, &r), row.body) {
			assert.Equal(t, row.want, r.code, row.body)
		}
	}
}

func TestAllowedIPs(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{AllowedIPs: []string{"192.0.2.1"}})
	out := w.call("get_provider_token", obj{"corpid": testProvider, "provider_secret": "provider-secret"})
	assert.Equal(t, 60020, errcode(out))
	assert.Contains(t, out["errmsg"], "not allow to access from your ip")
}

func TestUpload(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	value, err := w.IssueToken(spec.CredentialProvider, "", "")
	require.NoError(t, err)
	post := func(field, file, content, kind string) int {
		var b bytes.Buffer
		m := multipart.NewWriter(&b)
		part, err := m.CreateFormFile(field, file)
		require.NoError(t, err)
		_, _ = io.WriteString(part, content)
		require.NoError(t, m.Close())
		res, err := http.Post(w.http.URL+"/cgi-bin/service/media/upload?type="+kind+"&provider_access_token="+value, m.FormDataContentType(), &b)
		require.NoError(t, err)
		defer res.Body.Close()
		data, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		return errcodeOf(t, data)
	}
	assert.Zero(t, post("media", "a.txt", "hello world", "file"))
	assert.Equal(t, 41006, post("file", "a.txt", "hello world", "file"))
	assert.Equal(t, 44001, post("media", "a.txt", "", "file"))
	assert.Equal(t, 40058, post("media", "a.txt", "hello world", ""))
	_, data := w.send(http.MethodPost, "/cgi-bin/service/media/upload", url.Values{"type": {"file"}, "provider_access_token": {value}}, "{}")
	assert.Equal(t, 41005, errcodeOf(t, data))
}

func TestRequestLog(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.install(testSuite)
	value, err := w.IssueToken(spec.CredentialCorp, testSuite, testCorp)
	require.NoError(t, err)
	const path = "/cgi-bin/agent/get_admin_list"
	w.send(http.MethodPost, path, url.Values{"access_token": {value}, "debug": {"1"}, "corpid": {"x"}}, `{"keep": "order"}`)
	w.call("get_provider_token", obj{"corpid": testProvider, "provider_secret": "provider-secret"})

	require.Equal(t, 1, w.Count(path))
	r := w.RequestsTo(path)[0]
	assert.Equal(t, []string{"corpid", "debug"}, r.Unknown)
	assert.Equal(t, Mark(value), r.TokenMark)
	assert.Equal(t, spec.CredentialCorp, r.Token)
	assert.Equal(t, testSuite, r.SuiteId)
	assert.Equal(t, testCorp, r.CorpId)
	assert.Equal(t, `{"keep": "order"}`, r.Body)
	assert.Equal(t, http.StatusOK, r.Status)
	assert.Equal(t, w.clock.now(), r.Time)

	all, err := json.Marshal(w.Requests())
	require.NoError(t, err)
	assert.NotContains(t, string(all), value)
	assert.NotContains(t, string(all), "provider-secret")
	assert.Contains(t, string(all), Mark("provider-secret"))
	assert.Empty(t, Mark(""))

	w.ClearLog()
	assert.Empty(t, w.Requests())
}

func TestFaults(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	const path = "/cgi-bin/service/get_provider_token"
	body := `{"corpid":"` + testProvider + `","provider_secret":"provider-secret"}`
	ask := func() (*http.Response, []byte) { return w.send(http.MethodPost, path, nil, body) }

	w.Fault(Fault{Path: path, Skip: 1, Count: 2, ErrCode: 45009, ErrMsg: "api freq out of limit"})
	for i, want := range []int{0, 45009, 45009, 0} {
		_, data := ask()
		assert.Equal(t, want, errcodeOf(t, data), i)
	}

	remove := w.Fault(Fault{Path: path, HTTPStatus: http.StatusBadGateway, Header: http.Header{"Retry-After": {"3"}}})
	res, data := ask()
	assert.Equal(t, http.StatusBadGateway, res.StatusCode)
	assert.Equal(t, "3", res.Header.Get("Retry-After"))
	assert.Contains(t, string(data), "<html>")
	remove()

	w.Fault(Fault{ErrCode: -1, Count: 1, After: true})
	_, data = ask()
	assert.Equal(t, -1, errcodeOf(t, data))
	assert.Contains(t, string(data), "injected fault")

	w.Fault(Fault{Body: `{"errcode":0,"err`, Count: 1})
	_, data = ask()
	assert.Equal(t, `{"errcode":0,"err`, string(data))

	w.Fault(Fault{Path: path, Count: 1, Header: http.Header{"X-Note": {"yes"}}, Delay: time.Millisecond})
	res, data = ask()
	assert.Equal(t, "yes", res.Header.Get("X-Note"))
	assert.Zero(t, errcodeOf(t, data), "nothing but header and delay: the request is answered")

	w.Fault(Fault{Path: "/cgi-bin/elsewhere", ErrCode: 1})
	_, data = ask()
	assert.Zero(t, errcodeOf(t, data))
	w.ClearFaults()

	log := w.RequestsTo(path)
	assert.Equal(t, []bool{false, true, true, false, true, true, true, true, false}, faultsOf(log))
	assert.Equal(t, 45009, log[1].ErrCode)
	assert.Equal(t, http.StatusBadGateway, log[4].Status)
}

func faultsOf(log []Request) (out []bool) {
	for _, r := range log {
		out = append(out, r.Fault)
	}
	return out
}

func TestCutConnection(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	for _, after := range []bool{false, true} {
		code := w.install(testSuite)
		value, err := w.IssueToken(spec.CredentialSuite, testSuite, "")
		require.NoError(t, err)
		remove := w.Fault(Fault{Path: "/cgi-bin/service/v2/get_permanent_code", Cut: true, After: after})
		_, err = http.Post(w.http.URL+"/cgi-bin/service/v2/get_permanent_code?suite_access_token="+value, "application/json", strings.NewReader(`{"auth_code":"`+code+`"}`))
		require.Error(t, err)
		remove()
		want := 0
		if after {
			want = 40078 // it had been carried out
		}
		assert.Equal(t, want, errcode(w.call("get_permanent_code_v2", obj{"auth_code": code})))
	}
	assert.Zero(t, w.RequestsTo("/cgi-bin/service/v2/get_permanent_code")[0].Status)
}

func TestHold(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	gate := make(chan struct{})
	const path = "/cgi-bin/service/get_provider_token"
	w.Fault(Fault{Path: path, Hold: gate})
	done := make(chan obj, 1)
	go func() {
		done <- w.call("get_provider_token", obj{"corpid": testProvider, "provider_secret": "provider-secret"})
	}()
	require.Eventually(t, func() bool { return w.Count(path) == 1 }, 5*time.Second, time.Millisecond)
	assert.Zero(t, w.Requests()[0].Status, "not answered yet")
	select {
	case <-done:
		require.Fail(t, "answered although held")
	default:
	}
	close(gate)
	assert.NotEmpty(t, (<-done)["provider_access_token"])

	w.ClearFaults()
	w.Fault(Fault{Path: path, Delay: time.Hour})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	gone := make(chan error, 1)
	go func() {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.http.URL+path, strings.NewReader("{}"))
		if err == nil {
			_, err = w.http.Client().Do(req)
		}
		gone <- err
	}()
	require.Eventually(t, func() bool { return w.Count(path) == 2 }, 5*time.Second, time.Millisecond)
	cancel()
	require.ErrorIs(t, <-gone, context.Canceled)
}

func TestBodyTooLarge(t *testing.T) {
	t.Parallel()
	s := New(Options{})
	client := &http.Client{Transport: inprocess.Transport(s)}
	res, err := client.Post(providerTokenURL, "application/json", io.LimitReader(zeros{}, maxBody+1))
	require.NoError(t, err)
	defer res.Body.Close()
	assert.Equal(t, http.StatusRequestEntityTooLarge, res.StatusCode)
	assert.Empty(t, s.Requests())
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// Every endpoint answers its own sample request.
func TestEveryEndpointAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.install(testSuite)
	for _, ep := range spec.Endpoints() {
		q := url.Values{}
		if ep.Credential != spec.CredentialNone {
			suite, corp := testSuite, testCorp
			if ep.Credential != spec.CredentialCorp {
				corp = ""
			}
			value, err := w.IssueToken(ep.Credential, suite, corp)
			require.NoError(t, err)
			q.Set(ep.QueryKey, value)
		}
		upload := false
		for _, f := range ep.Request {
			if f.In == spec.InQuery && f.Required {
				q.Set(f.Path, "1")
			}
			upload = upload || f.In == spec.InFile
		}
		body := ""
		if ep.Method == http.MethodPost {
			body = "{}"
		}
		if len(ep.SampleRequests) > 0 {
			body = string(ep.SampleRequests[0])
		}
		res, data := w.send(ep.Method, ep.Path, q, body)
		require.Equal(t, http.StatusOK, res.StatusCode, ep.Path)
		code := errcodeOf(t, data)
		assert.NotContains(t, []int{-1, 40014, 40082, 41001, 41022, 43001, 43002, 47001}, code, "%s: %s", ep.Path, data)
		if w.handlers[ep.Path] == nil && !upload {
			assert.Zero(t, code, "%s: %s", ep.Path, data)
		}
	}
}

func TestSampleEchoesIds(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.install(testSuite)
	out := w.call("agent_get_permissions", obj{})
	assert.NotEmpty(t, out["app_permissions"])
	out = w.call("to_service_external_userid", obj{"external_userid": "wmMine"})
	assert.Equal(t, "wmMine", out["external_userid"])
}
