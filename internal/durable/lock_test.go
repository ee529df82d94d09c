package durable

import (
	"bufio"
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const childLock = "DURABLE_TEST_LOCK"

// TestChild is the body of the child process that other tests start.
func TestChild(t *testing.T) {
	path := os.Getenv(childLock)
	if path == "" {
		return
	}
	_, err := TryLock(path)
	require.NoError(t, err)
	os.Stdout.WriteString("locked\n")
	<-time.After(time.Minute) // select {} would count as a deadlock without cgo
}

// G: dir/processes
func TestLockDiesWithItsHolder(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "l")
	alive, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	cmd := exec.CommandContext(alive, os.Args[0], "-test.run=^TestChild$")
	cmd.Env = append(os.Environ(), childLock+"="+path)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "locked\n", line)

	_, err = TryLock(path)
	require.ErrorIs(t, err, ErrLocked, "held by another process")

	require.NoError(t, cmd.Process.Kill())
	cmd.Wait()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	unlock, err := Lock(ctx, path)
	require.NoError(t, err)
	unlock()
	assert.NoFileExists(t, path, "nothing stays behind")
}

// G: dir/processes
func TestLockExcludes(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "l")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var inside, most atomic.Int32
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				unlock, err := Lock(ctx, path)
				if !assert.NoError(t, err) {
					return
				}
				most.Store(max(most.Load(), inside.Add(1)))
				runtime.Gosched()
				inside.Add(-1)
				unlock()
			}
		})
	}
	wg.Wait()
	assert.EqualValues(t, 1, most.Load())
	assert.NoFileExists(t, path)
}

// G: dir/processes
func TestUnlockFreesOnlyItsOwn(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "l")
	first, err := TryLock(path)
	require.NoError(t, err)
	first()

	second, err := TryLock(path)
	require.NoError(t, err)
	defer second()
	first()
	_, err = TryLock(path)
	assert.ErrorIs(t, err, ErrLocked, "a second unlock leaves the next holder's lock alone")
}

func TestLockWhereItCannot(t *testing.T) {
	t.Parallel()
	_, err := Lock(t.Context(), filepath.Join(t.TempDir(), "missing", "l"))
	assert.ErrorIs(t, err, fs.ErrNotExist)
}

// G: dir/processes
func TestUnlockAfterItsFileWasRemoved(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		return // where nobody can remove it
	}
	path := filepath.Join(t.TempDir(), "l")
	first, err := TryLock(path)
	require.NoError(t, err)
	require.NoError(t, os.Remove(path))

	second, err := TryLock(path)
	require.NoError(t, err)
	defer second()
	first()
	_, err = TryLock(path)
	assert.ErrorIs(t, err, ErrLocked, "the other holder's file stays")
}
