package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/gothird/wecom/examples/scaleout/internal/fleet"
	"github.com/gothird/wecom/examples/scaleout/internal/record"
	"github.com/gothird/wecom/examples/scaleout/internal/servers"
	"github.com/gothird/wecom/examples/scaleout/internal/shared"
)

// stage is all that is there beside the workers: what they share, WeCom, and the balancer.
type stage struct {
	flags

	out     io.Writer
	folder  string
	env     []string // of a worker
	sandbox *sandbox
	fleet   *fleet.Fleet
	site    string   // where the balancer is
	log     *os.File // of the workers
	ends    []func()
}

// run starts one thing after the other, in the order in which they need each other, and ends them the
// other way round.
func run(ctx context.Context, out io.Writer, f flags) error {
	if min(f.processes, f.corps) < 1 || f.rate <= 0 || f.every <= 0 {
		return errors.New("-processes, -corps, -rate and -every must be positive")
	}
	s := &stage{flags: f, out: out}
	defer func() {
		for _, end := range slices.Backward(s.ends) {
			end()
		}
	}()
	for _, step := range []func(context.Context) error{s.makeFolder, s.startBackend, s.startSandbox, s.startWorkers, s.startBalancer, s.play} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (s *stage) atEnd(end func()) { s.ends = append(s.ends, end) }

func (s *stage) makeFolder(context.Context) (err error) {
	if s.folder, err = os.MkdirTemp("", "scaleout"); err != nil {
		return err
	}
	s.atEnd(func() { _ = os.RemoveAll(s.folder) })
	return os.Chmod(s.folder, 0o711) // PostgreSQL has a user of its own, who passes through
}

// startBackend starts what the processes share, if need be. It is migrated once, before the processes
// that use it.
func (s *stage) startBackend(ctx context.Context) error {
	if s.url == "" {
		folder := filepath.Join(s.folder, s.backend)
		if err := os.Mkdir(folder, 0o700); err != nil {
			return err
		}
		server, err := servers.Start(ctx, s.backend, folder)
		if err != nil {
			return err
		}
		s.url = server.URL
		s.atEnd(server.Kill)
	}
	backend, err := shared.Open(s.backend, s.url)
	if err != nil {
		return err
	}
	return errors.Join(backend.Migrate(ctx), backend.Close())
}

// startSandbox starts WeCom, and reads what the provider sees in its console.
func (s *stage) startSandbox(ctx context.Context) (err error) {
	if s.sandbox, err = startSandbox(ctx, s.folder); err != nil {
		return err
	}
	s.atEnd(s.sandbox.stop)
	s.env, err = s.sandbox.environment(ctx)
	return err
}

// startWorkers lets this program start itself again, as often as there are to be workers.
func (s *stage) startWorkers(ctx context.Context) (err error) {
	if s.log, err = os.Create(filepath.Join(s.folder, "workers.log")); err != nil {
		return err
	}
	s.atEnd(func() { _ = s.log.Close() })
	key := make([]byte, 32)
	_, _ = rand.Read(key)
	env := append(append(os.Environ(), s.env...), keyVariable+"="+hex.EncodeToString(key), urlVariable+"="+s.url, folderVariable+"="+s.folder)
	s.fleet = fleet.Start(context.WithoutCancel(ctx), s.processes, func(ctx context.Context) *exec.Cmd {
		cmd := exec.CommandContext(ctx, os.Args[0], "-worker", "-backend", s.backend)
		cmd.Env, cmd.Stderr = env, s.log
		return cmd
	}, func(err error) { fmt.Fprintln(s.out, "  !", err, "- see", s.log.Name()) })
	s.atEnd(s.fleet.Stop)
	for len(s.fleet.Workers()) < s.processes && ctx.Err() == nil {
		time.Sleep(20 * time.Millisecond)
	}
	return nil
}

func (s *stage) startBalancer(ctx context.Context) error {
	listener, err := net.Listen("tcp", s.addr)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: fleet.NewBalancer(s.fleet), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }() // until it is closed
	s.atEnd(func() { _ = server.Close() })
	s.site = "http://" + listener.Addr().String()
	if ctx.Err() != nil {
		return nil
	}
	return s.sandbox.deliverTo(ctx, s.site)
}

const settleTimeout = 10 * time.Second

// play lets corps write until ctx ends, and then waits until all is worked.
func (s *stage) play(ctx context.Context) error {
	fmt.Fprintf(s.out, "%s at %s, %d workers (their log: %s)\nWeCom is played at %s, its pushes go to %s\nCtrl-C ends all.\n\n",
		s.backend, s.url, s.processes, s.log.Name(), s.sandbox.url, s.site)
	all := &corps{sandbox: s.sandbox, taken: map[record.Item]time.Time{}}
	figures := &summary{out: s.out, folder: s.folder, corps: all, fleet: s.fleet, begun: time.Now()}
	writing, stop := context.WithCancelCause(ctx)
	written := make(chan struct{})
	go func() {
		defer close(written)
		if err := all.write(writing, s.corps, s.rate); err != nil {
			stop(err)
		}
	}()
	err := figures.every(writing, s.every)
	stop(err)
	<-written
	if ctx.Err() == nil { // it ended by itself
		return context.Cause(writing)
	}
	fmt.Fprintln(s.out, "\nWeCom pushes no more, and what was taken is worked to the end.")
	for end := time.Now().Add(settleTimeout); time.Now().Before(end); time.Sleep(time.Second) {
		if waiting, err := figures.print(context.WithoutCancel(ctx)); waiting == 0 || err != nil {
			return err
		}
	}
	return nil
}
