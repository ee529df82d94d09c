package token_test

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/token"
)

// A request says who sends it, what its body is and how long that is, and nothing else.
// G: request/as-said request/files
func TestHeadersAndBodyAsSent(t *testing.T) {
	t.Parallel()
	const form = "--BOUNDARY\r\n" +
		`Content-Disposition: form-data; name="me\"dia"; filename="表\\\".csv"; filelength=3` + "\r\n" +
		"Content-Type: application/octet-stream\r\n\r\na,b\r\n--BOUNDARY--\r\n"
	get := token.Endpoint{Method: "GET", Path: "/x", Credential: token.None}
	for _, row := range []struct {
		name       string
		ep         token.Endpoint
		in         any
		kind, body string
	}{
		{"JSON", none, map[string]any{"a": "<中>"}, "application/json", `{"a":"<中>"}`},
		{"nothing", none, nil, "application/json", "{}"},
		{"query", get, url.Values{"a": {"b"}}, "", ""},
		{"upload", none, &token.Upload{Field: `me"dia`, FileName: `表\".csv`, Size: 3, Open: opens("a,b")}, "multipart/form-data", form},
	} {
		api, _ := mocked(t, func(r *http.Request) (*http.Response, error) {
			var body []byte
			if r.Body != nil {
				body, _ = io.ReadAll(r.Body)
			}
			kind, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
			text := string(body)
			if b := params["boundary"]; b != "" {
				text = strings.ReplaceAll(text, b, "BOUNDARY")
			}
			assert.Equal(t, row.body, text, row.name)
			assert.Equal(t, row.kind, kind, row.name)
			assert.EqualValues(t, len(body), r.ContentLength, row.name)
			assert.Equal(t, []string{"gothird-wecom"}, r.Header["User-Agent"], row.name)
			r.Header.Del("User-Agent")
			r.Header.Del("Content-Type")
			assert.Empty(t, r.Header, row.name)
			return httpmock.NewStringResponse(200, `{"errcode":0}`), nil
		})
		require.NoError(t, api.Do(row.ep, row.in, nil), row.name)
	}
}

// The transport of the process is not changed; an Api without an HTTPClient has one like it.
// G: request/client
func TestDefaultTransportStaysAsItIs(t *testing.T) {
	transport, ok := http.DefaultTransport.(*http.Transport)
	require.True(t, ok)
	before := []int{transport.MaxIdleConns, transport.MaxIdleConnsPerHost}
	newApi(t, token.Config{SuiteId: suiteId, SuiteSecret: suiteSecret})
	assert.Equal(t, before, []int{transport.MaxIdleConns, transport.MaxIdleConnsPerHost})
}

// Success is 200 to 299, for files as for JSON.
// G: request/failure request/files
func TestStatusOfASuccess(t *testing.T) {
	t.Parallel()
	for status, good := range map[int]bool{199: false, 200: true, 206: true, 299: true, 300: false, 404: false} {
		for _, body := range []string{`{"errcode":0}`, "a file"} {
			api, _ := mocked(t, httpmock.NewStringResponder(status, body))
			var file bytes.Buffer
			assert.Equal(t, good, api.Do(writeNone, nil, &file) == nil, "%d %s", status, body)
			if !good {
				assert.Zero(t, file.Len(), "%d %s", status, body)
			}
			if body != "a file" {
				assert.Equal(t, good, api.Do(writeNone, nil, nil) == nil, "%d %s", status, body)
			}
		}
	}
}

// Why a file cannot be opened is said.
// G: request/files
func TestUploadThatCannotBeOpened(t *testing.T) {
	t.Parallel()
	api, _ := mocked(t, httpmock.NewStringResponder(200, `{"errcode":0}`))
	cause := errors.New("no such file")
	err := api.Do(writeNone, &token.Upload{Field: "media", FileName: "x", Size: 1, Open: func() (io.ReadCloser, error) { return nil, cause }}, nil)
	require.ErrorIs(t, err, cause)
	require.NotErrorIs(t, err, token.ErrOutcomeUnknown)
}

// A middleware may send a request again while the first one is still under way: each has a
// URL of its own.
// G: secret/middleware
func TestARequestThatIsSentTwiceSharesNothing(t *testing.T) {
	t.Parallel()
	var sent []*http.Request
	api := newApi(t, token.Config{
		SuiteId: suiteId, SuiteSecret: suiteSecret,
		HTTPClient: &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			sent = append(sent, r)
			return httpmock.NewStringResponse(200, `{"errcode":0}`), nil
		})},
		Middleware: []func(http.RoundTripper) http.RoundTripper{func(next http.RoundTripper) http.RoundTripper {
			return roundTripper(func(r *http.Request) (*http.Response, error) {
				_, _ = next.RoundTrip(r)
				return next.RoundTrip(r)
			})
		}},
	})
	ep := none
	ep.Credential = token.Static("a-token-of-the-caller")
	require.NoError(t, api.Do(ep, nil, nil))
	require.Len(t, sent, 2)
	assert.NotSame(t, sent[0].URL, sent[1].URL)
	assert.NotSame(t, sent[0].Context(), sent[1].Context())
	assert.Equal(t, sent[0].URL, sent[1].URL)
}
