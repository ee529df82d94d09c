package token

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
)

// attempt is one request being sent. It is the context of the request that middleware sees,
// and it carries the credentials to the innermost transport.
type attempt struct {
	context.Context
	watchdog watchdog
	r        *request
	grant    *grant
	url      url.URL          // URL as built, without secrets
	limit    io.LimitedReader // of the answer's body
	taken    atomic.Bool      // sending is in use
	sending  sending          // for the first request; mostly there is only one
	passedOn atomic.Bool      // the request has passed the middleware
	dialled  atomic.Bool      // a transport has asked for a connection
	got      atomic.Bool      // and has one; over HTTP/2 the headers may be sent before sent is set
	sent     atomic.Bool      // and has written the headers
}

// sending is the memory for the request that the innermost transport makes.
type sending struct {
	ctx innerContext
	url url.URL
}

type attemptKey struct{}

// Value returns the attempt itself for attemptKey, so that the innermost transport finds it
// in a wrapped context.
func (t *attempt) Value(key any) any {
	if key == (attemptKey{}) {
		return t
	}
	return t.Context.Value(key)
}

// Format prints the parent context and no secret, for every verb.
func (t *attempt) Format(s fmt.State, _ rune) { fmt.Fprint(s, t.Context) }

// attempt prepares one attempt.
func (r *request) attempt(ctx context.Context, w watchdog, g *grant) *attempt {
	t := &r.first
	if t.r != nil {
		t = new(attempt)
	}
	t.Context, t.watchdog, t.r, t.grant = ctx, w, r, g
	if r.fileURL != nil {
		t.url = *r.fileURL
		return t
	}
	t.url = *r.core.base
	t.url.Path += r.Path
	if t.url.RawPath != "" {
		t.url.RawPath += (&url.URL{Path: r.Path}).EscapedPath()
	}
	t.url.RawQuery = r.query
	return t
}

// roundTrip sends the request once. The caller reads and closes the answer's body.
func (t *attempt) roundTrip() (*http.Response, error) {
	core := t.r.core
	req := core.template.WithContext(t)
	req.Method, req.URL, req.Host = t.r.Method, &t.url, t.url.Host
	req.Header = make(http.Header, 2)
	req.Header["User-Agent"] = core.agent
	if t.r.contentType != nil {
		req.Header["Content-Type"] = t.r.contentType
	}
	if t.r.download != nil && t.r.download.Range != "" {
		req.Header["Range"] = []string{t.r.download.Range}
	}
	if err := t.giveBody(req); err != nil {
		return nil, fmt.Errorf("%w: %w", errUnsent, err)
	}
	return core.client.Do(req)
}

// giveBody sets the body of a request, unless it is secret.
func (t *attempt) giveBody(req *http.Request) error {
	switch r := t.r; {
	case r.upload != nil:
		return r.upload.give(req, t.watchdog)
	case r.body != nil && !r.secretBody:
		setBody(req, r.body)
	}
	return nil
}

func setBody(req *http.Request, body []byte) {
	req.ContentLength = int64(len(body))
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	req.Body = io.NopCloser(bytes.NewReader(body))
}

// credentialTransport is the innermost transport. It adds the secrets to the request, behind
// the middleware, so that they are in no *url.Error.
type credentialTransport struct {
	next http.RoundTripper
	base *url.URL
}

var errLostContext = errors.New("wecom: the request has lost its context on the way through Config.Middleware, and with it the token: pass on a request with the context of the one that came, or one derived from it")

// RoundTrip sends a copy of req with the secrets. The middleware does not see the copy,
// neither in the response nor in an error. Requests that a middleware makes itself are sent
// unchanged.
func (c *credentialTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	t, _ := req.Context().Value(attemptKey{}).(*attempt)
	switch {
	case t == nil && req.URL.Host == c.base.Host && req.URL.Scheme == c.base.Scheme:
		closeBody(req)
		return nil, errLostContext
	case t == nil:
		return c.next.RoundTrip(req)
	case req.Context().Err() != nil:
		closeBody(req)
		return nil, context.Cause(req.Context())
	}
	t.passedOn.Store(true)
	if !t.matches(req) {
		return c.next.RoundTrip(req.WithContext(&innerContext{req.Context()}))
	}
	resp, err := c.next.RoundTrip(t.complete(req))
	if resp != nil {
		resp.Request = req
	}
	if err != nil {
		err = scrubError(err, t.r.secrets(t.grant))
	}
	return resp, err
}

// complete copies a request and adds the secrets.
func (t *attempt) complete(req *http.Request) *http.Request {
	s := &t.sending
	if !t.taken.CompareAndSwap(false, true) {
		s = new(sending) // a middleware sends it again
	}
	s.ctx, s.url = innerContext{req.Context()}, *req.URL
	s.url.RawQuery = t.secretQuery(req.URL.RawQuery)
	sent := req.WithContext(t.traced(&s.ctx))
	sent.URL = &s.url
	if t.r.secretBody && t.r.body != nil {
		setBody(sent, t.r.body)
	}
	return sent
}

func closeBody(req *http.Request) {
	if req.Body != nil {
		req.Body.Close()
	}
}

// matches reports whether req has the scheme, host, method and path of the attempt.
func (t *attempt) matches(req *http.Request) bool {
	return req.Method == t.r.Method && req.URL.Scheme == t.url.Scheme && req.URL.Host == t.url.Host &&
		req.URL.Path == t.url.Path && (req.Host == "" || req.Host == t.url.Host) && req.URL.User == nil && req.URL.Opaque == ""
}

// secretQuery adds the token and the secret parameters to a query.
func (t *attempt) secretQuery(query string) string {
	if len(t.r.secretQuery) > 0 {
		query = joinQuery(query, t.r.secretQuery.Encode())
	}
	if t.grant.token == "" {
		return query
	}
	param := t.r.Credential.param // of letters and _
	if query == "" {
		return param + "=" + t.grant.escaped
	}
	return query + "&" + param + "=" + t.grant.escaped
}

func joinQuery(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "&" + b
}

// innerContext is the context of the request that is sent. It hides the attempt, so that a
// transport behind it cannot get the secrets from the context, and it hides the header hooks
// of httptrace: over HTTP/2 a header holds the query.
type innerContext struct{ context.Context }

// Value hides the attempt and the header hooks.
func (c *innerContext) Value(key any) any {
	if key == (attemptKey{}) {
		return nil
	}
	v := c.Context.Value(key)
	if trace, ok := v.(*httptrace.ClientTrace); ok {
		shown := *trace
		shown.WroteHeaderField = nil
		return &shown
	}
	return v
}

// traced adds hooks that note how far a write has come.
func (t *attempt) traced(ctx context.Context) context.Context {
	if t.r.Read {
		return ctx
	}
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) {
			t.dialled.Store(true)
			t.got.Store(false)
		},
		GotConn:      func(httptrace.GotConnInfo) { t.got.Store(true) },
		WroteHeaders: func() { t.sent.Store(true) },
	})
}

// certainlyUnsent reports whether a failed request cannot have reached WeCom.
func (t *attempt) certainlyUnsent(err error) bool {
	switch {
	case !t.passedOn.Load(), errors.Is(err, errUnsent):
		return true
	case t.dialled.Load():
		return !t.sent.Load() && !t.got.Load()
	}
	return unsent(err)
}
