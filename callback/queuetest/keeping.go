package queuetest

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/gothird/wecom/callback"
)

func identified(identity, lane, payload string) callback.Item {
	it := item(lane, payload)
	it.Identity = identity
	return it
}

func sameAs(same, lane, payload string) callback.Item {
	it := item(lane, payload)
	it.Same = same
	return it
}

// An identity is known for two hours after it was put, even if its item is done.
func identityOfTwoHours(e *env) {
	begin := e.Now()
	e.put(identified("x", "a", "x1"), identified("x", "b", "x2"), identified("y", "a", "y1"))
	e.put(identified("x", "a", "x3"))
	c := e.first("x1")
	e.equal("Identity and Keep", fmt.Sprint(c.Identity, c.Hold.Keep), "xtrue")
	e.done(c)
	e.work("y1")
	e.put(item("a", "none"))
	none := e.first("none")
	e.equal("Keep", none.Hold.Keep, false)
	e.done(none)
	e.put(identified("x", "a", "x4"))
	e.want()
	e.until(begin, e.IdentityLife-2*e.slack())
	e.put(identified("x", "a", "x5"))
	e.want()
	e.until(begin, e.IdentityLife+e.slack())
	e.put(identified("x", "a", "x6"))
	e.work("x6")
	e.put(identified("x", "a", "x7"), identified("y", "a", "y2"))
	e.work("y2")
	e.gone()
}

// An identity is known as long as its item is kept: waiting, busy, out of its lane, or buried.
func identityOfKept(e *env) {
	places := []string{"waits", "busy", "later", "closed", "buried"}
	for _, p := range places {
		e.put(identified(p, p, p))
	}
	var busy callback.Claimed
	for _, c := range e.claimAs(e.owner, 9) {
		switch string(c.Payload) {
		case "waits":
			e.again(c, 0)
		case "busy":
			busy = c
		case "later":
			e.again(c, e.IdentityLife+8*e.Pause)
		case "closed":
			e.settle(c, callback.Settlement{Kind: callback.Wait, After: e.IdentityLife + 8*e.Pause})
		case "buried":
			e.bury(c, "why not")
		}
	}
	e.Sleep(e.IdentityLife + 4*e.Pause)
	for _, p := range places {
		e.put(identified(p, p+" 2", "again"))
	}
	e.work("waits")
	e.want()
	// Once the item is gone its identity is too, because it was put long ago.
	e.done(busy)
	e.must("Discard", e.q.Discard(e.ctx(), e.idsOf(e.dead("", 9))))
	e.put(identified("busy", "a", "new busy"), identified("buried", "b", "new buried"), identified("later", "c", "old later"))
	e.done(e.want("new busy", "new buried")...)
	e.Sleep(8 * e.Pause)
	e.done(e.want("later", "closed")...)
	e.gone()
}

// A new item with the same Same replaces the payload of a waiting one. If that one was
// started, the new item is added.
func same(e *env) {
	old := sameAs("s", "a", "old")
	old.State = []byte("old state")
	e.put(old, item("a", "other"), sameAs("t", "b", "t"))
	newer := sameAs("s", "a", "new")
	newer.State = []byte("state")
	e.put(newer)
	e.put(sameAs("s", "a", "newer"), sameAs("s", "a", "newest"))
	if s := e.counts()["r"]; s.Waiting != 3 {
		e.Errorf("%d items wait, want 3", s.Waiting)
	}
	c := e.first("newest")
	e.equal("Same", c.Same, "s")
	e.equal("State", c.State, "")
	e.equal("Keep", c.Hold.Keep, false)
	e.put(sameAs("s", "a", "while it is busy"))
	e.again(c, 0)
	e.work("t")
	c = e.first("newest")
	e.equal("Same of one that was started before", c.Same, "s")
	newer.Payload = []byte("takes its place")
	e.put(newer)
	e.done(c)
	e.put(sameAs("t", "b", "t again"))
	e.done(e.want("other", "t again")...)
	c = e.first("takes its place")
	e.equal("State", c.State, "state")
	e.bury(c, "")
	e.put(sameAs("s", "a", "beside the buried one"))
	e.work("beside the buried one")
}

func (e *env) dead(after string, most int) []callback.Buried {
	e.Helper()
	got, err := e.q.Dead(e.ctx(), after, most)
	e.must("Dead", err)
	return got
}

func (e *env) onlyDead() callback.Buried {
	e.Helper()
	got := e.dead("", 9)
	if len(got) != 1 {
		e.Fatalf("%d items are buried, want one", len(got))
	}
	return got[0]
}

func (e *env) idsOf(items []callback.Buried) (ids []string) {
	for _, b := range items {
		ids = append(ids, b.ID)
	}
	return ids
}

