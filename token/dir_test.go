package token

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
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

// newDir opens a folder of the store's own making: that of the test may be open to others.
func newDir(t testing.TB) *dirStore {
	t.Helper()
	return openDir(t, filepath.Join(t.TempDir(), "store"))
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

// listed returns what List yields, the keys sorted.
func listed(t *testing.T, s Store, prefix string) (keys []string, errs []error) {
	t.Helper()
	for key, err := range s.(Lister).List(t.Context(), prefix) {
		if err != nil {
			assert.Empty(t, key)
			errs = append(errs, err)
			continue
		}
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys, errs
}

// testTimeout is what a test that would hang waits before it fails.
const testTimeout = time.Minute

func inTime(t *testing.T, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
	case <-time.After(testTimeout):
		require.FailNow(t, "it hangs")
	}
}

// G: dir/durable dir/private
func TestDirStoreSurvivesRestart(t *testing.T) {
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

// G: dir/failures
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

// G: dir/failures
func TestDirStoreWithoutItsFolder(t *testing.T) {
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
	assert.ErrorIs(t, s.Delete(t.Context(), "k"), fs.ErrNotExist)
	for key, err := range s.List(t.Context(), "") {
		assert.Empty(t, key)
		assert.ErrorIs(t, err, fs.ErrNotExist)
	}
	s.sweepSome()
}

// G: dir/failures
func TestDirStoreOnAFullDisk(t *testing.T) {
	t.Parallel()
	s := newDir(t)
	require.NoError(t, s.Put(t.Context(), "k", []byte("before"), 0))

	full := &fs.PathError{Op: "write", Path: "somewhere", Err: syscall.ENOSPC}
	s.write = func(string, []byte) error { return full }
	err := s.Put(t.Context(), "k", []byte("after"), 0)
	require.ErrorIs(t, err, syscall.ENOSPC)
	assert.NotContains(t, err.Error(), "after")

	got, err := s.Get(t.Context(), "k")
	require.NoError(t, err)
	assert.Equal(t, "before", string(got))

	s.write = durable.WriteFile
	require.NoError(t, s.Put(t.Context(), "k", []byte("space again"), 0), "the failed write holds no lock")
}

// G: store/damage
func TestDirStoreTellsDamage(t *testing.T) {
	t.Parallel()
	s := newDir(t)
	require.NoError(t, s.Put(t.Context(), "k", []byte("a permanent code"), time.Hour))
	require.NoError(t, s.Put(t.Context(), "k2", nil, time.Hour))
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
			require.True(t, unreadable(err))
			keys, errs := listed(t, s, "k")
			require.Equal(t, []string{"k2"}, keys)
			require.Len(t, errs, 1, "%s at %d", what, i)
			require.ErrorContains(t, errs[0], path)
		}
	}
	require.NoError(t, s.Put(t.Context(), "k", []byte("new"), 0))
	got, err := s.Get(t.Context(), "k")
	require.NoError(t, err, "the next write heals it")
	assert.Equal(t, "new", string(got))
}

// G: dir/keys
func TestDirStoreBindsValuesToKeys(t *testing.T) {
	t.Parallel()
	s := newDir(t)
	require.NoError(t, s.Put(t.Context(), "corp/wwA", []byte("secret of A"), 0))
	require.NoError(t, os.Rename(s.path("corp/wwA"), s.path("corp/wwa")))

	got, err := s.Get(t.Context(), "corp/wwa")
	assert.Nil(t, got)
	assert.ErrorContains(t, err, `holds the value of another key, "corp/wwA"`)
	assert.True(t, unreadable(err))
	keys, errs := listed(t, s, "")
	assert.Empty(t, keys)
	require.Len(t, errs, 1)
	assert.ErrorContains(t, errs[0], "another key")
}

