package callback

import (
	"errors"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/internal/pairbench"
)

var benchPayload = make([]byte, 1<<10)

// cycle puts, claims and settles n items.
func cycle(b *testing.B, q Queue, owner string, n int) {
	ctx := b.Context()
	items := make([]Item, n)
	for i := range items {
		items[i] = Item{Route: "r", Payload: benchPayload}
	}
	settlements := make([]Settlement, 0, n)
	ask := Ask{Routes: []string{"r"}, Max: n, Owner: owner}
	require.NoError(b, q.Join(ctx, owner, leaseOfTests))
	for round := range b.N {
		for i := range items { // none waits for another
			items[i].Lane = owner + "/" + strconv.Itoa(round*n+i)
		}
		err := q.Put(ctx, items)
		got, claimErr := q.Claim(ctx, ask)
		settlements = settlements[:0]
		for _, c := range got {
			settlements = append(settlements, Settlement{Hold: c.Hold})
		}
		_, settleErr := q.Settle(ctx, settlements)
		if err := errors.Join(err, claimErr, settleErr); err != nil {
			b.Error(err)
			return
		}
	}
}

// BenchmarkQueue puts, claims and settles: one at a time, in batches of 64, and 64 at once.
func BenchmarkQueue(b *testing.B) {
	for name, open := range map[string]func(testing.TB) Queue{
		"memory": func(testing.TB) Queue { return NewMemoryQueue() },
		"sealed": func(t testing.TB) Queue { return mustSealQueue(t, NewMemoryQueue(), sealKey(1)) },
	} {
		for _, n := range []int{1, 64} {
			b.Run(fmt.Sprint(name, "/batches of ", n), func(b *testing.B) {
				cycle(b, open(b), "o", n)
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/item")
			})
		}
		b.Run(name+"/64 at once", func(b *testing.B) {
			q := open(b)
			var all sync.WaitGroup
			for i := range 64 {
				all.Go(func() { cycle(b, q, fmt.Sprint(i), 1) })
			}
			all.Wait()
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*64), "ns/item")
		})
	}
}

// waitingBacklog has n items of n lanes, or of one.
func waitingBacklog(n, lanes int) *backlog[string] {
	b := newTestBacklog()
	for i := range n {
		b.put(uint64(i), Item{Route: "r", Lane: fmt.Sprint(i % lanes)}, clock.Now(), "")
	}
	return b
}

// churn claims an item, lets it fail, and takes another one back.
func churn(b *backlog[string]) {
	got, _ := b.claim(Ask{Routes: []string{"r"}, Max: 1, Owner: "o"})
	for _, h := range got {
		b.settle(b.take(holdOf(h)), Settlement{Kind: Again, After: time.Nanosecond})
	}
}

// BenchmarkGrowth prints what a claim and its outcome cost with many items waiting, by what
// they cost with few. The goal is 4: a tree of 100 times as many is about twice as deep, and
// lies farther from the processor. It is not in bench/ with the others, which sees a queue in
// memory only from outside, with 10,000 items at most, and one in a folder through its disk.
func BenchmarkGrowth(b *testing.B) {
	const few = 1_000
	for _, lanes := range []int{1, 1 << 30} {
		name := "/of one lane"
		if lanes > 1 {
			name = "/of as many lanes"
		}
		base := waitingBacklog(few, lanes)
		for _, n := range []int{10_000, 100_000} {
			b.Run(fmt.Sprint(n, name), func(b *testing.B) {
				many := waitingBacklog(n, lanes)
				for range b.N {
					r := pairbench.Compare(func() { churn(base) }, func() { churn(many) })
					b.ReportMetric(r.Ratio, "ratio")
					b.ReportMetric(r.Control, "control")
					b.ReportMetric(4, "goal")
				}
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}
