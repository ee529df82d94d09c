package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/gothird/wecom/callback"
)

// addWorkers adds rows of what an event costs that finds n workers idle.
func addWorkers(b *bench) error {
	events, err := requests(b.size(1000))
	if err != nil {
		return err
	}
	if _, err := workThrough(8, events); err != nil { // so that the first row does not pay for what happens once
		return err
	}
	return b.growth([]int{8, 64, 512}, "idle workers: an event", "µs", 1.5, func(n int) (float64, error) { return workThrough(n, events) })
}

// workThrough pushes the events one after the other, each when the one before is done.
func workThrough(workers int, events [][]byte) (cost float64, err error) {
	in, h, err := newHandler(callback.Config{Workers: workers})
	if err != nil {
		return 0, err
	}
	done := make(chan string)
	in.OnAny(func(_ context.Context, n *callback.Notice) error {
		done <- n.Key()
		return nil
	})
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- in.Run(ctx) }()
	cost, err = costOf(len(events), func() error {
		for _, e := range events {
			if err := receive(h, e); err != nil {
				return err
			}
			<-done
		}
		return nil
	})
	stop()
	return cost, errors.Join(err, <-ended)
}

// receive gives a request to a handler without a server.
func receive(h http.Handler, request []byte) error {
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(request)))
	if err != nil {
		return err
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		return fmt.Errorf("a push was answered with %d", w.Code)
	}
	return nil
}
