//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package durable

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// G: dir/limits
func TestLockReleasesItsDescriptor(t *testing.T) {
	t.Parallel()
	r := setUp(t)
	path := filepath.Join(r.root, "l")
	for range 2 {
		lock, err := tryHold(r, path)
		require.NoError(t, err)
		require.Equal(t, 1, r.open)

		_, err = tryHold(r, path)
		require.ErrorIs(t, err, ErrLocked)
		require.Equal(t, 1, r.open, "who did not get the lock holds nothing")
		assertMode(t, path, 0o600)
		assert.True(t, lock.Valid())
		lock.Unlock()
		lock.Unlock()
		assert.False(t, lock.Valid())
		require.Zero(t, r.open)
		require.NoFileExists(t, path)
	}
	for _, step := range []string{"open l", "fstat l"} {
		r.fail[step] = errBroken
		_, err := tryHold(r, path)
		assert.ErrorIs(t, err, errBroken, step)
		assert.Zero(t, r.open, step)
	}
	r.fail["fd l"] = errBroken
	_, err := tryHold(r, path)
	assert.ErrorIs(t, err, syscall.EBADF)
	assert.ErrorContains(t, err, "lock "+path, "it tells what was tried, and where")
	assert.Zero(t, r.open)

	r.steps, r.fail["lstat l"] = nil, fs.ErrNotExist // its file was removed before the lock was on it
	lock, err := tryHold(r, path)
	require.NoError(t, err)
	assert.Equal(t, 1, r.open, "the first file is closed")
	assert.Equal(t, 2, strings.Count(strings.Join(r.steps, ","), "open l"))
	r.fail["lstat l"] = fs.ErrNotExist
	assert.False(t, lock.Valid(), "somebody else may hold another file of this name")
	r.fail["lstat l"] = fs.ErrNotExist
	lock.Unlock()
	assert.Zero(t, r.open)
	assert.FileExists(t, path, "it may be another holder's")
}

// oddDir is a folder with a pipe, a link and the file that it leads to; irregular is what is
// no regular file, the folder too.
func oddDir(t *testing.T) (dir string, irregular []string) {
	dir = t.TempDir()
	pipe, target, link := filepath.Join(dir, "pipe"), filepath.Join(dir, "target"), filepath.Join(dir, "link")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	require.NoError(t, os.WriteFile(target, []byte("x"), 0o600))
	require.NoError(t, os.Symlink(target, link))
	return dir, []string{pipe, link, dir}
}

func TestLockOnWhatIsNoFile(t *testing.T) {
	t.Parallel()
	dir, irregular := oddDir(t)
	for _, path := range irregular {
		_, err := TryLock(path)
		assert.Error(t, err, path)
		assert.NotErrorIs(t, err, ErrLocked, path)
	}
	assertOnly(t, dir, "link", "pipe", "target")
}

// inTime fails a test that would hang.
func inTime(t *testing.T, f func() error) error {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- f() }()
	select {
	case err := <-done:
		return err
	case <-time.After(30 * time.Second):
		require.FailNow(t, "it hangs")
		return nil
	}
}

func TestOpenOnlyRegularFiles(t *testing.T) {
	t.Parallel()
	dir, irregular := oddDir(t)
	for _, path := range irregular {
		err := inTime(t, func() error { _, err := Open(path); return err })
		assert.ErrorIs(t, err, ErrNotRegular, path)
		assert.ErrorContains(t, err, "open "+path)
	}
	target := filepath.Join(dir, "target")
	f, err := Open(target)
	require.NoError(t, err)
	content, err := io.ReadAll(f)
	require.NoError(t, err)
	assert.Equal(t, "x", string(content))
	assert.NoError(t, f.Close())
	_, err = Open(filepath.Join(dir, "missing"))
	assert.ErrorIs(t, err, fs.ErrNotExist)

	// What comes to the path after the look at it neither hangs nor is followed.
	for _, path := range irregular {
		r := &swapping{recorder: newRecorder(t), before: target}
		err = inTime(t, func() error { _, err := openFile(r, path); return err })
		assert.ErrorContains(t, err, "open "+path)
		assert.Zero(t, r.open, "a descriptor is left open")
	}
}

// swapping has another file at every path when it is looked at before it is opened.
type swapping struct {
	*recorder
	before string
}

func (s *swapping) Lstat(string) (fs.FileInfo, error) { return os.Lstat(s.before) }
