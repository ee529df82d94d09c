package queuelog

import (
	"bytes"
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

// After a failed sync nobody knows what is on the disk, and a later one may succeed without
// having written it.
// G: queue/dir-durable
func TestFailedSyncEndsThePutFile(t *testing.T) {
	t.Parallel()
	for _, begun := range []bool{false, true} {
		b := newBench(t, Options{})
		var want []string
		if begun {
			require.NoError(t, b.put("1"))
			want = append(want, "1")
		}
		b.disk.failOn("sync", putSuffix)
		require.ErrorIs(t, b.put("2"), errBroken)
		b.disk.failing(nil)
		left := b.files(putSuffix)
		assert.Len(t, left, len(want), "a file of which nothing counts is removed")
		require.NoError(t, b.put("3"))
		assert.Len(t, b.files(putSuffix), len(want)+1)
		b.work()
		got, _ := b.poll()
		if begun {
			size, err := Machine{}.Size(left[0])
			require.NoError(t, err)
			require.NoError(t, b.put("4"))
			after, err := Machine{}.Size(left[0])
			require.NoError(t, err)
			assert.Equal(t, size, after, "it is not written to any more")
			assert.Equal(t, "1", got[0])
		}
		assert.Equal(t, "3", got[len(got)-1])
	}
}

// A disk that is full takes a part of what is written.
// G: queue/dir-failures
func TestFailedWriteLeavesAllOrNone(t *testing.T) {
	t.Parallel()
	b := newBench(t, Options{})
	require.NoError(t, b.put("1"))
	b.disk.failOn("write", putSuffix)
	for range 3 {
		require.ErrorIs(t, b.put("2", "3", "4"), errBroken)
	}
	assert.Len(t, b.files(putSuffix), 1, "tries leave nothing behind")
	b.disk.failing(nil)
	require.NoError(t, b.put("5", "6"))
	b.work()
	got, _ := b.poll()
	assert.Equal(t, []string{"1", "5", "6"}, got)
	assert.Empty(t, b.w.Problems(), "the end of a file whose writer failed is no damage")
}

func TestFailedOutcomeDoesNotCount(t *testing.T) {
	t.Parallel()
	for _, step := range []string{"write", "sync", "create", "syncdir"} {
		b := newBench(t, Options{})
		require.NoError(t, b.put("1", "2"))
		b.work()
		_, items := b.poll()
		suffix := logSuffix
		if step == "syncdir" {
			suffix = filepath.Ext(b.dir)
		}
		b.disk.failOn(step, suffix)
		ids := []uint64{items[0].ID}
		batch, err := b.w.Write(ids, nil)
		if err == nil {
			err = batch.Sync()
			batch.Drop()
		}
		require.ErrorIs(t, err, errBroken, step)
		if step != "sync" {
			require.ErrorIs(t, b.w.Start(ids), errBroken, step)
		}
		b.disk.failing(nil)
		assert.Equal(t, 2, b.w.Len(), step)
		_, err = b.w.Read(items[0].ID)
		require.NoError(t, err)
		require.NoError(t, b.w.Start(ids))
		b.over(ids...)
		_, err = b.w.Read(items[0].ID)
		require.ErrorIs(t, err, ErrUnknown)
		b.work()
		got, _ := b.poll()
		assert.Equal(t, []string{"2"}, got, step)
	}
}

// flip damages the bytes of a file that are these.
func flip(t *testing.T, path, what string) {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	i := bytes.Index(b, []byte(what))
	require.GreaterOrEqual(t, i, 0)
	b[i] ^= 1
	require.NoError(t, os.WriteFile(path, b, 0o600))
}

// G: queue/dir-failures
func TestDamagedItemIsPutAsideOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t, Options{})
	require.NoError(t, b.put("one"))
	require.NoError(t, b.put("two"))
	require.NoError(t, b.put("three"))
	flip(t, b.files(putSuffix)[0], "two")
	b.work()
	got, _ := b.poll()
	assert.Equal(t, []string{"one", "three"}, got, "the rest is worked")
	problems := b.w.Problems()
	require.Len(t, problems, 1)
	assert.ErrorIs(t, problems[0], ErrDamaged)
	aside := b.copies()
	require.Len(t, aside, 1)
	assert.ErrorContains(t, problems[0], aside[0])
	copied, err := os.ReadFile(aside[0])
	require.NoError(t, err)
	assert.Contains(t, string(copied), "uwo")
	for range 2 {
		b.work()
		got, _ = b.poll()
		assert.Equal(t, []string{"one", "three"}, got)
		assert.Empty(t, b.w.Problems(), "it was told")
		assert.Len(t, b.copies(), 1)
	}
}

func (b *bench) copies() []string {
	names, err := filepath.Glob(filepath.Join(b.dir, damaged+"*"))
	require.NoError(b.t, err)
	return names
}

func TestPartOfADamagedBatchIsBetterThanNothing(t *testing.T) {
	t.Parallel()
	for _, more := range []bool{true, false} {
		b := newBench(t, Options{})
		require.NoError(t, b.put("one", "two", "three"))
		want := []string{"one", "two"}
		if more {
			require.NoError(t, b.put("four"))
			want = append(want, "four")
		}
		require.NoError(t, b.f.Close())
		flip(t, b.files(putSuffix)[0], "three")
		b.work()
		got, _ := b.poll()
		assert.Equal(t, want, got)
	}
}

// G: queue/dir-failures
func TestDamageAfterTheStartIsFoundWhenRead(t *testing.T) {
	t.Parallel()
	b := newBench(t, Options{})
	require.NoError(t, b.put("one"))
	b.work()
	_, items := b.poll()
	flip(t, b.files(putSuffix)[0], "one")
	for range 2 {
		_, err := b.w.Read(items[0].ID)
		require.ErrorIs(t, err, ErrDamaged)
	}
	assert.Len(t, b.copies(), 1)
	assert.Len(t, b.w.Problems(), 1)
}

// What is in a log is an item's only copy, or says that one is over.
// G: queue/dir-failures
func TestDamagedLogLosesOnlyWhatIsDamaged(t *testing.T) {
	t.Parallel()
	b := newBench(t, Options{})
	require.NoError(t, b.put("1", "2", "3"))
	b.work()
	_, items := b.poll()
	for _, text := range []string{"first", "second"} {
		it := items[0]
		it.State = []byte(text)
		batch, err := b.w.Write(nil, []Item{it})
		require.NoError(t, err)
		require.NoError(t, batch.Sync())
		batch.Apply()
	}
	b.over(items[1].ID)
	flip(t, b.files(logSuffix)[0], "second")
	b.work()
	got, items := b.poll()
	assert.Equal(t, []string{"1", "3"}, got)
	assert.Equal(t, "first", string(items[0].State), "what was before it")
	assert.Len(t, b.w.Problems(), 1)
}

func TestDamagedHeaderLosesNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t, Options{})
	require.NoError(t, b.put("1"))
	b.work()
	_, items := b.poll()
	require.NoError(t, b.w.Start([]uint64{items[0].ID}))
	flip(t, b.files(putSuffix)[0], magic)
	flip(t, b.files(logSuffix)[0], magic)
	b.work()
	got, items := b.poll()
	assert.Equal(t, []string{"1"}, got)
	assert.Equal(t, 1, items[0].Starts)
	assert.Len(t, b.w.Problems(), 2)
}

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
