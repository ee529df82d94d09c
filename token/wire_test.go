package token_test

import (
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
