// Package servers starts a Redis, a MariaDB or a PostgreSQL for as long as this program runs, on a
// free port, with its data in a folder. SQLite needs no server: there it is a file.
package servers

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/gothird/wecom/examples/scaleout/internal/process"
)

// Server is a server of this program.
type Server struct {
	URL string // for package shared

	kind    kind
	folder  string
	port    int
	process *process.Process
}

// kind is how servers of a kind are started.
type kind struct {
	name    string
	prepare func(s *Server) error                       // makes its data
	command func(s *Server) (*exec.Cmd, error)          // runs it; nil: there is no server
	url     func(s *Server) string                      // for package shared
	ping    func(ctx context.Context, url string) error // nil: it answers
}

func kinds() map[string]kind {
	return map[string]kind{
		"sqlite": {
			prepare: func(*Server) error { return nil },
			url:     func(s *Server) string { return filepath.Join(s.folder, "wecom.db") },
		},
		"redis": {prepare: func(*Server) error { return nil }, command: redisServer,
			url:  func(s *Server) string { return fmt.Sprintf("redis://127.0.0.1:%d/0", s.port) },
			ping: pingRedis},
		"mariadb": {prepare: prepareMariaDB, command: mariadb,
			url:  func(s *Server) string { return mariadbURL(s.port, database) },
			ping: pingMariaDB},
		"postgres": {prepare: preparePostgres, command: postgres,
			url: func(s *Server) string {
				return fmt.Sprintf("postgres://wecom@127.0.0.1:%d/postgres?sslmode=disable&connect_timeout=5", s.port)
			},
			ping: pingPostgres},
	}
}

// Start prepares a server of one of shared.Backends in an empty folder, starts it, and returns when
// it answers. If this program runs as root, PostgreSQL has another user, who must be able to pass
// through the folders above.
func Start(ctx context.Context, backend, folder string) (*Server, error) {
	k, ok := kinds()[backend]
	if !ok {
		return nil, fmt.Errorf("no backend %q: there are sqlite, redis, mariadb and postgres", backend)
	}
	k.name = backend
	s := &Server{kind: k, folder: folder}
	if k.command == nil {
		s.URL = k.url(s)
		return s, nil
	}
	var err error
	if s.port, err = freePort(); err != nil {
		return nil, err
	}
	s.URL = k.url(s)
	if err := k.prepare(s); err != nil {
		return nil, fmt.Errorf("prepare %s: %w", backend, err)
	}
	return s, s.Again(ctx)
}

const startTimeout = time.Minute

// Again starts a server that was killed or stopped, with the data that it had.
func (s *Server) Again(ctx context.Context) error {
	if s.kind.command == nil {
		return nil
	}
	if _, err := s.kind.command(s); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for {
		err := s.launch(ctx)
		if err == nil || ctx.Err() != nil {
			return err
		}
		select { // a PostgreSQL that was killed leaves processes behind for a moment, beside which none starts
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return fmt.Errorf("start %s: %w", s.kind.name, err)
		}
	}
}

// launch runs the server until it answers or ends.
func (s *Server) launch(ctx context.Context) error {
	cmd, err := s.kind.command(s)
	if err != nil {
		return err
	}
	cmd.Dir, cmd.Env = s.folder, append(os.Environ(), "TMPDIR="+s.folder) // MariaDB removes temporary tables of others in a folder that is shared
	if s.process, err = process.Start(cmd, filepath.Join(s.folder, "output")); err != nil {
		return err
	}
	for {
		err := s.kind.ping(ctx, s.URL)
		if err == nil {
			return nil
		}
		select {
		case <-s.process.Ended():
			return fmt.Errorf("%s has ended: %s", s.kind.name, s.process.Tail())
		case <-ctx.Done():
			s.process.Kill()
			return errors.Join(ctx.Err(), err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Kill ends the server without a chance to do anything.
func (s *Server) Kill() {
	if s.process != nil {
		s.process.Kill()
	}
}

// Clear deletes all data of a Redis or an SQLite that does not run.
func (s *Server) Clear() error {
	names, err := filepath.Glob(filepath.Join(s.folder, "*"))
	for _, name := range names {
		err = errors.Join(err, os.RemoveAll(name))
	}
	return err
}

// Addr is where the server listens.
func (s *Server) Addr() string { return fmt.Sprint("127.0.0.1:", s.port) }

// URLAt is the URL of the same server at another port of this machine, where something stands between.
func (s *Server) URLAt(port int) string {
	return s.kind.url(&Server{port: port, folder: s.folder})
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// program finds a program of a server. Debian keeps some outside of the path.
func program(name, install string) (string, error) {
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	for _, pattern := range []string{"/usr/sbin/" + name, "/usr/lib/postgresql/*/bin/" + name, "/opt/homebrew/opt/*/bin/" + name} {
		if found, _ := filepath.Glob(pattern); len(found) > 0 {
			return found[len(found)-1], nil
		}
	}
	return "", fmt.Errorf("there is no %s on this machine: install %s (on Debian: apt-get install %s; make servers installs all), or give the URL of a server with -url", name, install, install)
}
