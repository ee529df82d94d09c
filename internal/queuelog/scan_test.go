package queuelog

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const scanned = "0000000000001000-001.put"

func frameOf(body string) []byte {
	return appendFrame(nil, seedOf(scanned), kindItem, func(b []byte) []byte { return append(b, body...) })
}

// oneFile is a disk in memory.
type oneFile struct {
	Machine
	file []byte
}

func (d oneFile) ReadAt(_ string, b []byte, off int64) (int, error) {
	return bytes.NewReader(d.file).ReadAt(b, off)
}

// scanAll reads a file of these bytes to its end.
func scanAll(t testing.TB, file []byte) (bodies []string, damages []*damage) {
	s := newScanner(oneFile{file: file}, scanned, 0)
	for range len(file) + 2 {
		f, _, _, err := s.next()
		var d *damage
		switch {
		case errors.Is(err, errTail):
			return bodies, damages
		case errors.As(err, &d):
			damages = append(damages, d)
		default:
			require.NoError(t, err)
			bodies = append(bodies, string(f.body))
		}
	}
	require.Fail(t, "it does not come to an end")
	return nil, nil
}

// G: queue/dir-failures
func TestScanFindsAllButTheDamagedFrame(t *testing.T) {
	t.Parallel()
	long := string(bytes.Repeat([]byte("long "), readAhead/3))
	frames := []string{"one", "two", long, "", "five"}
	for victim := range frames {
		for _, at := range []int{0, 1, 2, 5, 9, frameHead, -5, -1} {
			var file []byte
			var want []string
			from, to := 0, 0
			for i, body := range frames {
				b := frameOf(body)
				if i == victim {
					from, to = len(file), len(file)+len(b)
					b[(at+len(b))%len(b)] ^= 0x40
				} else {
					want = append(want, body)
				}
				file = append(file, b...)
			}
			got, damages := scanAll(t, file)
			assert.Equal(t, want, got, "frame %d at %d", victim, at)
			if victim == len(frames)-1 {
				assert.Empty(t, damages, "at the end it may be one that is being written")
				continue
			}
			assert.Equal(t, []*damage{{scanned, int64(from), int64(to)}}, damages, "frame %d at %d", victim, at)
		}
	}
}

func TestScanWaitsForTheRestOfAFrame(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), scanned)
	whole := append(frameOf("one"), frameOf("two")...)
	s := newScanner(Machine{}, path, 0)
	got := 0
	for n := range len(whole) + 1 {
		require.NoError(t, os.WriteFile(path, whole[:n], 0o600))
		f, at, size, err := s.next()
		if err == nil {
			got++
			assert.Equal(t, map[int]string{1: "one", 2: "two"}[got], string(f.body))
			assert.EqualValues(t, n, int(at)+size, "as soon as it is whole")
			continue
		}
		require.ErrorIs(t, err, errTail)
	}
	assert.Equal(t, 2, got)
}

// Bytes that are a frame of another file, such as old blocks of the disk, are none here.
func TestFramesOfOtherFilesAreNone(t *testing.T) {
	t.Parallel()
	foreign := appendFrame(nil, seedOf("0000000000001000-002.put"), kindItem, func(b []byte) []byte { return b })
	got, damages := scanAll(t, append(append(frameOf("one"), foreign...), frameOf("two")...))
	assert.Equal(t, []string{"one", "two"}, got)
	assert.Len(t, damages, 1)
}

func FuzzScan(f *testing.F) {
	f.Add([]byte{}, false)
	f.Add([]byte("some bytes"), true)
	f.Add(frameOf("a frame"), true)
	f.Add(frameOf("part")[:20], false)
	f.Add(append(frameMark[:], bytes.Repeat([]byte{0xff}, 30)...), true)
	f.Fuzz(func(t *testing.T, middle []byte, more bool) {
		file := append(frameOf("one"), frameOf("two")...)
		file = append(file, middle...)
		if more {
			file = append(file, frameOf("three")...)
		}
		got, damages := scanAll(t, file)
		require.GreaterOrEqual(t, len(got), 2)
		assert.Equal(t, []string{"one", "two"}, got[:2], "what is before the damage is read")
		end := int64(len(frameOf("one")) * 2)
		for _, d := range damages {
			assert.GreaterOrEqual(t, d.from, end)
			assert.Greater(t, d.to, d.from)
		}
		if more && !bytes.ContainsAny(middle, string(frameMark[:])) {
			assert.Equal(t, []string{"one", "two", "three"}, got)
		}
	})
}

func FuzzRecords(f *testing.F) {
	for _, it := range []Item{goldenPut, goldenKept, {}} {
		f.Add(it.append(nil, 7))
	}
	f.Add(appendStarts(nil, []started{{1, 2}}))
	f.Add(appendOver(nil, []uint64{1, 2, 3}))
	f.Fuzz(func(t *testing.T, body []byte) {
		decodeOver(body)
		decodeStarts(body)
		decodeEnding(body)
		decodeIdentity(body)
		it, count, err := decodeItem(body)
		if err != nil {
			return
		}
		again, n, err := decodeItem(it.append(nil, count))
		require.NoError(t, err)
		assert.Equal(t, it, again)
		assert.Equal(t, count, n)
	})
}

// FuzzFolder has files with any bytes beside a good one.
// G: queue/dir-failures
func FuzzFolder(f *testing.F) {
	for name, b := range goldenFiles() {
		f.Add(b, uint8(len(name)), uint16(len(b)/2))
	}
	dir := f.TempDir()
	n := 0
	f.Fuzz(func(t *testing.T, file []byte, kind uint8, cut uint16) {
		n++
		dir := filepath.Join(dir, fmt.Sprint(n))
		require.NoError(t, os.Mkdir(dir, 0o700))
		o := &Folder{Options: Options{Disk: newTestDisk()}.withDefaults(), dir: dir, turn: make(chan struct{}, 1)}
		require.NoError(t, o.Put(t.Context(), []Item{{Route: "good", Payload: []byte("good")}}))
		require.NoError(t, o.Close())
		suffix := []string{putSuffix, logSuffix, idsSuffix, ""}[kind%4]
		name := fileName{0x1000, 1, suffix}.String()
		if suffix == "" {
			name = fillName
		}
		if len(file) > int(cut) && suffix != "" { // a good frame somewhere
			tail := appendFrame(nil, seedOf(name), file[cut], func(b []byte) []byte { return append(b, file[cut:]...) })
			file = append(file[:cut:cut], tail...)
		}
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), file, 0o600))
		w, err := o.Work(func(string, uint64, time.Time) {})
		if err != nil {
			require.ErrorIs(t, err, ErrNewer)
			return
		}
		defer w.Close()
		found := false
		items, more := w.Poll(1 << 20)
		for _, it := range items {
			_, err := w.Read(it.ID)
			require.NoError(t, err)
			found = found || it.Route == "good"
		}
		assert.True(t, found, "the good one is handed over")
		assert.False(t, more)
		w.listed = time.Time{}
		require.NoError(t, w.Tend())
		b, err := w.Reap()
		require.NoError(t, err)
		if b != nil {
			b.Apply()
		}
	})
}
