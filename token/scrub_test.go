package token_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/token"
)

// spellings are the ways in which a server or a proxy may write what it was sent.
func spellings(secret string) map[string]string {
	var plain bytes.Buffer
	enc := json.NewEncoder(&plain)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(secret) // a string always encodes
	quoted, _ := json.Marshal(secret)
	twice, _ := json.Marshal(string(quoted))
	return map[string]string{
		"raw":                secret,
		"query":              url.QueryEscape(secret),
		"path":               url.PathEscape(secret),
		"query, lower case":  lowerEscapes.ReplaceAllStringFunc(url.QueryEscape(secret), strings.ToLower),
		"query, twice":       url.QueryEscape(url.QueryEscape(secret)),
		"JSON":               plain.String(),
		"JSON for HTML":      string(quoted),
		"JSON of PHP":        strings.NewReplacer("/", `\/`, `\U0001f600`, `\ud83d\ude00`).Replace(strconv.QuoteToASCII(secret)),
		"JSON in JSON":       string(twice),
		"HTML":               html.EscapeString(secret),
		"base64":             base64.StdEncoding.EncodeToString([]byte(secret)),
		"base64 of a query":  base64.URLEncoding.EncodeToString([]byte("code=" + secret + "&x=1")),
		"a Go text":          fmt.Sprintf("%q", secret),
		"JSON in a query":    url.QueryEscape(string(quoted)),
		"a query in JSON":    strings.Trim(strconv.Quote(url.QueryEscape(secret)), `"`),
		"base64 behind two":  base64.StdEncoding.EncodeToString([]byte("xy" + secret + "z")),
		"base64 behind four": base64.RawStdEncoding.EncodeToString([]byte("abcd" + secret)),
	}
}

var lowerEscapes = regexp.MustCompile("%[0-9A-F]{2}")

// survives reports what is left of a secret in an error: nothing is, however it was written.
func survives(err error, secret string) (left string) {
	texts := leakDetector{texts: map[string]bool{}, secrets: map[string]bool{secret: true}}
	texts.error(err)
	for _, text := range texts.leaks() {
		return text
	}
	return ""
}

// An echo is scrubbed in whatever spelling, wherever in the request the secret stood:
// below lists and objects too.
// G: secret/echo
func TestEchoesAreScrubbedInEverySpelling(t *testing.T) {
	t.Parallel()
	for _, secret := range []string{`se"cret\with<all>&+/=%é中😀`, "plain-secret-0123456789", "slash/plus+equals==", `\u003c\"\\/backslashes`} {
		for name, text := range spellings(secret) {
			for where, in := range map[string]any{
				"text":   map[string]any{"auth_code": secret},
				"list":   map[string]any{"ticket": []any{1, []any{secret}}},
				"object": map[string]any{"x": []any{map[string]any{"register_code": map[string]any{"deep": secret}}}},
				"query":  url.Values{"corpsecret": {"another", secret}},
				"form":   &token.Upload{Query: url.Values{"permanent_code": {secret}}, Field: "media", FileName: "x", Size: 1, Open: opens("x")},
			} {
				errmsg, _ := json.Marshal(map[string]any{"errcode": 40029, "errmsg": "bad " + text + ", from ip: " + text + ", hint: [" + text + "]"})
				for _, body := range []string{string(errmsg), "<html>" + text + "</html>", `{"x":"` + text} {
					api, _ := mocked(t, httpmock.NewStringResponder(403, body))
					err := api.Do(none, in, nil)
					require.Error(t, err)
					assert.Empty(t, survives(err, secret), "%s in a %s", name, where)
					assert.Contains(t, err.Error(), "***", "%s in a %s", name, where)
				}
			}
		}
	}
}

// What WeCom hands out is hidden in answers that cannot be used: in lists and objects, and
// in JSON within JSON.
// G: secret/echo
func TestSnippetsHideLists(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]string{
		`[{"ticket":["handed-out-1",{"x":"handed-out-2]"}],"kept":1}`:                   `[{"ticket":***,"kept":1}`,
		`[{"register_code":{"a":"handed-out-1","b":{"c":"}handed-out-2"}},"kept":1}`:    `[{"register_code":***,"kept":1}`,
		`[{"mass_call_ticket":{"a":"handed-out-1`:                                       `[{"mass_call_ticket":***`,
		`"{\"access_token\":\"handed-out-1\",\"expires_in\":7200}"`:                     `\"access_token\":***,\"expires_in\":7200}"`,
		`"{\\\"user_ticket\\\": \\\"handed-out-1 with \\\\\" quote\\\",\\\"kept\\\":1}`: `\\\"user_ticket\\\": ***,\\\"kept\\\":1}`,
		`ticket=handed-out-1&kept=1`:                                                    `ticket=***&kept=1`,
	} {
		api, _ := mocked(t, httpmock.NewStringResponder(403, answer))
		err := api.Do(none, nil, nil)
		require.ErrorContains(t, err, want)
		assert.NotContains(t, err.Error(), "handed-out")
	}
}

