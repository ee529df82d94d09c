package queuetest

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/gothird/wecom/callback"
)

// Items of an owner are handed out again when its lease has ended, and not before.
func lease(e *env) {
	begin := e.Now()
	e.join("dies", 4*e.Pause)
	e.put(item("a", "1"), item("a", "2"), item("b", "b"))
	e.wantOf(e.claimAs("dies", 1), "1")
	e.until(begin, 3*e.Pause)
	e.done(e.want("b")...)
	e.until(begin, 4*e.Pause)
	c := e.first("1")
	e.equal("Starts", c.Starts, 2)
	e.done(c)
	e.work("2")
}

// An owner that extends its lease in time keeps its items; one that is late has lost them.
func extend(e *env) {
	if err := e.q.Extend(e.ctx(), "who never joined", long); !errors.Is(err, callback.ErrLost) {
		e.Errorf("Extend of who never joined: %v, want ErrLost", err)
	}
	if got, err := e.q.Claim(e.ctx(), callback.Ask{Routes: []string{"r"}, Max: 1, Owner: "who never joined"}); !errors.Is(err, callback.ErrLost) {
		e.Errorf("Claim of who never joined: %q, %v, want ErrLost", payloadsOf(got), err)
	}
	e.join("late", 2*e.Pause)
	e.put(item("a", "1"))
	got := e.wantOf(e.claimAs("late", 1), "1")
	for range 3 {
		e.Sleep(e.Pause)
		e.must("Extend", e.q.Extend(e.ctx(), "late", 2*e.Pause))
		e.want()
	}
	e.Sleep(2*e.Pause + e.slack())
	for range 2 {
		if err := e.q.Extend(e.ctx(), "late", long); !errors.Is(err, callback.ErrLost) {
			e.Errorf("Extend after the lease has ended: %v, want ErrLost", err)
		}
	}
	if _, err := e.q.Claim(e.ctx(), callback.Ask{Routes: []string{"r"}, Max: 1, Owner: "late"}); !errors.Is(err, callback.ErrLost) {
		e.Errorf("Claim after the lease has ended: %v, want ErrLost", err)
	}
	e.lost(callback.Settlement{Hold: got[0].Hold})
	e.work("1")
	e.gone()
}

// lost settles and expects that all of it is reported as lost.
func (e *env) lost(all ...callback.Settlement) {
	e.Helper()
	lost, err := e.q.Settle(e.ctx(), all)
	e.must("Settle", err)
	var want []callback.Hold
	for _, s := range all {
		want = append(want, s.Hold)
	}
	e.equal("what is lost", lost, want)
}

// An earlier holder cannot settle an item that another one holds.
func fence(e *env) {
	e.join("old", e.Pause)
	e.put(item("a", "1"), item("b", "b"))
	old := e.wantOf(e.claimAs("old", 9), "1", "b")
	e.Sleep(e.Pause + e.slack())
	c := e.first("1")
	b := e.first("b")
	for _, kind := range []callback.Kind{callback.Done, callback.Again, callback.Wait, callback.Bury} {
		e.lost(callback.Settlement{Hold: old[0].Hold, Kind: kind, State: []byte("of an old holder"), Lane: "z"})
	}
	e.want()
	// Of a batch only what was lost is reported, and the rest is settled.
	lost, err := e.q.Settle(e.ctx(), []callback.Settlement{{Hold: old[0].Hold}, {Hold: b.Hold}, {Hold: old[1].Hold}})
	e.must("Settle", err)
	e.equal("what is lost", lost, []callback.Hold{old[0].Hold, old[1].Hold})
	e.again(c, 0)
	c = e.first("1")
	e.equal("State", c.State, "")
	e.equal("Starts", c.Starts, 1)
	e.done(c)
	e.gone()
}

