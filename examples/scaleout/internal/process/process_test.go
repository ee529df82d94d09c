package process_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/examples/scaleout/internal/process"
)

func start(t *testing.T, script string) *process.Process {
	t.Helper()
	p, err := process.Start(exec.Command("/bin/sh", "-c", script), filepath.Join(t.TempDir(), "output"))
	require.NoError(t, err)
	t.Cleanup(p.Kill)
	return p
}

func awaitEnd(t *testing.T, p *process.Process) {
	t.Helper()
	select {
	case <-p.Ended():
	case <-time.After(time.Minute):
		require.Fail(t, "it does not end")
	}
	assert.ErrorIs(t, syscall.Kill(p.PID, 0), syscall.ESRCH)
}

func TestProcessEndsByItself(t *testing.T) {
	t.Parallel()
	p := start(t, "echo hello; exit 3")
	awaitEnd(t, p)
	assert.Equal(t, "hello\n", p.Tail())
	p.Signal(syscall.SIGTERM) // nothing happens
	p.Kill()
}

func TestProcessIsStopped(t *testing.T) {
	t.Parallel()
	p := start(t, `trap "echo bye; exit 0" TERM; echo ready; while true; do sleep 0.01; done`)
	require.Eventually(t, func() bool { return strings.Contains(p.Tail(), "ready") }, time.Minute, time.Millisecond)
	p.Stop(syscall.SIGTERM, time.Minute)
	awaitEnd(t, p)
	assert.Contains(t, p.Tail(), "bye")
}

func TestProcessThatDoesNotObeyIsKilled(t *testing.T) {
	t.Parallel()
	p := start(t, `trap "" TERM; while true; do sleep 0.01; done`)
	p.Stop(syscall.SIGTERM, 50*time.Millisecond)
	awaitEnd(t, p)
}

// A process does not outlive the one that has started it, even if that is killed.
func TestProcessEndsWithItsStarter(t *testing.T) {
	t.Parallel()
	if output := os.Getenv("PROCESS_TEST_OUTPUT"); output != "" {
		_, err := process.Start(exec.Command("/bin/sh", "-c", "echo $$; exec sleep 1000"), output)
		require.NoError(t, err)
		select {} // until it is killed
	}
	output := filepath.Join(t.TempDir(), "output")
	starter := exec.Command(os.Args[0], "-test.run=^TestProcessEndsWithItsStarter$")
	starter.Env = append(os.Environ(), "PROCESS_TEST_OUTPUT="+output)
	require.NoError(t, starter.Start())
	p := &process.Process{Output: output}
	require.Eventually(t, func() bool { return strings.HasSuffix(p.Tail(), "\n") }, time.Minute, 5*time.Millisecond)
	require.NoError(t, starter.Process.Kill())
	_ = starter.Wait()
	pid := strings.TrimSpace(p.Tail())
	require.Eventually(t, func() bool { _, err := os.Stat("/proc/" + pid); return err != nil }, time.Minute, 5*time.Millisecond)
}

func TestProgramsThatAreNotThere(t *testing.T) {
	t.Parallel()
	_, err := process.Start(exec.Command("no-such-program"), filepath.Join(t.TempDir(), "output"))
	require.ErrorIs(t, err, exec.ErrNotFound)
}
