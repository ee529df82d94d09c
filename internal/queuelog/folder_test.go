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
