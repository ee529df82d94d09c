package token_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/data"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/token"
)

// none is a call without a token.
var none = token.Endpoint{Path: "/cgi-bin/none", Credential: token.None, Read: true}

// mocked returns an Api whose requests all get one answer.
func mocked(t *testing.T, respond httpmock.Responder) (*token.Api, *httpmock.MockTransport) {
	t.Helper()
	mock := httpmock.NewMockTransport()
	mock.RegisterNoResponder(respond)
	return newApi(t, token.Config{
		CorpId: providerId, ProviderSecret: providerSecret, SuiteId: suiteId, SuiteSecret: suiteSecret,
		HTTPClient: &http.Client{Transport: mock},
	}), mock
}

// Whatever comes back, it is an error that says what came.
// G: request/failure request/one-of-two error/details
func TestAnswers(t *testing.T) {
	t.Parallel()
	type out struct {
		Id    int64    `json:"id"`
		Names []string `json:"names"`
	}
	for _, row := range []struct {
		name, body string
		status     int
		want       out
		code       int
		says       string // "" is success
	}{
		{name: "success", body: `{"errcode":0,"errmsg":"ok","id":7,"names":["a"]}`, want: out{7, []string{"a"}}},
		{name: "no errcode", body: `{"id":7}`, says: `not an answer of WeCom's API`},
		{name: "a gateway's own words", body: `{"code":403,"message":"denied"}`, says: `{"code":403,"message":"denied"}`},
		{name: "numbers as text", body: `{"errcode":"0","id":"7","names":"a,b"}`, want: out{7, []string{"a", "b"}}},
		{name: "null", body: `{"errcode":null,"id":null,"names":null}`},
		{name: "blanks and unknown fields", body: "\n {\"errcode\":0,\"new\":{\"x\":[1]}}\n"},
		{name: "errcode", body: `{"errcode":701030,"errmsg":"too long"}`, code: 701030, says: "701030"},
		{name: "negative", body: `{"errcode":-1,"errmsg":"system busy"}`, code: -1, says: "errcode -1: system busy"},
		{name: "errcode as text", body: `{"errcode":"42009","errmsg":"expired"}`, code: 42009, says: "42009"},
		{name: "errcode that is no number", body: `{"errcode":"soon"}`, says: `{"errcode":"soon"}`},
		{name: "errcode with a bad status", status: 500, body: `{"errcode":45009}`, code: 45009, says: "HTTP 500"},
		{name: "empty", body: "", says: "no JSON object"},
		{name: "only null", body: "null", says: "no JSON object"},
		{name: "list", body: "[]", says: "no JSON object"},
		{name: "text", body: `"ok"`, says: "no JSON object"},
		{name: "truncated", body: `{"errcode":0,"id":`, says: "unexpected end"},
		{name: "two objects", body: `{"errcode":0}{"errcode":1}`, says: "after top-level value"},
		{name: "html", body: "<html>\n<h1>Welcome</h1>", says: "<html> <h1>Welcome</h1>"},
		{name: "html of a gateway", status: 502, body: "<html>Bad Gateway</html>", says: "HTTP 502 Bad Gateway: <html>"},
		{name: "good words, bad status", status: 404, body: `{"errcode":0,"id":7}`, says: "HTTP 404 Not Found"},
		{name: "redirect", status: 302, body: "moved", says: "HTTP 302 Found"},
		{name: "no text", body: "\xff\xfe\x00", says: "3 bytes that are no text"},
		{name: "long", body: strings.Repeat("中", 5000), says: "…"},
		{name: "long errmsg", body: `{"errcode":40001,"errmsg":"` + strings.Repeat("中", 5000) + `"}`, code: 40001, says: "…"},
		{name: "wrong kind", body: `{"errcode":0,"id":{"x":1},"names":["a"]}`, want: out{0, []string{"a"}}},
		{name: "too big a number", body: `{"errcode":0,"id":"99999999999999999999","names":["a"]}`, want: out{0, []string{"a"}}},
		{name: "deep", body: `{"errcode":0,"a":` + strings.Repeat(`{"a":`, 20000) + "1" + strings.Repeat("}", 20001), says: "depth"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { // retries of 5xx wait
				api, _ := mocked(t, httpmock.NewStringResponder(max(row.status, 200), row.body))
				if row.status != 0 {
					api, _ = mocked(t, httpmock.NewStringResponder(row.status, row.body))
				}
				got, err := token.Call[out](api, none, nil)
				seen.error(err)
				if row.says == "" {
					require.NoError(t, err)
					assert.Equal(t, row.want, *got)
					return
				}
				assert.Nil(t, got)
				var e *token.Error
				require.ErrorAs(t, err, &e)
				assert.Equal(t, row.code, e.Code)
				assert.Equal(t, none.Path, e.Path)
				assert.Equal(t, "none", e.Credential)
				assert.Equal(t, max(row.status, 200), e.HTTPStatus)
				assert.ErrorContains(t, err, row.says)
				assert.Less(t, len(err.Error()), 2200)
				if row.code != 0 {
					assert.ErrorIs(t, err, token.Code(row.code))
				}
			})
		})
	}
}

