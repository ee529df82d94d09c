package main

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// noFile is for commands that name none.
func noFile(string) ([]byte, error) { return nil, errors.New("no such file") }

func TestShellWords(t *testing.T) {
	t.Parallel()
	for command, want := range map[string][]string{
		"":                               nil,
		"  ":                             nil,
		"a b\tc":                         {"a", "b", "c"},
		`a 'b c' "d e"`:                  {"a", "b c", "d e"},
		`a''b ''`:                        {"ab", ""},
		`'a\b'`:                          {`a\b`},
		`"a\"b\\c\d$x` + "\\`" + `"`:     {"a\"b\\c\\d$x`"},
		"\"a\\\nb\"":                     {"ab"},
		`a\ b \'`:                        {"a b", "'"},
		"a \\\n  b \\\r\n c":             {"a", "b", "c"},
		"a b\nc":                         {"a", "b"},
		"a b; c":                         {"a", "b"},
		"a b | c":                        {"a", "b"},
		`'it'\''s'`:                      {"it's"},
		`$'a\'b\n\t\\\x3c\u4e2d\U1F600'`: {"a'b\n\t\\<中😀"},
		`$'\q\x'`:                        {"qx"},
		`a "" $'' b`:                     {"a", "", "", "b"},
		`'open`:                          {"open"},
		`"open`:                          {"open"},
		`$'open\`:                        {`open\`},
		`a\`:                             {"a"},
		"中 文":                            {"中", "文"},
	} {
		assert.Equal(t, want, shellWords(command), "%q", command)
	}
}

func TestCurlCommands(t *testing.T) {
	t.Parallel()
	const u = "https://app.example/wecom?msg_signature=1&timestamp=2"
	files := func(name string) ([]byte, error) {
		if name == "body.xml" {
			return []byte("<xml>\r\n</xml>\n"), nil
		}
		return nil, errors.New("no such file")
	}
	for command, want := range map[string]capture{
		"curl '" + u + "'": {"GET", u, nil},
		"curl -s -X POST '" + u + "' -d '<xml>\n</xml>'":                      {"POST", u, []byte("<xml>\n</xml>")},
		"curl -sXPUT '" + u + "'":                                             {"PUT", u, nil},
		"curl --request=post '" + u + "'":                                     {"POST", u, nil},
		"curl '" + u + "' -H 'Content-Type: text/xml' --data-raw '@x'":        {"POST", u, []byte("@x")},
		"curl '" + u + "' --data-raw $'<xml>\\u4e2d</xml>' --compressed":      {"POST", u, []byte("<xml>中</xml>")},
		"curl -d@body.xml '" + u + "'":                                        {"POST", u, []byte("<xml></xml>")},
		"curl --data-binary @body.xml --url '" + u + "'":                      {"POST", u, []byte("<xml>\r\n</xml>\n")},
		"curl --data-binary @none '" + u + "'":                                {"POST", u, []byte{}},
		"curl --json '{\"encrypt\":1}' '" + u + "'":                           {"POST", u, []byte(`{"encrypt":1}`)},
		"curl -d a=1 -d b=2 '" + u + "'":                                      {"POST", u, []byte("a=1&b=2")},
		"curl -I '" + u + "'":                                                 {"HEAD", u, nil},
		"curl -G '" + u + "' --data-urlencode 'echostr=a+b/c='":               {"GET", u + "&echostr=a%2Bb%2Fc%3D", nil},
		"curl -G http://h/ -d msg_signature=1":                                {"GET", "http://h/?msg_signature=1", nil},
		"curl --data-urlencode 'a b' --data-urlencode '=c d' http://h/":       {"POST", "http://h/", []byte("a+b&c+d")},
		"curl -o out -A 'my agent' -x proxy:1 --max-time 5 '" + u + "' other": {"GET", u, nil},
		"curl --unknown value '" + u + "'":                                    {"GET", u, nil},
		"curl --url h/x":                                                      {"GET", "h/x", nil},
		"curl h/x":                                                            {"GET", "h/x", nil},
		"$ curl '" + u + "'\nsuccess":                                         {"GET", u, nil},
		"/usr/bin/curl '" + u + "' | jq":                                      {"GET", u, nil},
		"curl http://h/ --data":                                               {"POST", "http://h/", nil},
		"curl http://h/ --header":                                             {"GET", "http://h/", nil},
		"curl http://h/ -sX":                                                  {"GET", "http://h/", nil},
		"curl -d":                                                             {},
		"curl":                                                                {},
		"curl -s --compressed":                                                {},
	} {
		got, ok := readCapture([]byte(command), files)
		assert.Equal(t, want.url != "", ok, command)
		if !ok {
			continue
		}
		assert.Equal(t, want.method, got.method, command)
		assert.Equal(t, want.url, got.url, command)
		assert.Equal(t, string(want.body), string(got.body), command)
	}
}

func TestCaptures(t *testing.T) {
	t.Parallel()
	const q = "/wecom?msg_signature=1&timestamp=2"
	for input, want := range map[string]capture{
		"GET " + q + " HTTP/1.1\r\nHost: h\r\n\r\n":                             {"GET", q, nil},
		"POST " + q + " HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\n<xml/>": {"POST", q, []byte("<xml/>")},
		"POST " + q + "\n<xml/>":                                                {"POST", q, []byte("<xml/>")},
		"POST " + q + " HTTP/1.1\nHost: h\n{\"encrypt\":1}":                     {"POST", q, []byte(`{"encrypt":1}`)},
		"POST " + q + " HTTP/1.1\nHost: h\nX: y":                                {"POST", q, nil},
		"\ufeff  \nGET " + q:                                                    {"GET", q, nil},
		"https://h" + q + "\n\n<xml/>\n":                                        {"", "https://h" + q, []byte("<xml/>")},
		"'https://h" + q + "'":                                                  {"", "https://h" + q, nil},
		"msg_signature=1&timestamp=2":                                           {"", "msg_signature=1&timestamp=2", nil},
		"<xml/>":                                                                {"", "", []byte("<xml/>")},
		"{}":                                                                    {"", "", []byte("{}")},
	} {
		got, ok := readCapture([]byte(input), noFile)
		assert.True(t, ok, "%q", input)
		assert.Equal(t, want.method+" "+want.url, got.method+" "+got.url, "%q", input)
		assert.Equal(t, string(want.body), string(got.body), "%q", input)
	}
	for _, input := range []string{"", "hello", "GET", "Get /x", "no request at all"} {
		_, ok := readCapture([]byte(input), noFile)
		assert.False(t, ok, "%q", input)
	}
}

func TestRequestsOfCaptures(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		c      capture
		method string
		query  string
	}{
		{capture{url: "https://h/x?a=1&echostr=2#f"}, "GET", "a=1&echostr=2"},
		{capture{url: "https://h/x?a=1"}, "POST", "a=1"},
		{capture{url: "https://h/x?a=1&echostr=2", body: []byte("<xml/>")}, "POST", "a=1&echostr=2"},
		{capture{method: "POST", url: "/x?echostr=2"}, "POST", "echostr=2"},
		{capture{url: "a=1&echostr=2"}, "GET", "a=1&echostr=2"},
		{capture{url: "msg_signature=1&echostr=a/b"}, "GET", "msg_signature=1&echostr=a/b"},
		{capture{url: "https://h/x"}, "POST", ""},
		{capture{method: "GET", url: "%%%?%%%"}, "GET", "%%%"},
	} {
		r := row.c.request()
		assert.Equal(t, row.method+" "+row.query, r.Method+" "+r.URL.RawQuery, "%+v", row.c)
		body, err := io.ReadAll(r.Body)
		require.NoError(t, err)
		assert.Equal(t, string(row.c.body), string(body))
		assert.Equal(t, r.Method == http.MethodGet, row.c.isCheck())
	}
}

// The request may come in each way that the help names.
func TestWaysToGiveARequest(t *testing.T) {
	t.Parallel()
	push := caught{payload: notice(testSuite, "change_auth", ""), receive: testSuite}.text(t)
	target, rest, _ := strings.Cut(strings.TrimPrefix(push, "POST "), " ")
	_, body, _ := strings.Cut(rest, "\r\n\r\n")
	link := "https://app.example" + target
	full := configured()
	check := caught{method: "GET", payload: "123", receive: testProvider}.text(t)
	check, _, _ = strings.Cut(strings.TrimPrefix(check, "GET "), " ")
	for name, row := range map[string]struct {
		stdin string
		args  []string
	}{
		"wire":                   {push, nil},
		"file":                   {"", []string{file(t, push)}},
		"dash":                   {push, []string{"-"}},
		"curl":                   {"curl '" + link + "' --data-binary '" + body + "'", nil},
		"URL and body":           {link + "\n" + body, nil},
		"URL and standard in":    {body, []string{"-url", link}},
		"URL and file":           {"", []string{"-url", link, file(t, body)}},
		"URL and body file":      {"", []string{"-url", link, "-body", file(t, body)}},
		"query and body":         {body, []string{"-url", strings.TrimPrefix(target, "/wecom?")}},
		"check":                  {"not read", []string{"-url", "https://app.example" + check}},
		"check in an access log": {"GET " + check + " HTTP/1.1\" 403 12", nil},
	} {
		o := full.wecom(t, row.stdin, append([]string{"explain"}, row.args...)...)
		assert.Zero(t, o.code, "%s: %s%s", name, o.out, o.err)
	}
	o := full.wecom(t, body, "explain", "-url", link, "-receive", "x", "-body", "-")
	assert.Zero(t, o.code, o.err)
}
