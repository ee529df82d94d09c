//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package token

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/durable"
)

// foreignNames look like the store's at a glance, or not at all.
var foreignNames = []string{
	"poetry.lock", "server.lock", "x.write", ".lock", ".write", "k-.x.lock", "K-a.lock", "k-a.b.write", "k-%2F.lock", "h-0a.lock",
	"README", "k-A", "k-a.txt", "k-a~", "K-a", ".tmp-foo", ".tmp-1", ".tmp-wecom-1", ".tmp-wecom-0123456789ABCDEF", "tmp-wecom-0123456789abcdef",
}

// G: dir/foreign
func TestDirStoreLeavesForeignFilesAlone(t *testing.T) {
	t.Parallel()
	s := newDir(t)
	long := time.Now().Add(-1000 * time.Hour)
	expired := (&dirEntry{key: "k", expires: long}).encode()
	for i, name := range foreignNames {
		path := filepath.Join(s.dir, name)
		require.NoError(t, os.WriteFile(path, [][]byte{nil, []byte("x"), expired}[i%3], 0o600))
		require.NoError(t, os.Chtimes(path, long, long))
	}
	want := fileNames(t, s.dir)
	sweepAll(s)
	require.NoError(t, s.Put(t.Context(), "k", nil, 0))
	keys, errs := listed(t, s, "")
	assert.Equal(t, []string{"k"}, keys)
	assert.Empty(t, errs)
	want = append(want, "k-k")
	assert.ElementsMatch(t, want, fileNames(t, s.dir))

	// A name of the store's form with something else in it is left there, and told.
	for _, name := range []string{"k-notes", "k-notes.lock"} {
		require.NoError(t, os.WriteFile(filepath.Join(s.dir, name), []byte("somebody's notes"), 0o600))
	}
	sweepAll(s)
	assert.ElementsMatch(t, append(want, "k-notes", "k-notes.lock"), fileNames(t, s.dir))
	_, errs = listed(t, s, "notes")
	require.Len(t, errs, 1)
	assert.ErrorContains(t, errs[0], "k-notes is damaged or no file of this store")
}

// irregular puts something that is no file at each of the names that the store gives.
func irregular(t *testing.T, s *dirStore) (keys []string) {
	t.Helper()
	outside := filepath.Join(t.TempDir(), "outside")
	e := dirEntry{key: "link", value: []byte("from outside"), expires: time.Now().Add(-1000 * time.Hour)}
	require.NoError(t, os.WriteFile(outside, e.encode(), 0o600))
	make := map[string]func(path string) error{
		"pipe":   func(path string) error { return syscall.Mkfifo(path, 0o600) },
		"link":   func(path string) error { return os.Symlink(outside, path) },
		"folder": func(path string) error { return os.Mkdir(path, 0o700) },
		"socket": func(path string) error {
			l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
			if err == nil {
				l.SetUnlinkOnClose(false)
				err = l.Close()
			}
			return err
		},
	}
	for kind, at := range make {
		for _, name := range []string{"k-" + kind, "k-a" + kind + lockSuffix, "k-a" + kind + writeSuffix, fmt.Sprintf(".tmp-wecom-%016x", len(keys))} {
			path := filepath.Join(s.dir, name)
			require.NoError(t, at(path))
			if kind != "link" {
				require.NoError(t, os.Chtimes(path, e.expires, e.expires))
			}
		}
		keys = append(keys, kind)
	}
	return keys
}

// G: dir/foreign
func TestDirStoreNeitherReadsNorRemovesWhatIsNoFile(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("", "wecom-") // the path of a socket is short
	require.NoError(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	s := openDir(t, dir)
	keys := irregular(t, s)
	want := fileNames(t, s.dir)
	inTime(t, func() {
		for _, key := range keys {
			got, err := s.Get(t.Context(), key)
			assert.Nil(t, got, key)
			assert.ErrorIs(t, err, durable.ErrNotRegular, key)
			_, err = s.Lock(t.Context(), "a"+key)
			assert.Error(t, err, key)
			assert.Error(t, s.Put(t.Context(), "a"+key, nil, 0), key)
		}
		found, errs := listed(t, s, "")
		assert.Empty(t, found)
		assert.Empty(t, errs)
		for range 3 {
			sweepAll(s)
		}
	})
	assert.Equal(t, want, fileNames(t, s.dir))
}

// Not parallel: it counts what the process allocates.
// G: dir/foreign
func TestDirStoreReadsNoLargeForeignFile(t *testing.T) {
	s := newDir(t)
	entry := (&dirEntry{key: "entry", expires: time.Now().Add(-1000 * time.Hour)}).encode()
	for name, head := range map[string]string{"k-image": "PK", "k-entry": string(entry), "k-zero": "", "movie.mkv": "", "k-a.lock": ""} {
		path := filepath.Join(s.dir, name)
		require.NoError(t, os.WriteFile(path, []byte(head), 0o600))
		require.NoError(t, os.Truncate(path, 1<<30)) // takes no space
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, key := range []string{"image", "entry", "zero"} {
		_, err := s.Get(t.Context(), key)
		assert.ErrorContains(t, err, "no file of this store")
	}
	_, errs := listed(t, s, "")
	assert.Len(t, errs, 3)
	sweepAll(s)
	runtime.ReadMemStats(&after)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(4<<20))
	assert.Len(t, fileNames(t, s.dir), 5)
}
