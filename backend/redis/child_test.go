package wecomredis_test

import (
	"context"
	crand "crypto/rand"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	wecomredis "github.com/gothird/wecom/backend/redis"
)

// What a process that a test has started is told.
const (
	roleOfChild   = "WECOMREDIS_CHILD"
	addrOfChild   = "WECOMREDIS_ADDR"
	prefixOfChild = "WECOMREDIS_PREFIX"
)

// childLife is the life of locks and leases in these processes.
const childLife = 600 * time.Millisecond

// child is a process that works until it is killed.
type child struct {
	ctx    context.Context
	c      *redis.Client
	prefix string
}

func runChild(role string) {
	go func() { // a test that was killed leaves no process behind
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(1)
	}()
	c := child{context.Background(), redis.NewClient(&redis.Options{Addr: os.Getenv(addrOfChild), ContextTimeoutEnabled: true}), os.Getenv(prefixOfChild)}
	map[string]func(child){"store": child.useStore, "queue": child.useQueue}[role](c)
}

// family are processes on one server.
type family struct {
	t       *testing.T
	role    string
	addr    string
	prefix  string
	mu      sync.Mutex
	members []*exec.Cmd
}

func startFamily(t *testing.T, role, addr string, n int) *family {
	t.Helper()
	f := &family{t: t, role: role, addr: addr, prefix: prefixOf(t), members: make([]*exec.Cmd, n)}
	for i := range n {
		f.members[i] = f.start()
	}
	t.Cleanup(f.end)
	return f
}

func (f *family) start() *exec.Cmd {
	f.t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), roleOfChild+"="+f.role, addrOfChild+"="+f.addr, prefixOfChild+"="+f.prefix)
	cmd.Stderr = os.Stderr
	_, err := cmd.StdinPipe() // ends with this process
	require.NoError(f.t, err)
	require.NoError(f.t, cmd.Start())
	return cmd
}

func (f *family) end() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, m := range f.members {
		_ = m.Process.Kill()
		_ = m.Wait()
	}
	f.members = nil
}

// torment kills members, which are followed by others, and pauses some for longer than their
// locks and leases live.
func (f *family) torment(d time.Duration) (kills, pauses int) {
	random := rand.New(rand.NewPCG(1, 2))
	for end := time.Now().Add(d); time.Now().Before(end); {
		time.Sleep(time.Duration(random.IntN(300)) * time.Millisecond)
		i := random.IntN(len(f.members))
		m := f.members[i]
		if random.IntN(2) == 0 {
			require.NoError(f.t, m.Process.Kill())
			_ = m.Wait()
			f.members[i] = f.start()
			kills++
			continue
		}
		require.NoError(f.t, m.Process.Signal(syscall.SIGSTOP))
		time.Sleep(childLife * 3 / 2)
		require.NoError(f.t, m.Process.Signal(syscall.SIGCONT))
		pauses++
	}
	return kills, pauses
}

// useStore counts under locks, and notes each number that it has written.
func (c child) useStore() {
	s, _ := wecomredis.NewStore(c.c, wecomredis.Options{Prefix: c.prefix})
	s.SetLockLife(childLife)
	for {
		c.count(s, fmt.Sprint("counter ", rand.N(3)))
	}
}

func (c child) count(s *wecomredis.Store, key string) {
	unlock, err := s.Lock(c.ctx, key)
	if err != nil {
		return
	}
	defer unlock()
	n := 0
	if v, err := s.Get(c.ctx, key); err == nil {
		n, _ = strconv.Atoi(string(v))
	}
	time.Sleep(time.Duration(rand.N(3)) * time.Millisecond) // its work
	if s.Put(c.ctx, key, []byte(strconv.Itoa(n+1)), 0) == nil {
		c.c.HSet(c.ctx, c.prefix+"written "+key, crand.Text(), n+1) // can be repeated
	}
}

// No number is written twice: nobody writes what it has made of an old value over a newer one.
func TestProcessesShareAStore(t *testing.T) {
	t.Parallel()
	s := startServer(t, "--appendonly", "no")
	f := startFamily(t, "store", s.addr(), 4)
	kills, pauses := f.torment(time.Duration(long(6, 120)) * time.Second)
	f.end()
	c := s.client()
	store := newStore(t, c, f.prefix)
	total := 0
	for i := range 3 {
		key := fmt.Sprint("counter ", i)
		last, err := strconv.Atoi(value(t, store, key))
		require.NoError(t, err)
		seen := map[string]bool{}
		for _, n := range c.HGetAll(t.Context(), f.prefix+"written "+key).Val() {
			require.False(t, seen[n], "%s: %s was written twice", key, n)
			seen[n] = true
		}
		require.LessOrEqual(t, len(seen), last)
		require.GreaterOrEqual(t, len(seen), last-kills, "%s: some are not noted, at most one for each that was killed", key)
		total += last
	}
	require.Greater(t, total, 100)
	require.Positive(t, kills)
	require.Positive(t, pauses)
	t.Logf("%d written, %d kills, %d pauses", total, kills, pauses)
}
