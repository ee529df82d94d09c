package queuetest

import (
	"fmt"
	"testing"

	"github.com/gothird/wecom/callback"
)

// reopen: all is there when the queue is closed and opened again.
func reopen(e *env) { e.survives(e.Reopen) }

// crash: all is there when the process was killed.
func crash(e *env) { e.survives(e.Crash) }

func (e *env) survives(again func(*testing.T, callback.Queue) callback.Queue) {
	reopen := func() {
		e.q = again(e.t, e.q)
		e.Sleep(12 * e.Pause) // the leases of before end
		e.owner = fmt.Sprint("reopened at ", e.Now())
		e.join(e.owner, long)
	}
	e.keepsEverything(reopen)
	for i := range e.Scripts {
		e.runScript(uint64(i), reopen)
	}
}

// outcomes are what becomes of the items of keepsEverything, by their payloads.
func (e *env) outcomes() map[string]callback.Settlement {
	return map[string]callback.Settlement{
		"waits":   {Kind: callback.Again},
		"urgent":  {Kind: callback.Again},
		"later":   {Kind: callback.Again, After: 40 * e.Pause},
		"closed":  {Kind: callback.Wait, After: 40 * e.Pause},
		"buried":  {Kind: callback.Bury, Reason: "reason of buried"},
		"retried": {Kind: callback.Bury},
		"moved":   {Kind: callback.Again, Lane: "lane"},
		"done":    {},
	}
}

// keepsEverything has an item in each place that there is.
func (e *env) keepsEverything(reopen func()) {
	begin := e.Now()
	e.owner = "before"
	e.join(e.owner, 8*e.Pause)
	e.put(identified("w", "waits", "waits"), item("later", "later"), item("closed", "closed"), item("buried", "buried"))
	e.put(item("busy", "busy"), identified("d", "done", "done"), item("retried", "retried"))
	e.put(callback.Item{Route: "r", Lane: "!", Urgent: true, Payload: []byte("urgent")})
	e.put(callback.Item{Route: "r", Lane: "!!", Urgent: true, Payload: []byte("moved")})
	var busy callback.Claimed
	for _, c := range append(e.claimAs(e.owner, 9), e.claimUrgent()...) {
		s, settled := e.outcomes()[string(c.Payload)]
		if !settled {
			busy = c
			continue
		}
		s.State = []byte("state of " + string(c.Payload))
		e.settle(c, s)
	}
	for _, b := range e.dead("", 9) {
		if b.Lane == "retried" {
			e.must("Retry", e.q.Retry(e.ctx(), []string{b.ID}))
		}
	}
	e.put(sameAs("s", "same", "old"), sameAs("s", "same", "new"), item("lane", "after"))
	reopen()

	e.lost(callback.Settlement{Hold: busy.Hold})
	e.put(identified("w", "x", "waits, again"), identified("d", "x", "done, again"))
	s := e.counts()["r"]
	if age := e.Now().Sub(begin); (s.Oldest - age).Abs() > e.Pause {
		e.Errorf("the oldest item is of %v ago, want %v", s.Oldest, age)
	}
	s.Oldest = 0
	e.equal("Stats", fmt.Sprintf("%+v", s), fmt.Sprintf("%+v", callback.Stats{Waiting: 8, Later: 1, Dead: 1}))
	got := append(e.want("waits", "busy", "retried", "moved", "new"), e.wantOf(e.claimUrgent(), "urgent")...)
	for _, c := range got {
		e.equal("what was kept", fmt.Sprintf("%s: %d %s %s %v", c.Payload, c.Starts, c.State, c.Lane, c.Urgent), map[string]string{
			"waits":   "waits: 1 state of waits waits false",
			"busy":    "busy: 2  busy false",
			"retried": "retried: 1 state of retried retried false",
			"moved":   "moved: 1 state of moved lane false",
			"new":     "new: 1  same false",
			"urgent":  "urgent: 1 state of urgent ! true",
		}[string(c.Payload)])
	}
	e.done(got...)
	reopen()

	e.work("after")
	b := e.onlyDead()
	e.equal("the buried one", fmt.Sprint(string(b.State), ", ", b.Reason, ", ", b.Starts), "state of buried, reason of buried, 1")
	e.must("Discard", e.q.Discard(e.ctx(), []string{b.ID}))
	e.until(begin, 40*e.Pause)
	for _, c := range e.want("closed", "later") {
		e.equal("State", c.State, "state of "+string(c.Payload))
		e.done(c)
	}
	reopen()
	e.gone()
	e.Sleep(e.IdentityLife)
}

// another: two processes share a queue.
func another(e *env) {
	second := e.Another(e.t, e.q)
	defer second.Close()
	e.put(item("a", "1"), identified("i", "a", "2"))
	e.must("Put", second.Put(e.ctx(), []callback.Item{identified("i", "a", "twice"), item("a", "3")}))
	for i := 1; i <= 3; i++ {
		got, err := second.Claim(e.ctx(), callback.Ask{Routes: []string{"r"}, Max: 9, Owner: e.owner})
		e.must("Claim", err)
		e.want()
		e.done(e.wantOf(got, fmt.Sprint(i))...)
	}
	e.storm(e.q, second)
}
