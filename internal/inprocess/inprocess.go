// Package inprocess sends requests to a handler without a network, for tests.
package inprocess

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
)

// Transport hands every request to h, whatever its host. It has no sockets, so it works
// under testing/synctest too. A handler that panics with http.ErrAbortHandler cuts the
// connection.
func Transport(h http.Handler) http.RoundTripper { return transport{h} }

// Func is a transport made of a function.
type Func func(*http.Request) (*http.Response, error)

// RoundTrip calls f.
func (f Func) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

type transport struct{ h http.Handler }

// RoundTrip serves one request.
func (t transport) RoundTrip(req *http.Request) (res *http.Response, err error) {
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	in := req.Clone(req.Context())
	in.RemoteAddr, in.RequestURI, in.Host = "127.0.0.1:1", req.URL.RequestURI(), req.URL.Host
	if in.Body == nil {
		in.Body = http.NoBody
	}
	defer in.Body.Close()
	out := &recorder{header: http.Header{}}
	defer func() {
		switch p := recover(); {
		case p == http.ErrAbortHandler:
			res, err = nil, io.ErrUnexpectedEOF // the connection was cut
		case p != nil:
			panic(p)
		}
	}()
	t.h.ServeHTTP(out, in)
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	return out.response(req), nil
}

// recorder is a ResponseWriter that keeps the answer.
type recorder struct {
	header http.Header
	sent   http.Header // as it was when the status went out
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header { return r.header }

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status, r.sent = status, r.header.Clone()
	}
}

func (r *recorder) Write(b []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return r.body.Write(b)
}

func (r *recorder) response(req *http.Request) *http.Response {
	r.WriteHeader(http.StatusOK)
	return &http.Response{
		Status: fmt.Sprintf("%d %s", r.status, http.StatusText(r.status)), StatusCode: r.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: r.sent, Body: io.NopCloser(&r.body), ContentLength: int64(r.body.Len()), Request: req,
	}
}
