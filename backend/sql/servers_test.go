package wecomsql_test

import (
	"flag"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/backend/sql"
)

var soak = flag.Bool("soak", false, "the long forms of the tests")

// server is a database server of this test run, with its data in a folder of its own.
type server struct {
	dialect wecomsql.Dialect
	dir     string
	port    int
	keeper  *exec.Cmd // the shell that ends the server when this process has ended
	pid     int

	mu  sync.Mutex
	dbs int
}

// shared are the servers that the tests have started so far; TestMain stops them.
var shared struct {
	sync.Mutex
	servers map[wecomsql.Dialect]*server
}

func TestMain(m *testing.M) {
	flag.Parse()
	if role := os.Getenv(roleVariable); role != "" {
		os.Exit(runRole(role))
	}
	code := m.Run()
	for _, s := range shared.servers {
		s.stop()
		os.RemoveAll(s.dir)
	}
	os.Exit(code)
}

// dialects are the databases of all tests.
var dialects = map[string]wecomsql.Dialect{"MySQL": wecomsql.MySQL, "PostgreSQL": wecomsql.PostgreSQL, "SQLite": wecomsql.SQLite}

// each runs a test for each database.
func each(t *testing.T, test func(t *testing.T, d wecomsql.Dialect)) {
	t.Helper()
	for name, d := range dialects {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, d)
		})
	}
}

// sharedServer returns the server of all tests that do not stop it.
func sharedServer(t *testing.T, d wecomsql.Dialect) *server {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if s := shared.servers[d]; s != nil {
		return s
	}
	dir, err := os.MkdirTemp("", "wecomsql")
	require.NoError(t, err)
	s := &server{dialect: d, dir: dir}
	if shared.servers == nil {
		shared.servers = map[wecomsql.Dialect]*server{}
	}
	shared.servers[d] = s
	s.prepare(t)
	s.start(t)
	return s
}

// ownServer returns a server that the test may kill.
func ownServer(t *testing.T, d wecomsql.Dialect) *server {
	t.Helper()
	dir, err := os.MkdirTemp("", "wecomsql")
	require.NoError(t, err)
	s := &server{dialect: d, dir: dir}
	t.Cleanup(func() {
		s.stop()
		os.RemoveAll(dir)
	})
	s.prepare(t)
	s.start(t)
	return s
}

// program finds a program of a server, which may be outside of the path.
func program(t *testing.T, name string) string {
	t.Helper()
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	for _, pattern := range []string{"/usr/sbin/" + name, "/usr/lib/postgresql/*/bin/" + name, "/opt/homebrew/opt/*/bin/" + name} {
		if found, _ := filepath.Glob(pattern); len(found) > 0 {
			return found[len(found)-1]
		}
	}
	t.Fatalf("there is no %s: run make servers", name)
	return ""
}

// prepare makes the data of a server.
func (s *server) prepare(t *testing.T) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s.port = listener.Addr().(*net.TCPAddr).Port
	require.NoError(t, listener.Close())
	data := filepath.Join(s.dir, "data")
	switch s.dialect {
	case wecomsql.MySQL:
		s.run(t, program(t, "mariadb-install-db"), "--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db", "--datadir="+data, "--user="+userName(t))
	case wecomsql.PostgreSQL:
		require.NoError(t, os.Mkdir(data, 0o700))
		s.give(t, s.dir)
		s.give(t, data)
		s.run(t, program(t, "initdb"), "-D", data, "-U", "wecom", "-A", "trust", "-E", "UTF8", "--no-sync")
	}
}

func userName(t *testing.T) string {
	if os.Getuid() == 0 {
		return "root"
	}
	return os.Getenv("USER")
}

// give makes a folder that of the user under whom PostgreSQL runs, since it refuses root.
func (s *server) give(t *testing.T, dir string) {
	t.Helper()
	if c := s.credential(t); c != nil {
		require.NoError(t, os.Chown(dir, int(c.Uid), int(c.Gid)))
	}
}

func (s *server) credential(t *testing.T) *syscall.Credential {
	t.Helper()
	if os.Getuid() != 0 || s.dialect != wecomsql.PostgreSQL {
		return nil
	}
	id := func(flag string) uint32 {
		out, err := exec.Command("id", flag, "postgres").Output()
		require.NoError(t, err, "there is no user postgres: run make servers")
		n, err := strconv.ParseUint(strings.TrimSpace(string(out)), 10, 32)
		require.NoError(t, err)
		return uint32(n)
	}
	return &syscall.Credential{Uid: id("-u"), Gid: id("-g")}
}

func (s *server) command(t *testing.T, name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "TMPDIR="+s.dir) // a MariaDB that starts removes the temporary tables of all that share a folder
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.credential(t)}
	return cmd
}

func (s *server) run(t *testing.T, name string, args ...string) {
	t.Helper()
	out, err := s.command(t, name, args...).CombinedOutput()
	require.NoError(t, err, "%s", out)
}
