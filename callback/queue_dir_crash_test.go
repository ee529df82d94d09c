package callback_test

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
)

// The crash test kills processes that put into and work one folder, at random moments.
//
//   - Nothing is lost: each item whose Put returned nil is done at the end.
//   - Nothing is repeated: an item whose Settle returned is not handed out again, though it
//     is put again, by the same process or another one.
//   - Deaths are counted: Starts is one more than how often the item was handed out before
//     without being settled, and some more if a process died before it could write that down.
//   - Items of one lane are first started in the order of their arrival.

const crashEnv = "WECOM_QUEUE_CRASH"

var kills = flag.Int("kills", 20, "how often a crash test kills a process")

// TestCrashDirQueueChild is the body of the processes that TestCrashDirQueue starts.
func TestCrashDirQueueChild(t *testing.T) {
	args := strings.Split(os.Getenv(crashEnv), " ")
	if len(args) != 3 {
		return
	}
	q, err := callback.OpenDirQueue(filepath.Join(args[1], "queue"), 64<<10, 0)
	require.NoError(t, err)
	c := &crashChild{t: t, q: q, life: args[2]}
	c.log, err = os.OpenFile(filepath.Join(args[1], "log"), os.O_APPEND|os.O_WRONLY, 0)
	require.NoError(t, err)
	fmt.Println("ready")
	if args[0] == "put" {
		c.put()
	} else {
		c.work()
	}
}

type crashChild struct {
	t    *testing.T
	q    callback.Queue
	life string
	log  *os.File
}

// say notes what has happened, in one write, which a kill does not tear.
func (c *crashChild) say(words ...any) {
	_, err := c.log.WriteString(fmt.Sprintln(words...))
	require.NoError(c.t, err)
}

// put puts for ever, and now and then something that was put before.
func (c *crashChild) put() {
	for n := 0; ; {
		var items []callback.Item
		for range 1 + rand.IntN(3) {
			items = append(items, c.item(n))
			n++
		}
		if rand.IntN(4) == 0 {
			items = append(items, c.item(rand.IntN(n)))
		}
		require.NoError(c.t, c.q.Put(c.t.Context(), items))
		for _, it := range items {
			c.say("put", it.Identity)
		}
		time.Sleep(rand.N(4 * time.Millisecond))
	}
}

func (c *crashChild) item(n int) callback.Item {
	id := fmt.Sprintf("%sx%06d", c.life, n)
	it := callback.Item{Route: "r", Lane: fmt.Sprint(c.life, " ", n%4), Identity: id, Payload: []byte(id), Urgent: n%17 == 0}
	if it.Urgent {
		it.Lane = "!" + id
	}
	return it
}

// work works for ever. Some items fail once or are handed over.
func (c *crashChild) work() {
	owner := c.life
	require.NoError(c.t, c.q.Join(c.t.Context(), owner, time.Hour))
	wake := make(chan struct{}, 1)
	go c.q.Watch(context.Background(), func() {
		select {
		case wake <- struct{}{}:
		default:
		}
	})
	for {
		any := false
		for _, urgent := range []bool{true, false} {
			got, err := c.q.Claim(c.t.Context(), callback.Ask{Routes: []string{"r"}, Urgent: urgent, Max: 8, Owner: owner})
			require.NoError(c.t, err)
			c.workOn(got)
			any = any || len(got) > 0
		}
		if !any {
			<-wake
		}
	}
}

func (c *crashChild) workOn(got []callback.Claimed) {
	for _, one := range got {
		c.say("begin", one.Identity, one.Starts, len(one.State), one.Lane)
	}
	time.Sleep(rand.N(3 * time.Millisecond))
	var all []callback.Settlement
	for _, one := range got {
		s := callback.Settlement{Hold: one.Hold}
		if len(one.State) == 0 && rand.IntN(4) == 0 {
			s.Kind, s.State, s.After = callback.Again, []byte("tried"), rand.N(100*time.Millisecond)
		}
		c.say("settle", one.Identity, s.Kind)
		all = append(all, s)
	}
	lost, err := c.q.Settle(c.t.Context(), all)
	require.NoError(c.t, err)
	require.Empty(c.t, lost)
	for i, s := range all {
		if s.Kind == callback.Done {
			c.say("done", got[i].Identity)
		}
	}
}

// crashParent is the one with the gun.
type crashParent struct {
	t     *testing.T
	dir   string
	lives int
}