// An answer beside an errcode is not lost: batches tell what failed.
// G: request/one-of-two
func TestAnswerBesideErrcode(t *testing.T) {
	t.Parallel()
	api, _ := mocked(t, httpmock.NewStringResponder(200, `{"errcode":701024,"errmsg":"all failed","list":[{"errcode":701003}]}`))
	var out struct {
		List []struct {
			ErrCode int `json:"errcode"`
		} `json:"list"`
	}
	require.ErrorIs(t, api.Do(none, nil, &out), token.Code(701024))
	require.Len(t, out.List, 1)
	assert.Equal(t, 701003, out.List[0].ErrCode)
}

// A success may carry a warning; it is not lost, and echoes nothing.
// G: secret/echo error/details
func TestWarnings(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	var warnings []string
	mock := httpmock.NewMockTransport()
	mock.RegisterNoResponder(httpmock.NewStringResponder(200, `{"errcode":0,"errmsg":"ok, WARNING: no app order for auth-code-in-a-warning"}`))
	api, err := token.New(token.Config{
		CorpId: providerId, ProviderSecret: providerSecret, HTTPClient: &http.Client{Transport: mock},
		Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelWarn})),
		OnCall: func(_ context.Context, info token.CallInfo) { warnings = append(warnings, info.Warning) },
	})
	require.NoError(t, err)
	var out struct{}
	require.NoError(t, api.Do(none, data.D{"auth_code": "auth-code-in-a-warning"}, &out))
	require.NoError(t, api.Do(none, data.D{"auth_code": "auth-code-in-a-warning"}, nil))
	want := "ok, WARNING: no app order for ***"
	assert.Equal(t, []string{want, want}, warnings)
	assert.Equal(t, 2, strings.Count(log.String(), want))
}

// G: error/details
func TestWhatErrmsgTells(t *testing.T) {
	t.Parallel()
	api, _ := mocked(t, httpmock.NewStringResponder(200,
		`{"errcode":60020,"errmsg":"not allow to access from your ip, hint: [1700000000_9_abc], from ip: 203.0.113.7, more info at https://open.work.weixin.qq.com/devtool/query?e=60020"}`))
	err := do(api, none)
	var e *token.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, "203.0.113.7", e.FromIP)
	assert.Equal(t, "1700000000_9_abc", e.Hint)
	assert.True(t, token.IsIPNotAllowed(err))
	assert.False(t, token.IsRateLimited(err))
	assert.True(t, token.IsRateLimited(fmt.Errorf("outer: %w", &token.Error{Code: 45009})))
	assert.False(t, token.IsIPNotAllowed(errors.New("other")))
	assert.NotErrorIs(t, err, token.Code(0))
	assert.Equal(t, "wecom: errcode 1", token.Code(1).Error())
	assert.ErrorIs(t, &token.Error{Path: "/x", Err: token.ErrOutcomeUnknown}, token.ErrOutcomeUnknown)
}

// G: request/bounded
func TestLargeAnswers(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, `{"errcode":0,"x":"`)
		for range 33 {
			w.Write(bytes.Repeat([]byte("a"), 1<<20))
		}
	}))
	defer server.Close()
	api := newApi(t, token.Config{SuiteId: suiteId, SuiteSecret: suiteSecret, BaseURL: server.URL + "/"})
	require.ErrorContains(t, do(api, none), "longer than 32 MiB")
}

