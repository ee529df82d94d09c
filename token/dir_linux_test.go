package token

import (
	"io/fs"
	"os"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// asNobody runs f without the powers of root, to whom no folder is read-only. The
// thread that gave them up ends with its goroutine.
func asNobody(t *testing.T, f func()) {
	if os.Geteuid() != 0 {
		f()
		return
	}
	done := make(chan syscall.Errno)
	go func() {
		runtime.LockOSThread()
		const same, nobody = ^uintptr(0), 65534
		_, _, errno := syscall.RawSyscall(syscall.SYS_SETRESUID, same, nobody, same)
		if errno == 0 {
			f()
		}
		done <- errno
	}()
	require.Zero(t, <-done)
}

// G: dir/failures
func TestDirStoreInAReadOnlyFolder(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("", "wecom-readonly-")
	require.NoError(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	s := openDir(t, dir)
	require.NoError(t, s.Put(t.Context(), "k", []byte("before"), 0))
	require.NoError(t, s.Put(t.Context(), "expired", []byte("x"), -time.Second))
	require.NoError(t, os.Chmod(s.path("k"), 0o644))
	require.NoError(t, os.Chmod(s.path("expired"), 0o644))
	require.NoError(t, os.Chmod(dir, 0o555))
	t.Cleanup(func() { os.Chmod(dir, 0o700) })

	asNobody(t, func() {
		_, err := NewDirStore(dir)
		assert.ErrorIs(t, err, fs.ErrPermission)
		assert.ErrorContains(t, err, dir)
		assert.ErrorIs(t, s.Put(t.Context(), "k", []byte("after"), 0), fs.ErrPermission)
		assert.ErrorIs(t, s.Delete(t.Context(), "k"), fs.ErrPermission)
		_, err = s.Lock(t.Context(), "k")
		assert.ErrorIs(t, err, fs.ErrPermission)
		_, err = s.Get(t.Context(), "expired")
		assert.ErrorIs(t, err, ErrNotFound, "it cannot be removed, but has expired")
		s.sweepSome()

		got, err := s.Get(t.Context(), "k")
		assert.NoError(t, err)
		assert.Equal(t, "before", string(got))
	})
}
