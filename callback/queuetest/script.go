package queuetest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/gothird/wecom/callback"
)

// script runs the same operations on the queue and on a model, and compares them.
type script struct {
	*env
	m      *model
	pick   func(n int) int // below n
	puts   int
	old    []callback.Hold // some that may have ended
	reopen func()          // nil, or what closes or kills the queue and opens it
}

var (
	scriptRoutes = []string{"r", "路 / 2"}
	scriptLanes  = []string{"", "a", "b", "c/d"}
	scriptOwners = []string{"one", "two"}
)

// scripts are random.
func scripts(e *env) {
	for i := range e.Scripts {
		e.runScript(uint64(i), nil)
	}
}

// runScript runs the steps of one script, and sometimes reopen, if it is not nil. It leaves
// the queue empty.
func (e *env) runScript(seed uint64, reopen func()) {
	random := rand.New(rand.NewPCG(seed, 1))
	s := newScript(e, random.IntN)
	s.reopen = reopen
	for i := range e.Steps {
		if s.do(); e.Failed() {
			e.Fatalf("script %d has failed at step %d", seed, i)
		}
	}
	s.drain()
}

func newScript(e *env, pick func(int) int) *script { return &script{env: e, m: newModel(), pick: pick} }

func oneOf[T any](s *script, of []T) T { return of[s.pick(len(of))] }

// now is a time at which the queue and the model agree on what is due.
func (s *script) now() time.Time {
	for {
		now := s.Now()
		soon := s.m.soon(now)
		if soon.IsZero() || soon.Sub(now).Abs() > s.slack() {
			s.m.advance(now)
			return now
		}
		s.Sleep(soon.Sub(now) + s.slack() + 1)
	}
}

// do does one operation.
func (s *script) do() {
	switch n := s.pick(16); {
	case n < 4:
		s.put()
	case n < 8:
		s.claim()
	case n < 11:
		s.settle()
	default:
		[]func(){s.join, s.extend, s.unbury, s.rest, s.compare}[n-11]()
	}
}

// rest lets time pass.
func (s *script) rest() {
	if s.Sleep(s.pause()); s.reopen != nil && s.pick(4) == 0 {
		s.reopen()
		clear(s.m.turn) // turns may start again
	}
}

// pause is a time to let pass.
func (s *script) pause() time.Duration {
	return time.Duration(s.pick(6)) * s.Pause
}

func (s *script) put() {
	items := make([]callback.Item, s.pick(4))
	for i := range items {
		s.puts++
		items[i] = callback.Item{
			Route: oneOf(s, scriptRoutes), Lane: oneOf(s, scriptLanes), Payload: fmt.Appendf(nil, "\x00%d\xff", s.puts),
		}
		switch it := &items[i]; s.pick(8) {
		case 0, 1:
			it.Identity = fmt.Sprint("identity", s.pick(5))
		case 2, 3:
			it.Route, it.Lane = "r", "a" // what is the same is of one lane
			it.Same = fmt.Sprint("same", s.pick(3))
		case 4:
			it.Urgent, it.Lane = true, fmt.Sprint("!", s.puts)
		case 5:
			it.State = fmt.Append(nil, s.puts)
		}
	}
	now := s.now()
	s.must("Put", s.q.Put(s.ctx(), items))
	for _, it := range items {
		s.m.put(now, s.IdentityLife, it)
	}
}

func (s *script) claim() {
	a := callback.Ask{Owner: oneOf(s, scriptOwners), Max: s.pick(5), Urgent: s.pick(4) == 0, Routes: scriptRoutes[s.pick(2):]}
	s.now()
	got, err := s.q.Claim(s.ctx(), a)
	if s.m.owners[a.Owner].IsZero() {
		if !errors.Is(err, callback.ErrLost) || len(got) > 0 {
			s.Errorf("Claim of an owner without a lease: %q, %v", payloadsOf(got), err)
		}
		return
	}
	s.must("Claim", err)
	if err := s.m.claim(a, got); err != nil {
		s.Error(err)
	}
	for _, c := range got {
		if s.old = append(s.old, c.Hold); len(s.old) > 20 {
			s.old = s.old[1:]
		}
	}
}

