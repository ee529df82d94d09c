package durable

import (
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWriteFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "f")
	for _, content := range []string{"one", "", strings.Repeat("long", 1<<14), "short"} {
		require.NoError(t, WriteFile(path, []byte(content)))
		got, err := os.ReadFile(path)
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

func TestWriteFileWhereItCannot(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	err := WriteFile(filepath.Join(dir, "missing", "f"), nil)
	assert.ErrorIs(t, err, fs.ErrNotExist)
	assert.ErrorContains(t, err, "durable: write "+filepath.Join(dir, "missing", "f"))

	require.NoError(t, os.Mkdir(filepath.Join(dir, "d"), 0o700))
	err = WriteFile(filepath.Join(dir, "d"), []byte("x"))
	assert.ErrorContains(t, err, "durable: write "+filepath.Join(dir, "d"))
	assertOnly(t, dir, "d")
}

func TestRemove(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	require.NoError(t, WriteFile(path, []byte("x")))
	require.NoError(t, Remove(path))
	assert.NoFileExists(t, path)
	require.NoError(t, Remove(path), "a file that is not there")
	require.NoError(t, WriteFile(path, nil))
	assert.Error(t, Remove(filepath.Join(dir, "missing", "f")), "nobody knows what the folder held")
	assert.Error(t, Remove(dir), "a folder with content")
}

// G: token/tenants dir/keys
func TestSafeName(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "k-wecom%2fv1%2fticket%2fww1", SafeName("wecom/v1/ticket/ww1"))
	keys := []string{
		"", ".", "..", "con", "CON", "nul.txt", "com1", "a", "A", "a ", "a.", " a", "a/b", `a\b`, "a:b", "%41", "%", "k-", "h-",
		"wwABC", "wwAbC", "é", "e\u0301", "É", "K", "\u212a", "\x00", "\xff", "~", ".tmp-wecom-0123456789abcdef",
		strings.Repeat("a", 198), strings.Repeat("a", 199), strings.Repeat("A", 5000), strings.Repeat("a", 5000),
	}
	seen := map[string]string{}
	for _, k := range keys {
		checkName(t, k)
		folded := strings.ToLower(SafeName(k))
		other, dup := seen[folded]
		assert.False(t, dup, "%q and %q meet in %q", k, other, folded)
		seen[folded] = k
	}
}

func checkName(t testing.TB, key string) {
	name := SafeName(key)
	require.False(t, IsTemp(name))
	back, whole, ok := KeyOf(name)
	require.True(t, ok)
	if whole {
		require.Equal(t, key, back)
	} else {
		require.Empty(t, back)
	}
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

func TestForeignNamesAreNotOurs(t *testing.T) {
	t.Parallel()
	sum := strings.Repeat("0a", 32)
	for _, name := range []string{
		"", "k", "k-%", "k-%2", "k-%2F", "k-%61", "k-A", "k-a.b", "k-a b", "k-a/b", "K-a", "a", "k-" + strings.Repeat("a", 199),
		"h-", "h-" + sum[1:], "h-" + sum + "0", "h-" + strings.ToUpper(sum), "h-" + sum[1:] + "g", "poetry.lock", "README",
	} {
		key, whole, ok := KeyOf(name)
		assert.False(t, ok, name)
		assert.Empty(t, key, name)
		assert.False(t, whole, name)
		assert.False(t, IsTemp(name), name)
	}
	for _, name := range []string{
		".tmp-foo", ".tmp-", ".tmp-wecom-", ".tmp-wecom-0123456789abcde", ".tmp-wecom-0123456789abcdef0", ".tmp-wecom-0123456789abcdeg",
		".tmp-wecom-0123456789ABCDEF", "tmp-wecom-0123456789abcdef", ".tmp-wecom-0123456789abcde.",
	} {
		assert.False(t, IsTemp(name), name)
	}
	assert.True(t, IsTemp(".tmp-wecom-0123456789abcdef"))
}

func FuzzKeyOf(f *testing.F) {
	f.Add("k-wecom%2fv1")
	f.Add("h-" + strings.Repeat("0", 64))
	f.Fuzz(func(t *testing.T, name string) {
		if key, whole, ok := KeyOf(name); ok && whole {
			assert.Equal(t, name, SafeName(key))
		}
	})
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
