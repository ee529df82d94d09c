package queuelog

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/internal/durable"
)

// bench is a folder, a disk that may fail, and whoever works it.
type bench struct {
	t    testing.TB
	dir  string
	disk *testDisk
	f    *Folder
	w    *Worker
}

func newBench(t testing.TB, o Options) *bench {
	b := &bench{t: t, dir: t.TempDir(), disk: newTestDisk()}
	o.Disk = b.disk
	var err error
	b.f, err = Open(b.dir, o)
	require.NoError(t, err)
	t.Cleanup(func() {
		if b.w != nil {
			b.w.Close()
		}
		b.f.Close()
	})
	return b
}

// put puts items with these payloads together.
func (b *bench) put(payloads ...string) error {
	var items []Item
	for _, p := range payloads {
		items = append(items, Item{Route: "r", Lane: "l", Identity: "i" + p, Put: clock.Now(), Payload: []byte(p)})
	}
	return b.f.Put(b.t.Context(), items)
}

// work begins to work, or begins anew.
func (b *bench) work() {
	b.t.Helper()
	if b.w != nil {
		b.w.Close()
	}
	var err error
	b.w, err = b.f.Work(func(string, uint64, time.Time) {})
	require.NoError(b.t, err)
}

// poll returns the payloads of what is handed over, and the items.
func (b *bench) poll() (payloads []string, items []Item) {
	b.t.Helper()
	b.w.listed, b.w.looked = time.Time{}, time.Time{}
	require.NoError(b.t, b.w.Tend())
	for {
		some, more := b.w.Poll(100)
		for _, it := range some {
			it, err := b.w.Read(it.ID)
			require.NoError(b.t, err)
			payloads, items = append(payloads, string(it.Payload)), append(items, it)
		}
		if !more {
			return payloads, items
		}
	}
}

func (b *bench) over(ids ...uint64) {
	b.t.Helper()
	batch, err := b.w.Write(ids, nil)
	require.NoError(b.t, err)
	require.NoError(b.t, batch.Sync())
	batch.Apply()
}

// files are the names of a kind, in their order.
func (b *bench) files(suffix string) (names []string) {
	entries, err := os.ReadDir(b.dir)
	require.NoError(b.t, err)
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), suffix) {
			names = append(names, filepath.Join(b.dir, e.Name()))
		}
	}
	return names
}

// G: queue/batches
func TestOneSyncServesAllWhoWait(t *testing.T) {
	t.Parallel()
	b := newBench(t, Options{})
	require.NoError(t, b.put("first"))
	begun, blocked := make(chan struct{}), make(chan struct{})
	var once sync.Once
	b.disk.failing(func(op, name string) error {
		if op == "sync" {
			once.Do(func() { close(begun); <-blocked })
		}
		return nil
	})
	before := b.disk.syncs
	var wg sync.WaitGroup
	wg.Go(func() { assert.NoError(t, b.put("leads")) })
	<-begun
	for i := range 64 {
		wg.Go(func() { assert.NoError(t, b.put(fmt.Sprint(i))) })
	}
	for waiting := 0; waiting < 64; runtime.Gosched() {
		b.f.mu.Lock()
		waiting = len(b.f.pending)
		b.f.mu.Unlock()
	}
	close(blocked)
	wg.Wait()
	assert.Equal(t, before+2, b.disk.syncs)
	b.work()
	got, _ := b.poll()
	assert.Len(t, got, 66)
}

func TestPutIsWithdrawnOrDone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Options{})
		b.f.turn <- struct{}{} // somebody commits, for long
		ctx, cancel := context.WithCancel(t.Context())
		withdrawn := make(chan error)
		go func() { withdrawn <- b.f.Put(ctx, []Item{{Payload: []byte("withdrawn")}}) }()
		synctest.Wait()
		cancel()
		assert.ErrorIs(t, <-withdrawn, context.Canceled)
		assert.ErrorIs(t, b.f.Put(ctx, []Item{{}}), context.Canceled)

		ctx, cancel = context.WithCancel(t.Context())
		taken := make(chan error)
		go func() { taken <- b.f.Put(ctx, []Item{{Payload: []byte("taken")}}) }()
		synctest.Wait()
		all := b.f.takePending()
		cancel()
		synctest.Wait()
		b.f.commit(all)
		assert.NoError(t, <-taken, "it is told what became of it")
		<-b.f.turn
		require.NoError(t, b.put("after"))
		b.work()
		got, _ := b.poll()
		assert.Equal(t, []string{"taken", "after"}, got)
	})
}

func TestClosedFolderTakesNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t, Options{})
	require.NoError(t, b.put("1"))
	require.NoError(t, b.f.Close())
	assert.ErrorIs(t, b.put("2"), ErrClosed)
	require.NoError(t, b.f.Close())
	assert.Empty(t, b.files(lockSuffix), "a lock that is free leaves no file")
	b.work()
	got, _ := b.poll()
	assert.Equal(t, []string{"1"}, got)
}

// G: queue/dir-worker
func TestOpenRefusesWhatIsNoPrivateFolder(t *testing.T) {
	t.Parallel()
	_, err := Open("", Options{})
	assert.ErrorContains(t, err, "no folder")
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err = Open(file, Options{})
	assert.ErrorContains(t, err, "a file is in the place")
	if runtime.GOOS == "windows" {
		return
	}
	dir := t.TempDir()
	require.NoError(t, os.Chmod(dir, 0o770))
	_, err = Open(dir, Options{})
	assert.ErrorContains(t, err, "chmod go-w")
}

// G: queue/dir-worker
func TestFilesAreForTheirOwnerOnly(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		return
	}
	dir := filepath.Join(t.TempDir(), "new", "folder")
	f, err := Open(dir, Options{})
	require.NoError(t, err)
	defer f.Close()
	require.NoError(t, f.Put(t.Context(), []Item{{Payload: []byte("1"), Identity: "x"}}))
	w, err := f.Work(func(string, uint64, time.Time) {})
	require.NoError(t, err)
	defer w.Close()
	items, _ := w.Poll(1)
	w.Identify(&items[0])
	require.NoError(t, w.Start([]uint64{items[0].ID}))
	w.listed, w.filled = time.Time{}, 7
	w.Poll(1)
	require.NoError(t, w.Tend())
	fi, err := os.Stat(dir)
	require.NoError(t, err)
	assert.Equal(t, fs.FileMode(0o700), fi.Mode().Perm())
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, entries, 6, "a put file, a log, identities, fill and two locks: %v", entries)
	for _, e := range entries {
		fi, err := e.Info()
		require.NoError(t, err)
		assert.Equal(t, fs.FileMode(0o600), fi.Mode().Perm(), e.Name())
	}
}

// Not parallel: it sets the clock of all.
// G: clock/queue
func TestOrderDoesNotDependOnTheClock(t *testing.T) {
	b := newBench(t, Options{Segment: 1})
	steps := []time.Duration{0, -time.Hour, 365 * 24 * time.Hour, -400 * 24 * time.Hour, time.Hour, 0}
	var want []string
	var sum time.Duration
	defer func() { clock.Shift(-sum) }()
	for i, d := range steps {
		clock.Shift(d)
		sum += d
		want = append(want, fmt.Sprint(i))
		require.NoError(t, b.put(fmt.Sprint(i)))
		if i%2 == 0 { // another process, after this one
			require.NoError(t, b.f.Close())
			var err error
			b.f, err = Open(b.dir, Options{Segment: 1, Disk: b.disk})
			require.NoError(t, err)
		}
	}
	b.work()
	got, items := b.poll()
	assert.Equal(t, want, got)
	b.over(items[0].ID, items[1].ID, items[2].ID, items[3].ID, items[4].ID)
	b.work()
	got, _ = b.poll()
	assert.Equal(t, want[5:], got)
	b.poll() // files are gone, and with them the highest ids
	require.Len(t, b.files(putSuffix), 1)
	require.NoError(t, b.put("last"))
	b.work()
	got, _ = b.poll()
	assert.Equal(t, []string{"5", "last"}, got)
}

func TestIdsStayAboveThoseOfRemovedFiles(t *testing.T) {
	t.Parallel()
	b := newBench(t, Options{Segment: 4000})
	b.work()
	require.NoError(t, b.w.Start(nil)) // there is a log before
	b.f.last = 1 << 50                 // as if the clock were far ahead
	require.NoError(t, b.put(string(make([]byte, 5000))))
	_, items := b.poll()
	batch, err := b.w.Write(nil, []Item{{ID: items[0].ID, Payload: []byte("kept"), Settled: true}})
	require.NoError(t, err)
	require.NoError(t, batch.Sync())
	batch.Apply()
	b.poll()
	b.poll()
	require.Empty(t, b.files(putSuffix))
	require.NoError(t, b.f.Close())
	b.f, err = Open(b.dir, Options{Disk: b.disk})
	require.NoError(t, err)
	require.NoError(t, b.put("2"))
	b.work()
	got, items := b.poll()
	assert.Equal(t, []string{"kept", "2"}, got)
	assert.Less(t, items[0].ID, items[1].ID)
}

