package durable

import (
	"errors"
	"os"
	"path/filepath"
	"runtime/debug"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func descriptors(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	require.NoError(t, err)
	return len(entries)
}

func TestSyncDataSaysWhatFailed(t *testing.T) {
	t.Parallel()
	f, err := Create(filepath.Join(t.TempDir(), "f"))
	require.NoError(t, err)
	require.NoError(t, f.Close())
	assert.EqualError(t, SyncData(f), "fdatasync: bad file descriptor")
}

// Not parallel: it counts what the whole process has open. The garbage collector, which
// closes what is forgotten, is off.
// G: dir/limits
func TestNothingStaysOpen(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	dir := t.TempDir()
	file, pipe := filepath.Join(dir, "f"), filepath.Join(dir, "pipe")
	require.NoError(t, os.Mkdir(filepath.Join(dir, "d"), 0o700))
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	open := func(path string) error {
		f, err := Open(path)
		if err == nil {
			err = f.Close()
		}
		return err
	}
	lock := func() error {
		unlock, err := TryLock(file + ".lock")
		if err == nil {
			_, err = TryLock(file + ".lock")
			unlock()
		}
		return err
	}
	require.NoError(t, os.WriteFile(file, nil, 0o600)) // the first file starts the runtime's poller, which stays open
	before := descriptors(t)
	for range 20 {
		assert.NoError(t, WriteFile(file, []byte("x")))
		assert.Error(t, WriteFile(filepath.Join(dir, "d"), []byte("x")), "a folder is not replaced")
		assert.Error(t, WriteFile(filepath.Join(file, "below"), nil))
		assert.NoError(t, SyncFile(file))
		assert.Error(t, SyncFile(dir))
		assert.NoError(t, Remove(file))
		assert.Error(t, Remove(dir), "not empty")
		_, err := PrivateDir(filepath.Join(dir, "d", "e"))
		assert.NoError(t, err)
		assert.NoError(t, Remove(filepath.Join(dir, "d", "e")))
		_, err = PrivateDir(filepath.Join(pipe, "e"))
		assert.Error(t, err)
		assert.Error(t, open(pipe))
		assert.Error(t, open(dir))
		assert.ErrorIs(t, lock(), ErrLocked)
		_, err = TryLock(pipe)
		assert.True(t, errors.Is(err, ErrNotRegular))
	}
	assert.Equal(t, before, descriptors(t))
}
