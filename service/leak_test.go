package service

import (
	"fmt"
	"log/slog"
	"strings"
	"sync"
)

// lockedText collects what is shown.
type lockedText struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *lockedText) add(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Fprintf(&l.b, format+"\n", args...)
}

// Write takes a log.
func (l *lockedText) Write(p []byte) (int, error) {
	l.add("%s", p)
	return len(p), nil
}

func (l *lockedText) logger() *slog.Logger {
	return slog.New(slog.NewJSONHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

func (l *lockedText) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
