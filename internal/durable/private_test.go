//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package durable

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func assertMode(t *testing.T, path string, want fs.FileMode) {
	t.Helper()
	fi, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, want, fi.Mode().Perm(), path)
}

// G: dir/private
func TestPrivateDirMakesWhatIsMissing(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	require.NoError(t, os.Chmod(root, 0o755))
	deep := filepath.Join(root, "a", "b")
	for range 2 {
		got, err := PrivateDir(deep + "/./")
		require.NoError(t, err)
		assert.Equal(t, deep, got)
		assertMode(t, deep, 0o700)
		assertMode(t, filepath.Dir(deep), 0o700)
		assertMode(t, root, 0o755)
		assertOnly(t, deep)
	}
}

// Not parallel: it changes the working directory.
func TestPrivateDirIsAbsolute(t *testing.T) {
	root, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	t.Chdir(root)
	got, err := PrivateDir("queue")
	require.NoError(t, err)
	assert.Equal(t, filepath.Join(root, "queue"), got)
	assert.DirExists(t, got)
	_, err = PrivateDir("")
	assert.ErrorContains(t, err, "no folder given", "not the working directory")
}

// G: dir/private
func TestPrivateDirRefusesWhatOthersCanWriteTo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for mode, private := range map[fs.FileMode]bool{
		0o700: true, 0o755: true, 0o750: true, 0o711: true,
		0o720: false, 0o702: false, 0o777: false, 0o722 | fs.ModeSticky: false,
	} {
		require.NoError(t, os.Chmod(dir, mode))
		_, err := PrivateDir(dir)
		if private {
			assert.NoError(t, err, mode)
			continue
		}
		assert.ErrorContains(t, err, "chmod go-w "+dir, mode)
		assertOnly(t, dir)
	}
}

func TestPrivateDirWhereAFileIs(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err := PrivateDir(file)
	assert.ErrorContains(t, err, "mkdir "+file+": a file is in the place of the folder")
	_, err = PrivateDir(filepath.Join(file, "below"))
	assert.ErrorIs(t, err, syscall.ENOTDIR)
}

// A folder that cannot be used is told of at the start, not with the first message. Whatever
// fails, nothing stays behind in it.
// G: dir/limits
func TestPrivateDirOnADiskThatFails(t *testing.T) {
	t.Parallel()
	for _, step := range []string{
		"stat c", "stat .", "mkdir c", "sync .", "close .",
		"open c/temp", "close c/temp", "fstat c/temp", "fd c/temp",
	} {
		r := newRecorder(t)
		r.fail[step] = errBroken
		dir := filepath.Join(r.root, "c")
		_, err := privateDir(r, dir)
		if step == "fd c/temp" {
			assert.ErrorIs(t, err, syscall.EBADF, "no lock can be had")
		} else {
			assert.ErrorIs(t, err, errBroken, step)
		}
		assert.Zero(t, r.open, "%s: a descriptor is left open", step)
		if _, err := os.Stat(dir); err == nil {
			assertOnly(t, dir)
		}
	}
	r := newRecorder(t)
	_, err := privateDir(r, filepath.Join(r.root, "c"))
	require.NoError(t, err)
	assert.Zero(t, r.open)
}

// As on Windows, where a drive may be missing.
func TestPrivateDirWithoutARoot(t *testing.T) {
	t.Parallel()
	r := newRecorder(t)
	root, err := filepath.Rel(r.root, "/")
	require.NoError(t, err)
	r.fail["stat "+root] = fs.ErrNotExist
	_, err = privateDir(r, "/")
	assert.ErrorIs(t, err, fs.ErrNotExist)
	assert.ErrorContains(t, err, "mkdir /")
}

// vanishing is a disk on which a folder is gone at the second look at it.
type vanishing struct {
	*recorder
	looks int
}

func (v *vanishing) Stat(dir string) (fs.FileInfo, error) {
	if v.looks++; v.looks > 1 {
		return nil, fs.ErrNotExist
	}
	return v.recorder.Stat(dir)
}

func TestPrivateDirThatIsRemovedMeanwhile(t *testing.T) {
	t.Parallel()
	v := &vanishing{recorder: newRecorder(t)}
	_, err := privateDir(v, v.root)
	assert.ErrorIs(t, err, fs.ErrNotExist)
	assert.Empty(t, v.steps[1:], "nothing is made in it")
}
