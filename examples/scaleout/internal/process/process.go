// Package process runs servers that must not outlive this program, even if it is killed.
package process

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Process is a server that runs.
type Process struct {
	PID    int
	Output string // the file with what it has printed
	keeper *exec.Cmd
	input  io.Closer     // of the keeper
	ended  chan struct{} // closed when the process has ended
}

// keep is a shell script that runs a program until that ends, or until its own input does: the
// other end of the input belongs to this program.
const keep = `exec 3<&0; output=$1; shift
"$@" </dev/null >>"$output" 2>&1 3<&- & program=$!
echo $program
{ cat <&3 >/dev/null; kill -KILL $program; } 2>/dev/null & watcher=$!
wait $program; kill $watcher`

// Start starts cmd, and appends what it prints to the file output.
func Start(cmd *exec.Cmd, output string) (*Process, error) {
	if cmd.Err != nil {
		return nil, cmd.Err
	}
	p := &Process{Output: output, keeper: exec.Command("/bin/sh", append([]string{"-c", keep, "sh", output, cmd.Path}, cmd.Args[1:]...)...), ended: make(chan struct{})}
	p.keeper.Env, p.keeper.Dir, p.keeper.SysProcAttr = cmd.Env, cmd.Dir, cmd.SysProcAttr
	if p.keeper.SysProcAttr == nil {
		p.keeper.SysProcAttr = &syscall.SysProcAttr{}
	}
	p.keeper.SysProcAttr.Setpgid = true // so that Ctrl-C on the terminal ends this program alone, which ends the others in turn
	in, err := p.keeper.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := p.keeper.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.input = in
	if err := p.keeper.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err == nil {
		p.PID, err = strconv.Atoi(strings.TrimSpace(line))
	}
	go func() {
		defer close(p.ended)
		_ = p.keeper.Wait() // how it ended is in its output
		_ = in.Close()
	}()
	if err != nil {
		_ = in.Close()
		return nil, fmt.Errorf("start %s: %w", cmd.Path, err)
	}
	return p, nil
}

// Ended is closed when the process has ended.
func (p *Process) Ended() <-chan struct{} { return p.ended }

// Kill ends the process without a chance to do anything.
func (p *Process) Kill() { p.Stop(syscall.SIGKILL, 0) }

// Stop asks the process by a signal to end, and kills it if it takes longer than patience.
func (p *Process) Stop(s syscall.Signal, patience time.Duration) {
	p.Signal(s)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	select {
	case <-p.ended:
	case <-ctx.Done():
		_ = p.input.Close() // the keeper kills it
		<-p.ended
	}
}

// Signal sends a signal to the process.
func (p *Process) Signal(s syscall.Signal) {
	select {
	case <-p.ended: // the number may be another's by now
	default:
		_ = syscall.Kill(p.PID, s)
	}
}

// Tail is the end of what the process has printed.
func (p *Process) Tail() string {
	text, err := os.ReadFile(p.Output)
	if err != nil {
		return err.Error()
	}
	const most = 2000
	return string(text[max(0, len(text)-most):])
}
