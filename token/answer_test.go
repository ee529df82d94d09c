package token_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/data"
	"github.com/gothird/wecom/token"
)

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
	api := newApi(t, token.Config{SuiteId: suiteId, SuiteSecret: suiteSecret, BaseURL: server.URL + "/", Timeout: time.Minute}) // 32 MiB, on a busy machine
	require.ErrorContains(t, do(api, none), "longer than 32 MiB")
}

// Numbers of 64 bits survive in parameters, at any depth.
// G: request/lenient
func TestLongNumbersSurvive(t *testing.T) {
	t.Parallel()
	api := answering(t, nil, `{"errcode":0,"device_id":9007199254740993,"list":[{"id":18446744073709551615,"x":1.5}]}`)
	got, err := token.Call[data.D](api, none, nil)
	require.NoError(t, err)
	text, err := json.Marshal(*got)
	require.NoError(t, err)
	assert.JSONEq(t, `{"errcode":0,"device_id":9007199254740993,"list":[{"id":18446744073709551615,"x":1.5}]}`, string(text))
	assert.Contains(t, string(text), "9007199254740993")
	assert.Contains(t, string(text), "18446744073709551615")
	nested, err := token.Call[struct {
		List []data.D `json:"list"`
	}](api, none, nil)
	require.NoError(t, err)
	assert.Equal(t, json.Number("18446744073709551615"), nested.List[0]["id"])
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
