package durable

import (
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWriteFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "f")
	for _, content := range []string{"one", "", strings.Repeat("long", 1<<14), "short"} {
		require.NoError(t, WriteFile(path, []byte(content), 0o600))
		got, err := ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, content, string(got))
	}
	fi, err := os.Stat(path)
	require.NoError(t, err)
	if runtime.GOOS != "windows" {
		assert.Equal(t, fs.FileMode(0o600), fi.Mode().Perm())
	}
	assertOnly(t, filepath.Dir(path), "f")
}

func TestFailedWriteChangesNothing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "f")
	require.NoError(t, WriteFile(path, []byte("before"), 0o600))

	err := replace(path, 0o600, func(f *os.File) error {
		_, err := f.WriteString("af")
		require.NoError(t, err)
		return &fs.PathError{Op: "write", Path: f.Name(), Err: syscall.ENOSPC}
	})
	require.ErrorIs(t, err, syscall.ENOSPC)
	assert.ErrorContains(t, err, path, "the error names the file that was wanted")

	err = replace(path, 0o600, func(f *os.File) error { return f.Close() })
	require.ErrorIs(t, err, os.ErrClosed, "a sync that fails")

	got, err := ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "before", string(got))
	assertOnly(t, filepath.Dir(path), "f")
}

func TestWriteFileWhereItCannot(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	err := WriteFile(filepath.Join(dir, "missing", "f"), nil, 0o600)
	assert.ErrorIs(t, err, fs.ErrNotExist)

	require.NoError(t, os.Mkdir(filepath.Join(dir, "d"), 0o700))
	err = WriteFile(filepath.Join(dir, "d"), []byte("x"), 0o600)
	assert.ErrorContains(t, err, "durable: write "+filepath.Join(dir, "d"))
	assertOnly(t, dir, "d")
}

func TestMkdirAll(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	deep := filepath.Join(dir, "a", "b")
	require.NoError(t, MkdirAll(deep))
	require.NoError(t, MkdirAll(deep), "again")
	if runtime.GOOS != "windows" {
		for _, d := range []string{deep, filepath.Dir(deep)} {
			fi, err := os.Stat(d)
			require.NoError(t, err)
			assert.Equal(t, fs.FileMode(0o700), fi.Mode().Perm())
		}
	}

	file := filepath.Join(dir, "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	assert.ErrorContains(t, MkdirAll(file), "a file is in the place of the folder")
	assert.Error(t, MkdirAll(filepath.Join(file, "below")))
}

func TestRenameAndRemove(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	from, to := filepath.Join(dir, "a", "f"), filepath.Join(dir, "b", "g")
	require.NoError(t, MkdirAll(filepath.Dir(from)))
	require.NoError(t, MkdirAll(filepath.Dir(to)))
	require.NoError(t, WriteFile(from, []byte("x"), 0o600))
	require.NoError(t, WriteFile(to, []byte("y"), 0o600))

	require.NoError(t, Rename(from, to))
	got, err := ReadFile(to)
	require.NoError(t, err)
	assert.Equal(t, "x", string(got))
	assert.NoFileExists(t, from)
	assert.ErrorIs(t, Rename(from, to), fs.ErrNotExist)

	require.NoError(t, Remove(to))
	assert.NoFileExists(t, to)
	require.NoError(t, Remove(to), "a file that is not there")
	assert.Error(t, Remove(dir), "a folder with content")
}

func TestSafeName(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "k-wecom%2fv1%2fticket%2fww1", SafeName("wecom/v1/ticket/ww1"))
	keys := []string{
		"", ".", "..", "con", "CON", "nul.txt", "com1", "a", "A", "a ", "a.", " a", "a/b", `a\b`, "a:b", "%41", "%", "k-", "h-",
		"wwABC", "wwAbC", "é", "e\u0301", "É", "K", "\u212a", "\x00", "\xff", "~", TempPrefix + "1",
		strings.Repeat("a", 198), strings.Repeat("a", 199), strings.Repeat("A", 5000), strings.Repeat("a", 5000),
	}
	seen := map[string]string{}
	for _, k := range keys { // T-75
		checkName(t, k)
		folded := strings.ToLower(SafeName(k))
		other, dup := seen[folded]
		assert.False(t, dup, "%q and %q meet in %q", k, other, folded)
		seen[folded] = k
	}
}

func checkName(t testing.TB, key string) {
	name := SafeName(key)
	require.LessOrEqual(t, len(name), maxName)
	require.Equal(t, strings.ToLower(name), name)
	require.Empty(t, strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-_%"))
	if short, ok := strings.CutPrefix(name, "k-"); ok {
		back, err := url.PathUnescape(short)
		require.NoError(t, err)
		require.Equal(t, key, back)
	} else {
		require.Len(t, name, 2+64)
	}
}

func FuzzSafeName(f *testing.F) {
	f.Add("wecom/v1/ticket/wwABC")
	f.Add(strings.Repeat("€", 70))
	f.Fuzz(func(t *testing.T, key string) { checkName(t, key) })
}

func TestSyncDirOfNothing(t *testing.T) {
	t.Parallel()
	err := SyncDir(filepath.Join(t.TempDir(), "missing"))
	if runtime.GOOS == "windows" {
		assert.NoError(t, err)
		return
	}
	assert.True(t, errors.Is(err, fs.ErrNotExist))
}

func assertOnly(t *testing.T, dir string, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	assert.Equal(t, names, got)
}
