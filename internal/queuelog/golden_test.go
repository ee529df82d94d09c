package queuelog

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files anew")

// The files in testdata/v1 were written by the first version of each format. Whatever comes
// later must read them, and may write them otherwise only under another version.
const golden = "testdata/v1"

var (
	goldenPut = Item{
		ID: 0x1001, Route: "suite/app", Lane: "ww企业", Urgent: true, Identity: "identity", Same: "", Put: time.UnixMilli(1700000000001),
		State: []byte("state"), Payload: []byte("<xml>\x00\xff</xml>"),
	}
	goldenWaits = Item{ID: 0x2001, Route: "suite/app", Lane: "b", Same: "same", Put: time.UnixMilli(1700000000002), Payload: []byte("{}")}
	goldenOver  = Item{ID: 0x3001, Route: "r", Lane: "l", Put: time.UnixMilli(1700000000003)}
	goldenKept  = Item{
		ID: 0x4001, Route: "r", Lane: "l", Settled: true, Status: Dead, Starts: 300, Reason: "a reason", Identity: "kept",
		Put: time.UnixMilli(1700000000004), Due: time.UnixMilli(1700000009999), State: []byte{}, Payload: []byte("kept"),
	}
	goldenLater = Item{
		ID: 0x4801, Route: "r", Lane: "later", Settled: true, Status: Later, Put: time.UnixMilli(1700000000006),
		Due: time.UnixMilli(1700000010006), After: 10 * time.Second, State: []byte("s"), Payload: []byte("later"),
	}
	goldenWish = Item{ID: 0x5001, Control: Retry, Put: time.UnixMilli(1700000000005), Payload: EncodeIDs([]uint64{0x4001})}
)

// goldenFiles are the bytes as they are written now.
func goldenFiles() map[string][]byte {
	put := fileName{0x1000, 1, putSuffix}.String()
	p := header()
	for i, it := range []Item{goldenPut, goldenWaits, goldenOver, goldenKept, goldenLater, goldenWish} {
		it.Starts, it.Status, it.Settled, it.After = 0, Waiting, false, 0
		flags := []byte{flagMore, 0, 0, 0, 0, 0}[i]
		p = appendFlagged(p, seedOf(put), kindItem, flags, func(b []byte) []byte { return it.append(b, uint32(i+1)) })
	}
	p = appendFrame(p, seedOf(put), kindEnd, ending{0x5001, 6}.append)

	log := fileName{0x6000, 0xabc, logSuffix}.String()
	l := appendFrame(header(), seedOf(log), kindStart, func(b []byte) []byte {
		return appendStarts(b, []started{{0x1001, 2}, {0x3001, 1}})
	})
	l = appendFrame(l, seedOf(log), kindOver, func(b []byte) []byte { return appendOver(b, []uint64{0x3001}) })
	l = appendFrame(l, seedOf(log), kindItem, func(b []byte) []byte { return goldenKept.append(b, 0) })
	l = appendFrame(l, seedOf(log), kindItem, func(b []byte) []byte { return goldenLater.append(b, 0) })

	ids := fileName{0x7000, 0, idsSuffix}.String()
	i := appendFrame(header(), seedOf(ids), kindIdentity, identity{"identity", 0x1001, time.UnixMilli(1700000000001)}.append)
	return map[string][]byte{put: p, log: l, ids: i, fillName: []byte("1 -1\n")}
}

// G: queue/dir-formats
func TestFormatsAreTheGoldenOnes(t *testing.T) {
	t.Parallel()
	for name, want := range goldenFiles() {
		path := filepath.Join(golden, name)
		if *update {
			require.NoError(t, os.MkdirAll(golden, 0o755))
			require.NoError(t, os.WriteFile(path, want, 0o644))
		}
		got, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, want, got, name)
	}
}

// copyGolden makes a folder of the golden files.
func copyGolden(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	entries, err := os.ReadDir(golden)
	require.NoError(t, err)
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(golden, e.Name()))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, e.Name()), b, 0o600))
	}
	return dir
}

// G: queue/dir-formats
func TestGoldenFilesAreRead(t *testing.T) {
	t.Parallel()
	f, err := Open(copyGolden(t), Options{})
	require.NoError(t, err)
	defer f.Close()
	known := map[string]uint64{}
	w, err := f.Work(func(text string, id uint64, put time.Time) {
		known[text] = id
		assert.True(t, put.Equal(time.UnixMilli(1700000000001)))
	})
	require.NoError(t, err)
	defer w.Close()
	assert.Equal(t, map[string]uint64{"identity": 0x1001}, known)
	items, more := w.Poll(100)
	require.False(t, more)
	require.Empty(t, w.Problems())
	want := []Item{goldenKept, goldenLater, goldenPut, goldenWaits, goldenWish} // what was started first
	want[2].Starts = 2
	require.Len(t, items, len(want))
	for i, it := range items {
		got, err := w.Read(it.ID)
		require.NoError(t, err)
		if want[i].State == nil {
			want[i].State = []byte{}
		}
		assert.Equal(t, want[i], got)
		got.State, got.Payload = nil, nil
		assert.Equal(t, got, it)
	}
	ids, err := goldenWish.IDs()
	require.NoError(t, err)
	assert.Equal(t, []uint64{0x4001}, ids)
	assert.Equal(t, -1, readFill(Machine{}, golden))
}

// A newer version of this module may have written a file: then it is not for us, and nobody
// may take it for empty.
// G: queue/dir-formats
func TestNewerVersionIsAnError(t *testing.T) {
	t.Parallel()
	for suffix, stops := range map[string]bool{putSuffix: false, logSuffix: true, idsSuffix: false} {
		dir := copyGolden(t)
		names, err := filepath.Glob(filepath.Join(dir, "*"+suffix))
		require.NoError(t, err)
		require.Len(t, names, 1)
		b, err := os.ReadFile(names[0])
		require.NoError(t, err)
		b[len(magic)] = version + 1
		require.NoError(t, os.WriteFile(names[0], b, 0o600))
		f, err := Open(dir, Options{})
		require.NoError(t, err)
		defer f.Close()
		w, err := f.Work(func(string, uint64, time.Time) {})
		if stops {
			require.ErrorIs(t, err, ErrNewer, "without what is over, all of it would be worked again")
			assert.ErrorContains(t, err, suffix)
			continue
		}
		require.NoError(t, err)
		defer w.Close()
		w.Poll(100)
		problems := w.Problems()
		require.NotEmpty(t, problems, suffix)
		assert.ErrorIs(t, problems[0], ErrNewer)
		require.NoError(t, f.Put(t.Context(), []Item{{Route: "r", Payload: []byte("new")}}))
		w.listed = time.Time{}
		require.NoError(t, w.Tend())
		items, _ := w.Poll(100)
		assert.Len(t, items, 1, "the rest is worked")
		assert.FileExists(t, names[0])
	}
	assert.Zero(t, readFill(Machine{}, t.TempDir()))
}
