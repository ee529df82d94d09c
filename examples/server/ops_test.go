package main

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/gothird/wecom/wecomtest"
)

// ops opens a page for those who run the server.
func (s *Server) ops(path string) (status int, text string) {
	w := httptest.NewRecorder()
	s.opsPages().ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	body, _ := io.ReadAll(w.Result().Body) // it is in memory
	return w.Code, string(body)
}

// Alive it is always, ready only with tickets, at work, and with its database.
func TestHealth(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	disk, err := openStorage(t.Context(), w.file, w.cfg.Keys)
	require.NoError(t, err)
	idle, err := New(w.cfg, disk, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	status, text := idle.ops("/readyz")
	assert.Equal(t, http.StatusServiceUnavailable, status)
	for _, want := range []string{"notices are not processed", "suite app: wecom: no suite_ticket", "suite app2: ", "suite login: "} {
		assert.Contains(t, text, want)
	}
	require.NoError(t, idle.suites[secondApp].api.SetSuiteTicket("old", time.Now().Add(-31*time.Minute)))
	_, text = idle.ops("/readyz")
	assert.Contains(t, text, "suite app2: the newest suite_ticket is 31m")
	require.NoError(t, disk.close())
	_, text = idle.ops("/readyz")
	assert.Contains(t, text, "database is closed")

	n := w.start()
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		status, text := n.ops("/readyz")
		assert.Equal(c, http.StatusOK, status, text)
	}, patience, poll)
	n.stop()
	for _, s := range []*Server{idle, n.Server} {
		status, _ = s.ops("/readyz")
		assert.Equal(t, http.StatusServiceUnavailable, status)
		status, _ = s.ops("/healthz")
		assert.Equal(t, http.StatusOK, status)
	}
}

// Prometheus is told of calls, tokens, the queue and tickets; nobody is told a secret.
func TestMetricsAndCorps(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.start()
	_, text := n.ops("/")
	assert.Contains(t, text, "还没有企业安装")
	corp := n.install(wecomtest.Corp{Name: "Riverside"})
	b := n.loginAs(corp, corp.Members[0].UserId)
	w.Fail("/cgi-bin/message/send", wecomtest.Fault{ErrCode: 45009})
	w.Fail("/cgi-bin/message/send", wecomtest.Fault{Cut: true})
	for range 2 {
		b.post("/message", url.Values{"text": {"hi"}})
	}
	b.get("/wecom/app/command?msg_signature=x&timestamp=1&nonce=1&echostr=x")
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		_, text := n.ops("/metrics")
		for _, want := range []string{
			`wecom_calls_total{errcode="45009",path="/cgi-bin/message/send"} 1`, `wecom_calls_total{errcode="none",path="/cgi-bin/message/send"} 1`,
			`wecom_call_seconds_count{path="/cgi-bin/message/send"} 2`, `wecom_tokens_total{kind="suite",result="ok",source="wecom"} 1`,
			`wecom_inbox_errors_total{kind="refused"} 1`, `wecom_inbox_notices{state="dead"} 0`, `wecom_inbox_oldest_seconds`,
			`wecom_ticket_age_seconds{suite="login"}`, `go_goroutines`,
		} {
			assert.Contains(c, text, want)
		}
	}, patience, poll)
	_, text = n.ops("/")
	assert.Contains(t, text, "Riverside")
	assert.Contains(t, text, corp.Id)
	in, err := n.api.WithCorp(corp.Id).Installation()
	require.NoError(t, err)
	assert.NotContains(t, text, in.PermanentCode)
}

// Spans tell of pages, pushes and calls, without codes and tokens.
func TestTracesShowNoSecret(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	spans := tracetest.NewInMemoryExporter()
	traces := sdktrace.NewTracerProvider(sdktrace.WithSyncer(spans))
	w.cfg.WeCom.Middleware = append(w.cfg.WeCom.Middleware, tracedCalls(traces))
	n := w.start()
	b := n.browser()
	b.server = tracedPages(traces, n.Server)
	corp, back := w.Follow(b.get("/install/app").to, wecomtest.Corp{App: w.app()})
	require.Equal(t, http.StatusOK, b.get(back.String()).status)
	b.agent = "wxwork"
	in := corp.Open(corp.Members[0].UserId, b.get("/login/app").to)
	require.Equal(t, "/me", b.get(in.String()).to)
	require.NotEmpty(t, b.post("/message", url.Values{"text": {"hi"}}).to)

	secrets := []string{back.Query().Get("auth_code"), in.Query().Get("code"), in.Query().Get("state"), b.cookies[sessionCookie], w.cfg.WeCom.ProviderSecret}
	seen := ""
	for _, span := range spans.GetSpans() {
		seen += span.Name + " "
		for _, a := range span.Attributes {
			seen += string(a.Key) + "=" + a.Value.String() + " "
		}
		seen += "\n"
	}
	assert.Contains(t, seen, "/installed/app")
	assert.Contains(t, seen, "/cgi-bin/message/send")
	for _, secret := range secrets {
		require.NotEmpty(t, secret)
		assert.NotContains(t, seen, secret)
	}
	assert.NotContains(t, seen, "access_token")
}

// With an endpoint, spans reach it before the program has ended.
func TestTracing(t *testing.T) {
	received := make(chan string, 8)
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { received <- r.URL.Path }))
	defer collector.Close()
	traces, flush, err := startTracing(t.Context())
	require.NoError(t, err)
	_, span := traces.Tracer("test").Start(t.Context(), "nobody is told")
	span.End()
	require.NoError(t, flush())
	assert.Empty(t, received)

	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.URL)
	traces, flush, err = startTracing(t.Context())
	require.NoError(t, err)
	_, span = traces.Tracer("test").Start(t.Context(), "a page")
	span.End()
	require.NoError(t, flush())
	require.Len(t, received, 1)
	assert.Equal(t, "/v1/traces", <-received)
}
