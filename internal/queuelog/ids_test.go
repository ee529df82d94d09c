package queuelog

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/clock"
)

// Not parallel: it sets the clock of all.
// G: clock/queue
func TestOrderDoesNotDependOnTheClock(t *testing.T) {
	b := newBench(t, Options{Segment: 1})
	steps := []time.Duration{0, -time.Hour, 365 * 24 * time.Hour, -400 * 24 * time.Hour, time.Hour, 0}
	var want []string
	var sum time.Duration
	defer func() { clock.Shift(-sum) }()
	for i, d := range steps {
		clock.Shift(d)
		sum += d
		want = append(want, fmt.Sprint(i))
		require.NoError(t, b.put(fmt.Sprint(i)))
		if i%2 == 0 { // another process, after this one
			require.NoError(t, b.f.Close())
			var err error
			b.f, err = Open(b.dir, Options{Segment: 1, Disk: b.disk})
			require.NoError(t, err)
		}
	}
	b.work()
	got, items := b.poll()
	assert.Equal(t, want, got)
	b.over(items[0].ID, items[1].ID, items[2].ID, items[3].ID, items[4].ID)
	b.work()
	got, _ = b.poll()
	assert.Equal(t, want[5:], got)
	b.poll() // files are gone, and with them the highest ids
	require.Len(t, b.files(putSuffix), 1)
	require.NoError(t, b.put("last"))
	b.work()
	got, _ = b.poll()
	assert.Equal(t, []string{"5", "last"}, got)
}

func TestIdsStayAboveThoseOfRemovedFiles(t *testing.T) {
	t.Parallel()
	b := newBench(t, Options{Segment: 4000})
	b.work()
	require.NoError(t, b.w.Start(nil)) // there is a log before
	b.f.last = 1 << 50                 // as if the clock were far ahead
	require.NoError(t, b.put(string(make([]byte, 5000))))
	_, items := b.poll()
	batch, err := b.w.Write(nil, []Item{{ID: items[0].ID, Payload: []byte("kept"), Settled: true}})
	require.NoError(t, err)
	require.NoError(t, batch.Sync())
	batch.Apply()
	b.poll()
	b.poll()
	require.Empty(t, b.files(putSuffix))
	require.NoError(t, b.f.Close())
	b.f, err = Open(b.dir, Options{Disk: b.disk})
	require.NoError(t, err)
	require.NoError(t, b.put("2"))
	b.work()
	got, items := b.poll()
	assert.Equal(t, []string{"kept", "2"}, got)
	assert.Less(t, items[0].ID, items[1].ID)
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
