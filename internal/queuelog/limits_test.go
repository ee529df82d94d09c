package queuelog

import (
	"fmt"
	"os"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func (b *bench) putUrgent(payload string) error {
	return b.f.Put(b.t.Context(), []Item{{Urgent: true, Payload: []byte(payload)}})
}

// The limits are of the folder, and not of each process.
// G: queue/dir-bounded
func TestFullFolderKeepsRoomForUrgentItems(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Options{Items: 20})
		second, err := Open(b.dir, Options{Items: 20, Disk: b.disk})
		require.NoError(t, err)
		defer second.Close()
		for i := range 10 {
			require.NoError(t, b.put(fmt.Sprint(i)))
			require.NoError(t, second.Put(t.Context(), []Item{{}}))
			time.Sleep(usageAge)
		}
		assert.ErrorIs(t, b.put("more"), ErrFull)
		assert.ErrorIs(t, second.Put(t.Context(), []Item{{}}), ErrFull)
		assert.ErrorIs(t, b.f.Put(t.Context(), []Item{{}, {Urgent: true}}), ErrFull, "one that is not urgent")
		assert.ErrorIs(t, b.f.Put(t.Context(), []Item{{Urgent: true}, {}}), ErrFull, "one that is not urgent")
		require.NoError(t, b.putUrgent("1"))
		require.NoError(t, b.putUrgent("2"))
		assert.ErrorIs(t, b.putUrgent("3"), ErrFull)
		assert.ErrorIs(t, b.f.Put(t.Context(), []Item{{Urgent: true}, {}}), ErrFull)

		b.work()
		_, items := b.poll()
		require.Len(t, items, 22)
		b.over(items[0].ID, items[1].ID, items[2].ID)
		time.Sleep(listEvery)
		b.poll()
		time.Sleep(usageMin)
		require.NoError(t, second.Put(t.Context(), []Item{{}}))
		assert.ErrorIs(t, second.Put(t.Context(), []Item{{}}), ErrFull)
	})
}

// G: queue/dir-bounded
func TestFullFolderByBytes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Options{Bytes: 10_000, Segment: 2000})
		payload := string(make([]byte, 900))
		puts := 0
		for ; b.put(payload) == nil; puts++ {
			require.Less(t, puts, 11)
		}
		assert.Greater(t, puts, 3)
		require.ErrorIs(t, b.put(payload), ErrFull)
		assert.NoError(t, b.putUrgent(payload[:100]))
		b.work()
		_, items := b.poll()
		for _, it := range items {
			b.over(it.ID)
		}
		b.poll()
		b.poll()
		time.Sleep(usageMin)
		assert.NoError(t, b.put(payload), "what is over is removed, and makes room")
	})
}

// G: queue/batches
func TestBatchThatDoesNotFitIsLeftOutAlone(t *testing.T) {
	t.Parallel()
	b := newBench(t, Options{Items: 10})
	r := func(n int) *request { return &request{items: make([]Item, n), done: make(chan error, 1)} }
	all := []*request{r(6), r(6), r(4)}
	b.f.commit(slices.Clone(all))
	assert.NoError(t, <-all[0].done)
	assert.ErrorIs(t, <-all[1].done, ErrFull, "six more are too many")
	assert.NoError(t, <-all[2].done)
}

func TestFolderThatCannotBeMeasured(t *testing.T) {
	t.Parallel()
	b := newBench(t, Options{})
	b.disk.failing(func(op, name string) error {
		if op == "names" {
			return errBroken
		}
		return nil
	})
	require.ErrorIs(t, b.put("1"), errBroken)
	b.disk.failing(nil)
	require.NoError(t, b.put("1"))
}

func TestLastItemOfAPutFile(t *testing.T) {
	t.Parallel()
	b := newBench(t, Options{})
	require.NoError(t, b.put("1", "2"))
	require.NoError(t, b.put(string(make([]byte, 10_000))))
	path := b.files(putSuffix)[0]
	last := ending{b.f.segment.last, 3}
	check := func(want ending, what string) {
		t.Helper()
		got, err := lastOf(b.disk, path)
		require.NoError(t, err)
		assert.Equal(t, want, got, what)
	}
	check(last, "larger than what is looked at")
	require.NoError(t, b.put("4"))
	last4 := ending{b.f.segment.last, 4}
	check(last4, "by the last frame")
	require.NoError(t, b.f.Close())
	check(last4, "by the end mark")
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	end := len(appendFrame(nil, 0, kindEnd, ending{}.append))
	require.NoError(t, os.WriteFile(path, whole[:len(whole)-end-3], 0o600))
	check(last, "a torn frame does not count")
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	check(ending{}, "nothing in it")
	require.NoError(t, os.Remove(path))
	_, err = lastOf(b.disk, path)
	assert.Error(t, err)
}

// However many items come and go, the folder has little more than what waits.
// G: queue/dir-bounded
func TestFolderIsBounded(t *testing.T) {
	t.Parallel()
	const segment = 4 << 10
	b := newBench(t, Options{Segment: segment})
	require.NoError(t, b.put("waits for long"))
	b.work()
	_, items := b.poll()
	waits := items[0].ID
	for round := range 300 {
		require.NoError(t, b.put(fmt.Sprint(round), string(make([]byte, 400))))
		_, items := b.poll()
		require.Len(t, items, 2)
		it := items[0]
		it.Status, it.State = Later, []byte("again")
		batch, err := b.w.Write([]uint64{items[1].ID}, []Item{it})
		require.NoError(t, err)
		require.NoError(t, batch.Sync())
		batch.Apply()
		b.over(it.ID)
		b.reap()
		size := int64(0)
		for _, suffix := range []string{putSuffix, logSuffix} {
			for _, path := range b.files(suffix) {
				n, err := Machine{}.Size(path)
				require.NoError(t, err)
				size += n
			}
		}
		require.Less(t, size, int64(5*segment))
	}
	assert.Less(t, len(b.files(".put"))+len(b.files(".log")), 12)
	it, err := b.w.Read(waits)
	require.NoError(t, err)
	assert.Equal(t, "waits for long", string(it.Payload))
	assert.NotEqual(t, b.files(putSuffix)[0], b.w.live[waits].file.path, "it was copied on")
	b.work()
	got, _ := b.poll()
	assert.Equal(t, []string{"waits for long"}, got)
}