// A buried item stays until it is retried or discarded.
func buried(e *env) {
	e.put(identified("i", "a", "1"), item("a", "2"), sameAs("s", "b", "3"))
	e.again(e.first("1"), 0)
	c := e.first("3")
	e.settle(c, callback.Settlement{Kind: callback.Bury, Reason: "three", State: []byte("of three")})
	c = e.first("1")
	e.settle(c, callback.Settlement{Kind: callback.Bury, Reason: "gives up: 一", State: []byte("of one")})
	e.work("2")
	got := e.dead("", 9)
	if len(got) != 2 {
		e.Fatalf("%d items are buried, want 2", len(got))
	}
	for _, b := range got {
		want := map[string]string{"1": "r a i  of one gives up: 一 1", "3": "r b  s of three three 1"}[string(b.Payload)]
		e.equal("a buried item", fmt.Sprint(b.Route, " ", b.Lane, " ", b.Identity, " ", b.Same, " ", string(b.State), " ", b.Reason, " ", b.Starts), want)
		if d := e.Now().Sub(b.Put); d < -e.Pause || d > e.Pause {
			e.Errorf("Put is %v ago", d)
		}
	}
	e.Sleep(e.Pause)
	e.want()
	e.put(item("a", "4"))
	e.must("Retry", e.q.Retry(e.ctx(), append(e.idsOf(got), "no such id", "", got[0].ID)))
	e.must("Retry", e.q.Retry(e.ctx(), e.idsOf(got)))
	e.equal("what is buried", len(e.dead("", 9)), 0)
	for _, c := range e.want("1", "3") { // before 4, which came later
		e.equal("Starts", c.Starts, 1)
		e.equal("State", string(c.State), map[string]string{"1": "of one", "3": "of three"}[string(c.Payload)])
		e.bury(c, "again")
	}
	e.must("Discard", e.q.Discard(e.ctx(), append(e.idsOf(e.dead("", 1)), "no such id")))
	e.equal("what is buried", len(e.dead("", 9)), 1)
	e.must("Discard", e.q.Discard(e.ctx(), e.idsOf(e.dead("", 9))))
	e.must("Retry", e.q.Retry(e.ctx(), e.idsOf(got)))
	e.work("4")
	e.gone()
}

// Buried items are listed in pages, in the order of their ids.
func pages(e *env) {
	const n = 25
	for i := range n {
		e.put(item(fmt.Sprint(i), fmt.Sprint(i)))
	}
	for _, c := range e.claimAs(e.owner, n) {
		e.bury(c, "")
	}
	var all []callback.Buried
	for after := ""; len(all) <= n; {
		page := e.dead(after, 7)
		if len(page) > 7 {
			e.Fatalf("a page has %d items, want 7 at most", len(page))
		}
		if len(page) == 0 {
			break
		}
		all = append(all, page...)
		after = page[len(page)-1].ID
	}
	ids := e.idsOf(all)
	seen := map[string]bool{}
	for _, b := range all {
		seen[string(b.Payload)] = true
	}
	if len(all) != n || len(seen) != n {
		e.Fatalf("the pages have %d items, %d different ones, with the ids %q", len(all), len(seen), ids)
	}
	// A page begins after an id, even if its item was deleted.
	e.must("Discard", e.q.Discard(e.ctx(), ids[3:5]))
	e.equal("the page", e.idsOf(e.dead(ids[4], 3)), ids[5:8])
	e.equal("a page of nothing", len(e.dead("", 0)), 0)
}

// Names and payloads are bytes, of any kind and length.
func odd(e *env) {
	names := []string{"", "a/b", "../..", "a b", "中文", "e\u0301", "\u00e9", "%2f", "a\tb", "A", "a", "'\";--", "a␁b", "a\x1fb", strings.Repeat("corp", 50)}
	payloads := [][]byte{{}, {0}, []byte("\xff\xfe\x00\r\n\x1a"), bytes.Repeat([]byte("<xml/>"), 50_000), []byte("{\"a\":1}"), []byte("\x00"), []byte(" \n<xml/>\t ")}
	for i, lane := range names {
		for _, route := range names {
			e.put(callback.Item{Route: route, Lane: lane, Payload: payloads[i%len(payloads)], State: []byte(route + "\x00" + lane)})
		}
	}
	e.put(callback.Item{Route: "r", Lane: "long", Identity: strings.Repeat("aB", 32), Payload: []byte("x")})
	e.put(callback.Item{Route: "r", Lane: "long", Identity: strings.Repeat("aB", 31) + "ab", Payload: []byte("y")})
	e.work("x", "y") // these differ
	for i, lane := range names {
		for _, route := range names {
			got, err := e.q.Claim(e.ctx(), callback.Ask{Routes: []string{route}, Max: 1, Owner: e.owner})
			e.must("Claim", err)
			if len(got) != 1 {
				e.Fatalf("%d items of route %q, want one", len(got), route)
			}
			c := got[0]
			if c.Route != route || c.Lane != lane || !bytes.Equal(c.Payload, payloads[i%len(payloads)]) || string(c.State) != route+"\x00"+lane {
				e.Errorf("route %q lane %q has come back as route %q lane %q with %.20q", route, lane, c.Route, c.Lane, c.Payload)
			}
			e.done(c)
		}
	}
	e.gone()
}
