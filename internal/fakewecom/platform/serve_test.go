package platform_test

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/inprocess"
	"github.com/gothird/wecom/internal/spec"
)

func TestRequestChecks(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
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
		_, data := w.Send(http.MethodPost, path, q, row.body)
		assert.Equal(t, row.want, faketest.ErrcodeOf(t, data), "%s: %s", row.name, data)
	}
	_, data := w.Send(http.MethodGet, path, q, "")
	assert.Equal(t, 43002, faketest.ErrcodeOf(t, data))
	_, data = w.Send(http.MethodPost, "/cgi-bin/service/get_account_balance", q, "{}")
	assert.Equal(t, 43001, faketest.ErrcodeOf(t, data))
	res, data := w.Send(http.MethodPost, "/cgi-bin/service/no_such_thing", q, "{}")
	assert.Equal(t, http.StatusNotFound, res.StatusCode)
	assert.Contains(t, string(data), "<html>")
}

func TestAllowedIPs(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{AllowedIPs: []string{"192.0.2.1"}})
	out := w.Call("get_provider_token", obj{"corpid": faketest.Provider, "provider_secret": "provider-secret"})
	assert.Equal(t, 60020, faketest.Errcode(out))
	assert.Contains(t, out["errmsg"], "not allow to access from your ip")
}

func TestUpload(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	value, err := w.IssueToken(spec.CredentialProvider, "", "")
	require.NoError(t, err)
	post := func(field, file, content, kind string) int {
		var b bytes.Buffer
		m := multipart.NewWriter(&b)
		part, err := m.CreateFormFile(field, file)
		require.NoError(t, err)
		_, _ = io.WriteString(part, content)
		require.NoError(t, m.Close())
		res, err := http.Post(w.HTTP.URL+"/cgi-bin/service/media/upload?type="+kind+"&provider_access_token="+value, m.FormDataContentType(), &b)
		require.NoError(t, err)
		defer res.Body.Close()
		data, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		return faketest.ErrcodeOf(t, data)
	}
	assert.Zero(t, post("media", "a.txt", "hello world", "file"))
	assert.Equal(t, 41006, post("file", "a.txt", "hello world", "file"))
	assert.Equal(t, 44001, post("media", "a.txt", "", "file"))
	assert.Equal(t, 40058, post("media", "a.txt", "hello world", ""))
	_, data := w.Send(http.MethodPost, "/cgi-bin/service/media/upload", url.Values{"type": {"file"}, "provider_access_token": {value}}, "{}")
	assert.Equal(t, 41005, faketest.ErrcodeOf(t, data))
}

func TestRequestLog(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	w.AuthCode(faketest.Suite)
	value, err := w.IssueToken(spec.CredentialCorp, faketest.Suite, faketest.Corp)
	require.NoError(t, err)
	const path = "/cgi-bin/agent/get_admin_list"
	w.Send(http.MethodPost, path, url.Values{"access_token": {value}, "debug": {"1"}, "corpid": {"x"}}, `{"keep": "order"}`)
	w.Call("get_provider_token", obj{"corpid": faketest.Provider, "provider_secret": "provider-secret"})

	require.Equal(t, 1, w.Count(path))
	r := w.RequestsTo(path)[0]
	assert.Equal(t, []string{"corpid", "debug"}, r.Unknown)
	assert.Equal(t, platform.Mark(value), r.TokenMark)
	assert.Equal(t, spec.CredentialCorp, r.Token)
	assert.Equal(t, faketest.Suite, r.SuiteId)
	assert.Equal(t, faketest.Corp, r.CorpId)
	assert.Equal(t, `{"keep": "order"}`, r.Body)
	assert.Equal(t, http.StatusOK, r.Status)
	assert.Equal(t, w.Clock.Now(), r.Time)

	all, err := json.Marshal(w.Requests())
	require.NoError(t, err)
	assert.NotContains(t, string(all), value)
	assert.NotContains(t, string(all), "provider-secret")
	assert.Contains(t, string(all), platform.Mark("provider-secret"))
	assert.Empty(t, platform.Mark(""))

	w.ClearLog()
	assert.Empty(t, w.Requests())
}

func TestBodyTooLarge(t *testing.T) {
	t.Parallel()
	s := platform.New(platform.Options{})
	client := &http.Client{Transport: inprocess.Transport(s)}
	res, err := client.Post(providerTokenURL, "application/json", io.LimitReader(zeros{}, 24<<20+1))
	require.NoError(t, err)
	defer res.Body.Close()
	assert.Equal(t, http.StatusRequestEntityTooLarge, res.StatusCode)
	assert.Empty(t, s.Requests())
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestSampleEchoesIds(t *testing.T) {
	t.Parallel()
	w := faketest.New(t, platform.Options{})
	w.AuthCode(faketest.Suite)
	out := w.Call("agent_get_permissions", obj{})
	assert.NotEmpty(t, out["app_permissions"])
	out = w.Call("to_service_external_userid", obj{"external_userid": "wmMine"})
	assert.Equal(t, "wmMine", out["external_userid"])
}
