package token_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/textproto"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/testworld"
	"github.com/gothird/wecom/token"
)

// traced notes what hooks of httptrace are told, all of them but WroteHeaderField apart.
type traced struct {
	mu      sync.Mutex
	events  []string
	headers []string
}

func (d *traced) note(list *[]string, format string, args ...any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	text := fmt.Sprintf(format, args...)
	seen.text(text)
	*list = append(*list, text)
}

func (d *traced) context(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn:              func(host string) { d.note(&d.events, "GetConn %s", host) },
		GotConn:              func(httptrace.GotConnInfo) { d.note(&d.events, "GotConn") },
		GotFirstResponseByte: func() { d.note(&d.events, "GotFirstResponseByte") },
		Got1xxResponse: func(code int, h textproto.MIMEHeader) error {
			d.note(&d.events, "Got1xxResponse %d %v", code, h)
			return nil
		},
		ConnectStart:      func(network, addr string) { d.note(&d.events, "ConnectStart %s %s", network, addr) },
		TLSHandshakeDone:  func(tls.ConnectionState, error) { d.note(&d.events, "TLSHandshakeDone") },
		WroteHeaderField:  func(name string, values []string) { d.note(&d.headers, "%s %q", name, values) },
		WroteHeaders:      func() { d.note(&d.events, "WroteHeaders") },
		WroteRequest:      func(info httptrace.WroteRequestInfo) { d.note(&d.events, "WroteRequest %v", info.Err) },
		Wait100Continue:   func() { d.note(&d.events, "Wait100Continue") },
		TLSHandshakeStart: func() { d.note(&d.events, "TLSHandshakeStart") },
	})
}

// Hooks of httptrace in the caller's context, or put there by a middleware, see the events
// of the connection and never a header: over HTTP/2 the token stands in one.
// G: secret/middleware
func TestTracesSeeNoSecret(t *testing.T) {
	t.Parallel()
	for _, http2 := range []bool{false, true} {
		for _, byMiddleware := range []bool{false, true} {
			t.Run(fmt.Sprintf("HTTP/2 %t, by middleware %t", http2, byMiddleware), func(t *testing.T) {
				t.Parallel()
				w := &world{World: testworld.New(platform.Options{}, nil)}
				var protos sync.Map
				server := httptest.NewUnstartedServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
					protos.Store(r.ProtoMajor, true)
					w.ServeHTTP(rw, r)
				}))
				server.EnableHTTP2 = http2
				server.StartTLS()
				t.Cleanup(server.Close)
				trace := new(traced)
				w.URL, w.Client = server.URL, server.Client()
				w.start(t, func(cfg *token.Config) {
					cfg.SuiteId, cfg.SuiteSecret = templateId, templateSecret
					if byMiddleware {
						cfg.Middleware = []func(http.RoundTripper) http.RoundTripper{func(next http.RoundTripper) http.RoundTripper {
							return roundTripper(func(r *http.Request) (*http.Response, error) {
								return next.RoundTrip(r.WithContext(trace.context(r.Context())))
							})
						}}
					}
				})
				in := w.install(t, templateId, corpId)
				require.NoError(t, w.api.SetInstallation(in))
				api := w.api
				if !byMiddleware {
					api = api.WithContext(trace.context(t.Context()))
				}
				w.cfg.HTTPClient.CloseIdleConnections()
				for _, ep := range []token.Endpoint{providerCall, suiteCall, corpCall, writeCall} {
					require.NoError(t, do(api, ep)) // among them get_provider_token, get_suite_token and GET gettoken
				}
				assert.Equal(t, 1, w.Count(gettokenPath))
				trace.mu.Lock()
				defer trace.mu.Unlock()
				events := strings.Join(trace.events, "\n")
				for _, event := range []string{"GetConn", "GotConn", "TLSHandshakeDone", "WroteHeaders", "WroteRequest", "GotFirstResponseByte"} {
					assert.Contains(t, events, event)
				}
				assert.Empty(t, trace.headers)
				_, second := protos.Load(2)
				assert.Equal(t, http2, second)
			})
		}
	}
}

// Nobody behind the innermost transport can ask the context for the secrets again.
// G: secret/middleware
func TestInnerContextHoldsNoSecret(t *testing.T) {
	t.Parallel()
	var inner []context.Context
	client := &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		inner = append(inner, r.Context())
		return nil, &url.Error{Op: "Get", URL: r.URL.String(), Err: context.DeadlineExceeded}
	})}
	var outer context.Context
	api := newApi(t, token.Config{CorpId: providerId, ProviderSecret: providerSecret, HTTPClient: client, Middleware: []func(http.RoundTripper) http.RoundTripper{
		func(next http.RoundTripper) http.RoundTripper {
			return roundTripper(func(r *http.Request) (*http.Response, error) {
				outer = r.Context()
				return next.RoundTrip(r)
			})
		}}})
	require.Error(t, do(api, token.Endpoint{Path: "/x", Credential: token.Static(seen.secret("held-by-the-caller-1"))}))
	require.NotEmpty(t, inner)
	seen.text(outer, inner[0])
}
