package callback_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/clock/clocktest"
)

// chaosLife is a child process, as its parent sees it.
type chaosLife struct {
	cmd  *exec.Cmd
	in   io.WriteCloser
	dead chan struct{} // closed when it is gone and all that it said was read
	well bool          // it was told to end
}

// chaosSaid is the standard error of children: the runtime's last words, and reports of the
// race detector.
type chaosSaid struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *chaosSaid) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.text.Len() > 1<<20 {
		return len(p), nil
	}
	return s.text.Write(p)
}

func (s *chaosSaid) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// keepAlive starts one life after the other until stop.
func (w *chaosWorld) keepAlive() (stop func()) {
	over, done := make(chan struct{}), make(chan struct{})
	go w.log.beat(over)
	go func() {
		defer close(done)
		for ended := false; !ended; {
			ended = w.oneLife(over)
		}
	}()
	return func() {
		close(over)
		<-done
	}
}

// oneLife is that of one child: until it is killed, or has killed itself, or is told to end.
// It reports whether there is to be no other.
func (w *chaosWorld) oneLife(over <-chan struct{}) (ended bool) {
	calm := w.isCalm()
	l := w.start(w.orders(calm))
	if l == nil {
		w.count("failed starts")
		time.Sleep(100 * time.Millisecond)
		return false
	}
	w.count("lives")
	span, quiet := w.span(), w.calm
	if calm {
		span, quiet = time.Hour, nil
	}
	select {
	case <-l.dead:
		w.count("lives that a notice ended")
	case <-time.After(span):
		w.end(l)
	case <-quiet:
		w.end(l)
	case <-over:
		w.end(l)
		ended = true
	}
	w.gone(l)
	return ended
}

// span is how long a life may last.
func (w *chaosWorld) span() time.Duration {
	switch {
	case rand.N(5) == 0 && w.long:
		return 15*time.Second + rand.N(25*time.Second)
	case rand.N(5) == 0:
		return 100*time.Millisecond + rand.N(time.Second)
	}
	return time.Second + rand.N(5*time.Second)
}

// end kills a life, or lets it end.
func (w *chaosWorld) end(l *chaosLife) {
	if rand.N(5) == 0 {
		l.well = true
		w.count("lives that ended well")
		fmt.Fprintln(l.in, "end")
		select {
		case <-l.dead:
			return
		case <-time.After(30 * time.Second):
			w.problem("a life that was told to end did not")
		}
	}
	w.count("kills")
	_ = l.cmd.Process.Kill() // it may be dead already
	<-l.dead
}

// orders are those for the next life.
func (w *chaosWorld) orders(calm bool) chaosOrders {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.life++
	o := chaosOrders{Dir: w.dir, Disk: w.disk, WeCom: w.url, Life: w.life}
	if !calm && w.life > 1 {
		o.Clock = chaosSkew * time.Duration(rand.N(3)-1)
		o.Steps, o.Ills = rand.N(4) == 0, rand.N(3) == 0
	}
	return o
}

// start runs a child and waits until it serves. It returns nil if the child could not start,
// because the disk was not there.
func (w *chaosWorld) start(orders chaosOrders) *chaosLife {
	w.diskMu.Lock()
	defer w.diskMu.Unlock()
	text, err := json.Marshal(orders)
	require.NoError(w.t, err)
	l := &chaosLife{cmd: exec.Command(os.Args[0], "-test.run=^TestChaosChild$", "-test.timeout=0"), dead: make(chan struct{})}
	l.cmd.Env, l.cmd.Stderr = append(os.Environ(), clocktest.Env+"=", chaosEnv+"="+string(text)), &w.said
	l.in, err = l.cmd.StdinPipe()
	require.NoError(w.t, err)
	out, err := l.cmd.StdoutPipe()
	require.NoError(w.t, err)
	require.NoError(w.t, l.cmd.Start())
	ready := make(chan string, 1)
	go func() {
		defer close(l.dead)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if address, ok := strings.CutPrefix(lines.Text(), "ready "); ok {
				ready <- address
			}
		}
		w.autopsy(l.cmd.Wait())
	}()
	select {
	case address := <-ready:
		w.serving(address)
		return l
	case <-l.dead:
		return nil
	}
}

// autopsy looks at how a child ended: by a kill, by itself when told so, or because it could
// not start. All else is wrong.
func (w *chaosWorld) autopsy(err error) {
	var exit *exec.ExitError
	if err == nil || errors.As(err, &exit) && (!exit.Exited() || exit.ExitCode() == exitStart) {
		return
	}
	w.problem("a life ended with %v", err)
}

// serving notes which child serves.
func (w *chaosWorld) serving(address string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.address = address
}

// gone notes the end of a life.
func (w *chaosWorld) gone(l *chaosLife) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.address = ""
	w.ends[w.life] = chaosEnd{time.Now(), l.well}
}

// server is the address and the number of the child that serves.
func (w *chaosWorld) server() (address string, life int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.address, w.life
}

// look asks the child how the inbox is.
func (w *chaosWorld) look() (l chaosLook, err error) {
	address, _ := w.server()
	client := http.Client{Timeout: 10 * time.Second}
	resp, err := client.Get("http://" + address + "/look")
	if err != nil {
		return l, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(resp.Body)
		return l, fmt.Errorf("look: %s", text)
	}
	return l, json.NewDecoder(resp.Body).Decode(&l)
}

// saveTraces keeps what a failed test has left.
func (w *chaosWorld) saveTraces() {
	dir, err := os.MkdirTemp("", "chaos")
	if err != nil {
		return
	}
	for _, name := range []string{"log", "said"} {
		text, err := os.ReadFile(w.dir + "/" + name)
		if err == nil {
			err = os.WriteFile(dir+"/"+name, text, 0o600)
		}
		assert.NoError(w.t, err)
	}
	assert.NoError(w.t, os.CopyFS(dir+"/disk", os.DirFS(w.disk)))
	w.t.Logf("the logs are in %s; the processes said: %.3000s", dir, w.said.String())
}
