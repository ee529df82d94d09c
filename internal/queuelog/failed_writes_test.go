package queuelog

import (
	"fmt"
	"path/filepath"
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

// What a put that failed has left is removed by the worker, of the same process too.
// G: queue/dir-bounded
func TestAFailedPutLeavesNoFile(t *testing.T) {
	t.Parallel()
	b := newBench(t, Options{})
	b.work()
	b.disk.failing(func(op, name string) error {
		if op == "syncdir" || op == "remove" {
			return errBroken
		}
		return nil
	})
	require.ErrorIs(t, b.put("1"), errBroken)
	require.Len(t, b.files(putSuffix), 1)
	b.disk.failing(nil)
	for range 3 {
		b.poll()
	}
	assert.Empty(t, b.files(putSuffix))
}

// A segment that failed once is written to no more, by nobody.
// G: queue/dir-durable
func TestASegmentThatFailedStaysSo(t *testing.T) {
	t.Parallel()
	for _, op := range []string{"write", "sync"} {
		disk := newTestDisk()
		s, err := newSegment(disk, t.TempDir(), fileName{1, 1, logSuffix})
		require.NoError(t, err)
		require.NoError(t, s.append([]byte("1")))
		size := s.size
		disk.failOn(op, logSuffix)
		require.ErrorIs(t, s.append([]byte("2")), errBroken, op)
		disk.failing(nil)
		assert.True(t, s.broken())
		assert.ErrorIs(t, s.write([]byte("3")), errBroken, op)
		assert.ErrorIs(t, s.sync(), errBroken, op)
		assert.LessOrEqual(t, s.size, size+1, op)
		s.abandon()
		assert.FileExists(t, s.path(), "what was synced before counts")
	}
}

// noted writes a change without a sync.
func (b *bench) noted(it Item, state string) {
	b.t.Helper()
	it.State = []byte(state)
	require.NoError(b.t, b.w.Note(nil, []Item{it}))
}

// A worker whose notes could not be made durable must begin anew, at once. Where nothing was
// noted, or it was synced in time, the next log goes on.
// G: queue/dir-failures
func TestAFailedSyncOfNotes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		before func(b *bench, items []Item)
		valid  bool
	}{
		"nothing noted":     {func(*bench, []Item) {}, true},
		"only what is over": {func(b *bench, items []Item) { require.NoError(b.t, b.w.Note([]uint64{items[1].ID}, nil)) }, true},
		"unknown items":     {func(b *bench, items []Item) { b.noted(Item{ID: 7}, "x") }, true},
		"noted":             {func(b *bench, items []Item) { b.noted(items[1], "x") }, false},
		"noted and synced": {func(b *bench, items []Item) {
			b.noted(items[1], "x")
			b.over(items[2].ID) // its file goes, and the log is synced before
			b.poll()
		}, true},
	} {
		b := newBench(t, Options{})
		for i := range 4 { // a file each
			require.NoError(t, b.put(fmt.Sprint(i)))
			require.NoError(t, b.f.Close())
			b.f, _ = Open(b.dir, Options{Disk: b.disk})
		}
		b.work()
		_, items := b.poll()
		c.before(b, items)
		batch, err := b.w.Write([]uint64{items[0].ID}, nil)
		require.NoError(t, err)
		b.disk.failOn("sync", logSuffix)
		require.ErrorIs(t, batch.Sync(), errBroken, name)
		batch.Drop()
		b.disk.failing(nil)
		assert.Equal(t, c.valid, b.w.Valid(), name)
		b.w.listed = time.Time{}
		if err := b.w.Tend(); c.valid {
			require.NoError(t, err, name)
			b.over(items[0].ID)
		} else {
			require.ErrorIs(t, err, ErrGone, name)
			_, err := b.w.Write([]uint64{items[0].ID}, nil)
			require.ErrorIs(t, err, ErrGone, name)
		}
	}
}

// The same where the log could not be written to.
// G: queue/dir-failures
func TestAFailedWriteAfterNotes(t *testing.T) {
	t.Parallel()
	b := newBench(t, Options{})
	require.NoError(t, b.put("1", "2"))
	b.work()
	_, items := b.poll()
	b.noted(items[1], "x")
	b.disk.failing(func(op, name string) error {
		if (op == "write" || op == "sync") && filepath.Ext(name) == logSuffix {
			return errBroken
		}
		return nil
	})
	require.ErrorIs(t, b.w.Start([]uint64{items[0].ID}), errBroken)
	b.disk.failing(nil)
	require.ErrorIs(t, b.w.Start([]uint64{items[0].ID}), ErrGone)
	assert.False(t, b.w.Valid())
	b.work()
	got, items := b.poll()
	assert.ElementsMatch(t, []string{"1", "2"}, got)
	for _, it := range items {
		assert.Zero(t, it.Starts)
	}
}