func TestWriterThatDiedIsKnown(t *testing.T) {
	t.Parallel()
	b := newBench(t, Options{})
	other, err := Open(b.dir, Options{Disk: b.disk})
	require.NoError(t, err)
	require.NoError(t, other.Put(t.Context(), []Item{{Payload: []byte("1")}}))
	b.work()
	got, items := b.poll()
	assert.Equal(t, []string{"1"}, got)
	assert.True(t, b.w.Others())
	b.over(items[0].ID)
	b.poll()
	assert.Len(t, b.files(putSuffix), 1, "its writer lives, and may put more into it")
	require.NoError(t, other.Put(t.Context(), []Item{{Payload: []byte("2")}}))
	got, items = b.poll()
	assert.Equal(t, []string{"2"}, got)
	b.over(items[0].ID)
	other.Kill()
	b.poll()
	b.poll()
	assert.Empty(t, b.files(putSuffix))
	assert.False(t, b.w.Others())
}

// A worker of the same process may look at any moment.
func TestFileThatIsBeingMadeIsNotTakenForEnded(t *testing.T) {
	t.Parallel()
	b := newBench(t, Options{Segment: 1})
	b.work()
	require.NoError(t, b.put("1"))
	b.poll()
	for _, step := range []string{"write", "syncdir", "sync"} {
		looked := false
		b.disk.failing(func(op, name string) error {
			if op == step && filepath.Ext(name) != logSuffix && !looked {
				looked = true
				b.disk.failing(nil)
				b.poll()
				b.poll()
			}
			return nil
		})
		require.NoError(t, b.put(step), step)
		assert.True(t, looked)
		got, _ := b.poll()
		assert.Equal(t, []string{step}, got)
	}
}

// What its writer has put before it died must be read, however little was read before.
func TestWriterThatDiesWhileItsFileIsRead(t *testing.T) {
	t.Parallel()
	b := newBench(t, Options{})
	lock, err := durable.TryHold(filepath.Join(b.dir, lockOf(1)))
	require.NoError(t, err)
	name := fileName{0x1000, 1, putSuffix}.String()
	file := header()
	for i := range 3 {
		it := Item{ID: uint64(0x1001 + i*slots), Payload: fmt.Append(nil, i+1)}
		file = appendFrame(file, seedOf(name), kindItem, func(b []byte) []byte { return it.append(b, 1) })
	}
	path := filepath.Join(b.dir, name)
	require.NoError(t, os.WriteFile(path, file[:len(file)-9], 0o600))
	b.work()
	items, _ := b.w.Poll(1)
	require.Len(t, items, 1)
	require.NoError(t, os.WriteFile(path, file, 0o600))
	lock.Unlock()
	got, items := b.poll()
	assert.Equal(t, []string{"2", "3"}, got)
	b.over(items[0].ID)
	b.poll()
	b.poll()
	assert.Len(t, b.files(putSuffix), 1)
}

// A lock that cannot be tried is an error, and no sign of another process.
// G: queue/dir-failures
func TestALockThatCannotBeTried(t *testing.T) {
	t.Parallel()
	b := newBench(t, Options{})
	require.NoError(t, os.Rename(b.dir, b.dir+"-away"))
	err := b.f.takeSlot(7)
	require.ErrorIs(t, err, fs.ErrNotExist)
	assert.NotContains(t, err.Error(), "processes")
	require.NoError(t, os.Rename(b.dir+"-away", b.dir))
}

// Another process's slot is passed by.
// G: queue/dir-worker
func TestASlotThatIsTaken(t *testing.T) {
	t.Parallel()
	b := newBench(t, Options{})
	for _, taken := range []int{7, 8, slots - 1} {
		held, err := durable.TryHold(filepath.Join(b.dir, lockOf(taken)))
		require.NoError(t, err)
		defer held.Unlock()
	}
	for from, want := range map[int]int{6: 6, 7: 9, slots - 1: 0} {
		require.NoError(t, b.f.takeSlot(from))
		assert.Equal(t, want, b.f.slot)
		b.f.held.Unlock()
	}
	b.f.held = nil
}
