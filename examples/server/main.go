// Command server is the server of a small service provider (服务商) of WeCom (企业微信), to be forked:
// corps install its apps, members log in, see their customers, buy licences and get messages. It is
// configured by its environment: see .env.example.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	cfg, err := readConfig(os.Getenv)
	if err != nil {
		return fmt.Errorf("the configuration is not complete; .env.example explains it:\n%w", err)
	}
	pages, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		return fmt.Errorf("SERVER_LISTEN: %w", err)
	}
	defer pages.Close()
	ops, err := net.Listen("tcp", cfg.OpsListen)
	if err != nil {
		return fmt.Errorf("SERVER_OPS_LISTEN: %w", err)
	}
	defer ops.Close()
	log := slog.New(slog.NewJSONHandler(os.Stdout, nil))
	log.InfoContext(ctx, "listening", "pages", pages.Addr().String(), "ops", ops.Addr().String(), "site", cfg.Site)
	return serve(ctx, cfg, log, pages, ops)
}
