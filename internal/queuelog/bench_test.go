package queuelog

import (
	"bytes"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/durable"
	"github.com/gothird/wecom/internal/pairbench"
)

// plainLog is the least that makes what many put durable: one file, one sync for all who wait.
type plainLog struct {
	file    *os.File
	turn    chan struct{}
	mu      sync.Mutex
	pending []plainPut
}

type plainPut struct {
	b    []byte
	done chan error
}

func (l *plainLog) put(b []byte) error {
	done := make(chan error, 1)
	l.mu.Lock()
	l.pending = append(l.pending, plainPut{b, done})
	l.mu.Unlock()
	select {
	case err := <-done:
		return err
	case l.turn <- struct{}{}:
	}
	l.mu.Lock()
	all := l.pending
	l.pending = nil
	l.mu.Unlock()
	var buf []byte
	for _, p := range all {
		buf = append(buf, p.b...)
	}
	_, err := l.file.Write(buf)
	if err == nil {
		err = durable.SyncData(l.file)
	}
	for _, p := range all {
		p.done <- err
	}
	<-l.turn
	return <-done
}

// atOnce has many put some each.
func atOnce(tb testing.TB, many, some int, put func() error) {
	var wg sync.WaitGroup
	for range many {
		wg.Go(func() {
			for range some {
				if err := put(); err != nil {
					tb.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

func BenchmarkRatio(b *testing.B) {
	payload := bytes.Repeat([]byte("x"), 1024)
	var table pairbench.Table
	for name, many := range map[string]int{"Put, alone": 1, "Put, 64 at once": 64} {
		file, err := durable.Create(filepath.Join(b.TempDir(), "log"))
		require.NoError(b, err)
		defer file.Close()
		l := &plainLog{file: file, turn: make(chan struct{}, 1)}
		f, err := Open(b.TempDir(), Options{Bytes: 1 << 40, Items: 1 << 40})
		require.NoError(b, err)
		defer f.Close()
		base := func() { atOnce(b, many, 4, func() error { return l.put(payload) }) }
		ours := func() {
			atOnce(b, many, 4, func() error {
				return f.Put(b.Context(), []Item{{Route: "suite", Lane: "corp", Identity: "0123456789abcdef0123456789abcdef", Payload: payload}})
			})
		}
		table.Add(name, pairbench.Compare(base, ours), pairbench.Goal{Ratio: 2})
		table.Add(name+", CPU", pairbench.CompareCPU(base, ours), pairbench.Goal{})
	}
	require.NoError(b, table.Write(os.Stdout))
}
