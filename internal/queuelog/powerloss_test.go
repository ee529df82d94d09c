package queuelog

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// loss is a power loss: starts and notes that were not synced may not be there.
func (w *world) loss() {
	dir, disk := w.lose()
	w.worker.Close()
	w.putter.Close()
	w.folder.Close()
	w.dir, w.disk = dir, disk
	w.open()
	w.worker.listed, w.worker.looked = time.Time{}, time.Time{}
	for id := range w.want {
		w.known[id] = false
	}
	for more := true; more; {
		var items []Item
		items, more = w.worker.Poll(1 << 20)
		for _, it := range items {
			want, ok := w.want[it.ID]
			require.True(w.t, ok, "it is none that is over")
			require.LessOrEqual(w.t, it.Starts, want.Starts)
			want.Starts = it.Starts
			w.want[it.ID] = w.asNoted(want)
			w.known[it.ID] = true
		}
	}
	w.worker.Problems() // a torn part before a whole one is put aside
	w.check()
}

// asNoted is an item as it is, if it may be so.
func (w *world) asNoted(want Item) Item {
	got, err := w.worker.Read(want.ID)
	require.NoError(w.t, err)
	for _, it := range w.noted[want.ID] {
		if bytes.Equal(it.Payload, got.Payload) {
			want.Payload = it.Payload
		}
	}
	return want
}

// lose loses power, while the worker looks after files if that has anything to do.
func (w *world) lose() (dir string, disk *testDisk) {
	steps := w.r.IntN(12)
	w.disk.failing(func(string, string) error {
		if steps--; steps == 0 {
			dir, disk = w.disk.lose(w.t, w.dir, w.r)
		}
		return nil
	})
	w.tend()
	w.reap()
	w.disk.failing(nil)
	if disk == nil {
		return w.disk.lose(w.t, w.dir, w.r)
	}
	return dir, disk
}

// G: queue/dir-durable
func TestFolderSurvivesPowerLoss(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		w := newWorld(t, 100+seed)
		for range 10 {
			for range 20 {
				w.step()
			}
			w.loss()
		}
	}
}
