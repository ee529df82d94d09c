package wecomsql_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/backend/sql"
	"github.com/gothird/wecom/callback"
)

// chaosTime is how long processes and servers are killed and paused.
func chaosTime() time.Duration {
	if *soak {
		return 2 * time.Minute
	}
	return 8 * time.Second
}

// chaos kills and pauses processes that do the same, for a time. Their number stays. Once in
// the middle the server is killed and started again.
func (s *server) chaos(t *testing.T, role, db, log string) (children []*child) {
	t.Helper()
	for range 3 {
		children = append(children, s.child(t, role, db, log))
	}
	killServer := time.Now().Add(chaosTime() / 2)
	for end := time.Now().Add(chaosTime()); time.Now().Before(end); {
		time.Sleep(300 * time.Millisecond)
		victim := rand.IntN(len(children))
		switch c := children[victim]; rand.IntN(4) {
		case 0:
			c.kill()
			children[victim] = s.child(t, role, db, log)
		case 1:
			c.signal(syscall.SIGSTOP)
			time.AfterFunc(testLease*3/2, func() { c.signal(syscall.SIGCONT) })
		}
		if s.dialect != wecomsql.SQLite && time.Now().After(killServer) {
			s.kill()
			s.start(t)
			killServer = killServer.Add(time.Minute)
		}
	}
	return children
}

const chaosLanes = 12

// putAll puts items into all lanes, until ctx ends, and returns how many were put in each. What
// has failed is repeated: its identity says whether it is there.
func putAll(ctx context.Context, q callback.Queue) []int {
	counts := make([]int, chaosLanes)
	for n := 0; ctx.Err() == nil; n++ {
		var items []callback.Item
		for range 1 + rand.IntN(6) {
			lane := rand.IntN(chaosLanes)
			items = append(items, callback.Item{
				Route: []string{"r", "s"}[lane%2], Lane: fmt.Sprint(lane), Identity: fmt.Sprint("i", lane, "n", counts[lane]),
				Payload: []byte(strconv.Itoa(counts[lane])),
			})
			counts[lane]++
		}
		for q.Put(context.Background(), items) != nil {
			time.Sleep(20 * time.Millisecond)
		}
		time.Sleep(time.Duration(rand.IntN(20)) * time.Millisecond)
	}
	return counts
}

// Nothing is lost, done twice, worked by two at once or out of order, though processes are
// killed, and paused for longer than their lease, and the server is killed too.
func TestProcesses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dialect wecomsql.Dialect) {
		s := ownServer(t, dialect)
		d, db := s.fresh(t)
		q := d.Queue()
		log := filepath.Join(t.TempDir(), "log")
		putting, stop := context.WithCancel(t.Context())
		put := make(chan []int)
		go func() { put <- putAll(putting, q) }()
		children := s.chaos(t, "work", db, log)
		stop()
		counts := <-put
		require.Eventually(t, func() bool {
			stats, err := q.Stats(t.Context())
			return err == nil && stats["r"] == callback.Stats{} && stats["s"] == callback.Stats{}
		}, 90*time.Second, 100*time.Millisecond, "some were left over")
		for _, c := range children {
			c.kill()
		}
		r := &record{t: t, told: map[string]bool{}, started: map[string]bool{}, done: map[string]bool{}, held: map[string]line{}, first: map[string]int{}}
		r.read(log)
		for lane, n := range counts {
			for i := range n {
				assert.True(t, r.told[fmt.Sprint(lane, " ", i)], "item %d of lane %d was never started", i, lane)
			}
		}
		t.Logf("%d items, %d lines, deadlocks reported by the server: %d", len(r.started), r.lines, s.deadlocks(t))
	})
}

// line is a line of a worker.
type line struct {
	what        string
	when, until int64
	lane        string
	n           int
}

// record checks what the workers have written.
type record struct {
	t             *testing.T
	lines         int
	told          map[string]bool // started, perhaps when the lease was over by the clock of its process
	started, done map[string]bool
	held          map[string]line // by lane
	first         map[string]int  // the last that was started for the first time, by lane
}

func (r *record) read(log string) {
	f, err := os.Open(log)
	require.NoError(r.t, err)
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); r.lines++ {
		var l line
		if n, _ := fmt.Sscan(lines.Text(), &l.what, &l.when, &l.until, &l.lane, &l.n); n != 5 {
			continue // its writer was killed
		}
		item := fmt.Sprint(l.lane, " ", l.n)
		switch l.what {
		case "start":
			if r.told[item] = true; l.when < l.until { // else its process was paused in between
				r.start(item, l)
			}
		case "settle":
			if r.held[l.lane].n == l.n {
				delete(r.held, l.lane)
			}
		case "done":
			r.done[item] = true
		}
	}
}

func (r *record) start(item string, l line) {
	if h, held := r.held[l.lane]; held && l.when < h.until {
		assert.Fail(r.t, "two at once", "item %d of lane %s is started while %d is held for %v more", l.n, l.lane, h.n, time.Duration(h.until-l.when))
	}
	assert.False(r.t, r.done[item], "item %s is started after it was done", item)
	if last, any := r.first[l.lane]; !r.started[item] && any {
		assert.Greater(r.t, l.n, last, "lane %s", l.lane)
	}
	if !r.started[item] {
		r.first[l.lane] = l.n
	}
	r.started[item], r.held[l.lane] = true, l
}

// Of all who hold the lock one after the other, none replaces what a later one has written,
// though they are paused for longer than the lock lives.
func TestLocksOfProcesses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dialect wecomsql.Dialect) {
		s := ownServer(t, dialect)
		d, db := s.fresh(t)
		log := filepath.Join(t.TempDir(), "log")
		for _, c := range s.chaos(t, "count", db, log) {
			c.kill()
		}
		value, err := d.Store().Get(t.Context(), "counter")
		require.NoError(t, err)
		n, err := strconv.Atoi(string(value))
		require.NoError(t, err)
		text, err := os.ReadFile(log)
		require.NoError(t, err)
		seen, top := map[int]bool{}, 0
		for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
			i, err := strconv.Atoi(lines.Text())
			if err != nil {
				continue // its writer was killed
			}
			assert.False(t, seen[i], "%d was written twice: the second has replaced what came after the first", i)
			seen[i], top = true, max(top, i)
		}
		assert.Greater(t, len(seen), 2)
		assert.GreaterOrEqual(t, n, top)
		t.Logf("%d counted, %d told", n, len(seen))
	})
}
