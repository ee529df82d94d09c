package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"time"

	"github.com/gothird/wecom/token"
)

// addCorps adds rows of what many installed corps cost: each of them the same.
func addCorps(b *bench) error {
	if _, err := costOf(1, func() error { _, _, err := installed(b.size(1000), nil); return err }); err != nil {
		return err // this one pays for what happens once
	}
	most := math.Inf(1)
	for _, size := range []int{1000, 10_000, 100_000} {
		cost, err := addInstalled(b, size, most)
		if err != nil {
			return err
		}
		most = min(most, 1.5*cost)
	}
	return addStrangers(b)
}

func addInstalled(b *bench, size int, most float64) (cost float64, err error) {
	n, name := b.size(size), fmt.Sprintf("%d corps", size)
	heap := liveHeap()
	var api *token.Api
	var data int
	cost, err = costOf(n, func() (err error) {
		api, data, err = installed(n, nil)
		return err
	})
	if err != nil {
		return 0, err
	}
	b.table.Count(name+": installation and first token", cost, "µs each", most)
	b.table.Count(name+": memory by data", (liveHeap()-heap)/float64(data), "times", 3)
	if err := addElsewhere(b, name, n); err != nil {
		return 0, err
	}
	return cost, b.compare(name+": WithCorp + hit", corpsGoal(), corpsPair(api, n))
}

// elsewhere is a Store whose memory is not here, such as Redis. It keeps the last few values
// only, which is enough for one corp after the other.
type elsewhere map[string][]byte

func (e elsewhere) Get(_ context.Context, key string) ([]byte, error) {
	if v, ok := e[key]; ok {
		return bytes.Clone(v), nil
	}
	return nil, token.ErrNotFound
}

func (e elsewhere) Put(_ context.Context, key string, value []byte, _ time.Duration) error {
	if len(e) > 8 {
		clear(e)
	}
	e[key] = bytes.Clone(value)
	return nil
}

func (e elsewhere) Delete(_ context.Context, key string) error {
	delete(e, key)
	return nil
}

func addElsewhere(b *bench, name string, n int) error {
	heap := liveHeap()
	api, data, err := installed(n, elsewhere{})
	b.table.Count(name+": memory by data, Store elsewhere", (liveHeap()-heap)/float64(max(1, data)), "times", 3)
	runtime.KeepAlive(api)
	return err
}

// addStrangers adds the row of the memory that an id takes which somebody brought and which
// has not installed.
func addStrangers(b *bench) error {
	api, err := newStubApi(&stub{})
	if err != nil {
		return err
	}
	n := b.size(20_000)
	heap := liveHeap()
	for i := range n {
		if _, err := api.WithCorp(corpName(i)).AccessToken(token.Corp); !errors.Is(err, token.ErrNotInstalled) {
			return fmt.Errorf("a corp that has not installed: %w", err)
		}
	}
	b.table.Count("ids that never installed: memory", (liveHeap()-heap)/float64(n), "bytes each", 16)
	runtime.KeepAlive(api)
	return nil
}
