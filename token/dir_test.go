package token

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/durable"
)

func openDir(t testing.TB, dir string) *dirStore {
	t.Helper()
	s, err := NewDirStore(dir)
	require.NoError(t, err)
	return s.(*dirStore)
}

func fileNames(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestDirStoreSurvivesRestart(t *testing.T) { // T-13
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a", "b")
	require.NoError(t, openDir(t, dir).Put(t.Context(), "wecom/v1/ticket/ww1", []byte("v"), time.Hour))
	got, err := openDir(t, dir).Get(t.Context(), "wecom/v1/ticket/ww1")
	require.NoError(t, err)
	assert.Equal(t, "v", string(got))
	assert.Equal(t, []string{"k-wecom%2fv1%2fticket%2fww1"}, fileNames(t, dir), "no lock stays behind")

	if runtime.GOOS != "windows" {
		for path, mode := range map[string]fs.FileMode{dir: 0o700, filepath.Join(dir, "k-wecom%2fv1%2fticket%2fww1"): 0o600} {
			fi, err := os.Stat(path)
			require.NoError(t, err)
			assert.Equal(t, mode, fi.Mode().Perm(), path)
		}
	}
}

func TestNewDirStoreWhereItCannot(t *testing.T) {
	t.Parallel()
	_, err := NewDirStore("")
	assert.ErrorContains(t, err, "no folder given")

	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err = NewDirStore(file)
	assert.ErrorContains(t, err, "a file is in the place of the folder")
	assert.ErrorContains(t, err, file)
	_, err = NewDirStore(filepath.Join(file, "below"))
	assert.ErrorContains(t, err, file)
}

func TestDirStoreWithoutItsFolder(t *testing.T) { // T-08
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "store")
	s := openDir(t, dir)
	require.NoError(t, os.Remove(dir))

	_, err := s.Get(t.Context(), "k")
	assert.ErrorIs(t, err, fs.ErrNotExist)
	assert.NotErrorIs(t, err, ErrNotFound, "nobody knows what the folder held")
	assert.ErrorIs(t, s.Put(t.Context(), "k", nil, 0), fs.ErrNotExist)
	_, err = s.Lock(t.Context(), "k")
	assert.ErrorIs(t, err, fs.ErrNotExist)
	assert.Empty(t, s.sweep("", time.Now().Add(time.Hour)))
}

func TestDirStoreOnAFullDisk(t *testing.T) { // T-08
	t.Parallel()
	s := openDir(t, t.TempDir())
	require.NoError(t, s.Put(t.Context(), "k", []byte("before"), 0))

	full := &fs.PathError{Op: "write", Path: "somewhere", Err: syscall.ENOSPC}
	s.write = func(string, []byte, fs.FileMode) error { return full }
	err := s.Put(t.Context(), "k", []byte("after"), 0)
	require.ErrorIs(t, err, syscall.ENOSPC)
	assert.NotContains(t, err.Error(), "after")

	got, err := s.Get(t.Context(), "k")
	require.NoError(t, err)
	assert.Equal(t, "before", string(got))

	s.write = durable.WriteFile
	require.NoError(t, s.Put(t.Context(), "k", []byte("space again"), 0), "the failed write holds no lock")
}

func TestDirStoreTellsDamage(t *testing.T) { // T-08
	t.Parallel()
	s := openDir(t, t.TempDir())
	require.NoError(t, s.Put(t.Context(), "k", []byte("a permanent code"), time.Hour))
	path := s.path("k")
	good, err := os.ReadFile(path)
	require.NoError(t, err)

	for i := range good {
		flipped := bytes.Clone(good)
		flipped[i] ^= 1
		for what, bad := range map[string][]byte{"cut": good[:i], "flipped": flipped} {
			require.NoError(t, os.WriteFile(path, bad, 0o600))
			got, err := s.Get(t.Context(), "k")
			require.Nil(t, got, "%s at %d", what, i)
			require.ErrorContains(t, err, "damaged", "%s at %d", what, i)
			require.NotErrorIs(t, err, ErrNotFound)
			require.NotContains(t, err.Error(), "permanent code")
		}
	}
	require.NoError(t, s.Put(t.Context(), "k", []byte("new"), 0))
	got, err := s.Get(t.Context(), "k")
	require.NoError(t, err, "the next write heals it")
	assert.Equal(t, "new", string(got))
}

func TestDirStoreBindsValuesToKeys(t *testing.T) { // T-75
	t.Parallel()
	s := openDir(t, t.TempDir())
	require.NoError(t, s.Put(t.Context(), "corp/wwA", []byte("secret of A"), 0))
	require.NoError(t, os.Rename(s.path("corp/wwA"), s.path("corp/wwa")))

	got, err := s.Get(t.Context(), "corp/wwa")
	assert.Nil(t, got)
	assert.ErrorContains(t, err, `holds the value of another key, "corp/wwA"`)
}

