package main

import (
	"context"
	"net/http"
	"os"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
)

// startTracing sends spans to where the variables of OpenTelemetry say (OTEL_EXPORTER_OTLP_ENDPOINT
// and its kin; the name of the service is OTEL_SERVICE_NAME). Without them there are none.
func startTracing(ctx context.Context) (traces trace.TracerProvider, flush func() error, err error) {
	if os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT")+os.Getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") == "" {
		return noop.NewTracerProvider(), func() error { return nil }, nil
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, nil, err
	}
	provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter))
	return provider, func() error {
		const patience = 5 * time.Second
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
		defer cancel()
		return provider.Shutdown(ctx)
	}, nil
}

// tracedCalls is a Middleware: a span for each request to WeCom. It sees no token.
func tracedCalls(traces trace.TracerProvider) func(http.RoundTripper) http.RoundTripper {
	return func(next http.RoundTripper) http.RoundTripper {
		return otelhttp.NewTransport(next, otelhttp.WithTracerProvider(traces))
	}
}

// tracedPages makes a span for each page and push.
func tracedPages(traces trace.TracerProvider, pages http.Handler) http.Handler {
	return otelhttp.NewHandler(pages, "pages", otelhttp.WithTracerProvider(traces))
}
