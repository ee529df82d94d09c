package servers

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"

	_ "github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"
)

// The servers here keep what was acknowledged if they are killed, but not through a power failure: that is
// a matter of settings, and makes them fast. Those of real ones are in the package documentation of
// backend/redis and backend/sql.

func redisServer(s *Server) (*exec.Cmd, error) {
	path, err := program("redis-server", "redis-server")
	return exec.Command(path, "--port", strconv.Itoa(s.port), "--bind", "127.0.0.1", "--dir", s.folder,
		"--appendonly", "yes", "--appendfsync", "no", "--save", "", "--maxmemory-policy", "noeviction"), err
}

func pingRedis(ctx context.Context, url string) error {
	options, err := redis.ParseURL(url)
	if err != nil {
		return err
	}
	options.MaxRetries, options.ContextTimeoutEnabled = -1, true
	c := redis.NewClient(options)
	defer c.Close()
	return c.Ping(ctx).Err()
}

const database = "wecom"

func mariadbURL(port int, database string) string {
	return fmt.Sprintf("root@tcp(127.0.0.1:%d)/%s?interpolateParams=true&timeout=5s", port, database)
}

func prepareMariaDB(s *Server) error {
	path, err := program("mariadb-install-db", "mariadb-server")
	if err != nil {
		return err
	}
	name, err := userName()
	if err != nil {
		return err
	}
	return run(exec.Command(path, "--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db", "--datadir="+s.data(), "--user="+name))
}

func mariadb(s *Server) (*exec.Cmd, error) {
	path, err := program("mariadbd", "mariadb-server")
	if err != nil {
		return nil, err
	}
	name, err := userName()
	return exec.Command(path, "--no-defaults", "--datadir="+s.data(), "--user="+name, fmt.Sprint("--port=", s.port), "--bind-address=127.0.0.1",
		"--socket="+filepath.Join(s.folder, "socket"), "--max-connections=400", "--innodb-flush-log-at-trx-commit=2"), err
}

// pingMariaDB makes the database, too.
func pingMariaDB(ctx context.Context, url string) error {
	var port int
	if _, err := fmt.Sscanf(url, "root@tcp(127.0.0.1:%d)", &port); err != nil {
		return err
	}
	db, err := sql.Open("mysql", mariadbURL(port, ""))
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, "CREATE DATABASE IF NOT EXISTS "+database)
	return err
}

func preparePostgres(s *Server) error {
	path, err := program("initdb", "postgresql")
	if err != nil {
		return err
	}
	who, err := owner()
	if err != nil {
		return err
	}
	if err := os.Mkdir(s.data(), 0o700); err != nil {
		return err
	}
	if who != nil {
		err = errors.Join(os.Chown(s.folder, int(who.Uid), int(who.Gid)), os.Chown(s.data(), int(who.Uid), int(who.Gid)))
	}
	if err != nil {
		return err
	}
	cmd := exec.Command(path, "-D", s.data(), "-U", "wecom", "-A", "trust", "-E", "UTF8", "--no-sync")
	cmd.Dir, cmd.SysProcAttr = s.folder, &syscall.SysProcAttr{Credential: who}
	return run(cmd)
}

func postgres(s *Server) (*exec.Cmd, error) {
	path, err := program("postgres", "postgresql")
	if err != nil {
		return nil, err
	}
	who, err := owner()
	cmd := exec.Command(path, "-D", s.data(), "-p", strconv.Itoa(s.port), "-k", s.folder, "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200",
		"-c", "fsync=off", "-c", "full_page_writes=off")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: who}
	return cmd, err
}

func pingPostgres(ctx context.Context, url string) error {
	c, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	return c.Close(ctx)
}

func (s *Server) data() string { return filepath.Join(s.folder, "data") }

// owner is the user under whom PostgreSQL runs if this program is root, whom it refuses.
func owner() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("PostgreSQL does not run as root, and needs its own user: %w", err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, errors.Join(err, err2)
}

func userName() (string, error) {
	u, err := user.Current()
	if err != nil {
		return "", err
	}
	return u.Username, nil
}

func run(cmd *exec.Cmd) error {
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}