// Only reads are repeated.
// G: request/retries request/writes-once
func TestRetries(t *testing.T) {
	t.Parallel()
	broken := httpmock.NewErrorResponder(errors.New("connection reset by peer"))
	for _, row := range []struct {
		name    string
		respond httpmock.Responder
		again   bool // a read is repeated
		unknown bool // a write is ErrOutcomeUnknown
	}{
		{"busy", httpmock.NewStringResponder(200, `{"errcode":-1}`), true, false},
		{"500", httpmock.NewStringResponder(500, "oops"), true, true},
		{"502", httpmock.NewStringResponder(502, "<html>"), true, true},
		{"connection error", broken, true, true},
		{"broken off", func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Body: io.NopCloser(io.MultiReader(strings.NewReader("{"), errReader{}))}, nil
		}, true, true},
		{"not dialled", httpmock.NewErrorResponder(&net.OpError{Op: "dial", Err: errors.New("connection refused")}), true, false},
		{"not found by name", httpmock.NewErrorResponder(&net.DNSError{Err: "no such host", Name: "x"}), true, false},
		{"no proxy", httpmock.NewErrorResponder(&net.OpError{Op: "proxyconnect", Err: errors.New("connection refused")}), true, false},
		{"no trust", httpmock.NewErrorResponder(&tls.CertificateVerificationError{Err: errors.New("unknown authority")}), true, false},
		{"truncated", httpmock.NewStringResponder(200, `{"errcode":0,"x"`), false, true},
		{"html", httpmock.NewStringResponder(200, `<html>`), false, true},
		{"a proxy's no", httpmock.NewStringResponder(403, `<html>`), false, false},
		{"limit", httpmock.NewStringResponder(200, `{"errcode":45009}`), false, false},
		{"refusal", httpmock.NewStringResponder(200, `{"errcode":60020}`), false, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				api, mock := mocked(t, row.respond)
				begin := time.Now()
				require.Error(t, do(api, none))
				want, wait := 1, time.Duration(0)
				if row.again {
					want, wait = 3, 300*time.Millisecond
				}
				assert.Equal(t, want, mock.GetTotalCallCount())
				assert.GreaterOrEqual(t, time.Since(begin), wait)
				assert.Less(t, time.Since(begin), time.Second)

				mock.ZeroCallCounters()
				write := none
				write.Read = false
				err := do(api, write)
				var e *token.Error
				require.ErrorAs(t, err, &e)
				assert.Equal(t, 1, mock.GetTotalCallCount())
				assert.Equal(t, row.unknown, errors.Is(err, token.ErrOutcomeUnknown), "%v", err)
			})
		})
	}
}

type errReader struct{}

func (errReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// A read that succeeds the second time is a success, and each attempt is reported.
// G: request/retries hook/told
func TestRetrySucceeds(t *testing.T) {
	t.Parallel()
	var infos []token.CallInfo
	w := newWorld(t, func(cfg *token.Config) {
		cfg.OnCall = func(_ context.Context, info token.CallInfo) {
			if info.Path == providerCall.Path {
				infos = append(infos, info)
			}
		}
	})
	w.Fault(platform.Fault{Path: providerCall.Path, HTTPStatus: 503, Count: 1})
	w.Fault(platform.Fault{Path: providerCall.Path, Skip: 0, ErrCode: -1, Count: 1})
	require.NoError(t, do(w.api, providerCall))
	require.Len(t, infos, 3)
	assert.Equal(t, []int{1, 2, 3}, []int{infos[0].Attempt, infos[1].Attempt, infos[2].Attempt})
	assert.Equal(t, 503, infos[0].HTTPStatus)
	require.Error(t, infos[0].Err)
	assert.Equal(t, -1, infos[1].ErrCode)
	assert.Equal(t, 200, infos[2].HTTPStatus)
	require.NoError(t, infos[2].Err)
	assert.Equal(t, "provider", infos[2].Credential)
	assert.Equal(t, corpId, infos[2].CorpId)
	assert.Positive(t, infos[2].Duration)
}

// The context bounds the pause between attempts too.
// G: token/context request/retries
func TestRetryEndsWithTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api, mock := mocked(t, httpmock.NewStringResponder(503, ""))
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		begin := time.Now()
		err := do(api.WithContext(ctx), none)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, 50*time.Millisecond, time.Since(begin))
		assert.Equal(t, 1, mock.GetTotalCallCount())
	})
}

