package queuelog

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gothird/wecom/internal/durable"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// count counts steps on files with a suffix.
func (d *testDisk) count(op, suffix string) *int {
	n := new(int)
	d.failing(func(o, name string) error {
		if o == op && filepath.Ext(name) == suffix {
			*n++
		}
		return nil
	})
	return n
}

// What this process puts is handed over at once, also from a file that was just begun.
// G: queue/dir-bounded
func TestOwnPutsAreSeenAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Options{Segment: 1}) // a file each
		b.work()
		for i := range 5 {
			require.NoError(t, b.put(fmt.Sprint(i)))
			require.NoError(t, b.w.Tend())
			items, _ := b.w.Poll(9)
			require.Len(t, items, 1)
		}
	})
}

// Other processes' files are asked for their size forty times a second, however often the
// worker polls.
func TestOtherFilesAreLookedAtNowAndThen(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Options{})
		other, err := Open(b.dir, Options{Disk: b.disk})
		require.NoError(t, err)
		defer other.Close()
		require.NoError(t, other.Put(t.Context(), []Item{{Payload: []byte("1")}}))
		b.work()
		b.poll()
		time.Sleep(lookEvery)
		looks := b.disk.count("size", putSuffix)
		for range 100 {
			b.w.Poll(9)
		}
		assert.LessOrEqual(t, *looks, 2)
		require.NoError(t, other.Put(t.Context(), []Item{{Payload: []byte("2")}}))
		time.Sleep(lookEvery)
		items, _ := b.w.Poll(9)
		assert.Len(t, items, 1)
	})
}

// A file that cannot be read costs a look or two for each Poll, not one for each item of the
// others.
func TestAFileThatCannotBeReadCostsLittle(t *testing.T) {
	t.Parallel()
	for _, op := range []string{"size", "read"} {
		b := newBench(t, Options{})
		bad := fileName{0x1000, 1, putSuffix}.String()
		require.NoError(t, os.WriteFile(filepath.Join(b.dir, bad), header(), 0o600))
		for i := range 100 {
			require.NoError(t, b.put(fmt.Sprint(i)))
		}
		b.work()
		tries := 0
		b.disk.failing(func(o, name string) error {
			if o == op && name == bad {
				tries++
				return errBroken
			}
			return nil
		})
		items, _ := b.w.Poll(100)
		require.Len(t, items, 100)
		assert.Less(t, tries, 5, op)
	}
	b := newBench(t, Options{})
	newer := append([]byte(magic), version+1, '\n')
	require.NoError(t, os.WriteFile(filepath.Join(b.dir, fileName{0x1000, 1, putSuffix}.String()), newer, 0o600))
	require.NoError(t, b.f.Close())
	b.f, _ = Open(b.dir, Options{Disk: b.disk})
	for i := range 100 {
		require.NoError(t, b.put(fmt.Sprint(i)))
	}
	b.work()
	reads := b.disk.count("size", putSuffix)
	items, _ := b.w.Poll(100)
	require.Len(t, items, 100)
	assert.Less(t, *reads, 5, "one of a newer version")
}

// What a file got while it could not be read is read when it can be, also if nothing more is
// put into it. What was told of it is told again when it happens again.
// G: queue/dir-failures
func TestAFailureThatComesBack(t *testing.T) {
	t.Parallel()
	b := newBench(t, Options{})
	other, err := Open(b.dir, Options{Disk: b.disk})
	require.NoError(t, err)
	defer other.Close()
	b.work()
	for range 2 {
		require.NoError(t, other.Put(t.Context(), []Item{{Payload: []byte("1")}}))
		b.disk.failOn("read", putSuffix)
		for range 3 {
			b.poll()
		}
		assert.Len(t, b.w.Problems(), 1)
		b.disk.failing(nil)
		got, _ := b.poll()
		assert.Len(t, got, 1)
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

// A log may tell that an item is over when all other files have gone: the next ids are above
// that one, or a new item might be taken for it.
// G: clock/queue
func TestIdsStayAboveThoseThatALogTellsOf(t *testing.T) {
	t.Parallel()
	for _, left := range []string{"nothing", "identities", "an empty put file"} {
		b := newBench(t, Options{Segment: 4000})
		require.NoError(t, b.put("stays"))
		b.work()
		_, items := b.poll()
		b.noted(items[0], "in a log")
		b.f.last = 1 << 50 // as if the clock were far ahead
		require.NoError(t, b.put(string(make([]byte, 5000))))
		_, items = b.poll()
		high := items[0].ID
		switch left {
		case "identities":
			b.identify("i", high)
		case "an empty put file":
			name := fileName{high + 1, 9, putSuffix}.String()
			require.NoError(t, os.WriteFile(filepath.Join(b.dir, name), header(), 0o600))
		}
		b.over(high)
		b.work()
		for range 4 {
			b.poll()
		}
		assert.Empty(t, b.files(putSuffix), left)
		b.w.ids.close()
		for _, path := range b.files(idsSuffix) {
			require.NoError(t, os.Remove(path)) // after two hours
		}
		require.NoError(t, b.f.Close())
		b.f, _ = Open(b.dir, Options{Disk: b.disk})
		require.NoError(t, b.put("2"))
		_, items = b.poll()
		require.Len(t, items, 1, left)
		assert.Greater(t, items[0].ID, high, left)
	}
}

// A file that its writer has just begun keeps the worker loading no longer than it takes to
// look at it, and is read when there is something in it.
// G: queue/dir-bounded
func TestAFileThatIsJustBegun(t *testing.T) {
	t.Parallel()
	b := newBench(t, Options{})
	lock, err := durable.TryHold(filepath.Join(b.dir, lockOf(1)))
	require.NoError(t, err)
	defer lock.Unlock()
	name := fileName{0x1000, 1, putSuffix}.String()
	path := filepath.Join(b.dir, name)
	it := Item{ID: 0x1001, Payload: []byte("1")}
	file := appendFrame(header(), seedOf(name), kindItem, func(b []byte) []byte { return it.append(b, 1) })
	for _, n := range []int{0, 5, headerSize} {
		require.NoError(t, os.WriteFile(path, file[:n], 0o600))
		b.work()
		got, _ := b.poll()
		assert.Empty(t, got)
		assert.False(t, b.w.Loading(), n)
		assert.Empty(t, b.w.Problems())
	}
	require.NoError(t, os.WriteFile(path, file, 0o600))
	got, _ := b.poll()
	assert.Equal(t, []string{"1"}, got)
}
