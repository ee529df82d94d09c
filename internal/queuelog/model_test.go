package queuelog

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// world is a folder beside a model of what must be in it.
type world struct {
	t      *testing.T
	r      *rand.Rand
	dir    string
	disk   *testDisk
	putter *Folder
	folder *Folder // the worker's
	worker *Worker

	want  map[uint64]Item
	noted map[uint64][]Item // what items were before changes that may not be durable
	known map[uint64]bool   // handed over by this worker
	n     int
	ids   map[string]uint64
}

func newWorld(t *testing.T, seed uint64) *world {
	w := &world{t: t, r: rand.New(rand.NewPCG(seed, 1)), dir: t.TempDir(), disk: newTestDisk(), want: map[uint64]Item{}, noted: map[uint64][]Item{}, ids: map[string]uint64{}}
	w.open()
	t.Cleanup(func() {
		w.worker.Close()
		w.putter.Close()
		w.folder.Close()
	})
	return w
}

// small files, so that all that becomes of files happens soon.
func (w *world) options() Options { return Options{Segment: 8 << 10, Disk: w.disk} }

func (w *world) open() {
	var err error
	w.putter, err = Open(w.dir, w.options())
	require.NoError(w.t, err)
	w.folder, err = Open(w.dir, w.options())
	require.NoError(w.t, err)
	w.work()
}

func (w *world) work() {
	w.known = map[uint64]bool{}
	got := map[string]uint64{}
	var err error
	w.worker, err = w.folder.Work(func(text string, id uint64, put time.Time) { got[text] = id })
	require.NoError(w.t, err)
	for text, id := range got {
		assert.Equal(w.t, w.ids[text], id, "an identity belongs to its item")
	}
}

func (w *world) item() Item {
	w.n++
	payload := make([]byte, w.r.IntN(200))
	for i := range payload {
		payload[i] = byte(w.r.IntN(256))
	}
	if w.r.IntN(50) == 0 {
		payload = bytes.Repeat(payload, 100)
	}
	return Item{
		Route: "suite", Lane: fmt.Sprint("corp", w.r.IntN(5)), Identity: fmt.Sprint("id", w.n), Urgent: w.r.IntN(9) == 0,
		Put: time.UnixMilli(1700000000000 + int64(w.n)), Payload: payload, State: []byte(fmt.Sprint("state", w.n)),
	}
}

func (w *world) put() {
	f := []*Folder{w.putter, w.folder}[w.r.IntN(2)]
	var items []Item
	for range 1 + w.r.IntN(4) {
		items = append(items, w.item())
	}
	require.NoError(w.t, f.Put(w.t.Context(), items))
	for _, it := range items {
		w.want[it.ID] = it
	}
}

func (w *world) poll() {
	w.worker.looked = time.Time{}
	items, _ := w.worker.Poll(1 + w.r.IntN(20))
	for _, it := range items {
		require.False(w.t, w.known[it.ID], "handed over once")
		w.known[it.ID] = true
		want, ok := w.want[it.ID]
		require.True(w.t, ok, "it is none that is over")
		want.State, want.Payload = nil, nil
		require.Equal(w.t, want, it)
		w.ids[it.Identity] = it.ID
		w.worker.Identify(&it)
	}
}

// some are items that the worker knows.
func (w *world) some() (ids []uint64) {
	for _, id := range slices.Sorted(maps.Keys(w.known)) {
		if w.r.IntN(4) == 0 {
			ids = append(ids, id)
		}
	}
	return ids
}

func (w *world) start() {
	ids := w.some()
	require.NoError(w.t, w.worker.Start(ids))
	for _, id := range ids {
		it := w.want[id]
		it.Starts++
		w.want[id] = it
	}
}

func (w *world) settle() {
	var over []uint64
	var changed []Item
	for _, id := range w.some() {
		if w.r.IntN(3) > 0 {
			over = append(over, id)
			delete(w.want, id)
			delete(w.known, id)
			continue
		}
		it, err := w.worker.Read(id)
		require.NoError(w.t, err)
		require.Equal(w.t, w.want[id], it)
		it.Status, it.Due = Status(w.r.IntN(4)), time.UnixMilli(1800000000000)
		it.State, it.Reason = []byte("changed"), "a reason"
		if it.Status == Dead {
			it.Starts = 0
		}
		w.want[id] = it
		changed = append(changed, it)
	}
	b, err := w.worker.Write(over, changed)
	require.NoError(w.t, err)
	require.NoError(w.t, b.Sync())
	b.Apply()
	for _, it := range changed {
		delete(w.noted, it.ID)
	}
	w.reap(w.start, w.note)
}

// reap copies on, with what may happen while it is synced.
func (w *world) reap(meanwhile ...func()) {
	b, err := w.worker.Reap()
	require.NoError(w.t, err)
	if b == nil {
		return
	}
	require.NoError(w.t, b.Sync())
	for _, do := range meanwhile {
		do()
	}
	b.Apply()
}

// note changes some items without a sync.
func (w *world) note() {
	var changed []Item
	for _, id := range w.some() {
		it, err := w.worker.Read(id)
		require.NoError(w.t, err)
		w.noted[id] = append(w.noted[id], it)
		it.Payload = fmt.Append(nil, "noted ", len(w.noted[id]))
		w.want[id] = it
		changed = append(changed, it)
	}
	require.NoError(w.t, w.worker.Note(nil, changed))
}

func (w *world) tend() {
	w.worker.listed = time.Time{}
	require.NoError(w.t, w.worker.Tend())
}

// again lets another worker begin, as after the end of the process.
func (w *world) again() {
	if w.r.IntN(2) == 0 {
		w.worker.Close()
	} else {
		w.worker.lock.Unlock() // killed
	}
	if w.r.IntN(2) == 0 {
		w.putter.Close()
		w.putter, _ = Open(w.dir, w.options())
	}
	w.work()
}

// check reads all, and compares it with the model.
func (w *world) check() {
	w.t.Helper()
	w.worker.listed, w.worker.looked = time.Time{}, time.Time{}
	require.NoError(w.t, w.worker.Tend())
	for range 1000 {
		if w.poll(); len(w.known) == len(w.want) {
			break
		}
	}
	for id, want := range w.want {
		require.True(w.t, w.known[id], "nothing is lost")
		got, err := w.worker.Read(id)
		require.NoError(w.t, err)
		require.Equal(w.t, want, got)
	}
	require.Equal(w.t, len(w.want), w.worker.Len())
	require.Empty(w.t, w.worker.Problems())
	live, sizes := 0, int64(0)
	for _, f := range w.worker.files {
		live += f.live
		if f.suffix != idsSuffix {
			sizes += f.size
		}
	}
	require.Equal(w.t, len(w.want), live)
}

func (w *world) step(extra ...func()) {
	steps := append([]func(){w.put, w.put, w.poll, w.poll, w.start, w.note, w.settle, w.settle, w.tend, w.again}, extra...)
	steps[w.r.IntN(len(steps))]()
}

// G: queue/dir-durable
func TestFolderKeepsWhatWasPutAndSettled(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		w := newWorld(t, seed)
		for i := range 300 {
			if w.step(); i%50 == 0 {
				w.check()
			}
		}
		w.check()
	}
}