// What others write forges no line of a log, and no colours: in no field of an error, a
// warning or a cause.
// G: secret/log-lines
func TestForeignTextForgesNoLogLine(t *testing.T) {
	t.Parallel()
	const evil = "x\nlevel=ERROR msg=forged\r\x1b[31mred\u2028line\u0085next"
	var lines []string
	logger := slog.New(slog.NewTextHandler(writer(func(p []byte) (int, error) { lines = append(lines, string(p)); return len(p), nil }), nil))
	clean := func(text string) {
		t.Helper()
		assert.NotContains(t, text, "\n")
		assert.NotContains(t, text, "\x1b")
		assert.NotContains(t, text, "\r")
		assert.NotContains(t, text, "\u2028")
		assert.NotContains(t, text, "\u0085")
	}
	answer := func(code int, msg string) httpmock.Responder {
		b, _ := json.Marshal(map[string]any{"errcode": code, "errmsg": msg})
		return httpmock.NewBytesResponder(200, b)
	}
	for _, respond := range []httpmock.Responder{
		answer(40001, evil+" from ip: "+evil+", hint: ["+evil+"]"),
		httpmock.NewStringResponder(403, "<html>"+evil),
		httpmock.NewErrorResponder(fmt.Errorf("proxy says %s: %w", evil, io.EOF)),
	} {
		api, _ := mocked(t, respond)
		err := api.Do(writeNone, nil, nil)
		var e *token.Error
		require.ErrorAs(t, err, &e)
		for _, text := range []string{err.Error(), e.Msg, e.FromIP, e.Hint} {
			clean(text)
		}
	}
	mock := httpmock.NewMockTransport()
	mock.RegisterNoResponder(answer(0, "WARNING "+evil))
	api, err := token.New(token.Config{SuiteId: suiteId, SuiteSecret: suiteSecret, HTTPClient: &http.Client{Transport: mock}, Logger: logger,
		OnCall: func(_ context.Context, info token.CallInfo) { clean(info.Warning) }})
	require.NoError(t, err)
	require.NoError(t, api.Do(writeNone, nil, nil))
	require.Len(t, lines, 1)
	clean(strings.TrimSuffix(lines[0], "\n"))
}

type writer func([]byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }

// secretRune drops what no secret has in it: blanks and what can't be printed.
func secretRune(r rune) rune {
	if r <= ' ' || r == 0x7f || r > 0x7f && !strconv.IsPrint(r) || r == '\ufffd' {
		return -1
	}
	return r
}

// No form of a secret survives in an error, whatever stands around it.
// G: secret/echo
func FuzzScrub(f *testing.F) {
	f.Add("before ", "secret+/=0123", " behind", uint8(0))
	f.Add(`{"errmsg":"`, `s"\e<>cret`, `"}`, uint8(7))
	f.Add(`\`, `a%25%2F\\"bc`, `25`, uint8(3))
	f.Fuzz(func(t *testing.T, before, secret, behind string, spelling uint8) {
		secret = strings.Map(secretRune, secret)
		if len(secret) < 8 || len(secret) > 512 || strings.Contains(secret, `\\\\\\\\`) { // no real secret has so many backslashes
			return
		}
		all := spellings(secret)
		names := slices.Sorted(maps.Keys(all)) // so that a failure can be repeated
		text := all[names[int(spelling)%len(names)]]
		body, _ := json.Marshal(map[string]any{"errcode": 1, "errmsg": before + text + behind})
		mock := httpmock.NewMockTransport()
		mock.RegisterNoResponder(httpmock.NewBytesResponder(200, body))
		api, err := token.New(token.Config{SuiteId: suiteId, SuiteSecret: suiteSecret, HTTPClient: &http.Client{Transport: mock}, Logger: slog.New(slog.DiscardHandler)})
		require.NoError(t, err)
		err = api.Do(none, map[string]any{"auth_code": secret}, nil)
		var e *token.Error
		found := leakDetector{secrets: map[string]bool{secret: true}}
		if !errors.As(err, &e) || found.index().leaks(e.Msg) {
			t.Fatalf("%q survives in %q", secret, e.Msg)
		}
	})
}