// A settlement that is repeated does nothing more.
func repeated(e *env) {
	e.put(item("a", "done"), item("b", "again"), item("c", "wait"), item("d", "bury"), item("e", "moved"))
	var all []callback.Settlement
	for _, c := range e.want("done", "again", "wait", "bury", "moved") {
		s := callback.Settlement{Hold: c.Hold, State: []byte("1"), Reason: "no"}
		switch string(c.Payload) {
		case "again":
			s.Kind = callback.Again
		case "wait":
			s.Kind = callback.Wait
		case "bury":
			s.Kind = callback.Bury
		case "moved":
			s.Kind, s.Lane = callback.Again, "z"
		}
		all = append(all, s)
	}
	begin := e.Now()
	for i := range 3 {
		lost, err := e.q.Settle(e.ctx(), all)
		e.must("Settle", err)
		if i == 0 && len(lost) > 0 {
			e.Errorf("%v is reported as lost, and was not", lost)
		}
	}
	got := e.want("again", "wait", "moved")
	lost, err := e.q.Settle(e.ctx(), all)
	e.must("Settle", err)
	e.equal("what is lost", len(lost), len(all))
	for _, c := range got {
		e.equal("Starts", c.Starts, 1)
	}
	e.done(got...)
	e.must("Retry", e.q.Retry(e.ctx(), e.idsOf(e.dead("", 9))))
	_, err = e.q.Settle(e.ctx(), all)
	e.must("Settle", err)
	e.until(begin, 2*e.Pause)
	e.work("bury")
	e.gone()
}

// Many items are put and settled at once; empty batches do nothing.
func batches(e *env) {
	e.put()
	if lost, err := e.q.Settle(e.ctx(), nil); err != nil || len(lost) > 0 {
		e.Errorf("Settle of nothing: %v, %v", lost, err)
	}
	e.must("Retry", e.q.Retry(e.ctx(), nil))
	e.must("Discard", e.q.Discard(e.ctx(), nil))
	var items []callback.Item
	for i := range 200 {
		items = append(items, item(string(rune('a'+i%100)), "x"))
	}
	e.put(items...)
	for _, n := range []int{60, 100, 40} { // of 100 lanes
		got := e.claimAs(e.owner, max(n, 60))
		e.equal("the number of items", len(got), n)
		var all []callback.Settlement
		for _, c := range got {
			all = append(all, callback.Settlement{Hold: c.Hold})
		}
		lost, err := e.q.Settle(e.ctx(), all)
		e.must("Settle", err)
		e.equal("what is lost", len(lost), 0)
	}
	e.gone()
	for _, kind := range []callback.Kind{callback.Bury + 1, -1} {
		if _, err := e.q.Settle(e.ctx(), []callback.Settlement{{Kind: kind}}); err == nil {
			e.Errorf("Settle of kind %d is no error", kind)
		}
	}
}

// The queue stores copies of what it gets, and hands out copies.
func copies(e *env) {
	it := item("a", "payload")
	it.State = []byte("state")
	e.put(it)
	it.Payload[0], it.State[0] = 'X', 'X'
	c := e.first("payload")
	if string(c.State) != "state" {
		e.Fatalf("State is %q", c.State)
	}
	c.Payload[0], c.State[0] = 'X', 'X'
	next := []byte("next state")
	e.settle(c, callback.Settlement{Kind: callback.Again, State: next})
	next[0] = 'X'
	c = e.first("payload")
	if string(c.State) != "next state" {
		e.Fatalf("State is %q", c.State)
	}
	c.Payload[0], c.State[0] = 'X', 'X'
	next[0] = 'n'
	e.settle(c, callback.Settlement{Kind: callback.Bury, State: next})
	next[0] = 'X'
	b := e.onlyDead()
	if string(b.State) != "next state" {
		e.Fatalf("State is %q", b.State)
	}
	b.Payload[0], b.State[0] = 'X', 'X'
	b = e.onlyDead()
	e.equal("the buried one", string(b.Payload)+" "+string(b.State), "payload next state")
}

