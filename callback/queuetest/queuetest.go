// Package queuetest tests implementations of [callback.Queue]. The queues of this module pass it; use
// it for a Queue of your own:
//
//	func TestQueue(t *testing.T) {
//		queuetest.Run(t, func(t *testing.T) callback.Queue { return newQueue(t) }, queuetest.Options{})
//	}
//
// It tests single promises of the interface (leases, lanes, order, identities), and random scripts of
// many owners against a model. [Options] adapts it to a queue with a clock of its own, such as one on
// a server, and adds the cases of restarts, crashes and several processes.
package queuetest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gothird/wecom/callback"
)

// Options describe a queue. The zero value is for a queue inside this process, which may use
// files: each case runs under [testing/synctest], where two hours take no time.
type Options struct {
	// Now and Sleep are for a queue that cannot run under synctest, such as one on a server:
	// [time.Now] and [time.Sleep], or functions that read and move the server's clock.
	Now   func() time.Time
	Sleep func(time.Duration)
	// Pause is the unit of all times in the test. The queue must notice within a quarter of
	// it that a time has come. 0: a minute. In real time, use about a second.
	Pause time.Duration
	// IdentityLife is how long the queue keeps identities. 0: two hours, as required.
	IdentityLife time.Duration
	// LongestWait is the limit of waits in the queue. 0: a day, as required.
	LongestWait time.Duration

	// Reopen closes a queue and opens it again, Crash opens it again as if its process had
	// been killed. nil: the queue is not durable, and the case is left out.
	Reopen, Crash func(t *testing.T, q callback.Queue) callback.Queue
	// Another opens a queue a second time, as another process would. nil: the case is left out.
	Another func(t *testing.T, q callback.Queue) callback.Queue

	// Skip names cases that do not apply, such as "watch" for a queue without hints.
	Skip []string
	// Steps is the length of each random script, 0: 2,000. Scripts is how many there are, 0: 4.
	Steps, Scripts int
}

// cases are the subtests of Run.
var cases = map[string]func(*env){
	"order":      order,
	"turns":      turns,
	"one holder": oneHolder,
	"aside":      aside,
	"due":        due,
	"long waits": longWaits,
	"routes":     routes,
	"urgent":     urgent,
	"hand-over":  handOver,
	"identity":   identityOfTwoHours,
	"kept":       identityOfKept,
	"same":       same,
	"wait":       wait,
	"buried":     buried,
	"pages":      pages,
	"lease":      lease,
	"extend":     extend,
	"fence":      fence,
	"repeated":   repeated,
	"batches":    batches,
	"bytes":      odd,
	"copies":     copies,
	"cancelled":  cancelled,
	"stats":      stats,
	"watch":      watch,
	"closed":     closed,
	"storm":      storm,
	"scripts":    scripts,
	"reopen":     reopen,
	"crash":      crash,
	"another":    another,
}

// Run tests the queues that open returns. Each must be empty; one subtest uses it and closes
// it.
func Run(t *testing.T, open func(t *testing.T) callback.Queue, o Options) {
	t.Helper()
	for _, name := range o.Skip {
		if cases[name] == nil {
			t.Errorf("Options.Skip: there is no case %q", name)
		}
	}
	for name, test := range cases {
		if slices.Contains(o.Skip, name) || !o.allow(name) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			if o.Sleep != nil {
				test(newEnv(t, t, open, o))
				return
			}
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { test(newEnv(t, t, open, o)) })
		})
	}
}

// allow reports whether the options allow a case.
func (o Options) allow(name string) bool {
	switch name {
	case "reopen":
		return o.Reopen != nil
	case "crash":
		return o.Crash != nil
	case "another":
		return o.Another != nil
	}
	return true
}

// env is the environment of a case.
type env struct {
	testing.TB // where failures are reported
	Options
	t     *testing.T
	q     callback.Queue
	owner string
}

