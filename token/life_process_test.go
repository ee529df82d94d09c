package token_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"sync"
	"testing"

	"github.com/gothird/wecom/internal/clock/clocktest"
	"github.com/stretchr/testify/require"
)

// lifeProcess is a child that runs TestInstallationLifeChild.
type lifeProcess struct {
	cmd  *exec.Cmd
	in   io.Writer
	dead chan struct{} // closed when everything that it said has been read
	log  *lifeLog

	mu      sync.Mutex
	last    int
	waiting map[int]chan lifeReply
	kept    map[string]bool
}

// lifeLog is the standard error of children.
type lifeLog struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lifeLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lifeLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func startLife(t *testing.T, orders lifeOrders, log *lifeLog) *lifeProcess {
	t.Helper()
	text, err := json.Marshal(orders)
	require.NoError(t, err)
	p := &lifeProcess{
		cmd: exec.Command(os.Args[0], "-test.run=^TestInstallationLifeChild$"), dead: make(chan struct{}), log: log,
		waiting: map[int]chan lifeReply{}, kept: map[string]bool{},
	}
	p.cmd.Env, p.cmd.Stderr = append(os.Environ(), clocktest.Env+"=", lifeEnv+"="+string(text)), log
	p.in, err = p.cmd.StdinPipe()
	require.NoError(t, err)
	out, err := p.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, p.cmd.Start())
	go p.listen(out)
	t.Cleanup(p.kill)
	return p
}

// kill ends the process as the system would, and waits until it is gone.
func (p *lifeProcess) kill() {
	_ = p.cmd.Process.Kill() // it may be dead already
	<-p.dead
}

func (p *lifeProcess) listen(out io.Reader) {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		var r lifeReply
		if json.Unmarshal(lines.Bytes(), &r) != nil {
			continue // what a test binary says
		}
		p.mu.Lock()
		if r.Kept != "" {
			p.kept[r.Kept] = true
		} else if c := p.waiting[r.Id]; c != nil {
			c <- r
		}
		delete(p.waiting, r.Id)
		p.mu.Unlock()
	}
	_ = p.cmd.Wait() // "signal: killed"
	close(p.dead)
}

// do has an order carried out. It returns false if the process died before it said so.
func (p *lifeProcess) do(order lifeOrder) (lifeReply, bool) {
	reply := make(chan lifeReply, 1)
	p.mu.Lock()
	p.last++
	order.Id = p.last
	p.waiting[order.Id] = reply
	line, _ := json.Marshal(order)
	_, err := p.in.Write(append(line, '\n'))
	p.mu.Unlock()
	if err != nil {
		return lifeReply{}, false
	}
	select {
	case r := <-reply:
		return r, true
	case <-p.dead:
	}
	select { // it may have been the last word
	case r := <-reply:
		return r, true
	default:
		return lifeReply{}, false
	}
}

// keeps reports whether the process has said that the answer to an auth code is on the disk.
func (p *lifeProcess) keeps(fingerprint string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.kept[fingerprint]
}