// calls returns the errors of all methods that take a context.
func (e *env) calls(ctx context.Context, c callback.Claimed, id string) map[string]error {
	_, claim := e.q.Claim(ctx, callback.Ask{Routes: []string{"r"}, Max: 9, Owner: e.owner})
	_, settle := e.q.Settle(ctx, []callback.Settlement{{Hold: c.Hold}})
	_, stats := e.q.Stats(ctx)
	_, dead := e.q.Dead(ctx, "", 9)
	return map[string]error{
		"Put": e.q.Put(ctx, []callback.Item{item("x", "x"), item("y", "y")}), "Claim": claim, "Settle": settle,
		"Join": e.q.Join(ctx, "x", long), "Extend": e.q.Extend(ctx, e.owner, long), "Stats": stats, "Dead": dead,
		"Retry": e.q.Retry(ctx, []string{id}), "Discard": e.q.Discard(ctx, []string{id}),
	}
}

// A call whose context has ended does nothing.
func cancelled(e *env) {
	e.put(item("a", "1"), item("b", "2"), item("c", "3"))
	got := e.wantOf(e.claimAs(e.owner, 2), "1", "2")
	e.bury(got[1], "")
	ctx, cancel := context.WithCancel(e.ctx())
	cancel()
	for name, err := range e.calls(ctx, got[0], e.onlyDead().ID) {
		if !errors.Is(err, context.Canceled) {
			e.Errorf("%s: %v, want %v", name, err, context.Canceled)
		}
	}
	s := e.counts()["r"]
	s.Oldest = 0
	if want := (callback.Stats{Waiting: 1, Busy: 1, Dead: 1}); s != want {
		e.Errorf("Stats: %+v, want %+v", s, want)
	}
	e.done(got[0])
	e.work("3")
	e.want()
}

// A queue that was closed says so.
func closed(e *env) {
	e.put(item("a", "1"), item("b", "2"))
	got := e.want("1", "2")
	e.bury(got[1], "")
	id := e.onlyDead().ID
	e.must("Close", e.q.Close())
	for name, err := range e.calls(e.ctx(), got[0], id) {
		if !errors.Is(err, callback.ErrClosed) {
			e.Errorf("%s: %v, want ErrClosed", name, err)
		}
	}
	ctx, cancel := context.WithTimeout(e.ctx(), e.Pause)
	defer cancel()
	if err := e.q.Watch(ctx, func() {}); errors.Is(err, context.DeadlineExceeded) {
		e.Error("Watch goes on, want ErrClosed")
	}
	e.must("a second Close", e.q.Close())
}

// Watch calls wake when there may be something to claim.
func watch(e *env) {
	ctx, cancel := context.WithCancel(e.ctx())
	defer cancel()
	var woken atomic.Int64
	ended := make(chan error, 1)
	go func() { ended <- e.q.Watch(ctx, func() { woken.Add(1) }) }()
	e.Sleep(e.slack())
	wakes := func(after time.Duration, why string, do func()) {
		e.Helper()
		before := woken.Load()
		if do(); after > 0 { // that woke too
			e.Sleep(e.slack())
			before = woken.Load()
		}
		e.Sleep(after + e.slack())
		if woken.Load() == before {
			e.Errorf("nobody was woken: %s", why)
		}
	}
	var c []callback.Claimed
	wakes(0, "an item was put", func() { e.put(item("a", "1"), item("a", "2")) })
	c = e.want("1")
	wakes(0, "a lane has more", func() { e.done(c...) })
	c = e.want("2")
	wakes(3*e.Pause, "an item is due", func() { e.again(c[0], 3*e.Pause) })
	c = e.want("2")
	wakes(2*e.Pause, "a lane has waited", func() { e.settle(c[0], callback.Settlement{Kind: callback.Wait, After: 2 * e.Pause}) })
	e.bury(e.want("2")[0], "")
	wakes(0, "an item is tried again", func() { e.must("Retry", e.q.Retry(e.ctx(), e.idsOf(e.dead("", 1)))) })
	e.join("dies", 3*e.Pause)
	e.wantOf(e.claimAs("dies", 1), "2")
	wakes(3*e.Pause, "a lease has ended", func() {})
	e.want("2")
	select {
	case err := <-ended:
		e.Fatalf("Watch has ended: %v", err)
	default:
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		e.Errorf("Watch has ended with %v, want %v", err, context.Canceled)
	}
}