// G: dir/limits
func TestDirStoreLimits(t *testing.T) {
	t.Parallel()
	s := newDir(t)
	err := s.Put(t.Context(), "k", make([]byte, maxValue+1), 0)
	assert.ErrorContains(t, err, `the value of key "k" has 16777217 bytes, at most 16777216`)
	err = s.Put(t.Context(), strings.Repeat("k", maxKey+1), nil, 0)
	assert.ErrorContains(t, err, "has 16385 bytes, at most 16384")
	assert.Less(t, len(err.Error()), 200)
	assert.Empty(t, fileNames(t, s.dir))

	largest := strings.Repeat("\xff", maxKey)
	value := bytes.Repeat([]byte("\n"), maxValue)
	require.NoError(t, s.Put(t.Context(), largest, value, time.Hour))
	got, err := s.Get(t.Context(), largest)
	require.NoError(t, err)
	assert.True(t, bytes.Equal(value, got))
	keys, errs := listed(t, s, "\xff")
	assert.Empty(t, errs)
	assert.Equal(t, []string{largest}, keys)
}

// G: dir/private
func TestNewDirStoreRefusesAFolderThatOthersWrite(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		return // has no modes
	}
	dir := filepath.Join(t.TempDir(), "store")
	require.NoError(t, os.Mkdir(dir, 0o700))
	for _, mode := range []fs.FileMode{0o777, 0o770, 0o702, 0o777 | fs.ModeSticky} {
		require.NoError(t, os.Chmod(dir, mode))
		_, err := NewDirStore(dir)
		require.ErrorContains(t, err, "chmod go-w "+dir, "%o", mode)
		assert.Empty(t, fileNames(t, dir))
	}
	require.NoError(t, os.Chmod(dir, 0o755))
	openDir(t, dir)
}

// G: seal/values seal/keys
func TestNewDirStoreWithKeys(t *testing.T) {
	t.Parallel()
	ctx, dir := t.Context(), filepath.Join(t.TempDir(), "store")
	old, err := NewDirStore(dir, sealKey(1))
	require.NoError(t, err)
	require.NoError(t, old.Put(ctx, "k", []byte("permanent code"), 0))
	assert.Implements(t, (*Locker)(nil), old)
	assert.Implements(t, (*Lister)(nil), old)
	raw, err := os.ReadFile(filepath.Join(dir, "k-k"))
	require.NoError(t, err)
	assert.NotContains(t, string(raw), "permanent code")

	both, err := NewDirStore(dir, sealKey(2), sealKey(1))
	require.NoError(t, err)
	got, err := both.Get(ctx, "k")
	require.NoError(t, err)
	assert.Equal(t, "permanent code", string(got))
	_, err = openDir(t, dir).Get(ctx, "k")
	assert.NoError(t, err, "the file itself is well")

	_, err = NewDirStore(dir, []byte("short"))
	assert.ErrorContains(t, err, "NewDirStore: ")
	assert.ErrorContains(t, err, "key 1 has 5 bytes, want 32")
	_, err = NewDirStore(dir, sealKey(1), nil)
	assert.ErrorContains(t, err, "key 2 has 0 bytes")
}

// A held lock makes others wait no longer than they want to.
// G: token/context
func TestDirStoreWaitsForLocksAsLongAsTheCallerWants(t *testing.T) {
	t.Parallel()
	s := newDir(t)
	for suffix, op := range map[string]func(context.Context) error{
		lockSuffix:  func(ctx context.Context) error { _, err := s.Lock(ctx, "k"); return err },
		writeSuffix: func(ctx context.Context) error { return s.Put(ctx, "k", nil, 0) },
	} {
		unlock, err := openDir(t, s.dir).lock(t.Context(), "k", suffix) // another process
		require.NoError(t, err)
		var wg sync.WaitGroup
		for range 3 { // behind each other in this process, too
			wg.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
				defer cancel()
				assert.ErrorIs(t, op(ctx), context.DeadlineExceeded, suffix)
			})
		}
		inTime(t, wg.Wait)
		unlock()
		assert.NoError(t, s.Put(t.Context(), "k", nil, 0))
	}
}
