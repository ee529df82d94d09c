package main

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// capture is a request that was caught on its way to a handler.
type capture struct {
	method string // "" if it is not known
	url    string
	body   []byte
}

// readCapture reads what somebody has at hand: a curl command, a request as it goes over the
// wire or as an access log has it, a URL with or without a body below it, or a body.
func readCapture(input []byte, readFile func(string) ([]byte, error)) (c capture, ok bool) {
	input = bytes.TrimLeft(bytes.TrimPrefix(input, []byte("\ufeff")), " \t\r\n")
	first, rest, _ := bytes.Cut(input, []byte("\n"))
	line := strings.Trim(string(first), " \t\r")
	word, _, _ := strings.Cut(line, " ")
	switch {
	case strings.HasPrefix(line, "<") || strings.HasPrefix(line, "{") && !strings.Contains(line, "msg_signature="):
		return capture{body: input}, true
	case curlCommand.MatchString(line):
		return readCurl(string(input), readFile)
	case isMethod(word) && len(line) > len(word):
		target, _, _ := strings.Cut(strings.TrimLeft(line[len(word):], " "), " ")
		return capture{word, target, afterHeaders(rest)}, true
	}
	if c, ok = readLogLine(line); ok {
		c.body = bodyBelow(rest)
		return c, true
	}
	if strings.Contains(line, "msg_signature=") || strings.Contains(line, "://") {
		return capture{url: strings.Trim(line, `'"`), body: bytes.TrimSpace(rest)}, true
	}
	return capture{}, false
}

// isMethod reports whether a word is in capitals, as methods are.
func isMethod(word string) bool {
	return len(word) > 2 && strings.Trim(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// afterHeaders is the body of a request, of whose headers some may be missing.
func afterHeaders(rest []byte) []byte {
	for len(rest) > 0 {
		line, after, _ := bytes.Cut(rest, []byte("\n"))
		line = bytes.TrimSpace(line)
		switch {
		case len(line) == 0:
			return after
		case line[0] == '<' || line[0] == '{':
			return rest
		}
		rest = after
	}
	return nil
}

// query reads the parameters of the URL as a server does.
func (c capture) query() url.Values {
	q, _ := url.ParseQuery(c.rawQuery()) // what is wrong is left out
	return q
}

func (c capture) rawQuery() string {
	text, _, _ := strings.Cut(c.url, "#")
	if _, query, found := strings.Cut(text, "?"); found {
		return query
	}
	if strings.Contains(text, "msg_signature=") || !strings.ContainsAny(text, "/:") {
		return text // the query alone
	}
	return ""
}

// isCheck reports whether it is a URL check and not a push.
func (c capture) isCheck() bool {
	if c.method != "" {
		return c.method == http.MethodGet
	}
	return len(c.body) == 0 && c.query().Has("echostr")
}

// request is what a handler would have got.
func (c capture) request() *http.Request {
	method := c.method
	switch {
	case method != "":
	case c.isCheck():
		method = http.MethodGet
	default:
		method = http.MethodPost
	}
	return &http.Request{
		Method: method, URL: &url.URL{Path: "/", RawQuery: c.rawQuery()}, Header: http.Header{},
		Body: io.NopCloser(bytes.NewReader(c.body)), ContentLength: int64(len(c.body)),
	}
}
