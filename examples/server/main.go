// Command server is the server of a small service provider (服务商) of WeCom (企业微信), to be forked:
// corps install its apps, members log in, see their customers, buy licences and get messages. It is
// configured by its environment, see .env.example; with -sandbox it runs against a WeCom of its own.
package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	sandbox := flag.Bool("sandbox", false, "run against a sandbox, which is started too")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	run := runServer
	if *sandbox {
		run = runSandbox
	}
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		stop()
		os.Exit(1)
	}
}

func runServer(ctx context.Context) error {
	cfg, err := readConfig(os.Getenv)
	if err != nil {
		return fmt.Errorf("the configuration is not complete; .env.example explains it:\n%w", err)
	}
	return listenAndServe(ctx, cfg, slog.New(slog.NewJSONHandler(os.Stdout, nil)))
}

func listenAndServe(ctx context.Context, cfg Config, log *slog.Logger) error {
	pages, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		return fmt.Errorf("SERVER_LISTEN: %w", err)
	}
	ops, err := net.Listen("tcp", cfg.OpsListen)
	if err != nil {
		return fmt.Errorf("SERVER_OPS_LISTEN: %w", err)
	}
	log.InfoContext(ctx, "listening", "pages", pages.Addr().String(), "ops", ops.Addr().String(), "site", cfg.Site)
	return serve(ctx, cfg, log, pages, ops)
}
