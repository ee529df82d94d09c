package main

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/gothird/wecom/examples/scaleout/internal/record"
)

// corps are those that have installed the app. A member of each writes 1, 2, 3 … to it.
type corps struct {
	sandbox *sandbox

	mu      sync.Mutex
	taken   map[record.Item]time.Time // pushes that were answered with `success`, and when
	refused int                       // pushes that WeCom has given up after three tries
	err     error                     // the last one of the sandbox
}

// write lets n corps install the app, and then write at a rate per second, until ctx ends.
func (c *corps) write(ctx context.Context, n int, rate float64) error {
	var writers sync.WaitGroup
	defer writers.Wait()
	pause := time.Duration(float64(n) / rate * float64(time.Second))
	for i := range n {
		corp, user, err := c.sandbox.install(ctx, i+1)
		if err != nil {
			return fmt.Errorf("install: %w", err)
		}
		writers.Go(func() {
			for number := 1; ctx.Err() == nil; number++ {
				c.say(record.Item{Corp: corp, N: number}, user)
				select {
				case <-time.After(pause):
				case <-ctx.Done():
				}
			}
		})
	}
	return nil
}

// say goes on when ctx of write ends: else a push would be taken of which nobody knows here.
func (c *corps) say(it record.Item, user string) {
	taken, err := c.sandbox.say(context.Background(), it.Corp, user, strconv.Itoa(it.N))
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case err != nil:
		c.err = err
	case taken:
		c.taken[it] = time.Now()
	default:
		c.refused++
	}
}
