package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"runtime"
	"time"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/internal/pairbench"
)

const owner = "bench"

// lanesOf says among how many lanes n items are divided.
var lanesOf = []struct {
	name string
	of   func(n int) int
}{
	{"in one lane", func(int) int { return 1 }},
	{"in as many lanes", func(n int) int { return n }},
}

// fill puts n items in large parts, and joins the queue.
func fill(q callback.Queue, n, lanes, size int) error {
	ctx := context.Background()
	for first := 0; first < n; first += 1000 {
		var items []callback.Item
		for i := first; i < min(n, first+1000); i++ {
			items = append(items, itemOf(i, lanes, make([]byte, size)))
		}
		if err := q.Put(ctx, items); err != nil {
			return err
		}
	}
	return q.Join(ctx, owner, time.Hour)
}

// churn claims an item and lets it come back, which takes it from its lane and puts it there
// again.
func churn(q callback.Queue) way {
	ctx := context.Background()
	return func() error {
		got, err := q.Claim(ctx, callback.Ask{Routes: []string{"suite"}, Max: 1, Owner: owner})
		if err != nil || len(got) == 0 {
			return errors.Join(err, ctx.Err())
		}
		_, err = q.Settle(ctx, []callback.Settlement{{Hold: got[0].Hold, Kind: callback.Again, After: time.Nanosecond}})
		return err
	}
}

// addWaiting adds rows of a queue in memory in which much waits: a claim and its outcome with
// many items by the same with few, and the memory of each. The goal is 2: a tree of 100 times
// as many is about twice as deep.
func addWaiting(b *bench) error {
	const few = 100
	for _, l := range lanesOf {
		base := callback.NewMemoryQueue()
		if err := fill(base, few, l.of(few), 0); err != nil {
			return err
		}
		for _, size := range []int{100, 1_000, 10_000} {
			n := b.size(size)
			before := liveHeap()
			many := callback.NewMemoryQueue()
			if err := fill(many, n, l.of(n), 0); err != nil {
				return err
			}
			memory := (liveHeap() - before) / float64(n)
			name := fmt.Sprintf("%d waiting %s", size, l.name)
			if err := b.compare(name+": claim and settle, by 100", pairbench.Goal{Ratio: 2}, pair{churn(base), churn(many)}); err != nil {
				return err
			}
			b.table.Count(name+": memory beside the body", memory, "bytes each", 1024)
			runtime.KeepAlive(many)
		}
	}
	return nil
}

// restarted is what a DirQueue took to start with n waiting items.
type restarted struct {
	first  time.Duration // until the first item was there
	cost   float64       // of the processor for each item, in µs, until all were known
	memory float64       // of each item, in bytes
}

// addRestarts adds rows of a DirQueue that starts with much waiting.
func addRestarts(b *bench) error {
	if _, err := restart(b.size(10_000), 1); err != nil { // so that the first row does not pay for what happens once
		return err
	}
	for _, l := range lanesOf {
		most := math.Inf(1)
		for _, size := range []int{10_000, 40_000, 160_000} {
			n := b.size(size)
			got, err := restart(n, l.of(n))
			if err != nil {
				return err
			}
			name := fmt.Sprintf("%d waiting %s: restart", size, l.name)
			b.table.Count(name+", first item", got.first.Seconds()*1000, "ms", 200)
			b.table.Count(name+", all known", got.cost, "µs each", most)
			b.table.Count(name+", memory", got.memory, "bytes each", 500)
			most = min(most, 2*got.cost)
		}
	}
	return nil
}

func restart(n, lanes int) (got restarted, err error) {
	err = inFolder(func(dir string) error {
		dir = filepath.Join(dir, "queue")
		q, err := callback.NewDirQueue(dir)
		if err != nil {
			return err
		}
		if err := errors.Join(fill(q, n, lanes, 1000), q.Close()); err != nil {
			return err
		}
		got, err = reopen(dir, n)
		return err
	})
	return got, err
}

func reopen(dir string, n int) (got restarted, err error) {
	ctx := context.Background()
	before := liveHeap()
	var q callback.Queue
	begin := time.Now()
	got.cost, err = costOf(n, func() (err error) {
		if q, err = callback.NewDirQueue(dir); err != nil {
			return err
		}
		if err := q.Join(ctx, owner, time.Hour); err != nil {
			return err
		}
		claimed, err := q.Claim(ctx, callback.Ask{Routes: []string{"suite"}, Max: 1, Owner: owner})
		if err != nil || len(claimed) != 1 {
			return fmt.Errorf("%d items at the start: %w", len(claimed), err)
		}
		got.first = time.Since(begin)
		return untilKnown(ctx, q, n)
	})
	got.memory = (liveHeap() - before) / float64(n)
	if q != nil {
		err = errors.Join(err, q.Close())
	}
	return got, err
}

// untilKnown returns when the queue knows of n items.
func untilKnown(ctx context.Context, q callback.Queue, n int) error {
	for {
		s, err := q.Stats(ctx)
		if err != nil {
			return err
		}
		if s["suite"].Waiting+s["suite"].Busy == n {
			return nil
		}
		time.Sleep(5 * time.Millisecond)
	}
}
