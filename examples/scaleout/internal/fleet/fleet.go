// Package fleet keeps a number of worker processes running, and spreads requests over them.
package fleet

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// Listening begins the line by which a worker says where it listens. The address follows.
const Listening = "listening "

// Patience is how long workers may take to end before they are killed.
const Patience = 40 * time.Second

// Fleet is a number of workers. A worker that ends is followed by another.
type Fleet struct {
	command func(ctx context.Context) *exec.Cmd
	stop    context.CancelFunc
	keepers sync.WaitGroup
	failed  func(error)

	mu      sync.Mutex
	workers []*Worker // by place; nil: nobody listens there now
}

// Worker is a process that listens.
type Worker struct {
	PID   int
	Addr  string
	Begun int          // how many were started in its place, this one included
	Taken atomic.Int64 // requests that it has answered with a success

	cmd *exec.Cmd
}

// Kill ends the worker without a chance to do anything.
func (w *Worker) Kill() { _ = w.cmd.Process.Kill() }

// Start starts n workers. command makes the command of one by exec.CommandContext; a worker prints
// Listening and its address as its first line, and ends when its standard input does. failed hears
// of workers that end without having listened; it may be nil.
func Start(ctx context.Context, n int, command func(ctx context.Context) *exec.Cmd, failed func(error)) *Fleet {
	ctx, stop := context.WithCancel(ctx)
	f := &Fleet{command: command, stop: stop, failed: failed, workers: make([]*Worker, n)}
	if f.failed == nil {
		f.failed = func(error) {}
	}
	for place := range n {
		f.keepers.Go(func() { f.keep(ctx, place) })
	}
	return f
}

// Stop asks all workers to end, and waits until they have.
func (f *Fleet) Stop() {
	f.stop()
	f.keepers.Wait()
}

// Workers are those that listen now.
func (f *Fleet) Workers() (all []*Worker) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, w := range f.workers {
		if w != nil {
			all = append(all, w)
		}
	}
	return all
}

// keep runs one worker after the other.
func (f *Fleet) keep(ctx context.Context, place int) {
	for begun := 1; ctx.Err() == nil; begun++ {
		if err := f.run(ctx, place, begun); err != nil && ctx.Err() == nil {
			f.failed(err)
			select { // a mistake in its settings must not fill the log
			case <-time.After(time.Second):
			case <-ctx.Done():
			}
		}
	}
}

// run starts a worker, and returns when it has ended. Its end is an error if it did not listen.
func (f *Fleet) run(ctx context.Context, place, begun int) error {
	cmd := f.command(ctx)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = Patience
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C on the terminal is not for workers
	if _, err := cmd.StdinPipe(); err != nil {            // it ends with this program
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	lines := bufio.NewReader(out)
	line, _ := lines.ReadString('\n')
	addr, listens := strings.CutPrefix(strings.TrimSpace(line), Listening)
	if listens {
		f.put(place, &Worker{PID: cmd.Process.Pid, Addr: addr, Begun: begun, cmd: cmd})
	}
	_, _ = io.Copy(io.Discard, lines)
	err = cmd.Wait()
	f.put(place, nil)
	if !listens {
		return fmt.Errorf("a worker has ended before it listened: %w", err)
	}
	return nil
}

func (f *Fleet) put(place int, w *Worker) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.workers[place] = w
}
