package queuelog

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A process that is killed leaves a file or two: they become few again.
// G: queue/dir-bounded
func TestManySmallFilesBecomeFew(t *testing.T) {
	t.Parallel()
	b := newBench(t, Options{})
	var want []string
	for i := range 3 * mostFiles {
		require.NoError(t, b.put(fmt.Sprint(i)))
		want = append(want, fmt.Sprint(i))
		require.NoError(t, b.f.Close())
		b.f, _ = Open(b.dir, Options{Disk: b.disk})
	}
	b.work()
	_, items := b.poll()
	require.NoError(t, b.w.Start([]uint64{items[5].ID}))
	for range 10 * mostFiles {
		copied, err := b.w.Reap()
		require.NoError(t, err)
		if copied == nil {
			break
		}
		require.NoError(t, copied.Sync())
		require.NoError(t, b.w.Start([]uint64{items[7].ID})) // beside it
		copied.Apply()
	}
	b.poll()
	b.poll()
	assert.LessOrEqual(t, len(b.files(putSuffix)), mostFiles)
	starts := int(b.w.live[items[7].ID].starts)
	assert.Positive(t, starts)
	b.work()
	got, items := b.poll()
	assert.Equal(t, want, sorted(got))
	for _, it := range items {
		switch string(it.Payload) {
		case "5":
			assert.Equal(t, 1, it.Starts)
		case "7":
			assert.Equal(t, starts, it.Starts)
		}
	}
}

// What old logs tell of items in put files is told on, as long as these are there.
// G: queue/dir-bounded
func TestManyLogsBecomeFew(t *testing.T) {
	t.Parallel()
	b := newBench(t, Options{})
	require.NoError(t, b.put("started", "over", "often"))
	b.work()
	_, items := b.poll()
	require.NoError(t, b.w.Start([]uint64{items[0].ID}))
	b.over(items[1].ID)
	for range 2 * mostFiles {
		b.work()
		b.poll()
		require.NoError(t, b.w.Start([]uint64{items[2].ID}))
	}
	b.reapAll()
	b.poll()
	assert.LessOrEqual(t, len(b.files(logSuffix)), mostFiles+2)
	b.work()
	got, items := b.poll()
	assert.Equal(t, []string{"started", "often"}, got)
	assert.Equal(t, []int{1, 2 * mostFiles}, []int{items[0].Starts, items[1].Starts})
}

// sorted is for numbers.
func sorted(s []string) []string {
	out := make([]string, len(s))
	for _, v := range s {
		var i int
		fmt.Sscan(v, &i)
		out[i] = v
	}
	return out
}

func TestCopyThatFailsLosesNothing(t *testing.T) {
	t.Parallel()
	for _, step := range []string{"sync", "write", "read"} {
		b := newBench(t, Options{Segment: 1000})
		for range 10 {
			require.NoError(t, b.put("stays", string(make([]byte, 800))))
		}
		b.work()
		_, items := b.poll()
		for i := 1; i < len(items); i += 2 {
			b.over(items[i].ID)
		}
		suffix := logSuffix
		if step == "read" {
			suffix = putSuffix
		}
		b.disk.failOn(step, suffix)
		copied, err := b.w.Reap()
		if err == nil {
			err = copied.Sync()
			copied.Drop()
		}
		require.ErrorIs(t, err, errBroken, step)
		b.disk.failing(nil)
		for range 20 {
			b.reap()
		}
		b.poll()
		assert.Less(t, len(b.files(putSuffix)), 10)
		b.work()
		got, _ := b.poll()
		assert.Len(t, got, 10, step)
	}
}

// A file of which a part cannot be copied any more stays, and is tried no more.
func TestFileThatIsDamagedMeanwhileStays(t *testing.T) {
	t.Parallel()
	b := newBench(t, Options{Segment: 1000})
	for i := range 10 {
		require.NoError(t, b.put(fmt.Sprint("stays", i), string(make([]byte, 800))))
	}
	b.work()
	_, items := b.poll()
	first := b.files(putSuffix)[0]
	flip(t, first, "stays0")
	for i := 1; i < len(items); i += 2 {
		b.over(items[i].ID)
	}
	for range 100 {
		b.reap()
	}
	copied, err := b.w.Reap()
	require.NoError(t, err)
	assert.Nil(t, copied, "it is not tried again and again")
	assert.FileExists(t, first)
	assert.Len(t, b.copies(), 1)
	assert.Equal(t, filepath.Base(first), b.w.live[items[0].ID].file.name)
}
