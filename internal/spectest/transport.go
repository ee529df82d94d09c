package spectest

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
)

// request is what the endpoint under test was sent.
type request struct {
	method, path, contentType string
	query                     url.Values
	body                      []byte
}

// transport answers one endpoint with a fixed answer, and the token endpoints with tokens
// that are named after their kind and numbered.
type transport struct {
	path   string
	status int
	body   []byte

	mu     sync.Mutex
	total  int       // requests of any kind
	seen   []request // to path
	others []string  // paths that are neither path nor a token endpoint
}

// tokens gives the answer of each token endpoint; %d numbers them.
var tokens = map[string]string{
	"/cgi-bin/service/get_provider_token": `{"errcode":0,"provider_access_token":"TOKEN-provider-%d","expires_in":7200}`,
	"/cgi-bin/service/get_suite_token":    `{"errcode":0,"suite_access_token":"TOKEN-suite-%d","expires_in":7200}`,
	"/cgi-bin/service/get_corp_token":     `{"errcode":0,"access_token":"TOKEN-corp-%d","expires_in":7200}`,
	"/cgi-bin/gettoken":                   `{"errcode":0,"access_token":"TOKEN-corp-%d","expires_in":7200}`,
}

// RoundTrip records the request and answers it.
func (tr *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.total++
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	in := request{method: r.Method, path: r.URL.Path, query: r.URL.Query(), contentType: r.Header.Get("Content-Type")}
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		r.Body.Close()
		in.body = body
	}
	if in.path == tr.path {
		tr.seen = append(tr.seen, in)
		return answer(r, tr.status, tr.body), nil
	}
	if format, ok := tokens[in.path]; ok {
		return answer(r, http.StatusOK, fmt.Appendf(nil, format, tr.total)), nil
	}
	tr.others = append(tr.others, in.path)
	return answer(r, http.StatusNotFound, []byte("not found")), nil
}

func answer(r *http.Request, status int, body []byte) *http.Response {
	kind := "application/json; charset=UTF-8"
	header := http.Header{}
	switch {
	case bytes.HasPrefix(body, []byte("<")):
		kind = "text/html"
	case string(body) == theFile:
		kind = "application/octet-stream"
		header.Set("Content-Disposition", `attachment; filename="file.amr"`)
	}
	header.Set("Content-Type", kind)
	return &http.Response{
		Status: fmt.Sprintf("%d %s", status, http.StatusText(status)), StatusCode: status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header:        header,
		ContentLength: int64(len(body)), Body: io.NopCloser(bytes.NewReader(body)),
	}
}

// tokenKind tells which token a query value is: provider, suite or corp.
func tokenKind(token string) string {
	kind, _ := strings.CutPrefix(token, "TOKEN-")
	kind, _, _ = strings.Cut(kind, "-")
	return kind
}
