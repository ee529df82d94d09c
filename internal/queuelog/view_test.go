package queuelog

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// G: queue/dir-formats
func TestNamesAreReadBackStrictly(t *testing.T) {
	t.Parallel()
	for _, n := range []fileName{{0, 0, putSuffix}, {1, slots - 1, logSuffix}, {maxOrder, 0x1ab, idsSuffix}} {
		got, ok := parseName(n.String())
		assert.True(t, ok, n.String())
		assert.Equal(t, n, got)
	}
	for _, s := range []string{
		"", ".put", "0000000000000001-001", "0000000000000001-001.put ", "0000000000000001-001.PUT", "000000000000000A-001.put",
		"000000000000001-0001.put", "0000000000000001_001.put", "0000000000000001-001.lock", "+000000000000001-001.put",
		"0000000000000001-+01.put", "../000000000001-001.put", fileName{maxOrder + 1, 0, putSuffix}.String(),
		fileName{math.MaxUint64, 0, putSuffix}.String(),
	} {
		_, ok := parseName(s)
		assert.False(t, ok, s)
	}
	assert.Equal(t, "0ff.lock", lockOf(0xff))
}

func TestFillIsAHint(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for content, want := range map[string]int{
		"": 0, "1 -25\n": -25, "1 25\n": 25, "1": 0, "1 x": 0, "2 25\n": 0, "\x00\x00\x00": 0, "junk\njunk": 0,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, fillName), []byte(content), 0o600))
		assert.Equal(t, want, readFill(Machine{}, dir), "%q", content)
	}
	require.NoError(t, writeFill(Machine{}, dir, -7))
	assert.Equal(t, -7, readFill(Machine{}, dir))
	assert.Zero(t, readFill(Machine{}, t.TempDir()))
}

// contents are the files of a folder.
func (b *bench) contents() map[string]string {
	b.t.Helper()
	all := map[string]string{}
	for _, path := range b.files("") {
		data, err := os.ReadFile(path)
		require.NoError(b.t, err)
		all[filepath.Base(path)] = string(data)
	}
	return all
}

func TestViewSeesAllAndChangesNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t, Options{Segment: 600})
	for i := range 6 {
		require.NoError(t, b.put(fmt.Sprint("one", i), fmt.Sprint("two", i)))
	}
	b.work()
	_, items := b.poll()
	require.NoError(t, b.w.Start([]uint64{items[0].ID}))
	b.over(items[1].ID, items[3].ID)
	changed := items[2]
	changed.Status, changed.State = Dead, []byte("state")
	batch, err := b.w.Write(nil, []Item{changed})
	require.NoError(t, err)
	require.NoError(t, batch.Sync())
	batch.Apply()
	b.poll()
	for _, path := range b.files(putSuffix) {
		if data, _ := os.ReadFile(path); bytes.Contains(data, []byte("two3")) {
			flip(t, path, "two3")
		}
	}
	temp := filepath.Join(b.dir, ".tmp-wecom-0123456789abcdef")
	require.NoError(t, os.WriteFile(temp, nil, 0o600))

	before := b.contents()
	for range 2 {
		v, err := b.f.View()
		require.NoError(t, err)
		got := map[string]Item{}
		for more := true; more; {
			var some []Item
			some, more = v.Poll(2)
			for _, it := range some {
				it, err := v.Read(it.ID)
				require.NoError(t, err)
				got[string(it.Payload)] = it
			}
		}
		assert.Len(t, got, 9, "all but two that are over and one that is damaged")
		assert.Equal(t, 1, got["one0"].Starts)
		assert.Equal(t, Dead, got["one1"].Status)
		assert.Equal(t, "state", string(got["one1"].State))
	}
	assert.Equal(t, before, b.contents())
	b.w.listed = time.Time{}
	require.NoError(t, b.w.Tend())
	assert.NoFileExists(t, temp, "the worker removes what a process left that died at trying the folder out")
}

func TestSlotsAreOfOneProcessEach(t *testing.T) {
	t.Parallel()
	b := newBench(t, Options{})
	seen := map[int]bool{}
	var open []*Folder
	for range 20 {
		f, err := Open(b.dir, Options{Disk: b.disk})
		require.NoError(t, err)
		require.NoError(t, f.Put(t.Context(), []Item{{}}))
		assert.False(t, seen[f.slot])
		seen[f.slot] = true
		open = append(open, f)
	}
	b.work()
	_, items := b.poll()
	ids := map[uint64]bool{}
	for _, it := range items {
		ids[it.ID] = true
		assert.True(t, seen[int(it.ID%slots)])
	}
	assert.Len(t, ids, 20)
	for _, f := range open {
		require.NoError(t, f.Close())
	}
	assert.Empty(t, b.files("0"+lockSuffix))
}

func TestWorkerSaysWhatIsWrongOnceEach(t *testing.T) {
	t.Parallel()
	b := newBench(t, Options{})
	b.work()
	f := &file{path: "a file"}
	b.w.complain(f, errBroken)
	b.w.complain(f, errBroken)
	b.w.complain(f, ErrGone)
	assert.Len(t, b.w.Problems(), 2)
	assert.Empty(t, b.w.Problems())
	for range 3 * maxProblems {
		b.w.report(errBroken)
	}
	assert.Len(t, b.w.Problems(), maxProblems)
}