// A write whose connection is cut goes out once.
// G: request/writes-once
func TestCutWrite(t *testing.T) {
	t.Parallel()
	for _, after := range []bool{false, true} {
		w := newWorld(t)
		w.Fault(platform.Fault{Path: writeCall.Path, Cut: true, After: after})
		err := do(w.api, writeCall)
		require.ErrorIs(t, err, token.ErrOutcomeUnknown)
		assert.Equal(t, 1, w.Count(writeCall.Path))
	}
}

// A write that is cancelled on its way may have arrived.
// G: request/writes-once
func TestCancelledWrite(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t)
		require.NoError(t, do(w.api, providerCall))
		w.Fault(platform.Fault{Path: writeCall.Path, Delay: time.Hour})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := do(w.api.WithContext(ctx), writeCall)
		require.ErrorIs(t, err, token.ErrOutcomeUnknown)
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
}

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

// G: request/files
func TestUpload(t *testing.T) {
	t.Parallel()
	var content, name, query string
	api, _ := mocked(t, func(r *http.Request) (*http.Response, error) {
		_, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if err != nil {
			return nil, err
		}
		form, err := multipart.NewReader(r.Body, params["boundary"]).ReadForm(1 << 20)
		if err != nil {
			return nil, err
		}
		file := form.File["media"][0]
		f, _ := file.Open()
		b, _ := io.ReadAll(f)
		content, name, query = string(b), file.Filename, r.URL.RawQuery
		return httpmock.NewStringResponse(200, `{"errcode":0,"media_id":"m1"}`), nil
	})
	out, err := token.Call[struct {
		MediaId string `json:"media_id"`
	}](api, none, &token.Upload{Query: url.Values{"type": {"file"}}, Field: "media", FileName: "表.csv", Size: 3, Open: opens("a,b")})
	require.NoError(t, err)
	assert.Equal(t, "m1", out.MediaId)
	assert.Equal(t, []string{"a,b", "表.csv", "type=file"}, []string{content, name, query})
}

// opens gives a file of that content.
func opens(content string) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(content)), nil }
}

// G: request/files
func TestRawAnswer(t *testing.T) {
	t.Parallel()
	for answer, says := range map[string]string{
		"\x89PNG\r\n":                    "",
		`{"errcode":0,"qrcode":"https"}`: "",
		`{"errcode":40082}`:              "40082",
		"":                               "no JSON object",
	} {
		api, _ := mocked(t, httpmock.NewStringResponder(200, answer))
		var raw []byte
		err := api.Do(none, nil, &raw)
		if says == "" {
			require.NoError(t, err)
			assert.Equal(t, answer, string(raw))
		} else {
			require.ErrorContains(t, err, says)
			assert.Empty(t, raw)
		}
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

// What a server or proxy echoes is scrubbed, also where a transport says it.
// G: secret/echo
func TestEchoesAreScrubbed(t *testing.T) {
	t.Parallel()
	code, perm, ticket := seen.secret("auth-code+/=Zx9"), seen.secret(`perm "quoted" code`), seen.secret("user-ticket-5521")
	in := map[string]any{"auth_code": code, "list": []any{map[string]any{"permanent_code": perm}}, "name": "kept"}
	echo := func(r *http.Request) string {
		s := r.URL.String() + " " + r.URL.Query().Encode() + fmt.Sprint(r.URL.Query())
		if r.Body != nil {
			b, _ := io.ReadAll(r.Body)
			s += string(b)
		}
		return s
	}
	responders := map[string]httpmock.Responder{
		"html": func(r *http.Request) (*http.Response, error) { return httpmock.NewStringResponse(502, echo(r)), nil },
		"errmsg": func(r *http.Request) (*http.Response, error) {
			b, _ := json.Marshal(map[string]any{"errcode": 40029, "errmsg": echo(r) + " hint: [" + r.URL.Query().Get("user_ticket") + "]"})
			return httpmock.NewBytesResponse(200, b), nil
		},
		"error": func(r *http.Request) (*http.Response, error) {
			return nil, fmt.Errorf("no responder for %s: %w", echo(r), io.EOF)
		},
	}
	for name, respond := range responders {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api, _ := mocked(t, respond)
			for _, call := range []func() error{
				func() error { return api.Do(token.Endpoint{Path: "/x", Credential: token.None}, in, nil) },
				func() error {
					return api.Do(token.Endpoint{Path: "/x", Method: "GET", Credential: token.None}, url.Values{"code": {code}, "user_ticket": {ticket}, "name": {"kept"}}, nil)
				},
				func() error {
					return api.Do(token.Endpoint{Path: "/x", Credential: token.Static(seen.secret("own-token-77/+"))}, in, nil)
				},
				func() error { return api.Do(token.Endpoint{Path: "/x", Credential: token.Provider}, in, nil) },
			} {
				err := call()
				require.Error(t, err)
				seen.error(err)
				var e *token.Error
				require.ErrorAs(t, err, &e)
				if name == "error" {
					assert.ErrorIs(t, err, io.EOF, "it can still be compared")
				}
			}
		})
	}
}

