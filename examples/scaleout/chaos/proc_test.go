package chaos

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/examples/scaleout/internal/fleet"
)

// command is how this test binary starts itself as another process.
func (c config) command(ctx context.Context, t *testing.T) *exec.Cmd {
	text, err := json.Marshal(c)
	require.NoError(t, err)
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), configVariable+"="+string(text))
	return cmd
}

// proc is a caller.
type proc struct {
	t    *testing.T
	cmd  *exec.Cmd
	in   io.Writer
	out  *json.Decoder
	done bool
}

// callers starts n callers, and returns when all are there.
func (w *world) callers(n int, change func(i int, c *config)) (all []*proc) {
	w.t.Helper()
	for i := range n {
		c := w.config
		c.Role = "caller"
		if change != nil {
			change(i, &c)
		}
		p := &proc{t: w.t, cmd: c.command(context.Background(), w.t)}
		in, err := p.cmd.StdinPipe() // it ends with this process
		require.NoError(w.t, err)
		out, err := p.cmd.StdoutPipe()
		require.NoError(w.t, err)
		p.in, p.out, p.cmd.Stderr = in, json.NewDecoder(out), w.log()
		require.NoError(w.t, p.cmd.Start())
		w.t.Cleanup(p.kill)
		all = append(all, p)
	}
	for _, p := range all {
		p.result()
	}
	return all
}

const logName = "log"

// log is where other processes log to.
func (w *world) log() *os.File {
	f, err := os.OpenFile(filepath.Join(w.config.Folder, logName), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	require.NoError(w.t, err)
	w.t.Cleanup(func() { f.Close() })
	return f
}

func (p *proc) kill() {
	if !p.done {
		p.done = true
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
	}
}

func (p *proc) send(line string) {
	p.t.Helper()
	_, err := fmt.Fprintln(p.in, line)
	require.NoError(p.t, err)
}

func (p *proc) result() (r result) {
	p.t.Helper()
	require.NoError(p.t, p.out.Decode(&r), "the process has ended")
	return r
}

// tell sends a line to all.
func tell(all []*proc, line string) {
	for _, p := range all {
		p.t.Helper()
		p.send(line)
	}
}

// collect adds up the answers of all.
func collect(all []*proc) (sum result) {
	for _, p := range all {
		p.t.Helper()
		r := p.result()
		sum.Calls, sum.Failed, sum.Longest = sum.Calls+r.Calls, sum.Failed+r.Failed, max(sum.Longest, r.Longest)
		if r.Error != "" {
			sum.Error = r.Error
		}
	}
	return sum
}

// storm lets all make n calls at once.
func storm(all []*proc, n int) result {
	for _, p := range all {
		p.t.Helper()
	}
	tell(all, fmt.Sprint("call ", n))
	r := collect(all)
	assert.Zero(all[0].t, r.Failed, r.Error)
	return r
}

// fleet starts workers. change may differ from one to the next.
func (w *world) fleet(n int, change func(i int, c *config)) *fleet.Fleet {
	w.t.Helper()
	var started atomic.Int64
	log := w.log()
	f := fleet.Start(context.Background(), n, func(ctx context.Context) *exec.Cmd {
		c := w.config
		c.Role = "worker"
		if i := int(started.Add(1)) - 1; change != nil {
			change(i, &c)
		}
		cmd := c.command(ctx, w.t)
		cmd.Stderr = log
		return cmd
	}, func(err error) { w.t.Error(err) })
	w.t.Cleanup(f.Stop)
	require.Eventually(w.t, func() bool { return len(f.Workers()) == n }, time.Minute, 5*time.Millisecond)
	return f
}
