package token_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/data"
	"github.com/gothird/wecom/token"
)

// Method, path, query key and body are what the endpoint says.
// G: token/by-hand request/as-said
func TestRequests(t *testing.T) {
	t.Parallel()
	type body struct {
		Text string `json:"text"`
		Zero int    `json:"zero"`
	}
	for _, row := range []struct {
		name                     string
		ep                       token.Endpoint
		in                       any
		method, query, sent, ctp string
	}{
		{"nothing", none, nil, "POST", "", "{}", "application/json"},
		{"struct", none, body{"<a> & 中", 0}, "POST", "", `{"text":"<a> & 中","zero":0}`, "application/json"},
		{"parameters", none, data.D{"state": "x"}, "POST", "", `{"state":"x"}`, "application/json"},
		{"get", token.Endpoint{Method: "GET", Path: "/x", Credential: token.None}, url.Values{"a b": {"1&2", "中"}}, "GET", "a+b=1%262&a+b=%E4%B8%AD", "", ""},
		{"get nothing", token.Endpoint{Method: "GET", Path: "/x", Credential: token.None}, nil, "GET", "", "", ""},
		{"query of a post", none, url.Values{"type": {"file"}}, "POST", "type=file", "", ""},
		{"provider", token.Endpoint{Path: "/x", Credential: token.Provider}, body{}, "POST", "provider_access_token=T%2BK%2F1", `{"text":"","zero":0}`, "application/json"},
		{"renamed", token.Endpoint{Path: "/x", Credential: token.Provider.As("access_token")}, body{}, "POST", "access_token=T%2BK%2F1", `{"text":"","zero":0}`, "application/json"},
		{"held by the caller", token.Endpoint{Path: "/x", Credential: token.Static("caller's/own")}, body{}, "POST", "access_token=caller%27s%2Fown", `{"text":"","zero":0}`, "application/json"},
		{"login code", token.Endpoint{Method: "GET", Path: "/x", Credential: token.None}, url.Values{"code": {"login-code-1"}, "a": {"b"}}, "GET", "a=b&code=login-code-1", "", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			var got *http.Request
			var sent []byte
			api, _ := mocked(t, func(r *http.Request) (*http.Response, error) {
				if r.URL.Path == providerPath {
					return httpmock.NewStringResponse(200, `{"provider_access_token":"T+K/1","expires_in":7200}`), nil
				}
				got = r
				if r.Body != nil {
					sent, _ = io.ReadAll(r.Body)
				}
				return httpmock.NewStringResponse(200, `{"errcode":0}`), nil
			})
			require.NoError(t, api.Do(row.ep, row.in, nil))
			assert.Equal(t, row.method, got.Method)
			assert.Equal(t, row.ep.Path, got.URL.Path)
			assert.Equal(t, "qyapi.weixin.qq.com", got.URL.Host)
			assert.Equal(t, row.query, got.URL.RawQuery)
			assert.Equal(t, row.sent, string(sent))
			assert.Equal(t, row.ctp, got.Header.Get("Content-Type"))
		})
	}
}

// What cannot be sent is an error that says so, before any request.
// G: request/any-endpoint
func TestRequestsThatCannotBeMade(t *testing.T) {
	t.Parallel()
	api, mock := mocked(t, httpmock.NewStringResponder(200, `{}`))
	var upload *token.Upload
	var order *struct{}
	for says, row := range map[string]struct {
		ep token.Endpoint
		in any
	}{
		"must look like":      {token.Endpoint{Path: "cgi-bin/x"}, nil},
		"without a query":     {token.Endpoint{Path: "/x?access_token=1"}, nil},
		"url.Values":          {token.Endpoint{Method: "GET", Path: "/x", Credential: token.None}, order2{}},
		"upload is nil":       {none, upload},
		"no JSON object":      {none, order},
		"unsupported":         {none, func() {}},
		"must be GET or POST": {token.Endpoint{Method: "GE T", Path: "/x", Credential: token.None}, nil},
	} {
		err := api.Do(row.ep, row.in, nil)
		require.ErrorContains(t, err, says)
		assert.NotErrorIs(t, err, token.ErrOutcomeUnknown)
	}
	require.Error(t, (&token.Api{}).Do(none, nil, nil))
	require.Error(t, (*token.Api)(nil).Do(none, nil, nil))
	for _, out := range []any{5, (*order2)(nil), (*[]byte)(nil), map[string]any{}} {
		require.ErrorContains(t, api.Do(none, nil, out), "needs a pointer")
	}
	assert.Zero(t, mock.GetTotalCallCount())
}

type order2 struct{ X int }

// What is no request is refused before anything is sent, and the error says what is one.
// G: request/any-endpoint
func TestWhatIsNoRequestIsRefused(t *testing.T) {
	t.Parallel()
	sent := 0
	api := newApi(t, token.Config{SuiteId: suiteId, SuiteSecret: suiteSecret, HTTPClient: &http.Client{Transport: roundTripper(
		func(*http.Request) (*http.Response, error) { sent++; return nil, io.EOF })}})
	var nothing *struct{ X int }
	for _, in := range []any{
		[]byte(`{"a":1}`), strings.NewReader("{}"), bytes.NewBufferString("{}"), token.Upload{Field: "media", FileName: "x", Size: 1, Open: opens("x")},
		"{}", 5, 1.5, true, []string{"a"}, []any{}, [1]int{1}, nothing, time.Now(), json.RawMessage("[1]"), json.RawMessage("null"), json.RawMessage("{"), (*bytes.Buffer)(nil),
		func() {}, make(chan int), map[int]func(){1: nil},
	} {
		err := api.Do(writeNone, in, nil)
		require.Error(t, err, "%T", in)
		assert.NotErrorIs(t, err, token.ErrOutcomeUnknown)
		assert.ErrorContains(t, err, writeNone.Path)
		if text := err.Error(); !strings.Contains(text, "json:") && !strings.Contains(text, "JSON input") {
			assert.Contains(t, text, "it takes a struct, a map, a json.RawMessage with an object, url.Values, a *token.Upload or nil", "%T", in)
		}
	}
	for _, row := range []struct {
		u    *token.Upload
		says string
	}{
		{nil, "nil"}, {&token.Upload{}, "Field, FileName and Open"}, {&token.Upload{Field: "f", FileName: "x", Open: opens("x")}, "Size"},
		{&token.Upload{Field: "f", FileName: "x", Size: -1, Open: opens("x")}, "Size"}, {&token.Upload{Field: "f", FileName: "a\r\nb", Size: 1, Open: opens("x")}, "line break"},
	} {
		require.ErrorContains(t, api.Do(writeNone, row.u, nil), row.says)
	}
	var nilWriter writer
	var nilFile *bytes.Buffer
	for _, out := range []any{nilWriter, nilFile, []byte{}, "x", struct{}{}, (*int)(nil), func() {}, (*any)(nil)} {
		require.ErrorContains(t, api.Do(writeNone, nil, out), "needs a pointer", fmt.Sprintf("%T", out))
	}
	require.ErrorContains(t, api.Do(token.Endpoint{Path: "/x"}, nil, nil), "token.None")
	require.ErrorContains(t, api.Do(token.Endpoint{Path: "/x", Credential: token.Static("")}, nil, nil), "empty token")
	require.ErrorContains(t, api.Do(token.Endpoint{Path: "/x", Credential: token.Provider.As("")}, nil, nil), "query key")
	assert.Zero(t, sent)
}