// What WeCom hands out is not shown either, where an answer cannot be used.
// G: secret/echo
func TestSnippetsHideWhatIsHandedOut(t *testing.T) {
	t.Parallel()
	const handed = "handed-out-55/x"
	for answer, want := range map[string]string{
		`{"provider_access_token":"` + handed + `","expires_in":7200`:                `{"provider_access_token":***,"expires_in":7200`,
		`{"provider_access_token" : "` + handed:                                      `{"provider_access_token" : ***`,
		`{"errcode":{},"permanent_code":"x\"` + handed + `\\","errmsg":"ok"}`:        `"permanent_code":***,"errmsg":"ok"}`,
		`<a href="/x?a=1&access_token=` + handed + `&b=2">error code: 1020</a>`:      `/x?a=1&access_token=***&b=2">error code: 1020</a>`,
		`[{"auth_code":"` + handed + `"},{"list":["` + `kept"],"pre_auth_code":""}]`: `[{"auth_code":***},{"list":["kept"],"pre_auth_code":***}]`,
	} {
		for _, status := range []int{200, 502} {
			api, _ := mocked(t, httpmock.NewStringResponder(status, answer))
			err := api.Do(none, nil, nil)
			require.ErrorContains(t, err, want)
			assert.NotContains(t, err.Error(), handed)
		}
	}
	api, _ := mocked(t, httpmock.NewStringResponder(502, `{"provider_access_token":"`+handed+`","expires_in":7200}`))
	_, err := api.AccessToken(token.Provider)
	require.ErrorContains(t, err, `"expires_in":7200}`)
	assert.NotContains(t, err.Error(), handed)
}

// Middleware runs outermost first and sees no credentials; the server does.
// G: secret/middleware
func TestMiddleware(t *testing.T) {
	t.Parallel()
	var order []string
	var shown []string
	layer := func(name string) func(http.RoundTripper) http.RoundTripper {
		return func(next http.RoundTripper) http.RoundTripper {
			return roundTripper(func(r *http.Request) (*http.Response, error) {
				order = append(order, name)
				shown = append(shown, r.URL.RawQuery, fmt.Sprint(r.ContentLength))
				return next.RoundTrip(r)
			})
		}
	}
	w := newWorld(t, func(cfg *token.Config) {
		cfg.Middleware = []func(http.RoundTripper) http.RoundTripper{layer("outer"), layer("inner")}
	})
	order, shown = nil, nil
	require.NoError(t, do(w.api, suiteCall))
	assert.Equal(t, []string{"outer", "inner", "outer", "inner"}, order)
	assert.Equal(t, []string{"", "0", "", "0", "", "0", "", "0"}, shown)
}

