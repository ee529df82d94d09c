package queuelog

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// reap copies on once, and reports whether there was anything to be done.
func (b *bench) reap() bool {
	b.t.Helper()
	batch, err := b.w.Reap()
	require.NoError(b.t, err)
	if batch == nil {
		return false
	}
	require.NoError(b.t, batch.Sync())
	batch.Apply()
	return true
}

// reapAll copies on until nothing is to be done.
func (b *bench) reapAll() {
	b.t.Helper()
	for range 100 {
		if !b.reap() {
			return
		}
	}
	require.Fail(b.t, "it does not come to an end")
}

// Files are copied from when more than a file's worth, and a quarter of what counts, is over.
// G: queue/dir-bounded
func TestWhenFilesAreCopied(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		n          int
		size, live int64
		want       bool
	}{
		{1, 100, 0, false}, {1, 101, 0, true},
		{1, 1100, 1000, false}, {1, 1350, 1000, false}, {1, 1351, 1000, true},
		{mostFiles, 0, 0, false}, {mostFiles + 1, 0, 0, true},
	} {
		tl := tally{n: c.n, size: c.size, live: c.live}
		assert.Equal(t, c.want, tl.wasted(100), c)
	}
}

// Of the files that can be copied, the one with the least key goes first.
// G: queue/dir-bounded
func TestWhichFileIsCopied(t *testing.T) {
	t.Parallel()
	for _, keys := range [][]uint64{{5}, {3, 5}, {5, 3}, {5, 7, 3, 4}, {0, 3}, {3, 0}} {
		var tl tally
		for _, key := range keys {
			tl.add(&file{size: 10 * int64(key), liveBytes: int64(key)}, key)
		}
		require.NotNil(t, tl.least, keys)
		assert.Equal(t, int64(slices.Min(keys)), tl.least.liveBytes, keys)
	}
}

// Where all that is there counts nothing is copied, and no file goes.
// G: queue/dir-bounded
func TestWhatCountsStaysWhereItIs(t *testing.T) {
	t.Parallel()
	b := newBench(t, Options{Segment: 1000})
	var want []string
	for i := range 20 {
		payload := fmt.Sprint(i, string(make([]byte, 800)))
		want = append(want, payload)
		require.NoError(t, b.put(payload))
	}
	b.work()
	batch, err := b.w.Reap()
	require.NoError(t, err)
	assert.Nil(t, batch, "not all was read")
	_, items := b.poll()
	before := b.files(putSuffix)
	require.NoError(t, b.w.Start([]uint64{items[0].ID}))
	batch, err = b.w.Reap()
	require.NoError(t, err)
	assert.Nil(t, batch)
	assert.Equal(t, before, b.files(putSuffix))
	b.work()
	got, _ := b.poll()
	assert.Equal(t, want, got)
}

// What is over in files of items lets those of identities alone.
// G: queue/dir-bounded
func TestIdentitiesAreNotCopied(t *testing.T) {
	t.Parallel()
	b := newBench(t, Options{Segment: 1000})
	for i := range 20 {
		require.NoError(t, b.put(fmt.Sprint("over", i), string(make([]byte, 800))))
	}
	b.work()
	_, items := b.poll()
	for i := range 50 {
		b.identify(fmt.Sprint(i), uint64(i))
	}
	for i := 0; i < len(items); i += 2 {
		b.over(items[i].ID)
	}
	b.reapAll()
	b.poll()
	assert.Len(t, b.known(), 50)
}

// A file of identities is kept for two hours after the newest of them, also by a worker that
// has begun since.
// G: inbox/once
func TestIdentitiesAreKeptForTheNewest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Options{})
		b.work()
		b.identify("first", 1)
		time.Sleep(50 * time.Minute)
		b.identify("last", 2)
		require.Len(t, b.files(idsSuffix), 1)
		b.known()
		time.Sleep(identityLife - time.Second)
		b.poll()
		assert.Contains(t, b.known(), "last")
		time.Sleep(2 * time.Second)
		b.poll()
		assert.Empty(t, b.known())
	})
}

// One file that cannot be removed keeps no other.
// G: queue/dir-failures
func TestIdentitiesThatCannotBeRemoved(t *testing.T) {
	t.Parallel()
	b := newBench(t, Options{})
	b.work()
	b.fillIdentities(5)
	b.w.ids.total = identityMost + 3
	kept := b.files(idsSuffix)[0]
	b.disk.failing(func(op, name string) error {
		if op == "remove" && b.files(idsSuffix)[0] == kept && name == kept[len(kept)-len(name):] {
			return errBroken
		}
		return nil
	})
	b.poll()
	assert.Len(t, b.files(idsSuffix), 2, "three others have gone")
	problems := b.w.Problems()
	require.Len(t, problems, 1)
	assert.ErrorIs(t, problems[0], errBroken)
}

// What a log tells is kept as long as the items that it tells of, and goes with them.
// G: queue/dir-bounded queue/dir-durable
func TestLogsGoWithTheirItems(t *testing.T) {
	t.Parallel()
	b := newBench(t, Options{})
	require.NoError(t, b.put("started", "over"))
	b.work()
	_, items := b.poll()
	started := items[0].ID
	require.NoError(t, b.w.Start([]uint64{started}))
	again := func() (got []string) {
		b.work()
		got, items = b.poll()
		b.poll()
		b.poll()
		return got
	}
	for range 3 {
		assert.Equal(t, []string{"started", "over"}, again())
		assert.Equal(t, []int{1, 0}, []int{items[0].Starts, items[1].Starts})
	}
	b.over(items[1].ID)
	for range 3 {
		assert.Equal(t, []string{"started"}, again())
		assert.Equal(t, 1, items[0].Starts)
	}
	require.NoError(t, b.f.Close())
	b.over(started)
	for range 3 {
		assert.Empty(t, again())
	}
	assert.Empty(t, b.files(putSuffix))
	assert.LessOrEqual(t, len(b.files(logSuffix)), 1)
}

// What was noted before a restart counts as well.
// G: queue/dir-bounded
func TestIdentitiesOfEarlierWorkersCount(t *testing.T) {
	t.Parallel()
	b := newBench(t, Options{})
	b.work()
	b.fillIdentities(3)
	b.work()
	assert.Equal(t, 3, b.w.ids.total)
	b.w.ids.total += identityMost - 2
	b.poll()
	assert.Equal(t, identityMost, b.w.ids.total, "the oldest file went with what it had")
	assert.Equal(t, map[string]uint64{"1": 1, "2": 2}, b.known())
}
