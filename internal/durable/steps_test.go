//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package durable

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func syncOf(path string) string { return strings.ReplaceAll("open %, sync %, close %", "%", path) }

// operations are all that change a disk, on a folder that holds f.
var operations = map[string]struct {
	do    func(r *recorder) error
	steps string
}{
	"write new": {
		func(r *recorder) error { return writeFile(r, filepath.Join(r.root, "new"), []byte("after")) },
		"open temp, write temp, sync temp, close temp, rename temp new, " + syncOf("."),
	},
	"replace": {
		func(r *recorder) error { return writeFile(r, filepath.Join(r.root, "f"), []byte("after")) },
		"open temp, write temp, sync temp, close temp, rename temp f, " + syncOf("."),
	},
	"sync": {
		func(r *recorder) error { return syncPath(r, filepath.Join(r.root, "f"), os.O_RDWR) },
		syncOf("f"),
	},
	"remove": {
		func(r *recorder) error { return removeFile(r, filepath.Join(r.root, "f")) },
		"remove f, " + syncOf("."),
	},
	"remove again": {
		func(r *recorder) error { return removeFile(r, filepath.Join(r.root, "missing")) },
		"remove missing, " + syncOf("."),
	},
	"mkdir": {
		func(r *recorder) error { return mkdirAll(r, filepath.Join(r.root, "c/d")) },
		"stat c/d, stat c, stat ., mkdir c, " + syncOf(".") + ", mkdir c/d, " + syncOf("c"),
	},
}

func setUp(t *testing.T) *recorder {
	t.Helper()
	r := newRecorder(t)
	require.NoError(t, os.WriteFile(filepath.Join(r.root, "f"), []byte("before"), 0o600))
	return r
}

// G: dir/durable
func TestEveryChangeIsSyncedInOrder(t *testing.T) {
	t.Parallel()
	for name, op := range operations {
		r := setUp(t)
		require.NoError(t, op.do(r), name)
		assert.Equal(t, op.steps, strings.Join(r.steps, ", "), name)
		assert.Zero(t, r.open, "%s leaves a descriptor open", name)
	}
}

var errBroken = errors.New("the disk is broken")

// G: dir/durable
func TestEveryFailedStepIsToldAndChangesNothing(t *testing.T) {
	t.Parallel()
	for name, op := range operations {
		for step := range strings.SplitSeq(op.steps, ", ") {
			r := setUp(t)
			r.fail[step] = errBroken
			require.ErrorIs(t, op.do(r), errBroken, "%s: %s", name, step)
			assert.Zero(t, r.open, "%s: %s: a descriptor is left open", name, step)
			if name == "replace" {
				content, err := os.ReadFile(filepath.Join(r.root, "f"))
				require.NoError(t, err)
				replaced := strings.HasSuffix(step, " .") // the sync of the folder
				assert.Equal(t, map[bool]string{false: "before", true: "after"}[replaced], string(content), step)
				assertOnly(t, r.root, "f")
			}
		}
	}
}

// The first error counts, and what cannot be cleared away is left to those who sweep.
func TestFailedWriteOnADiskThatRemovesNothing(t *testing.T) {
	t.Parallel()
	r := setUp(t)
	r.fail["sync temp"], r.fail["remove temp"] = errBroken, errors.New("not this one")
	err := writeFile(r, filepath.Join(r.root, "f"), []byte("after"))
	require.ErrorIs(t, err, errBroken)
	assert.NotContains(t, err.Error(), "not this one")
	assert.ErrorContains(t, err, "durable: write "+filepath.Join(r.root, "f"), "it names the file that was wanted")
	assert.Zero(t, r.open)
}

func TestFileSystemThatSyncsNoFolder(t *testing.T) {
	t.Parallel()
	for _, cannot := range []error{syscall.EINVAL, syscall.ENOTSUP} {
		r := setUp(t)
		r.fail["sync ."] = &fs.PathError{Op: "sync", Path: r.root, Err: cannot}
		assert.NoError(t, writeFile(r, filepath.Join(r.root, "f"), nil), "need not")
		r.fail["sync temp"] = cannot
		assert.ErrorIs(t, writeFile(r, filepath.Join(r.root, "f"), nil), cannot, "a file is another matter")
	}
}

func TestMkdirAllTogetherWithOthers(t *testing.T) {
	t.Parallel()
	r := setUp(t)
	r.fail["mkdir c"] = fs.ErrExist // somebody was faster, and may not have synced yet
	require.NoError(t, os.Mkdir(filepath.Join(r.root, "c"), 0o700))
	r.fail["stat c"] = fs.ErrNotExist
	require.NoError(t, mkdirAll(r, filepath.Join(r.root, "c")))
	assert.Equal(t, "stat c, stat ., mkdir c, "+syncOf("."), strings.Join(r.steps, ", "))
}