// start runs a child.
func (p *crashParent) start(what string) *exec.Cmd {
	p.lives++
	child := exec.Command(os.Args[0], "-test.run=^TestCrashDirQueueChild$")
	child.Env = append(os.Environ(), fmt.Sprintf("%s=%s %s %c%d", crashEnv, what, p.dir, what[0], p.lives))
	out, err := child.StdoutPipe()
	require.NoError(p.t, err)
	require.NoError(p.t, child.Start())
	p.t.Cleanup(func() { p.kill(child) })
	r := bufio.NewReader(out)
	line, err := r.ReadString('\n')
	require.NoError(p.t, err)
	require.Equal(p.t, "ready\n", line)
	go func() { // what it says when it fails
		for s := bufio.NewScanner(r); s.Scan(); {
			fmt.Fprintln(os.Stderr, s.Text())
		}
	}()
	return child
}

func (p *crashParent) kill(child *exec.Cmd) {
	if child.ProcessState == nil {
		_ = child.Process.Kill()
		_ = child.Wait()
	}
}

// events are what the children said.
func (p *crashParent) events() (all [][]string) {
	b, err := os.ReadFile(filepath.Join(p.dir, "log"))
	require.NoError(p.t, err)
	for line := range strings.Lines(string(b)) {
		all = append(all, strings.Fields(line))
	}
	return all
}

// left is how many items wait to be done. One whose process was killed while it was settled
// may be done or not.
func (p *crashParent) left() int {
	left, settled := map[string]bool{}, map[string]bool{}
	for _, e := range p.events() {
		switch e[0] {
		case "put":
			left[e[1]] = true
		case "begin":
			settled[e[1]] = false
		case "settle":
			settled[e[1]] = e[2] == fmt.Sprint(callback.Done)
		}
	}
	maps.DeleteFunc(left, func(id string, _ bool) bool { return settled[id] })
	return len(left)
}

// G: queue/dir-durable
func TestCrashDirQueue(t *testing.T) {
	p := &crashParent{t: t, dir: t.TempDir()}
	require.NoError(t, os.WriteFile(filepath.Join(p.dir, "log"), nil, 0o600))
	roles := []string{"put", "put", "work", "work"}
	children := make([]*exec.Cmd, len(roles))
	for i, what := range roles {
		children[i] = p.start(what)
	}
	for range *kills {
		time.Sleep(rand.N(150 * time.Millisecond))
		i := rand.IntN(len(roles))
		p.kill(children[i])
		children[i] = p.start(roles[i])
	}
	p.kill(children[0])
	p.kill(children[1])
	require.Eventually(t, func() bool { return p.left() == 0 }, 2*time.Minute, 100*time.Millisecond, "nothing is lost")
	p.kill(children[2])
	p.kill(children[3])
	p.check()
	p.checkEmpty()
	entries, err := os.ReadDir(filepath.Join(p.dir, "queue"))
	require.NoError(t, err)
	assert.Less(t, len(entries), 200, "files that processes leave are bounded")
	for _, e := range entries {
		assert.False(t, strings.HasPrefix(e.Name(), "damaged-"), e.Name())
	}
}

// checkEmpty drains what was being settled at the last kill.
func (p *crashParent) checkEmpty() {
	q, err := callback.OpenDirQueue(filepath.Join(p.dir, "queue"), 64<<10, 0)
	require.NoError(p.t, err)
	defer q.Close()
	require.NoError(p.t, q.Join(p.t.Context(), "parent", time.Hour))
	s, err := q.Stats(p.t.Context())
	require.NoError(p.t, err)
	assert.LessOrEqual(p.t, s["r"].Waiting+s["r"].Later, 8, "all is done but what a worker had")
}

// check looks at the order of what happened.
func (p *crashParent) check() {
	begun, done, starts := map[string]int{}, map[string]bool{}, map[string]int{}
	first := map[string]string{} // the last item of a lane that was started for the first time
	counts := map[string]int{}
	for _, e := range p.events() {
		counts[e[0]]++
		switch id := e[1]; e[0] {
		case "done":
			done[id] = true
		case "settle":
			starts[id] = 0 // if it was settled before the kill
		case "begin":
			assert.False(p.t, done[id], "%s is done and was handed out again", id)
			n, err := strconv.Atoi(e[2])
			require.NoError(p.t, err)
			since := id + " " + e[3] // its last settlement, which gives it a state
			assert.Greater(p.t, n, starts[since], "each start of %s counts", id)
			assert.LessOrEqual(p.t, n, begun[id]+1+p.lives, "and only those")
			starts[since] = n
			if begun[id]++; begun[id] == 1 {
				lane := strings.Join(e[4:], " ")
				assert.Less(p.t, first[lane], id, "the order of lane %s", lane)
				first[lane] = id
			}
		}
	}
	repeated := 0
	for _, n := range begun {
		repeated += n - 1
	}
	p.t.Logf("%d processes, %v, %d started again", p.lives, counts, repeated)
}
