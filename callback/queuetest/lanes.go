package queuetest

import (
	"fmt"
	"time"

	"github.com/gothird/wecom/callback"
)

// Items of a lane are handed out as they arrived, within a Put and from one to the next.
func order(e *env) {
	e.put(item("a", "1"), item("a", "2"), item("a", "3"))
	e.put(item("a", "4"))
	e.put(item("a", "5"), item("a", "6"))
	before := e.Now()
	for i := 1; i <= 6; i++ {
		c := e.first(fmt.Sprint(i))
		if d := before.Sub(c.Put).Abs(); d > e.Pause {
			e.Errorf("Put is %v off", d)
		}
		e.equal("Starts", c.Starts, 1)
		e.equal("the lane", c.Lane+c.Hold.Lane+c.Route+c.Hold.Route, "aarr")
		e.done(c)
	}
	e.gone()
}

// A lane with many items gets one turn, like any other.
func turns(e *env) {
	for i := range 30 {
		e.put(item("noisy", fmt.Sprint("n", i)))
	}
	quiet := map[string]bool{"a": true, "b": true, "c": true, "d": true}
	for lane := range quiet {
		e.put(item(lane, lane+"1"), item(lane, lane+"2"))
	}
	for round := 1; round <= 2; round++ {
		seen := map[string]bool{}
		for range 5 {
			got := e.claimAs(e.owner, 1)
			if len(got) != 1 {
				e.Fatalf("claimed %q, want one item", payloadsOf(got))
			}
			seen[got[0].Lane] = true
			e.done(got...)
		}
		if len(seen) != 5 {
			e.Errorf("round %d: 5 claims were of %v only, want one of each of 5 lanes", round, seen)
		}
	}
	// Busy lanes do not delay others.
	e.put(item("a", "a3"), item("b", "b3"), item("c", "c3"))
	e.done(e.want("n2", "a3", "b3", "c3")...)
	routesTakeTurns(e)
}

// routesTakeTurns: a route with many items does not delay others.
func routesTakeTurns(e *env) {
	for i := range 10 {
		for _, route := range []string{"s", "t"} {
			for range 2 {
				e.put(callback.Item{Route: route, Lane: fmt.Sprint(i), Payload: []byte(route)})
			}
		}
	}
	for _, routes := range [][]string{{"s", "t"}, {"t", "s"}} {
		of := map[string]int{}
		for range 12 {
			for _, c := range e.claimAs(e.owner, 1, routes...) {
				of[c.Route]++
				e.done(c)
			}
		}
		if min(of["s"], of["t"]) < 2 {
			e.Errorf("of 12 claims of %q these were %v", routes, of)
		}
	}
}

// A lane has one holder at a time, for any owner and any number of items.
func oneHolder(e *env) {
	e.join("another", long)
	e.put(item("a", "a1"), item("a", "a2"), item("b", "b1"), item("b", "b2"))
	got := e.claimAs(e.owner, 10)
	e.wantOf(got, "a1", "b1")
	e.wantOf(e.claimAs("another", 10))
	e.done(got[0])
	second := e.wantOf(e.claimAs("another", 10), "a2")
	e.put(item("a", "a3"), item("c", "c1"))
	e.wantOf(e.claimAs("another", 10), "c1")
	e.done(got[1], second[0])
	e.done(e.want("a3", "b2")...)
	e.put(item("d", "d1"))
	e.wantOf(e.claimAs(e.owner, 0))
}

// A failed item leaves its lane, which goes on, and comes back at its old place.
func aside(e *env) {
	e.put(item("a", "1"), item("a", "2"), item("a", "3"), item("a", "4"))
	one := e.first("1")
	begin := e.Now()
	e.settle(one, callback.Settlement{Kind: callback.Again, After: e.Pause, State: []byte("failed once")})
	two := e.first("2")
	e.until(begin, e.Pause)
	e.want() // not beside another one of its lane
	e.done(two)
	again := e.first("1")
	e.equal("State", again.State, "failed once")
	e.equal("Starts", again.Starts, 1)
	if again.Hold.Token == one.Hold.Token {
		e.Error("two claims of an item have the same token")
	}
	e.equal("ID", again.Hold.ID, one.Hold.ID)
	e.again(again, 0)
	c := e.first("1")
	e.equal("State", c.State, "failed once")
	e.done(c)
	e.work("3", "4")
	e.gone()
}

// An item is out of its lane for exactly the given time.
func due(e *env) {
	begin := e.Now()
	e.put(item("a", "in 4"), item("b", "in 2"), item("c", "in 6"), item("d", "below 0"))
	for _, c := range e.claimAs(e.owner, 4) {
		after := map[string]time.Duration{"in 2": 2, "in 4": 4, "in 6": 6, "below 0": -3}[string(c.Payload)]
		e.again(c, after*e.Pause)
	}
	e.want("below 0")
	for i, payload := range []string{"in 2", "in 4", "in 6"} {
		e.until(begin, time.Duration(2*i+1)*e.Pause)
		e.want()
		e.until(begin, time.Duration(2*i+2)*e.Pause)
		e.want(payload)
	}
}

