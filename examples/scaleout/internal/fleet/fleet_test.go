package fleet_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/examples/scaleout/internal/fleet"
)

const roleVariable = "FLEET_TEST_ROLE"

// TestMain is the beginning of workers, too. They answer with their number and what was sent; on /die
// they end without an answer.
func TestMain(m *testing.M) {
	switch os.Getenv(roleVariable) {
	case "":
		os.Exit(m.Run())
	case "broken":
		os.Exit(3)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		os.Exit(1)
	}
	go func() { _, _ = io.Copy(io.Discard, os.Stdin); os.Exit(0) }()
	fmt.Println(fleet.Listening + l.Addr().String())
	_ = http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.URL.Path == "/die" {
			os.Exit(2)
		}
		fmt.Fprint(w, os.Getpid(), " ", string(body))
	}))
}

func start(t *testing.T, n int, role string, failed func(error)) *fleet.Fleet {
	t.Helper()
	f := fleet.Start(context.Background(), n, func(ctx context.Context) *exec.Cmd {
		cmd := exec.CommandContext(ctx, os.Args[0])
		cmd.Env = append(os.Environ(), roleVariable+"="+role)
		return cmd
	}, failed)
	t.Cleanup(f.Stop)
	return f
}

func await(t *testing.T, f *fleet.Fleet, n int) []*fleet.Worker {
	t.Helper()
	require.Eventually(t, func() bool { return len(f.Workers()) == n }, time.Minute, 5*time.Millisecond)
	return f.Workers()
}

func post(t *testing.T, url, body string) (status int, text string) {
	t.Helper()
	answer, err := http.Post(url, "text/plain", strings.NewReader(body))
	require.NoError(t, err)
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return answer.StatusCode, string(b)
}

func TestKilledWorkersAreReplaced(t *testing.T) {
	t.Parallel()
	f := start(t, 2, "good", nil)
	before := await(t, f, 2)
	before[0].Kill()
	require.Eventually(t, func() bool {
		now := f.Workers()
		return len(now) == 2 && now[0].PID != before[0].PID && now[0].Begun == 2 && now[1] == before[1]
	}, time.Minute, 5*time.Millisecond)
	f.Stop()
	assert.Empty(t, f.Workers())
	_, err := net.Dial("tcp", before[1].Addr)
	require.Error(t, err, "it has ended")
}

// A worker that ends at once is told, and is not started again and again without a pause.
func TestWorkersThatDoNotListen(t *testing.T) {
	t.Parallel()
	failures := make(chan error, 100)
	f := start(t, 1, "broken", func(err error) { failures <- err })
	require.ErrorContains(t, <-failures, "before it listened: exit status 3")
	f.Stop()
	assert.Less(t, len(failures), 5)
}

func TestRequestsAreSpread(t *testing.T) {
	t.Parallel()
	f := start(t, 3, "good", nil)
	workers := await(t, f, 3)
	site := httptest.NewServer(fleet.NewBalancer(f))
	defer site.Close()
	for range 6 {
		status, text := post(t, site.URL, "hello")
		assert.Equal(t, http.StatusOK, status)
		assert.True(t, strings.HasSuffix(text, " hello"), text)
	}
	for _, w := range workers {
		assert.Equal(t, int64(2), w.Taken.Load())
	}
	status, _ := post(t, site.URL, strings.Repeat("x", 2<<20))
	assert.Equal(t, http.StatusBadGateway, status, "no push is that long")
}

// A request that a worker may have seen goes to no other one.
func TestRequestsOfWorkersThatDie(t *testing.T) {
	t.Parallel()
	f := start(t, 2, "good", nil)
	await(t, f, 2)
	site := httptest.NewServer(fleet.NewBalancer(f))
	defer site.Close()
	status, _ := post(t, site.URL+"/die", "x")
	assert.Equal(t, http.StatusBadGateway, status)
	require.Eventually(t, func() bool {
		all := f.Workers()
		return len(all) == 2 && all[0].Begun+all[1].Begun == 3
	}, time.Minute, 5*time.Millisecond)
	for range 10 {
		status, _ := post(t, site.URL, "x")
		assert.Equal(t, http.StatusOK, status)
	}
	f.Stop()
	status, _ = post(t, site.URL, "x")
	assert.Equal(t, http.StatusBadGateway, status, "nobody is there")
}
