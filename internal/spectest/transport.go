package spectest

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/gothird/wecom/internal/inprocess"
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

	total  atomic.Int64 // requests of any kind
	mu     sync.Mutex
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

// RoundTrip counts the request and lets ServeHTTP answer it.
func (tr *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	tr.total.Add(1)
	return inprocess.Transport(tr).RoundTrip(r)
}

// ServeHTTP records the request and answers it.
func (tr *transport) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	status, text := tr.status, tr.body
	if format, ok := tokens[r.URL.Path]; r.URL.Path == tr.path {
		tr.seen = append(tr.seen, request{method: r.Method, path: r.URL.Path, query: r.URL.Query(), contentType: r.Header.Get("Content-Type"), body: body})
	} else if ok {
		status, text = http.StatusOK, fmt.Appendf(nil, format, tr.total.Load())
	} else {
		tr.others = append(tr.others, r.URL.Path)
		status, text = http.StatusNotFound, []byte("not found")
	}
	kind := "application/json; charset=UTF-8"
	switch {
	case bytes.HasPrefix(text, []byte("<")):
		kind = "text/html"
	case string(text) == theFile:
		kind = "application/octet-stream"
		w.Header().Set("Content-Disposition", `attachment; filename="file.amr"`)
	}
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(status)
	_, _ = w.Write(text)
}

// tokenKind tells which token a query value is: provider, suite or corp.
func tokenKind(token string) string {
	kind, _ := strings.CutPrefix(token, "TOKEN-")
	kind, _, _ = strings.Cut(kind, "-")
	return kind
}
