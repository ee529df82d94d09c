package token_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/token"
)

// writeNone is a write without a token.
var writeNone = token.Endpoint{Path: "/cgi-bin/none", Credential: token.None}

// peer accepts connections and gives each to serve, until the test ends.
func peer(t *testing.T, serve func(net.Conn)) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go serve(c)
		}
	}()
	return l.Addr().String()
}

// reset ends a connection without a word.
func reset(c net.Conn) {
	_ = c.(*net.TCPConn).SetLinger(0)
	c.Close()
}

// within is a context that ends by itself.
func within(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

// A write is of unknown outcome exactly where the request may have arrived, over real
// connections.
// G: request/writes-once request/not-sent
func TestOutcomeIsUnknownWhereTheRequestMayHaveArrived(t *testing.T) {
	t.Parallel()
	hang := func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }
	closed := func() string {
		l, _ := net.Listen("tcp", "127.0.0.1:0")
		defer l.Close()
		return l.Addr().String()
	}
	for _, row := range []struct {
		name    string
		base    func(t *testing.T) string
		change  func(t *testing.T, tr *http.Transport)
		patient time.Duration // of the caller
		unknown bool
	}{
		{name: "a proxy refuses CONNECT", base: func(*testing.T) string { return "https://wecom.invalid" }, change: func(t *testing.T, tr *http.Transport) {
			addr := peer(t, func(c net.Conn) {
				_, _ = http.ReadRequest(bufio.NewReader(c))
				_, _ = io.WriteString(c, "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
				c.Close()
			})
			tr.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: addr})
		}},
		{name: "no proxy", base: func(*testing.T) string { return "https://wecom.invalid" }, change: func(t *testing.T, tr *http.Transport) {
			tr.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: closed()})
		}},
		{name: "no TLS at the peer", base: func(t *testing.T) string {
			server := httptest.NewServer(http.NotFoundHandler())
			t.Cleanup(server.Close)
			return "https" + strings.TrimPrefix(server.URL, "http")
		}},
		{name: "an untrusted certificate", base: func(t *testing.T) string {
			server := httptest.NewUnstartedServer(http.NotFoundHandler())
			server.Config.ErrorLog = log.New(io.Discard, "", 0)
			server.StartTLS()
			t.Cleanup(server.Close)
			return server.URL
		}},
		{name: "the TLS handshake hangs", base: func(t *testing.T) string { return "https://" + peer(t, hang) }, change: func(_ *testing.T, tr *http.Transport) {
			tr.TLSHandshakeTimeout = 50 * time.Millisecond
		}},
		{name: "the context ends in the TLS handshake", base: func(t *testing.T) string { return "https://" + peer(t, hang) }, patient: 50 * time.Millisecond},
		{name: "connection refused", base: func(*testing.T) string { return "http://" + closed() }},
		{name: "no such host", base: func(*testing.T) string { return "http://wecom.invalid" }},
		{name: "reset when the headers are in", unknown: true, base: func(t *testing.T) string {
			return "http://" + peer(t, func(c net.Conn) {
				_, _ = http.ReadRequest(bufio.NewReader(c))
				reset(c)
			})
		}},
		{name: "no answer", unknown: true, patient: 50 * time.Millisecond, base: func(t *testing.T) string { return "http://" + peer(t, hang) }},
		{name: "half an answer", unknown: true, base: func(t *testing.T) string {
			return "http://" + peer(t, func(c net.Conn) {
				_, _ = http.ReadRequest(bufio.NewReader(c))
				_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"errcode\":")
				c.Close()
			})
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			tr := &http.Transport{}
			t.Cleanup(tr.CloseIdleConnections)
			base := row.base(t)
			if row.change != nil {
				row.change(t, tr)
			}
			api := newApi(t, token.Config{SuiteId: suiteId, SuiteSecret: suiteSecret, BaseURL: base, HTTPClient: &http.Client{Transport: plainTransport{tr}}})
			if row.patient > 0 {
				api = api.WithContext(within(t, row.patient))
			}
			err := do(api, writeNone)
			var e *token.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, row.unknown, errors.Is(err, token.ErrOutcomeUnknown), "%v", err)
		})
	}
}

// plainTransport hides the type of a transport, which changes nothing.
type plainTransport struct{ http.RoundTripper }

// Who waits in vain for one of a limited number of connections has sent nothing.
// G: request/not-sent
func TestWaitingForAConnectionSendsNothing(t *testing.T) {
	t.Parallel()
	var arrived atomic.Int32
	hold := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		arrived.Add(1)
		<-hold
		io.WriteString(w, `{"errcode":0}`)
	}))
	defer server.Close()
	client := server.Client()
	client.Transport.(*http.Transport).MaxConnsPerHost = 1
	api := newApi(t, token.Config{SuiteId: suiteId, SuiteSecret: suiteSecret, BaseURL: server.URL, HTTPClient: client})
	first := make(chan error, 1)
	go func() { first <- do(api, writeNone) }()
	require.Eventually(t, func() bool { return arrived.Load() == 1 }, 10*time.Second, time.Millisecond)
	err := do(api.WithContext(within(t, 50*time.Millisecond)), writeNone)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	assert.NotErrorIs(t, err, token.ErrOutcomeUnknown)
	close(hold)
	require.NoError(t, <-first)
	assert.Equal(t, int32(1), arrived.Load())
}

// A middleware that keeps a request back, such as a rate limiter whose time is over, has
// sent nothing; nor has one that hands it on when its time is over.
// G: request/not-sent
func TestRequestsThatMiddlewareKeepsAreNotSent(t *testing.T) {
	t.Parallel()
	var arrived atomic.Int32
	client := &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		arrived.Add(1)
		return nil, r.Context().Err()
	})}
	for _, handOn := range []bool{false, true} {
		api := newApi(t, token.Config{SuiteId: suiteId, SuiteSecret: suiteSecret, HTTPClient: client, Middleware: []func(http.RoundTripper) http.RoundTripper{
			func(next http.RoundTripper) http.RoundTripper {
				return roundTripper(func(r *http.Request) (*http.Response, error) {
					<-r.Context().Done()
					if handOn {
						return next.RoundTrip(r)
					}
					return nil, r.Context().Err()
				})
			}}})
		err := do(api.WithContext(within(t, 10*time.Millisecond)), writeNone)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.NotErrorIs(t, err, token.ErrOutcomeUnknown)
	}
	assert.Zero(t, arrived.Load())
}

// answerRaw gives one answer, as it stands here, to each connection.
func answerRaw(text string) func(net.Conn) {
	return func(c net.Conn) {
		defer c.Close()
		_, _ = http.ReadRequest(bufio.NewReader(c))
		_, _ = io.WriteString(c, text)
	}
}