// What comes back to the middleware does not show it the credentials
// either.
// G: secret/middleware
func TestMiddlewareSeesNoCredentialsComeBack(t *testing.T) {
	t.Parallel()
	own := token.Static(seen.secret("own-token-93/+"))
	for name, respond := range map[string]func(*http.Request) (*http.Response, error){
		"answer": func(r *http.Request) (*http.Response, error) {
			resp := httpmock.NewStringResponse(200, `{}`)
			resp.Request = r // as http.Transport does
			return resp, nil
		},
		"error": func(r *http.Request) (*http.Response, error) {
			return nil, &url.Error{Op: "Post", URL: r.URL.String(), Err: io.EOF}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var shown []string
			cfg := token.Config{CorpId: providerId, ProviderSecret: providerSecret, BaseURL: "https://wecom.test", HTTPClient: &http.Client{Transport: roundTripper(respond)}}
			cfg.Middleware = append(cfg.Middleware, func(next http.RoundTripper) http.RoundTripper {
				return roundTripper(func(r *http.Request) (*http.Response, error) {
					resp, err := next.RoundTrip(r)
					if err == nil {
						shown = append(shown, resp.Request.URL.String())
					} else {
						shown = append(shown, err.Error())
						assert.ErrorIs(t, err, io.EOF)
					}
					return resp, err
				})
			})
			_ = newApi(t, cfg).Do(token.Endpoint{Path: "/x", Credential: own}, nil, nil)
			require.Len(t, shown, 1)
			assert.Contains(t, shown[0], "/x")
			assert.NotContains(t, shown[0], "own-token")
		})
	}
}

// G: request/client
func TestBaseURLAndClient(t *testing.T) {
	t.Parallel()
	var closed atomic.Bool
	var paths []string
	client := &http.Client{Timeout: time.Minute, Transport: closer{&closed, roundTripper(func(r *http.Request) (*http.Response, error) {
		paths = append(paths, r.URL.Scheme+"://"+r.URL.Host+r.URL.Path)
		return httpmock.NewStringResponse(200, `{"errcode":0,"suite_access_token":"sat-0001-x","expires_in":7200}`), nil
	})}}
	api := newApi(t, token.Config{SuiteId: suiteId, SuiteSecret: suiteSecret, BaseURL: "https://proxy.test/wecom/", HTTPClient: client})
	require.NoError(t, api.SetSuiteTicket(seen.secret("a-suite-ticket-1"), time.Time{}))
	require.NoError(t, do(api, suiteCall))
	assert.Equal(t, []string{"https://proxy.test/wecom" + suitePath, "https://proxy.test/wecom" + suiteCall.Path}, paths)
	assert.False(t, closed.Load())
	assert.Nil(t, client.CheckRedirect, "the caller's client is not changed")
}

type closer struct {
	closed *atomic.Bool
	http.RoundTripper
}

func (c closer) CloseIdleConnections() { c.closed.Store(true) }

// A redirect is never followed: it would take the token elsewhere.
// G: request/client
func TestRedirects(t *testing.T) {
	t.Parallel()
	var followed atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/elsewhere" {
			followed.Add(1)
		}
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
	}))
	defer server.Close()
	api := newApi(t, token.Config{SuiteId: suiteId, SuiteSecret: suiteSecret, BaseURL: server.URL})
	require.ErrorContains(t, do(api, none), "307")
	assert.Zero(t, followed.Load())
}

// httpmock.Activate and the like replace http.DefaultTransport.
// G: request/client
func TestReplacedDefaultTransport(t *testing.T) {
	before := http.DefaultTransport
	defer func() { http.DefaultTransport = before }()
	mock := httpmock.NewMockTransport()
	mock.RegisterResponder("POST", "https://qyapi.weixin.qq.com/cgi-bin/none", httpmock.NewStringResponder(200, `{"errcode":0}`))
	http.DefaultTransport = mock
	api, err := token.New(token.Config{SuiteId: suiteId, SuiteSecret: suiteSecret})
	require.NoError(t, err)
	http.DefaultTransport = before
	require.NoError(t, api.Do(none, nil, nil))
	assert.Equal(t, 1, mock.GetTotalCallCount())
}

// Connections are reused and nothing is left behind, whatever comes back.
// G: request/bounded
func TestNothingLeaks(t *testing.T) {
	w := newWorld(t)
	api, err := token.New(w.cfg) // the leak detector would be busy for long
	require.NoError(t, err)
	require.NoError(t, do(api, providerCall))
	before := runtime.NumGoroutine()
	for _, f := range []platform.Fault{{ErrCode: 45009}, {HTTPStatus: 404}, {Body: "<html>"}, {Body: "{"}} {
		f.Path = providerCall.Path
		remove := w.Fault(f)
		for range 2500 {
			if err := api.Do(providerCall, data.D{"auth_corpid": corpId, "sort_type": 0, "useridlist": []string{"a"}}, nil); err == nil {
				t.Fatal("no error")
			}
		}
		remove()
	}
	assert.LessOrEqual(t, runtime.NumGoroutine(), before+4)
}
