package wecomsql_test

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	_ "github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/gothird/wecom/backend/sql"
)

// keepScript runs a server until its own input ends, which it does when this process is gone.
const keepScript = `"$0" "$@" </dev/null >server.log 2>&1 & echo $!; cat >/dev/null; kill -KILL $!`

// start starts the server, and waits until it answers. SQLite has none.
func (s *server) start(t *testing.T) {
	t.Helper()
	data := filepath.Join(s.dir, "data")
	args := []string{"-c", keepScript}
	switch s.dialect {
	case wecomsql.MySQL:
		args = append(args, program(t, "mariadbd"), "--no-defaults", "--datadir="+data, "--user="+userName(t), fmt.Sprint("--port=", s.port),
			"--bind-address=127.0.0.1", "--socket="+filepath.Join(s.dir, "socket"), "--max-connections=400", "--innodb-print-all-deadlocks=1",
			"--innodb-flush-log-at-trx-commit=2") // a kill loses nothing that the system has
	case wecomsql.PostgreSQL:
		args = append(args, program(t, "postgres"), "-D", data, "-p", fmt.Sprint(s.port), "-k", s.dir, "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200",
			"-c", "fsync=off", "-c", "full_page_writes=off")
	default:
		return
	}
	// A PostgreSQL that was killed leaves processes behind for a moment, and does not start beside them.
	require.Eventually(t, func() bool {
		if s.keeper == nil || syscall.Kill(s.pid, 0) != nil {
			s.stop()
			s.launch(t, args)
		}
		return s.answers()
	}, time.Minute, 50*time.Millisecond, "the server does not answer, see %s", s.dir)
}

func (s *server) launch(t *testing.T, args []string) {
	s.keeper = s.command(t, "/bin/sh", args...)
	_, err := s.keeper.StdinPipe() // ends with this process
	require.NoError(t, err)
	out, err := s.keeper.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, s.keeper.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	_, err = fmt.Sscan(line, &s.pid)
	require.NoError(t, err)
}

func (s *server) answers() bool {
	db, err := sql.Open(s.source(""))
	if err != nil {
		return false
	}
	defer db.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	return db.PingContext(ctx) == nil
}

// kill ends the server without warning.
func (s *server) kill() {
	_ = syscall.Kill(s.pid, syscall.SIGKILL)
	s.stop()
}

// stop ends the server.
func (s *server) stop() {
	if s.keeper == nil {
		return
	}
	_ = s.keeper.Process.Signal(syscall.SIGTERM)
	_ = syscall.Kill(s.pid, syscall.SIGKILL)
	_ = s.keeper.Wait()
	s.keeper = nil
}

// source is the driver and the data source name of a database.
func (s *server) source(db string) (driver, name string) {
	switch s.dialect {
	case wecomsql.MySQL:
		return "mysql", fmt.Sprintf("root@tcp(127.0.0.1:%d)/%s?interpolateParams=true&timeout=5s", s.port, db)
	case wecomsql.PostgreSQL:
		if db == "" {
			db = "postgres"
		}
		return "pgx", fmt.Sprintf("postgres://wecom@127.0.0.1:%d/%s?sslmode=disable&connect_timeout=5", s.port, db)
	}
	return "sqlite", "file:" + filepath.Join(s.dir, db+".db") + "?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(10000)"
}

// create makes an empty database, and returns its name.
func (s *server) create(t *testing.T) string {
	t.Helper()
	s.mu.Lock()
	s.dbs++
	name := fmt.Sprint("db", s.dbs)
	s.mu.Unlock()
	if s.dialect == wecomsql.SQLite {
		return name
	}
	db, err := sql.Open(s.source(""))
	require.NoError(t, err)
	defer db.Close()
	_, err = db.ExecContext(t.Context(), "CREATE DATABASE "+name)
	require.NoError(t, err)
	return name
}

// connect opens a database as a process of its own would.
func (s *server) connect(name string, cfg wecomsql.Config) (*wecomsql.DB, *sql.DB, error) {
	db, err := sql.Open(s.source(name))
	if err != nil {
		return nil, nil, err
	}
	db.SetMaxOpenConns(20)
	if s.dialect == wecomsql.SQLite {
		db.SetMaxOpenConns(1)
	}
	cfg.Dialect = s.dialect
	if s.dialect == wecomsql.PostgreSQL && cfg.Notified == nil {
		cfg.Notified = notified
	}
	d, err := wecomsql.New(db, cfg)
	return d, db, err
}

// notified is the hint of PostgreSQL by pgx.
func notified(ctx context.Context, driverConn any) error {
	_, err := driverConn.(*stdlib.Conn).Conn().WaitForNotification(ctx)
	return err
}

// open is connect for this process.
func (s *server) open(t *testing.T, name string, cfg wecomsql.Config) *wecomsql.DB {
	t.Helper()
	d, db, err := s.connect(name, cfg)
	require.NoError(t, err)
	t.Cleanup(func() { db.Close() })
	return d
}

// fresh returns a database with tables.
func (s *server) fresh(t *testing.T) (d *wecomsql.DB, name string) {
	t.Helper()
	name = s.create(t)
	d = s.open(t, name, wecomsql.Config{})
	require.NoError(t, d.Migrate(t.Context()))
	return d, name
}

// deadlocks counts what the server has told of deadlocks.
func (s *server) deadlocks(t *testing.T) int {
	t.Helper()
	out, err := exec.Command("grep", "-ciE", "deadlock detected|\\*\\*\\* .*TRANSACTION:", filepath.Join(s.dir, "server.log")).Output()
	if err != nil && len(out) == 0 {
		return 0
	}
	n := 0
	_, _ = fmt.Sscan(strings.TrimSpace(string(out)), &n)
	return n
}
