package queuelog

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/durable"
)

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