// A wait that is too long, by mistake or from a wrong clock, is shortened.
func longWaits(e *env) {
	e.put(item("a", "again"), item("b", "wait"))
	begin := e.Now()
	for _, c := range e.want("again", "wait") {
		kind := callback.Again
		if c.Lane == "b" {
			kind = callback.Wait
		}
		e.settle(c, callback.Settlement{Kind: kind, After: 1<<63 - 1})
	}
	e.until(begin, e.LongestWait-2*e.slack())
	e.want()
	e.until(begin, e.LongestWait)
	e.want("again", "wait")
}

// A claim returns items of its routes only, and lanes with the same name in two routes are
// different.
func routes(e *env) {
	for _, route := range []string{"r", "s", "t"} {
		for i := range 2 {
			e.put(callback.Item{Route: route, Lane: "a", Payload: []byte(fmt.Sprint(route, i))})
		}
	}
	e.wantOf(e.claimAs(e.owner, 9, "s"), "s0")
	e.wantOf(e.claimAs(e.owner, 9, "s", "no such route"))
	e.wantOf(e.claimAs(e.owner, 9, "s", "t", "r"), "r0", "t0")
	none, err := e.q.Claim(e.ctx(), callback.Ask{Max: 9, Owner: e.owner})
	e.must("Claim", err)
	e.wantOf(none)
	for _, route := range []string{"r", "s", "t"} {
		s := e.counts()[route]
		if s.Waiting != 1 || s.Busy != 1 {
			e.Errorf("Stats of %s: %+v, want 1 waiting and 1 busy", route, s)
		}
	}
}

// Urgent items are claimed separately, and wait for no other item.
func urgent(e *env) {
	code := callback.Item{Route: "r", Lane: "!code", Urgent: true, Payload: []byte("code")}
	e.put(item("a", "1"), code)
	got := e.wantOf(e.claimUrgent(), "code")
	e.wantOf(e.claimUrgent())
	if !got[0].Urgent {
		e.Error("Urgent is lost")
	}
	e.again(got[0], 0)
	e.wantOf(e.claimUrgent(), "code") // it stays urgent
	e.done(e.want("1")...)
}

func (e *env) claimUrgent() []callback.Claimed {
	e.Helper()
	got, err := e.q.Claim(e.ctx(), callback.Ask{Routes: []string{"r"}, Urgent: true, Max: 9, Owner: e.owner})
	e.must("Claim", err)
	return got
}

// An urgent item moves to its place in a lane, and opens the lane.
func handOver(e *env) {
	e.put(item("a", "before"))
	e.put(callback.Item{Route: "r", Lane: "!code", Urgent: true, Identity: "1", Payload: []byte("code")})
	e.put(item("a", "after"), item("b", "b"))
	e.settle(e.first("before"), callback.Settlement{Kind: callback.Wait, After: 10 * e.Pause})
	code := e.wantOf(e.claimUrgent(), "code")[0]
	e.want("b")
	e.settle(code, callback.Settlement{Kind: callback.Again, Lane: "a", State: []byte("exchanged")})
	e.wantOf(e.claimUrgent())
	e.work("before")
	c := e.first("code")
	e.equal("what was handed over", fmt.Sprintln(c.Lane, c.Hold.Lane, c.Urgent, c.Starts, c.Identity, c.Hold.Keep), "a a false 1 1 true\n")
	e.equal("State", c.State, "exchanged")
	e.want() // the lane is held
	e.settle(c, callback.Settlement{Kind: callback.Again, After: e.Pause, Lane: "z"})
	e.work("after")
	begin := e.Now()
	e.until(begin, e.Pause)
	c = e.first("code")
	e.equal("the lane", c.Lane, "z")
	e.done(c)
}

// An item that waits stays the first of its lane, which is closed meanwhile.
func wait(e *env) {
	e.put(item("a", "1"), item("a", "2"), item("b", "b"))
	begin := e.Now()
	e.settle(e.first("1"), callback.Settlement{Kind: callback.Wait, After: 2 * e.Pause, State: []byte("waits")})
	e.want("b")
	e.put(item("a", "3"))
	e.want()
	if s := e.counts()["r"]; s.Waiting != 3 || s.Later != 0 {
		e.Errorf("Stats: %+v, want 3 waiting", s)
	}
	e.until(begin, e.Pause)
	e.want()
	e.until(begin, 2*e.Pause)
	c := e.first("1")
	e.equal("State", c.State, "waits")
	e.equal("Starts", c.Starts, 1)
	e.settle(c, callback.Settlement{Kind: callback.Wait})
	e.work("1", "2", "3")
}
