package queuetest

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/gothird/wecom/callback"
)

// stats follow what is put, claimed and settled.
func stats(e *env) {
	begin := e.Now()
	want := func(s callback.Stats) {
		e.Helper()
		got := e.counts()["r"]
		if s.Waiting+s.Busy+s.Later > 0 {
			s.Oldest = e.Now().Sub(begin)
		}
		if d := got.Oldest - s.Oldest; d.Abs() <= e.slack() {
			got.Oldest = s.Oldest
		}
		if got != s {
			e.Errorf("Stats: %+v, want %+v", got, s)
		}
	}
	want(callback.Stats{})
	e.put(item("a", "1"), item("a", "2"))
	e.Sleep(2 * e.Pause)
	second := e.Now()
	e.put(item("b", "3"))
	want(callback.Stats{Waiting: 3})
	one := e.first("1")
	want(callback.Stats{Waiting: 2, Busy: 1})
	e.again(one, 4*e.Pause)
	want(callback.Stats{Waiting: 2, Later: 1})
	e.bury(e.first("3"), "")
	want(callback.Stats{Waiting: 1, Later: 1, Dead: 1})
	e.work("2")
	want(callback.Stats{Later: 1, Dead: 1})
	e.Sleep(4*e.Pause + e.slack())
	e.work("1")
	want(callback.Stats{Dead: 1})
	e.must("Retry", e.q.Retry(e.ctx(), e.idsOf(e.dead("", 1))))
	begin = second
	want(callback.Stats{Waiting: 1})
	e.work("3")
	want(callback.Stats{})
}

// referee checks what concurrent workers do.
type referee struct {
	mu     sync.Mutex
	put    int
	done   map[string]bool
	holder map[string]time.Time // by lane: until when the hold is certainly valid
	seen   map[string]bool      // items that were started
	first  map[string]int       // of a lane: the last item that was started for the first time
}

const (
	stormPutters = 4
	stormWorkers = 8
	stormLanes   = 5 // of each putter
	stormItems   = 60
)

// storm puts, claims and settles concurrently, with all outcomes and with owners that
// disappear.
func storm(e *env) { e.storm(e.q) }

func (e *env) storm(handles ...callback.Queue) {
	r := &referee{holder: map[string]time.Time{}, seen: map[string]bool{}, first: map[string]int{}, done: map[string]bool{}}
	var putters, workers sync.WaitGroup
	for i := range stormPutters {
		putters.Go(func() { e.stormPut(r, handles[i%len(handles)], i) })
	}
	end := make(chan struct{})
	for i := range stormWorkers {
		workers.Go(func() { e.stormWork(r, handles[i%len(handles)], i, end) })
	}
	putters.Wait()
	for i := 0; i < 400 && r.left() > 0 && !e.Failed(); i++ {
		e.Sleep(e.Pause)
	}
	close(end)
	workers.Wait()
	if left := r.left(); left > 0 {
		e.Errorf("%d of %d items are not done", left, r.put)
	}
	e.gone()
}

func (r *referee) left() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.put - len(r.done)
}

func (e *env) stormPut(r *referee, q callback.Queue, putter int) {
	random := rand.New(rand.NewPCG(uint64(putter), 2))
	for n := 0; n < stormItems; {
		var items []callback.Item
		for range random.IntN(5) {
			it := item(fmt.Sprint(putter, " ", random.IntN(stormLanes)), fmt.Sprint(n))
			it.Identity = fmt.Sprint("i", putter, "n", n)
			items = append(items, it)
			n++
		}
		r.mu.Lock()
		r.put += len(items)
		r.mu.Unlock()
		for range 1 + random.IntN(2) { // some are put twice
			if err := q.Put(e.ctx(), items); err != nil {
				e.Errorf("Put: %v", err)
			}
		}
		e.Sleep(time.Duration(random.IntN(3)) * e.slack())
	}
}

// stormWork is a process that starts again each time its owner has disappeared.
func (e *env) stormWork(r *referee, q callback.Queue, worker int, end chan struct{}) {
	random := rand.New(rand.NewPCG(uint64(worker), 3))
	for life := 0; !e.Failed(); life++ {
		owner, begin := fmt.Sprint("worker ", worker, " ", life), e.Now()
		if err := q.Join(e.ctx(), owner, 6*e.Pause); err != nil {
			e.Errorf("Join: %v", err)
		}
		for e.Now().Sub(begin) < 4*e.Pause {
			select {
			case <-end:
				return
			default:
			}
			got, err := q.Claim(e.ctx(), callback.Ask{Routes: []string{"r"}, Max: 1 + random.IntN(4), Owner: owner})
			if err != nil {
				e.Errorf("Claim: %v", err)
			}
			r.claimed(e, got, begin.Add(6*e.Pause-e.slack()))
			e.Sleep(time.Duration(random.IntN(4)) * e.slack() / 2)
			if random.IntN(20) == 0 {
				break // what it holds comes back when the lease has ended
			}
			e.stormSettle(r, q, random, got)
		}
	}
}

// claimed checks that no other worker holds these lanes, and the order in each.
func (r *referee) claimed(e *env, got []callback.Claimed, good time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range got {
		if e.Now().Before(r.holder[c.Lane]) {
			e.Errorf("lane %q has two holders at once", c.Lane)
		}
		r.holder[c.Lane] = good
		var n int
		if fmt.Sscan(string(c.Payload), &n); !r.seen[c.Hold.ID] {
			if last, any := r.first[c.Lane]; any && n < last {
				e.Errorf("item %d of lane %q was started after %d", n, c.Lane, last)
			}
			r.seen[c.Hold.ID], r.first[c.Lane] = true, n
		}
		if r.done[c.Hold.ID] {
			e.Errorf("item %s of lane %q is done, and was handed out again", c.Payload, c.Lane)
		}
	}
}

func (e *env) stormSettle(r *referee, q callback.Queue, random *rand.Rand, got []callback.Claimed) {
	var all []callback.Settlement
	kinds := []callback.Kind{callback.Done, callback.Done, callback.Done, callback.Again, callback.Wait, callback.Bury}
	r.mu.Lock()
	for _, c := range got {
		all = append(all, callback.Settlement{Hold: c.Hold, Kind: kinds[random.IntN(len(kinds))], After: time.Duration(random.IntN(4)) * e.slack()})
		delete(r.holder, c.Lane)
	}
	r.mu.Unlock()
	lost, err := q.Settle(e.ctx(), all)
	if err != nil || len(lost) > 0 {
		e.Errorf("Settle: %v, lost: %v", err, lost)
	}
	r.mu.Lock()
	for _, s := range all {
		if s.Kind == callback.Done {
			r.done[s.Hold.ID] = true
		}
	}
	r.mu.Unlock()
	if random.IntN(8) == 0 {
		e.must("Retry", q.Retry(e.ctx(), e.idsOf(e.dead("", 9))))
	}
}
