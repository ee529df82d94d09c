package wecomsql_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/backend/sql"
	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/token"
)

// A test starts its own binary again for further processes, and tells them by these variables
// what to do.
const (
	roleVariable = "WECOMSQL_TEST_ROLE"
	dirVariable  = "WECOMSQL_TEST_DIR"
	portVariable = "WECOMSQL_TEST_PORT"
	kindVariable = "WECOMSQL_TEST_DIALECT"
	nameVariable = "WECOMSQL_TEST_DB"
	logVariable  = "WECOMSQL_TEST_LOG"
)

const testLease = 2 * time.Second // of owners and of locks

// child is another process.
type child struct{ cmd *exec.Cmd }

func (s *server) child(t *testing.T, role, db, log string) *child {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), roleVariable+"="+role, dirVariable+"="+s.dir, nameVariable+"="+db, logVariable+"="+log,
		fmt.Sprint(portVariable, "=", s.port), fmt.Sprint(kindVariable, "=", int(s.dialect)))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe() // ends with this process, and the child with it
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { in.Close() })
	return &child{cmd}
}

func (c *child) signal(s syscall.Signal) { _ = c.cmd.Process.Signal(s) }

func (c *child) kill() {
	c.signal(syscall.SIGKILL)
	_ = c.cmd.Wait()
}

// runRole does what another process of a test does, until it is killed.
func runRole(role string) int {
	kind, _ := strconv.Atoi(os.Getenv(kindVariable))
	port, _ := strconv.Atoi(os.Getenv(portVariable))
	s := &server{dialect: wecomsql.Dialect(kind), dir: os.Getenv(dirVariable), port: port}
	d, _, err := s.connect(os.Getenv(nameVariable), wecomsql.Config{})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	log, err := os.OpenFile(os.Getenv(logVariable), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	d.Shorten(wecomsql.Times{Lock: testLease, Sweep: 100 * time.Millisecond})
	go map[string]func(*wecomsql.DB, *os.File){"work": workForever, "count": countForever}[role](d, log)
	_, _ = bufio.NewReader(os.Stdin).ReadString(0)
	return 0
}

// workForever works the queue as an Inbox does: under one owner after the other.
func workForever(d *wecomsql.DB, log *os.File) {
	q := d.Queue()
	for n := 0; ; n++ {
		w := &worker{q: q, log: log, owner: fmt.Sprint(os.Getpid(), ".", n)}
		begin := time.Now()
		if q.Join(context.Background(), w.owner, testLease) != nil {
			time.Sleep(50 * time.Millisecond)
			continue
		}
		w.until.Store(begin.Add(testLease).UnixNano())
		over := make(chan struct{})
		go w.beat(over)
		for w.round() {
		}
		close(over)
	}
}

// worker is an owner.
type worker struct {
	q     callback.Queue
	log   *os.File
	owner string
	until atomic.Int64 // the end of its lease, from before the request that renewed it
}

func (w *worker) beat(over chan struct{}) {
	for {
		select {
		case <-over:
			return
		case <-time.After(testLease / 4):
		}
		begin := time.Now()
		if w.q.Extend(context.Background(), w.owner, testLease) == nil {
			w.until.Store(begin.Add(testLease).UnixNano())
		}
	}
}

// say writes a line for an item: what, when, until when it is held, its lane and number.
func (w *worker) say(what string, c callback.Claimed) {
	fmt.Fprintln(w.log, what, time.Now().UnixNano(), w.until.Load(), c.Lane, string(c.Payload))
}

// round claims and works; it ends with false when another owner must go on.
func (w *worker) round() bool {
	got, err := w.q.Claim(context.Background(), callback.Ask{Routes: []string{"r", "s"}, Max: 4, Owner: w.owner})
	if err != nil {
		return false
	}
	var all []callback.Settlement
	for _, c := range got {
		w.say("start", c)
		s := callback.Settlement{Hold: c.Hold}
		if rand.IntN(5) == 0 {
			s.Kind, s.After = callback.Again, time.Duration(rand.IntN(100))*time.Millisecond
		}
		all = append(all, s)
	}
	time.Sleep(time.Duration(rand.IntN(20)) * time.Millisecond)
	for _, c := range got {
		w.say("settle", c)
	}
	return w.settle(got, all)
}

func (w *worker) alive() bool { return time.Now().UnixNano() < w.until.Load() }

func (w *worker) settle(got []callback.Claimed, all []callback.Settlement) bool {
	lost, err := w.q.Settle(context.Background(), all)
	for err != nil && w.alive() {
		time.Sleep(20 * time.Millisecond)
		_, err = w.q.Settle(context.Background(), all) // what it has done before is reported as lost now
	}
	for i, c := range got {
		if all[i].Kind == callback.Done && err == nil && len(lost) == 0 {
			w.say("done", c)
		}
	}
	return err == nil && w.alive()
}

// countForever counts in the store: what is stored grows by one with each lock.
func countForever(d *wecomsql.DB, log *os.File) {
	s := d.Store()
	for {
		err := countOnce(s, log)
		if err != nil && !errors.Is(err, wecomsql.ErrLockLost) {
			time.Sleep(20 * time.Millisecond)
		}
	}
}

func countOnce(s token.Store, log *os.File) error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	unlock, err := s.(token.Locker).Lock(ctx, "counter")
	if err != nil {
		return err
	}
	defer unlock()
	b, err := s.Get(ctx, "counter")
	if err != nil && !errors.Is(err, token.ErrNotFound) {
		return err
	}
	n, _ := strconv.Atoi(string(b))
	time.Sleep(time.Duration(rand.IntN(5)) * time.Millisecond)
	if err := s.Put(ctx, "counter", []byte(strconv.Itoa(n+1)), 0); err != nil {
		return err
	}
	fmt.Fprintln(log, n+1)
	return nil
}
