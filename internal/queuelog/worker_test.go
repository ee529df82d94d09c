package queuelog

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/durable"
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
