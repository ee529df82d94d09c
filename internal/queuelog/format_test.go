package queuelog

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The head alone says how long a frame is.
// G: queue/dir-formats
func TestPartsOfAFrame(t *testing.T) {
	t.Parallel()
	seed := seedOf(scanned)
	whole := frameOf("body")
	for n := range len(whole) {
		_, size, v := parseFrame(whole[:n], seed)
		assert.Equal(t, short, v, n)
		if n < frameHead {
			assert.Zero(t, size, n)
		} else {
			assert.Equal(t, len(whole), size, n)
		}
	}
	f, size, v := parseFrame(append(whole, "next"...), seed)
	assert.Equal(t, good, v)
	assert.Equal(t, len(whole), size)
	assert.Equal(t, frame{kind: kindItem, body: []byte("body")}, f)
	for _, b := range []string{"x", "\xA7x", "x\x51", "x\x51 and some more bytes"} {
		_, size, v := parseFrame([]byte(b), seed)
		assert.Equal(t, bad, v, "%q", b)
		assert.Zero(t, size)
	}
}

// In damaged bytes some have the right CRC by chance: a frame has its mark, too, and no more
// than 16 MiB.
// G: queue/dir-formats
func TestHeadsThatOnlyLookRight(t *testing.T) {
	t.Parallel()
	seed := seedOf(scanned)
	head := func(spoil func(b []byte)) []byte {
		b := frameOf("body")
		spoil(b)
		binary.LittleEndian.PutUint32(b[8:], crc32.Update(seed, castagnoli, b[:8]))
		return b
	}
	for name, spoil := range map[string]func(b []byte){
		"first mark":  func(b []byte) { b[0] ^= 1 },
		"second mark": func(b []byte) { b[1] ^= 1 },
		"length":      func(b []byte) { binary.LittleEndian.PutUint32(b[4:], maxBody+1) },
	} {
		_, size, v := parseFrame(head(spoil), seed)
		assert.Equal(t, bad, v, name)
		assert.Zero(t, size, name)
	}
	_, size, v := parseFrame(head(func(b []byte) { binary.LittleEndian.PutUint32(b[4:], maxBody) }), seed)
	assert.Equal(t, short, v)
	assert.Equal(t, frameHead+maxBody+frameTail, size)
}

// A record that is cut in a frame that is whole is damaged, and costs no other.
// G: queue/dir-failures
func TestRecordsThatAreCut(t *testing.T) {
	t.Parallel()
	item := Item{ID: 0x1001, Route: "r", Payload: []byte("p")}
	for name, c := range map[string]struct {
		suffix string
		kind   byte
		body   []byte
	}{
		"item in a put file": {putSuffix, kindItem, item.append(nil, 1)[:20]},
		"item in a log":      {logSuffix, kindItem, item.append(nil, 1)[:20]},
		"status of none":     {logSuffix, kindItem, (&Item{ID: 1, Status: Dead + 1}).append(nil, 1)},
		"over":               {logSuffix, kindOver, appendOver(nil, []uint64{1, 2})[:15]},
		"starts":             {logSuffix, kindStart, appendStarts(nil, []started{{1, 2}})[:11]},
		"identity":           {idsSuffix, kindIdentity, identity{"i", 1, time.UnixMilli(1)}.append(nil)[:15]},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, Options{})
			require.NoError(t, b.put("1"))
			n := fileName{0x1000, 1, c.suffix}.String()
			file := appendFrame(header(), seedOf(n), c.kind, func(b []byte) []byte { return append(b, c.body...) })
			file = appendFrame(file, seedOf(n), 'x', func(b []byte) []byte { return append(b, "of a kind to come"...) })
			require.NoError(t, os.WriteFile(filepath.Join(b.dir, n), file, 0o600))
			b.work()
			got, _ := b.poll()
			assert.Equal(t, []string{"1"}, got)
			problems := b.w.Problems()
			require.Len(t, problems, 1)
			assert.ErrorIs(t, problems[0], ErrDamaged)
			assert.Len(t, b.copies(), 1)
		})
	}
}