func TestDirStoreRemovesTheExpired(t *testing.T) {
	t.Parallel()
	s := openDir(t, t.TempDir())
	ctx := t.Context()
	require.NoError(t, s.Put(ctx, "first", nil, 0)) // the first write sweeps
	require.NoError(t, s.Put(ctx, "asked for", []byte("v"), -time.Second))
	require.NoError(t, s.Put(ctx, "not asked for", []byte("v"), -time.Second))
	require.NoError(t, s.Put(ctx, "alive", []byte("v"), time.Hour))
	require.Len(t, fileNames(t, s.dir), 4)

	_, err := s.Get(ctx, "asked for")
	require.ErrorIs(t, err, ErrNotFound)
	assert.NoFileExists(t, s.path("asked for"))

	s.nextSweep = time.Now()
	require.NoError(t, s.Put(ctx, "first", nil, 0))
	assert.Equal(t, []string{filepath.Base(s.path("alive")), filepath.Base(s.path("first"))}, fileNames(t, s.dir))
	assert.True(t, s.nextSweep.After(time.Now()), "and not again at once")
}

func TestDirStoreSweepsLargeFoldersInParts(t *testing.T) {
	t.Parallel()
	s := openDir(t, t.TempDir())
	s.nextSweep = time.Now().Add(time.Hour)
	for _, k := range []string{"a", "b", "c"} {
		require.NoError(t, s.Put(t.Context(), k, nil, -time.Second))
	}
	var last string
	for _, left := range [][]string{{"k-b", "k-c"}, {"k-c"}, nil} {
		last = s.sweep(last, time.Now()) // the time is up after one file
		assert.Equal(t, left, fileNames(t, s.dir))
	}
	assert.Equal(t, "k-c", last)
	assert.Empty(t, s.sweep(last, time.Now()))

	s.nextSweep, s.sweptTo = time.Time{}, last
	require.NoError(t, s.Put(t.Context(), "a", nil, -time.Second))
	assert.Equal(t, []string{"k-a"}, fileNames(t, s.dir), "it goes on where it was")
	assert.Empty(t, s.sweptTo)
}

func TestDirStoreRemovesNoNewValue(t *testing.T) {
	t.Parallel()
	s := openDir(t, t.TempDir())
	s.nextSweep = time.Now().Add(time.Hour)
	path := s.path("k")

	// A reader has seen the expired value, then a writer starts.
	require.NoError(t, s.Put(t.Context(), "k", []byte("old"), -time.Second))
	unlock, err := s.lock(t.Context(), "k", writeSuffix)
	require.NoError(t, err)
	removeExpired(path)
	assert.FileExists(t, path, "the writer is at work")
	unlock()

	// The writer has finished before the reader comes to remove.
	require.NoError(t, s.Put(t.Context(), "k", []byte("new"), time.Hour))
	removeExpired(path)
	got, err := s.Get(t.Context(), "k")
	require.NoError(t, err)
	assert.Equal(t, "new", string(got))
}

func TestDirStoreSweepsWhatTheDeadLeft(t *testing.T) {
	t.Parallel()
	s := openDir(t, t.TempDir())
	now := time.Now()
	file := func(name string, age time.Duration) string {
		path := filepath.Join(s.dir, name)
		require.NoError(t, os.WriteFile(path, []byte("x"), 0o600))
		require.NoError(t, os.Chtimes(path, now.Add(-age), now.Add(-age)))
		return path
	}
	oldTemp := file(durable.TempPrefix+"1", 2*time.Hour)
	newTemp := file(durable.TempPrefix+"2", time.Minute)
	deadLock := file("k-dead"+lockSuffix, time.Minute)
	foreign := file("README", 1000*time.Hour)
	unlock, err := s.Lock(t.Context(), "held")
	require.NoError(t, err)

	assert.Empty(t, s.sweep("", now.Add(time.Hour)), "it came to the end")
	assert.NoFileExists(t, oldTemp)
	assert.FileExists(t, newTemp, "somebody may be writing it")
	assert.NoFileExists(t, deadLock)
	assert.FileExists(t, foreign)
	assert.FileExists(t, s.path("held")+lockSuffix)
	unlock()
}

func FuzzDecodeEntry(f *testing.F) {
	f.Add((&dirEntry{key: "k", value: []byte("v")}).encode())
	f.Add((&dirEntry{key: "\xff\n\"", value: []byte("\n\n"), expires: time.UnixMilli(1)}).encode())
	f.Add([]byte("wecom-store 1 0 00000000 \"k\"\n"))
	f.Add([]byte("wecom-store 1 +0 0 `k` x\n" + strings.Repeat("v", 100)))
	f.Fuzz(func(t *testing.T, data []byte) {
		if e, ok := decodeEntry(data); ok && !bytes.Equal(e.encode(), data) {
			t.Errorf("%q became %+v", data, e)
		}
		e := &dirEntry{key: string(data), value: data, expires: time.UnixMilli(int64(len(data)))}
		got, ok := decodeEntry(e.encode())
		if !ok || got.key != e.key || !bytes.Equal(got.value, e.value) {
			t.Errorf("%+v became %+v, %v", e, got, ok)
		}
	})
}
