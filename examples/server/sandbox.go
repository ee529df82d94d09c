package main
import "context"
func runSandbox(ctx context.Context) error { return nil }