func newEnv(tb testing.TB, t *testing.T, open func(*testing.T) callback.Queue, o Options) *env {
	if o.Sleep == nil {
		o.Sleep = time.Sleep
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	setDefault(&o.Pause, time.Minute)
	setDefault(&o.IdentityLife, 2*time.Hour)
	setDefault(&o.LongestWait, 24*time.Hour)
	setDefault(&o.Steps, 2000)
	setDefault(&o.Scripts, 4)
	e := &env{TB: tb, Options: o, t: t, q: open(t), owner: "the owner"}
	tb.Cleanup(func() { e.q.Close() })
	e.join(e.owner, long)
	return e
}

// long is a lease that does not end in a test.
const long = 1000 * time.Hour

func setDefault[T comparable](v *T, d T) {
	var zero T
	if *v == zero {
		*v = d
	}
}

func (e *env) ctx() context.Context { return e.t.Context() }

func (e *env) must(what string, err error) {
	e.Helper()
	if err != nil {
		e.Fatalf("%s: %v", what, err)
	}
}

func (e *env) join(owner string, lease time.Duration) {
	e.Helper()
	e.must("Join", e.q.Join(e.ctx(), owner, lease))
}

// item returns an item of route "r".
func item(lane, payload string) callback.Item {
	return callback.Item{Route: "r", Lane: lane, Payload: []byte(payload)}
}

func (e *env) put(items ...callback.Item) {
	e.Helper()
	e.must("Put", e.q.Put(e.ctx(), items))
}

// claimAs claims from route "r", or from routes.
func (e *env) claimAs(owner string, most int, routes ...string) []callback.Claimed {
	e.Helper()
	if routes == nil {
		routes = []string{"r"}
	}
	got, err := e.q.Claim(e.ctx(), callback.Ask{Routes: routes, Max: most, Owner: owner})
	e.must("Claim", err)
	return got
}

// want claims and expects these payloads, each of another lane, in any order.
func (e *env) want(payloads ...string) []callback.Claimed {
	e.Helper()
	return e.wantOf(e.claimAs(e.owner, len(payloads)+1), payloads...)
}

func (e *env) wantOf(got []callback.Claimed, payloads ...string) []callback.Claimed {
	e.Helper()
	sorted := func(x, y callback.Claimed) int { return slices.Compare(x.Payload, y.Payload) }
	slices.SortFunc(got, sorted)
	slices.Sort(payloads)
	if !slices.Equal(payloadsOf(got), payloads) {
		e.Fatalf("claimed %q, want %q", payloadsOf(got), payloads)
	}
	return got
}

// first claims one item and expects it.
func (e *env) first(payload string) callback.Claimed {
	e.Helper()
	return e.wantOf(e.claimAs(e.owner, 1), payload)[0]
}

func payloadsOf(got []callback.Claimed) []string {
	texts := make([]string, 0, len(got))
	for _, c := range got {
		texts = append(texts, string(c.Payload))
	}
	return texts
}

// settle settles one item that is still held.
func (e *env) settle(c callback.Claimed, s callback.Settlement) {
	e.Helper()
	s.Hold = c.Hold
	lost, err := e.q.Settle(e.ctx(), []callback.Settlement{s})
	e.must("Settle", err)
	if len(lost) > 0 {
		e.Fatalf("Settle of %q: it is reported as lost, and was not", c.Payload)
	}
}

func (e *env) done(got ...callback.Claimed) {
	e.Helper()
	for _, c := range got {
		e.settle(c, callback.Settlement{})
	}
}

// work claims these items and settles them, one after the other.
func (e *env) work(payloads ...string) {
	e.Helper()
	for _, p := range payloads {
		e.done(e.first(p))
	}
}

func (e *env) again(c callback.Claimed, after time.Duration) {
	e.Helper()
	e.settle(c, callback.Settlement{Kind: callback.Again, After: after})
}

func (e *env) bury(c callback.Claimed, reason string) {
	e.Helper()
	e.settle(c, callback.Settlement{Kind: callback.Bury, Reason: reason})
}

// gone checks that nothing is left in the queue, even after a long time.
func (e *env) gone() {
	e.Helper()
	e.Sleep(e.Pause * 20)
	e.want()
	for route, s := range e.counts() {
		if s != (callback.Stats{}) {
			e.Errorf("route %q has %+v, want nothing left", route, s)
		}
	}
}

func (e *env) counts() map[string]callback.Stats {
	e.Helper()
	all, err := e.q.Stats(e.ctx())
	e.must("Stats", err)
	return all
}

// slack is how late the queue may notice that a time has come.
func (e *env) slack() time.Duration { return e.Pause / 4 }

// until sleeps until some time after a pause that began at t has ended.
func (e *env) until(t time.Time, pause time.Duration) {
	e.Sleep(pause + e.slack() - e.Now().Sub(t))
}

func (e *env) equal(what string, got, want any) {
	e.Helper()
	if g, w := fmt.Sprintf("%q", got), fmt.Sprintf("%q", want); g != w {
		e.Errorf("%s is %s, want %s", what, g, w)
	}
}
