package token_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/data"
	"github.com/gothird/wecom/token"
)

// answering returns an Api whose requests all get this answer.
func answering(t *testing.T, header http.Header, body string) *token.Api {
	t.Helper()
	return newApi(t, token.Config{SuiteId: suiteId, SuiteSecret: suiteSecret, HTTPClient: &http.Client{Transport: roundTripper(
		func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Header: header, Body: io.NopCloser(strings.NewReader(body))}, nil
		})}})
}

// What a gateway says with status 200 is no success: not of reads, of writes, of answers
// taken as they are, nor of files.
// G: request/failure
func TestGatewayAnswersAreErrors(t *testing.T) {
	t.Parallel()
	kind := func(s string) http.Header { return http.Header{"Content-Type": {s}} }
	long := strings.Repeat(" ", 100_000)
	for name, row := range map[string]struct {
		header http.Header
		body   string
	}{
		"JSON":                     {nil, `{"code":403,"message":"denied by the egress gateway"}`},
		"long JSON":                {nil, `{"code":403,"message":"denied"` + long + `}`},
		"JSON behind a mark":       {nil, "\xef\xbb\xbf {\"code\":403,\"message\":\"denied\"}"},
		"a list":                   {kind("application/json; charset=utf-8"), `[{"error":"denied"}]`},
		"null":                     {kind("application/json"), `null`},
		"cut JSON":                 {nil, `{"errcode":0,"deni`},
		"HTML":                     {nil, "<html><body>denied</body></html>"},
		"HTML by its type":         {kind("text/html"), "denied"},
		"XHTML by its type":        {kind("application/xhtml+xml"), "<denied/>"},
		"HTML behind a mark":       {nil, "\xef\xbb\xbf\r\n<!DOCTYPE html><title>denied</title>"},
		"HTML behind a comment":    {nil, "<!-- gateway 7 -->\n<HTML>denied</HTML>"},
		"XHTML":                    {nil, `<?xml version="1.0"?><!DOCTYPE html PUBLIC "x"><html>denied</html>`},
		"long HTML":                {nil, "<html>denied" + long + "</html>"},
		"HTML named as attachment": {http.Header{"Content-Disposition": {"inline"}}, "<html>denied</html>"},
		"nothing":                  {nil, ""},
	} {
		for _, ep := range []token.Endpoint{none, writeNone} {
			api := answering(t, row.header, row.body)
			var raw []byte
			var file bytes.Buffer
			var out struct{ Code int }
			for want, to := range map[string]any{"nil": nil, "struct": &out, "bytes": &raw, "file": &file, "parameters": &data.D{}} {
				err := api.Do(ep, nil, to)
				var e *token.Error
				require.ErrorAs(t, err, &e, "%s into %s", name, want)
				assert.Equal(t, 200, e.HTTPStatus)
				if strings.Contains(row.body, "denied") {
					assert.Contains(t, e.Msg, "denied")
				}
				assert.Less(t, len(e.Msg), 210)
			}
			assert.Empty(t, raw, name)
			assert.Zero(t, file.Len(), name)
			assert.Zero(t, out, name)
		}
	}
}

// A file arrives whole, whatever is in it, when WeCom calls it a file: also one that looks
// like an error or a page.
// G: request/files
func TestFilesArriveWhole(t *testing.T) {
	t.Parallel()
	attachment := http.Header{"Content-Disposition": {`attachment; filename="x.json"`}, "Content-Type": {"application/json"}}
	for name, row := range map[string]struct {
		header http.Header
		body   string
	}{
		"JSON file":          {attachment, `{"code":403}`},
		"file as an error":   {attachment, `{"errcode":40001,"errmsg":"not an error"}`},
		"JSON list":          {attachment, `[1,2,3]`},
		"page":               {attachment, "<html>saved</html>"},
		"empty file":         {attachment, ""},
		"picture":            {nil, "\x89PNG\r\n" + strings.Repeat("\x00", 100_000)},
		"short text":         {http.Header{"Content-Type": {"text/plain"}}, "a,b"},
		"XML":                {nil, `<?xml version="1.0"?><svg/>`},
		"an answer of WeCom": {nil, `{"errcode":0,"qrcode":"x"}`},
	} {
		api := answering(t, row.header, row.body)
		var raw []byte
		require.NoError(t, api.Do(none, nil, &raw), name)
		assert.Equal(t, row.body, string(raw), name)
		var file bytes.Buffer
		require.NoError(t, api.Do(none, nil, &file), name)
		assert.Equal(t, row.body, file.String(), name)
	}
}

// A file that breaks off in its first bytes is an error, not a short file.
// G: request/files
func TestFileThatBreaksOffAtOnce(t *testing.T) {
	t.Parallel()
	addr := peer(t, answerRaw("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n\x89PNG"))
	api := newApi(t, token.Config{SuiteId: suiteId, SuiteSecret: suiteSecret, BaseURL: "http://" + addr})
	var file bytes.Buffer
	require.Error(t, api.Do(writeNone, nil, &file))
	var raw []byte
	require.Error(t, api.Do(writeNone, nil, &raw))
	assert.Empty(t, raw)
}
