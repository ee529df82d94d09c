package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"github.com/gothird/wecom/callback"
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
	err := l.write(all)
	for _, p := range all {
		p.done <- err
	}
	<-l.turn
	return <-done
}

func (l *plainLog) write(all []plainPut) error {
	var buf []byte
	for _, p := range all {
		buf = append(buf, p.b...)
	}
	if _, err := l.file.Write(buf); err != nil {
		return err
	}
	return syncData(l.file)
}

// addDirQueuePuts adds rows of items that are durable when Put returns.
func addDirQueuePuts(b *bench) error {
	return errors.Join(inFolder(func(dir string) error { return addPuts(b, dir, "alone", 1) }),
		inFolder(func(dir string) error { return addPuts(b, dir, "64 at once", 64) }))
}

func addPuts(b *bench, dir, name string, many int) error {
	const each = 4
	payload := bytes.Repeat([]byte("x"), 1<<10)
	file, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return err
	}
	defer file.Close()
	log := &plainLog{file: file, turn: make(chan struct{}, 1)}
	q, err := callback.NewDirQueue(filepath.Join(dir, "queue"))
	if err != nil {
		return err
	}
	defer q.Close()
	times := func(put func() error) way {
		return func() error {
			return atOnce(many, func(int) error {
				for range each {
					if err := put(); err != nil {
						return err
					}
				}
				return nil
			})
		}
	}
	var last atomic.Int64
	p := pair{
		times(func() error { return log.put(payload) }),
		times(func() error {
			return q.Put(context.Background(), []callback.Item{itemOf(int(last.Add(1)), 1, payload)})
		}),
	}
	return errors.Join(b.compareWall("DirQueue Put, "+name, pairbench.Goal{Ratio: 2}, p),
		b.compare("DirQueue Put, "+name+", processor", pairbench.Goal{}, p))
}

// itemOf is an item of one of some lanes.
func itemOf(i, lanes int, payload []byte) callback.Item {
	return callback.Item{Route: "suite", Lane: fmt.Sprint("corp", i%lanes), Identity: fmt.Sprintf("%032x", i), Payload: payload}
}
