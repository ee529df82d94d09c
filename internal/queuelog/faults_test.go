package queuelog

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// G: queue/dir-failures
func TestFileThatCannotBeReadForAWhile(t *testing.T) {
	t.Parallel()
	for _, step := range []string{"read", "size"} {
		b := newBench(t, Options{})
		require.NoError(t, b.put("1"))
		require.NoError(t, b.f.Close())
		b.f, _ = Open(b.dir, Options{Disk: b.disk})
		require.NoError(t, b.put("2"))
		first := filepath.Base(b.files(putSuffix)[0])
		b.work()
		b.disk.failing(func(op, name string) error {
			if op == step && name == first {
				return syscall.EMFILE
			}
			return nil
		})
		got, _ := b.poll()
		assert.Equal(t, []string{"2"}, got, "the rest is worked")
		b.poll()
		problems := b.w.Problems()
		require.Len(t, problems, 1, "it is told once")
		assert.ErrorIs(t, problems[0], syscall.EMFILE)
		assert.True(t, b.w.Loading(), "it may have what the logs tell of")
		b.disk.failing(nil)
		got, _ = b.poll()
		assert.Equal(t, []string{"1"}, got)
		assert.False(t, b.w.Loading())
	}
}

func TestLogThatCannotBeReadStopsTheWorker(t *testing.T) {
	t.Parallel()
	b := newBench(t, Options{})
	require.NoError(t, b.put("1"))
	b.work()
	_, items := b.poll()
	b.over(items[0].ID)
	b.w.Close()
	b.disk.failOn("read", logSuffix)
	_, err := b.f.Work(func(string, uint64, time.Time) {})
	require.ErrorIs(t, err, errBroken, "without it all would be worked again")
	b.disk.failing(nil)
	b.w = nil
	b.work()
	got, _ := b.poll()
	assert.Empty(t, got)
}

// G: queue/dir-formats
func TestForeignFilesAreLeftAlone(t *testing.T) {
	t.Parallel()
	b := newBench(t, Options{Segment: 1})
	outside := filepath.Join(t.TempDir(), "outside")
	require.NoError(t, os.WriteFile(outside, header(), 0o600))
	names := []string{"poetry.lock", "x.put", "README", "0000000000000000-00g.log", "ffffffffffffffff-000.put", "00000000000000001-00.put"}
	for _, name := range names {
		require.NoError(t, os.WriteFile(filepath.Join(b.dir, name), []byte("foreign"), 0o600))
	}
	links := []string{"0000000000000001-001.put", "0000000000000001-001.log", "0000000000000001-002.ids", "0000000000000001-003.put"}
	require.NoError(t, os.Symlink(outside, filepath.Join(b.dir, links[0])))
	require.NoError(t, os.Symlink(outside, filepath.Join(b.dir, links[1])))
	require.NoError(t, os.Mkdir(filepath.Join(b.dir, links[2]), 0o700))
	require.NoError(t, mkfifo(filepath.Join(b.dir, links[3])))
	b.work()
	for range 3 {
		require.NoError(t, b.put("1"))
		got, items := b.poll()
		assert.Equal(t, []string{"1"}, got)
		b.over(items[0].ID)
	}
	b.poll()
	assert.Empty(t, b.w.Problems())
	for _, name := range append(names, links...) {
		_, err := os.Lstat(filepath.Join(b.dir, name))
		assert.NoError(t, err, name)
	}
}

// G: queue/dir-durable
func TestPutIntoWhatWasRemovedIsAnError(t *testing.T) {
	t.Parallel()
	b := newBench(t, Options{})
	require.NoError(t, b.put("1"))
	require.NoError(t, os.Remove(b.files(putSuffix)[0]))
	require.ErrorIs(t, b.put("2"), ErrGone)
	require.NoError(t, b.put("3"))
	require.NoError(t, os.Remove(filepath.Join(b.dir, lockOf(b.f.slot))))
	require.ErrorIs(t, b.put("4"), ErrGone, "others may take it for dead")
	require.NoError(t, b.put("5"))

	away := b.dir + "-away"
	require.NoError(t, os.Rename(b.dir, away))
	for range 2 {
		require.Error(t, b.put("6"))
	}
	assert.NoDirExists(t, b.dir, "a folder that is missing is not made anew")
	require.NoError(t, os.Rename(away, b.dir))
	require.NoError(t, b.put("7"))
	b.work()
	got, _ := b.poll()
	assert.Subset(t, got, []string{"3", "5", "7"})
}

func TestWorkerWhoseLockWasRemovedStops(t *testing.T) {
	t.Parallel()
	b := newBench(t, Options{})
	require.NoError(t, b.put("1"))
	b.work()
	_, err := b.f.Work(nil)
	require.ErrorIs(t, err, ErrTaken)
	_, items := b.poll()
	require.NoError(t, os.Remove(filepath.Join(b.dir, workerLock)))
	_, err = b.w.Write([]uint64{items[0].ID}, nil)
	assert.ErrorIs(t, err, ErrGone)
	assert.ErrorIs(t, b.w.Start([]uint64{items[0].ID}), ErrGone)
	b.w.listed = time.Time{}
	assert.ErrorIs(t, b.w.Tend(), ErrGone)
	second, err := b.f.Work(func(string, uint64, time.Time) {})
	require.NoError(t, err)
	b.w.Close()
	b.w = second
	assert.True(t, second.Valid(), "the first one leaves the lock of the second alone")
	got, _ := b.poll()
	assert.Equal(t, []string{"1"}, got)
}

func TestRemovedItemIsTold(t *testing.T) {
	t.Parallel()
	b := newBench(t, Options{Segment: 1})
	require.NoError(t, b.put("1"))
	b.work()
	_, items := b.poll()
	require.NoError(t, os.Remove(b.files(putSuffix)[0]))
	b.poll()
	problems := b.w.Problems()
	require.Len(t, problems, 1)
	assert.ErrorIs(t, problems[0], ErrGone)
	_, err := b.w.Read(items[0].ID)
	assert.ErrorIs(t, err, fs.ErrNotExist)
}

// G: queue/dir-bounded
func TestTooLargeIsRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t, Options{})
	large := Item{Payload: make([]byte, maxBody)}
	assert.ErrorIs(t, b.f.Put(t.Context(), []Item{large}), ErrTooLarge)
	require.NoError(t, b.f.Put(t.Context(), []Item{{Payload: large.Payload[:maxBody-100]}}))
	b.work()
	_, items := b.poll()
	require.Len(t, items, 1)
	items[0].State = make([]byte, 200)
	_, err := b.w.Write(nil, items)
	assert.True(t, errors.Is(err, ErrTooLarge))
}
