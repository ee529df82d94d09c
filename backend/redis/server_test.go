package wecomredis_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	wecomredis "github.com/gothird/wecom/backend/redis"
)

// server is a redis-server of a test, with its data in a folder of the test.
type server struct {
	t    testing.TB
	port int
	args []string
	cmd  *exec.Cmd
}

// startServer starts a server that keeps what it has when it is killed. more are further
// settings.
func startServer(t testing.TB, more ...string) *server {
	t.Helper()
	s := &server{t: t, port: freePort(t)}
	s.args = append([]string{
		"--port", strconv.Itoa(s.port), "--bind", "127.0.0.1", "--dir", t.TempDir(),
		"--appendonly", "yes", "--appendfsync", "always", "--save", "", "--maxmemory-policy", "noeviction",
	}, more...)
	s.start()
	t.Cleanup(s.kill)
	return s
}

func freePort(t testing.TB) int {
	t.Helper()
	for {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		defer l.Close()
		if port := l.Addr().(*net.TCPAddr).Port; port < 50_000 { // a node of a cluster has another one, 10,000 above
			return port
		}
	}
}

func (s *server) addr() string { return fmt.Sprint("127.0.0.1:", s.port) }

// start returns when the server answers.
func (s *server) start() {
	s.t.Helper()
	binary, err := exec.LookPath("redis-server")
	require.NoError(s.t, err, "run make servers")
	s.cmd = exec.Command(binary, s.args...)
	log, err := os.OpenFile(filepath.Join(s.args[5], "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	require.NoError(s.t, err)
	defer log.Close()
	s.cmd.Stdout, s.cmd.Stderr = log, log
	require.NoError(s.t, s.cmd.Start())
	c := redis.NewClient(&redis.Options{Addr: s.addr(), MaxRetries: -1})
	defer c.Close()
	require.Eventually(s.t, func() bool { return c.Ping(context.Background()).Err() == nil }, time.Minute, 5*time.Millisecond, "redis-server does not answer")
}

// kill ends the server without a chance to write anything.
func (s *server) kill() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
}

// stop lets the server hang until resume. It returns when nothing is answered any more, as a
// signal reaches a process on a busy machine a moment later.
func (s *server) stop() {
	require.NoError(s.t, s.cmd.Process.Signal(syscall.SIGSTOP))
	c := redis.NewClient(&redis.Options{Addr: s.addr(), MaxRetries: -1, ContextTimeoutEnabled: true})
	defer c.Close()
	require.Eventually(s.t, func() bool {
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		defer cancel()
		return c.Ping(ctx).Err() != nil
	}, time.Minute, time.Millisecond)
}

func (s *server) resume() { require.NoError(s.t, s.cmd.Process.Signal(syscall.SIGCONT)) }

// client returns a client as the guide shows it.
func (s *server) client() *redis.Client { return newClient(s.t, s.addr()) }

func newClient(t testing.TB, addr string) *redis.Client {
	c := redis.NewClient(&redis.Options{Addr: addr, ContextTimeoutEnabled: true})
	t.Cleanup(func() { c.Close() })
	return c
}

// shared is a server for all tests that neither kill it nor change its settings.
var shared struct {
	once sync.Once
	*server
}

// TestMain ends the shared server, and is the beginning of processes that tests start.
func TestMain(m *testing.M) {
	if role := os.Getenv(roleOfChild); role != "" {
		runChild(role)
		return
	}
	code := m.Run()
	if shared.server != nil {
		shared.kill()
		os.RemoveAll(shared.args[5])
	}
	os.Exit(code)
}

// sharedClient returns a client of the shared server, and a prefix that no other test has.
func sharedClient(t testing.TB) (*redis.Client, string) {
	t.Helper()
	shared.once.Do(func() {
		dir, err := os.MkdirTemp("", "wecomredis")
		require.NoError(t, err)
		shared.server = &server{t: t, port: freePort(t)}
		shared.args = []string{"--port", strconv.Itoa(shared.port), "--bind", "127.0.0.1", "--dir", dir, "--save", ""}
		shared.start()
	})
	return newClient(t, shared.addr()), prefixOf(t)
}

func prefixOf(t testing.TB) string {
	return strings.NewReplacer("/", ":", "{", "", "}", "").Replace(t.Name()) + ":"
}

func newStore(t testing.TB, c redis.UniversalClient, prefix string) *wecomredis.Store {
	t.Helper()
	s, err := wecomredis.NewStore(c, wecomredis.Options{Prefix: prefix})
	require.NoError(t, err)
	return s
}

func newQueue(t testing.TB, c redis.UniversalClient, prefix string) *wecomredis.Queue {
	t.Helper()
	q, err := wecomredis.NewQueue(c, wecomredis.Options{Prefix: prefix})
	require.NoError(t, err)
	t.Cleanup(func() { q.Close() })
	return q
}

func writeFile(t testing.TB, name, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
}

// addrOfExample is where the server of the examples is.
func addrOfExample(t testing.TB) string {
	sharedClient(t)
	return shared.addr()
}