// An item is measured with all its texts.
// G: queue/dir-bounded
func TestEachTextOfAnItemCounts(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("x", maxBody)
	for i, it := range []Item{{Route: text}, {Lane: text}, {Identity: text}, {Same: text}, {Reason: text}, {State: []byte(text)}, {Payload: []byte(text)}} {
		assert.ErrorIs(t, it.Fits(), ErrTooLarge, i)
	}
	half := text[:maxBody/2]
	assert.ErrorIs(t, (&Item{Reason: half, Payload: []byte(half)}).Fits(), ErrTooLarge)
	it := Item{Route: half, Payload: []byte(half[:len(half)-64])}
	require.NoError(t, it.Fits())
	assert.LessOrEqual(t, len(it.append(nil, 1)), maxBody, "what fits can be written")
}

// countedReads is a disk in memory that counts what is read.
type countedReads struct {
	oneFile
	reads, bytes int
}

func (d *countedReads) Size(string) (int64, error) { return int64(len(d.file)), nil }

func (d *countedReads) ReadAt(path string, b []byte, off int64) (int, error) {
	d.reads++
	d.bytes += len(b)
	return d.oneFile.ReadAt(path, b, off)
}

// Who puts asks each second for the last item of every put file: by one read of its end,
// where that is small.
// G: queue/dir-bounded
func TestLastItemIsFoundByItsFrame(t *testing.T) {
	t.Parallel()
	seed := seedOf(scanned)
	frameAt := func(size int) []byte {
		it := Item{ID: 7}
		it.Payload = make([]byte, size-len(appendFrame(nil, seed, kindItem, func(b []byte) []byte { return it.append(b, 3) })))
		return appendFrame(nil, seed, kindItem, func(b []byte) []byte { return it.append(b, 3) })
	}
	for size, reads := range map[int]int{100: 1, 4095: 1, 4096: 1, 4097: 2} {
		file := append(append(header(), frameAt(50_000)...), frameAt(size)...)
		d := &countedReads{oneFile: oneFile{file: file}}
		end, err := lastOf(d, scanned)
		require.NoError(t, err)
		assert.Equal(t, ending{7, 3}, end, size)
		assert.Equal(t, reads > 1, d.reads > 1, "%d: %d reads", size, d.reads)
		assert.Equal(t, reads > 1, d.bytes > 4<<10, size)
	}
	for n := range 30 { // shorter than any frame
		_, ok := lastIn(make([]byte, n), seed)
		assert.False(t, ok, n)
	}
	_, ok := lastIn(appendFrame(nil, seed, 'x', func(b []byte) []byte { return b }), seed)
	assert.False(t, ok, "it is no item")
}

// The names of files are read back, whatever else is there.
// G: queue/dir-formats
func TestOtherEndingsAreForeign(t *testing.T) {
	t.Parallel()
	for _, suffix := range []string{".txt", ".bak", ".lok"} {
		_, ok := parseName(fmt.Sprintf("%016x-001%s", 1, suffix))
		assert.False(t, ok, suffix)
	}
}

// What the machine cannot do is an error, whatever it is.
// G: queue/dir-failures
func TestTheMachineTellsWhatFails(t *testing.T) {
	t.Parallel()
	missing := filepath.Join(t.TempDir(), "missing", "file")
	var m Machine
	_, err := m.Create(missing)
	assert.Error(t, err, "create")
	_, err = m.ReadAt(missing, make([]byte, 1), 0)
	assert.Error(t, err, "read")
	_, err = m.Size(missing)
	assert.Error(t, err, "size")
	_, err = m.Names(missing)
	assert.Error(t, err, "names")
	assert.Error(t, m.Remove(missing), "remove")
	assert.Error(t, m.SyncDir(missing), "sync a folder")
	assert.Error(t, m.SyncFile(missing), "sync a file")
	assert.Error(t, m.Replace(missing, nil), "replace")
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "folder", "full"), 0o700))
	assert.Error(t, m.Replace(filepath.Join(dir, "folder"), nil), "replace what is a folder")
	_, err = m.Size(dir)
	assert.Error(t, err, "size of a folder")
	_, err = m.ReadAt(dir, make([]byte, 1), 0)
	assert.Error(t, err, "read a folder")
}

// Who reads a file beside its replacement sees the old one or the new one, whole.
func TestReplaceMakesANewFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "file")
	require.NoError(t, Machine{}.Replace(path, []byte("old")))
	before, err := os.Stat(path)
	require.NoError(t, err)
	require.NoError(t, Machine{}.Replace(path, []byte("new one")))
	after, err := os.Stat(path)
	require.NoError(t, err)
	assert.False(t, os.SameFile(before, after))
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "new one", string(b))
}
