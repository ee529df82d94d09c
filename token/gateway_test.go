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

type middleware = func(http.RoundTripper) http.RoundTripper

// What a middleware does to a request, and by itself, shows nobody the token, for calls and
// for token requests.
// G: secret/middleware
func TestWhatMiddlewareMayDo(t *testing.T) {
	t.Parallel()
	type change func(r *http.Request, next http.RoundTripper) (*http.Response, error)
	with := func(f func(r *http.Request)) change {
		return func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
			r = r.Clone(r.Context())
			f(r)
			return next.RoundTrip(r)
		}
	}
	side := func(f func(r *http.Request)) change {
		return func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
			own := r.Clone(r.Context())
			own.Body, own.GetBody, own.ContentLength = nil, nil, 0
			f(own)
			if resp, err := next.RoundTrip(own); err == nil {
				resp.Body.Close()
			}
			return next.RoundTrip(r)
		}
	}
	fresh := func(target string) change {
		return func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
			own, _ := http.NewRequest("GET", target, nil)
			if resp, err := next.RoundTrip(own); err == nil {
				resp.Body.Close()
			} else if strings.Contains(target, "wecom.test") {
				assert.ErrorContains(t, err, "lost its context")
			}
			return next.RoundTrip(r)
		}
	}
	for name, row := range map[string]struct {
		do      change
		with    int // requests that go out with what is secret
		without int
		fails   string
	}{
		"side request to another path":    {side(func(r *http.Request) { r.URL.Path = "/other" }), 1, 1, ""},
		"side request to another host":    {side(func(r *http.Request) { r.URL.Host, r.Host = "evil.test", "evil.test" }), 1, 1, ""},
		"side request by another method":  {side(func(r *http.Request) { r.Method = "PUT" }), 1, 1, ""},
		"side request of its own":         {fresh("https://evil.test/x"), 1, 1, ""},
		"side request of its own, here":   {fresh("https://wecom.test/x"), 1, 0, ""},
		"another host":                    {with(func(r *http.Request) { r.URL.Host = "evil.test" }), 0, 1, ""},
		"another scheme":                  {with(func(r *http.Request) { r.URL.Scheme = "http" }), 0, 1, ""},
		"another Host header":             {with(func(r *http.Request) { r.Host = "evil.test" }), 0, 1, ""},
		"another path":                    {with(func(r *http.Request) { r.URL.Path += "/x" }), 0, 1, ""},
		"another method":                  {with(func(r *http.Request) { r.Method = "PUT" }), 0, 1, ""},
		"a user in the URL":               {with(func(r *http.Request) { r.URL.User = url.User("x") }), 0, 1, ""},
		"an opaque URL":                   {with(func(r *http.Request) { r.URL.Opaque = "//evil.test/x" }), 0, 1, ""},
		"a header and a parameter of its": {with(func(r *http.Request) { r.Header.Set("X-Trace", "1"); r.URL.RawQuery = "trace=1" }), 1, 0, ""},
		"its context dropped": {func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
			return next.RoundTrip(r.WithContext(t.Context()))
		}, 0, 0, "lost its context"},
		"sent twice": {func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
			resp, err := next.RoundTrip(r)
			if err == nil {
				resp.Body.Close()
			}
			again := r.Clone(r.Context())
			if r.GetBody != nil {
				again.Body, _ = r.GetBody()
			}
			return next.RoundTrip(again)
		}, 2, 0, ""},
		"its body read": {func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
			if r.Body != nil {
				body, _ := io.ReadAll(r.Body)
				r.Body = io.NopCloser(bytes.NewReader(body))
				assert.NotContains(t, string(body), providerSecret)
			}
			return next.RoundTrip(r)
		}, 1, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			own := seen.secret("token-of-the-caller+/=")
			for kind, ask := range map[string]func(*token.Api) error{
				"call": func(api *token.Api) error {
					return api.Do(token.Endpoint{Path: "/x", Credential: token.Static(own)}, data.D{"a": 1}, nil)
				},
				"token": func(api *token.Api) error { _, err := api.AccessToken(token.Provider); return err },
			} {
				var secretly, openly int
				client := &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
					text := r.URL.Query().Get("access_token")
					if r.Body != nil {
						body, _ := io.ReadAll(r.Body)
						text += string(body)
						if r.ContentLength >= 0 {
							assert.Len(t, body, int(r.ContentLength))
						}
					}
					if strings.Contains(text, own) || strings.Contains(text, providerSecret) {
						secretly++
					} else {
						openly++
					}
					body := `{"errcode":0,"provider_access_token":"handed-out-to-nobody","expires_in":7200}`
					return &http.Response{StatusCode: 200, Body: io.NopCloser(strings.NewReader(body))}, nil
				})}
				api, err := token.New(token.Config{CorpId: providerId, ProviderSecret: providerSecret, HTTPClient: client, BaseURL: "https://wecom.test",
					Middleware: []middleware{func(next http.RoundTripper) http.RoundTripper {
						return roundTripper(func(r *http.Request) (*http.Response, error) { return row.do(r, next) })
					}}})
				require.NoError(t, err)
				err = ask(api)
				if row.fails == "" {
					assert.NoError(t, err, kind)
				} else {
					assert.ErrorContains(t, err, row.fails, kind)
					assert.NotErrorIs(t, err, token.ErrOutcomeUnknown)
				}
				assert.Equal(t, []int{row.with, row.without}, []int{secretly, openly}, kind)
			}
		})
	}
}

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
