package main

import (
	"bytes"
	"context"
	"os"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestMain is the beginning of workers, too.
func TestMain(m *testing.M) {
	if slices.Contains(os.Args, "-worker") {
		main()
		return
	}
	os.Exit(m.Run())
}

// printed is what is printed so far.
type printed struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (p *printed) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.Write(b)
}

func (p *printed) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

// last are the last matches of the groups of a pattern.
func (p *printed) last(pattern string) []string {
	all := regexp.MustCompile(pattern).FindAllStringSubmatch(p.String(), -1)
	if len(all) == 0 {
		return nil
	}
	return all[len(all)-1][1:]
}

// A reader starts it, kills a worker, and ends it: another one takes its place, and what was taken is worked.
func TestRun(t *testing.T) {
	t.Parallel()
	out, ended := &printed{}, make(chan error, 1)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go func() {
		ended <- run(ctx, out, flags{backend: "sqlite", addr: "127.0.0.1:0", processes: 3, corps: 5, rate: 20, every: 200 * time.Millisecond})
	}()
	worked := func(n int) func() bool {
		return func() bool {
			got := out.last(`worked (\d+), waiting`)
			return got != nil && number(t, got[0]) >= n
		}
	}
	require.Eventually(t, worked(10), 5*time.Minute, 50*time.Millisecond, "it begins")
	require.NoError(t, syscall.Kill(number(t, out.last(`kill -9 (\d+)`)[0]), syscall.SIGKILL))
	require.Eventually(t, func() bool { return out.last(`process (2) in this place`) != nil }, time.Minute, 50*time.Millisecond, "another one is started")
	require.Eventually(t, worked(number(t, out.last(`worked (\d+), waiting`)[0])+10), time.Minute, 50*time.Millisecond, "work goes on")
	stop()
	require.NoError(t, <-ended)
	end := out.last(`taken (\d+), refused \d+, worked (\d+), waiting (\d+), lost (\d+), twice (\d+), out of order (\d+), token requests (\d+)`)
	t.Log(end)
	assert.Equal(t, "0", end[3], "lost")
	assert.Equal(t, "0", end[5], "out of order")
	assert.LessOrEqual(t, number(t, end[0]), number(t, end[1])+number(t, end[2]), "what was taken is worked, or waits until the lease of the killed one has ended")
}

func number(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	require.NoError(t, err)
	return n
}

// What cannot be is said at once, and nothing stays behind.
func TestWrongFlags(t *testing.T) {
	t.Parallel()
	good := flags{backend: "sqlite", addr: "127.0.0.1:0", processes: 1, corps: 1, rate: 1, every: time.Second}
	for want, change := range map[string]func(f *flags){
		"must be positive":                 func(f *flags) { f.processes = 0 },
		"-corps, -rate":                    func(f *flags) { f.rate = -1 },
		`no backend "oracle": there are s`: func(f *flags) { f.backend = "oracle" },
		"the URL of Redis is like redis:":  func(f *flags) { f.backend, f.url = "redis", "127.0.0.1" },
	} {
		f := good
		change(&f)
		out := &printed{}
		require.ErrorContains(t, run(t.Context(), out, f), want)
		assert.Empty(t, out.String())
	}
}
