package token

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gothird/wecom/internal/clock/clocktest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var kills = flag.Int("kills", 20, "how often the crash test kills its writer")

const (
	childJob = "WECOM_TEST_DIR_JOB"
	childDir = "WECOM_TEST_DIR"
)

// TestDirStoreChild is what the child processes of the tests below do.
func TestDirStoreChild(t *testing.T) {
	job := os.Getenv(childJob)
	if job == "" {
		return
	}
	s := openDir(t, os.Getenv(childDir))
	switch job {
	case "write":
		childWrites(t, s)
	case "hold":
		_, err := s.Lock(t.Context(), "k")
		require.NoError(t, err)
		fmt.Println("locked")
		<-time.After(2 * testTimeout) // select {} would count as a deadlock without cgo
	case "count":
		countUp(t, s, 30)
	}
}

func startChild(t *testing.T, job, dir string) (*exec.Cmd, *bufio.Reader) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*testTimeout)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestDirStoreChild$")
	cmd.Env = append(os.Environ(), clocktest.Env+"=", childJob+"="+job, childDir+"="+dir)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	return cmd, bufio.NewReader(out)
}

// numbered values are large, so that a write takes time, and tell whether they are whole.
const numberedSize = 1 << 16

func numbered(n int) []byte {
	word := fmt.Sprintf("%08d", n)
	return []byte(strings.Repeat(word, numberedSize/len(word)))
}

func numberIn(t *testing.T, value []byte) int {
	t.Helper()
	require.Len(t, value, numberedSize, "half a value")
	n, err := strconv.Atoi(string(value[:8]))
	require.NoError(t, err)
	require.True(t, bytes.Equal(numbered(n), value), "parts of two values")
	return n
}

// childWrites counts on from what is stored, and reports each number that Put accepted.
func childWrites(t *testing.T, s *dirStore) {
	n := 0
	if v, err := s.Get(t.Context(), "k"); !errors.Is(err, ErrNotFound) {
		require.NoError(t, err)
		n = numberIn(t, v)
	}
	for {
		n++
		require.NoError(t, s.Put(t.Context(), "k", numbered(n), 0))
		fmt.Println("put", n)
	}
}

// A writer is killed at random points, again and again, while others read.
// G: dir/durable
func TestDirStoreWriterKilled(t *testing.T) {
	t.Parallel()
	s := newDir(t)
	accepted := 0
	for range *kills {
		child, out := startChild(t, "write", s.dir)
		var report strings.Builder
		first, err := out.ReadString('\n')
		require.NoError(t, err)
		report.WriteString(first)

		end := time.After(time.Duration(rand.IntN(20)) * time.Millisecond)
		for running := true; running; {
			select {
			case <-end:
				running = false
			default:
				v, err := s.Get(t.Context(), "k")
				require.NoError(t, err, "there is always a value")
				numberIn(t, v)
			}
		}
		require.NoError(t, child.Process.Kill())
		io.Copy(&report, out)
		child.Wait()

		for line := range strings.Lines(report.String()) {
			if n, ok := strings.CutPrefix(line, "put "); ok && strings.HasSuffix(n, "\n") {
				accepted, err = strconv.Atoi(strings.TrimSpace(n))
				require.NoError(t, err)
			}
		}
		v, err := s.Get(t.Context(), "k")
		require.NoError(t, err)
		require.GreaterOrEqual(t, numberIn(t, v), accepted, "what Put accepted is there")
	}
	ctx, cancel := context.WithTimeout(t.Context(), testTimeout)
	defer cancel()
	require.NoError(t, s.Put(ctx, "k", []byte("after"), 0), "the dead hold no lock")
	assert.GreaterOrEqual(t, accepted, *kills)
	t.Logf("%d kills, %d values accepted, none lost", *kills, accepted)
}

// G: dir/processes
func TestDirStoreLockDiesWithItsHolder(t *testing.T) {
	t.Parallel()
	s := newDir(t)
	child, out := startChild(t, "hold", s.dir)
	line, err := out.ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "locked\n", line)

	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err = s.Lock(ctx, "k")
	require.ErrorIs(t, err, context.DeadlineExceeded, "another process holds it")

	require.NoError(t, child.Process.Kill())
	ctx, cancel = context.WithTimeout(t.Context(), testTimeout)
	defer cancel()
	unlock, err := s.Lock(ctx, "k")
	require.NoError(t, err)
	unlock()
	assert.Empty(t, fileNames(t, s.dir))
}

func countUp(t *testing.T, s *dirStore, times int) {
	ctx, cancel := context.WithTimeout(t.Context(), testTimeout)
	defer cancel()
	for range times {
		unlock, err := s.Lock(ctx, "n")
		require.NoError(t, err)
		v, err := s.Get(t.Context(), "n")
		if !errors.Is(err, ErrNotFound) {
			require.NoError(t, err)
		}
		n, _ := strconv.Atoi(string(v))
		require.NoError(t, s.Put(t.Context(), "n", []byte(strconv.Itoa(n+1)), 48*time.Hour))
		unlock()
	}
}

// G: dir/processes
func TestDirStoreLocksProcessesOut(t *testing.T) {
	clocktest.Hold(t) // lives of values are to the second
	t.Parallel()
	s := newDir(t)
	var children []*exec.Cmd
	for range 3 {
		child, _ := startChild(t, "count", s.dir)
		children = append(children, child)
	}
	countUp(t, s, 30)
	for _, child := range children {
		require.NoError(t, child.Wait())
	}
	v, err := s.Get(t.Context(), "n")
	require.NoError(t, err)
	assert.Equal(t, "120", string(v), "no step of 4 processes was lost")
	assert.Equal(t, []string{"k-n"}, fileNames(t, s.dir))
}
