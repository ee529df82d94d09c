package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"go.opentelemetry.io/otel/trace"
)

const (
	headerTimeout   = 10 * time.Second
	readTimeout     = 30 * time.Second
	writeTimeout    = time.Minute // pages ask WeCom
	idleTimeout     = 2 * time.Minute
	shutdownTimeout = 15 * time.Second // a push that could not be kept is answered after six
)

// serve runs the server until ctx ends, or a listener can't go on. The order of the end matters:
// first what works on notices and purchases, while pushes are still taken; then the listeners; then
// the database.
func serve(ctx context.Context, cfg Config, log *slog.Logger, pages, ops net.Listener) (err error) {
	disk, err := openStorage(ctx, cfg.Database, cfg.Keys)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, disk.close()) }()
	traces, flush, err := startTracing(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, flush()) }()
	cfg.WeCom.Middleware = append(cfg.WeCom.Middleware, tracedCalls(traces))
	s, err := New(cfg, disk, log)
	if err != nil {
		return err
	}
	return s.serve(ctx, traces, pages, ops)
}

func (s *Server) serve(ctx context.Context, traces trace.TracerProvider, pages, ops net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	servers := map[net.Listener]*http.Server{pages: s.httpServer(tracedPages(traces, s)), ops: s.httpServer(s.opsPages())}
	var serving sync.WaitGroup
	ended := make(chan error, len(servers))
	for listener, server := range servers {
		serving.Go(func() {
			defer cancel()
			ended <- server.Serve(listener)
		})
	}
	err := s.Run(ctx)
	last, stop := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer stop()
	for _, listener := range []net.Listener{pages, ops} {
		err = errors.Join(err, servers[listener].Shutdown(last))
	}
	serving.Wait()
	close(ended)
	for cause := range ended {
		if !errors.Is(cause, http.ErrServerClosed) {
			err = errors.Join(err, cause)
		}
	}
	return err
}

func (s *Server) httpServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
}
