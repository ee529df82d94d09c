package callback_test

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/internal/pairbench"
)

// sizes of BenchmarkDirGrowth. The last one takes minutes.
var dirSizes = []int{10_000, 100_000, 1_000_000}

const dirCorps = 10_000

// BenchmarkDirGrowth shows what grows with the number of pushes through one folder: what is
// put while one worker keeps up, and what waits.
func BenchmarkDirGrowth(b *testing.B) {
	var table pairbench.Table
	for _, n := range dirSizes {
		if n > 100_000 && testing.Short() {
			continue
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			flow(b, &table, n)
			waiting(b, &table, n)
		})
	}
	require.NoError(b, table.Write(os.Stdout))
}

func push(i int) callback.Item {
	return callback.Item{
		Route: "suite", Lane: fmt.Sprint("corp", i%dirCorps), Identity: fmt.Sprintf("%032x", i), Payload: make([]byte, 1000),
	}
}

// putAll puts n items, 64 at once.
func putAll(tb testing.TB, q callback.Queue, n int) time.Duration {
	begin := time.Now()
	var next atomic.Int64
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() {
			for i := next.Add(1); i <= int64(n); i = next.Add(1) {
				err := q.Put(tb.Context(), []callback.Item{push(int(i))})
				for ; err == callback.ErrQueueFull; err = q.Put(tb.Context(), []callback.Item{push(int(i))}) {
					time.Sleep(10 * time.Millisecond)
				}
				if err != nil {
					tb.Error(err)
				}
			}
		})
	}
	wg.Wait()
	return time.Since(begin)
}

// drain claims and settles n items, 64 at once.
func drain(tb testing.TB, q callback.Queue, n int) {
	wake := make(chan struct{}, 1)
	ctx, stop := context.WithCancel(tb.Context())
	defer stop()
	go q.Watch(ctx, func() {
		select {
		case wake <- struct{}{}:
		default:
		}
	})
	for n > 0 {
		got, err := q.Claim(tb.Context(), callback.Ask{Routes: []string{"suite"}, Max: 64, Owner: "o"})
		require.NoError(tb, err)
		if len(got) == 0 {
			<-wake
			continue
		}
		all := make([]callback.Settlement, len(got))
		for i, c := range got {
			all[i].Hold = c.Hold
		}
		_, err = q.Settle(tb.Context(), all)
		require.NoError(tb, err)
		n -= len(got)
	}
}

func open(tb testing.TB, dir string) callback.Queue {
	q, err := callback.NewDirQueue(dir)
	require.NoError(tb, err)
	require.NoError(tb, q.Join(tb.Context(), "o", time.Hour))
	return q
}

func folderSize(dir string) (files int, size int64) {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if fi, err := e.Info(); err == nil {
			files, size = files+1, size+fi.Size()
		}
	}
	return files, size
}

func heap() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

// flow puts while one worker works.
func flow(b *testing.B, table *pairbench.Table, n int) {
	dir := filepath.Join(b.TempDir(), "flow")
	before := heap()
	q := open(b, dir)
	defer q.Close()
	var files int
	var size int64
	end := make(chan struct{})
	var watch sync.WaitGroup
	watch.Go(func() {
		for {
			select {
			case <-end:
				return
			case <-time.After(100 * time.Millisecond):
			}
			f, s := folderSize(dir)
			files, size = max(files, f), max(size, s)
		}
	})
	var worker sync.WaitGroup
	begin := time.Now()
	worker.Go(func() { drain(b, q, n) })
	put := putAll(b, q, n)
	worker.Wait()
	took := time.Since(begin)
	close(end)
	watch.Wait()
	row := func(name string, v float64, unit string) {
		table.Count(fmt.Sprintf("%d pushes, %s", n, name), v, unit, math.Inf(1))
	}
	row("puts", float64(n)/put.Seconds(), "/s")
	row("done", float64(n)/took.Seconds(), "/s")
	row("most files", float64(files), "")
	row("most in the folder", float64(size)/1e6, "MB")
	row("memory afterwards", (heap()-before)/1e6, "MB")
	time.Sleep(2500 * time.Millisecond)
	q.Claim(b.Context(), callback.Ask{Routes: []string{"suite"}, Max: 1, Owner: "o"})
	files, size = folderSize(dir)
	row("files afterwards", float64(files), "")
	row("in the folder afterwards", float64(size)/1e6, "MB")
}

// waiting puts while nobody works, and then begins.
func waiting(b *testing.B, table *pairbench.Table, n int) {
	n = min(n, 800_000) // more are more than the folder takes
	dir := filepath.Join(b.TempDir(), "waiting")
	q, err := callback.NewDirQueue(dir)
	require.NoError(b, err)
	putAll(b, q, n)
	require.NoError(b, q.Close())
	before := heap()
	begin := time.Now()
	q = open(b, dir)
	defer q.Close()
	got, err := q.Claim(b.Context(), callback.Ask{Routes: []string{"suite"}, Max: 1, Owner: "o"})
	require.NoError(b, err)
	require.Len(b, got, 1)
	row := func(name string, v float64, unit string, most float64) {
		table.Count(fmt.Sprintf("%d waiting, %s", n, name), v, unit, most)
	}
	row("first claim", time.Since(begin).Seconds()*1000, "ms", 1000)
	_, err = q.Stats(b.Context())
	require.NoError(b, err)
	for {
		s, err := q.Stats(b.Context())
		require.NoError(b, err)
		if s["suite"].Waiting == n-1 {
			break
		}
	}
	row("all taken in", time.Since(begin).Seconds()*1000, "ms", math.Inf(1))
	row("memory of each", (heap()-before)/float64(n), "bytes", 500)
}