func (s *script) settle() {
	var all []callback.Settlement
	for range s.pick(5) {
		if len(s.old) == 0 {
			break
		}
		one := callback.Settlement{Hold: oneOf(s, s.old)}
		if slices.ContainsFunc(all, func(other callback.Settlement) bool { return other.Hold == one.Hold }) {
			continue
		}
		if one.Kind = callback.Kind(s.pick(4)); one.Kind != callback.Done {
			if s.pick(4) > 0 {
				one.State = fmt.Appendf(nil, "state %d", s.pick(100))
			}
			one.Reason = fmt.Sprint("reason ", s.pick(100))
			one.After = s.pause() / 2
		}
		if one.Kind == callback.Again && s.pick(3) == 0 {
			one.Lane = oneOf(s, scriptLanes)
		}
		all = append(all, one)
	}
	now := s.now()
	got, err := s.q.Settle(s.ctx(), all)
	s.must("Settle", err)
	var want []callback.Hold
	for _, one := range all {
		if !s.m.settle(now, s.LongestWait, one) {
			want = append(want, one.Hold)
		}
	}
	s.equal("what is lost", got, want)
}

func (s *script) join() {
	owner, lease := oneOf(s, scriptOwners), time.Duration(s.pick(4)+1)*2*s.Pause
	now := s.now()
	if !s.m.owners[owner].IsZero() {
		return // names are fresh
	}
	s.env.join(owner, lease)
	s.m.owners[owner] = now.Add(lease)
}

func (s *script) extend() {
	owner, lease := oneOf(s, scriptOwners), s.Pause*8
	now := s.now()
	err := s.q.Extend(s.ctx(), owner, lease)
	if s.m.owners[owner].IsZero() {
		if !errors.Is(err, callback.ErrLost) {
			s.Errorf("Extend without a lease: %v, want ErrLost", err)
		}
		return
	}
	s.must("Extend", err)
	s.m.owners[owner] = now.Add(lease)
}

// unbury tries some buried items again, or discards them.
func (s *script) unbury() {
	var ids []string
	for _, it := range s.m.items {
		if it.state == "dead" && s.pick(2) == 0 {
			ids = append(ids, it.id)
		}
	}
	s.now()
	retry := s.pick(2) == 0
	if retry {
		s.must("Retry", s.q.Retry(s.ctx(), ids))
	} else {
		s.must("Discard", s.q.Discard(s.ctx(), ids))
	}
	s.m.retryOrDiscard(ids, retry)
}

// compare compares what the queue and the model have.
func (s *script) compare() {
	now := s.now()
	all := s.counts()
	for _, route := range scriptRoutes {
		got, want := all[route], s.m.stats(now, route)
		if d := got.Oldest - want.Oldest; d.Abs() <= s.slack() {
			got.Oldest = want.Oldest
		}
		if got != want {
			s.Errorf("Stats of %q: %+v, want %+v", route, got, want)
		}
	}
	var got, want []string
	for _, b := range s.dead("", 1<<20) {
		got = append(got, fmt.Sprintf("%s %q %q %d", b.ID, b.Payload, b.State, b.Starts)+b.Route+b.Lane+b.Identity+b.Same+b.Reason)
	}
	for _, it := range s.m.items {
		if it.state == "dead" {
			want = append(want, fmt.Sprintf("%s %q %q %d", it.id, it.Payload, it.State, it.starts)+it.Route+it.Lane+it.Identity+it.Same+it.reason)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		s.Errorf("buried are %q, want %q", got, want)
	}
}

// drain processes the rest.
func (s *script) drain() {
	s.Sleep(s.Pause * 20) // leases end, and all is due
	s.old = nil
	now := s.now()
	s.env.join("drain", long)
	s.m.owners["drain"] = now.Add(long)
	for len(s.m.items) > 0 && !s.Failed() {
		if s.compare(); slices.ContainsFunc(s.m.items, func(it *modelItem) bool { return it.state == "dead" }) {
			s.unbury()
		}
		for _, urgent := range []bool{false, true} {
			a := callback.Ask{Owner: "drain", Max: 100, Urgent: urgent, Routes: scriptRoutes}
			s.now()
			got, err := s.q.Claim(s.ctx(), a)
			s.must("Claim", err)
			if err := s.m.claim(a, got); err != nil {
				s.Error(err)
			}
			for _, c := range got {
				s.env.done(c)
				s.m.settle(now, 0, callback.Settlement{Hold: c.Hold})
			}
		}
	}
	s.compare()
	s.Sleep(s.IdentityLife + s.Pause)
}
