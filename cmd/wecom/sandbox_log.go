package main

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/gothird/wecom/internal/sandbox"
)

// sandboxLog prints what happens in a world to the terminal.
type sandboxLog struct {
	*session
	world *sandbox.World
	after int64          // the last change that was looked at
	calls map[int64]bool // those that have come: whether they are printed; who is answered leaves
	tries map[int]int    // of pushes: how many are printed
}

// startLog begins with what changes from now on.
func (s *session) startLog(world *sandbox.World) (*sandboxLog, error) {
	status, err := world.ShowStatus(s.ctx, struct{}{})
	return &sandboxLog{s, world, status.LastChange, map[int64]bool{}, map[int]int{}}, err
}

// run prints a line for each call that was answered and each try of a push, until ctx ends.
func (l *sandboxLog) run(ctx context.Context) {
	const longest, remembered = sandbox.Span(time.Minute), 1000
	for {
		news, err := l.world.ListChanges(ctx, sandbox.ChangesQuery{After: l.after, Wait: longest})
		if err != nil {
			return
		}
		l.after = news.Last
		for _, c := range news.Changes {
			switch c.Kind {
			case "request":
				l.call(c.Subject)
			case "push":
				l.push(c.Subject)
			}
		}
		if news.Gap || len(l.tries) > remembered {
			clear(l.tries)
		}
		if news.Gap {
			clear(l.calls)
		}
		if ctx.Err() != nil {
			return
		}
	}
}

// call prints a call. It is told twice: when it has come, and when it was answered.
func (l *sandboxLog) call(subject string) {
	id, err := strconv.ParseInt(subject, 10, 64)
	if err != nil {
		return
	}
	printed, ended := l.calls[id]
	if ended {
		delete(l.calls, id)
	}
	found, err := l.world.ListRequests(context.Background(), sandbox.RequestQuery{After: id - 1, Before: id + 1})
	if printed || err != nil || len(found.Requests) == 0 {
		return
	}
	r := found.Requests[0]
	if !ended {
		l.calls[id] = r.Status != 0
	}
	if ended || r.Status != 0 {
		l.line(time.Now(), "→ "+r.Method+" "+r.Path, r.Status == 200 && r.ErrCode == 0, l.result(r), r.Ms, r.Problem)
	}
}

// result is what a call was answered.
func (l *sandboxLog) result(r sandbox.Request) string {
	switch r.Status {
	case 0:
		return l.tell(text{"no answer", "没有应答"})
	case 200:
		return fmt.Sprint(r.ErrCode)
	}
	return fmt.Sprint("HTTP ", r.Status)
}

// push prints the tries of a push that are new.
func (l *sandboxLog) push(subject string) {
	id, err := strconv.Atoi(subject)
	if err != nil {
		return
	}
	p, err := l.world.ShowPush(context.Background(), sandbox.PushRef{Id: id})
	if err != nil {
		return // it is no longer kept
	}
	from := min(l.tries[id], len(p.Tries))
	l.tries[id] = len(p.Tries)
	for i, t := range p.Tries[from:] {
		what := "← " + p.Kind
		if n := from + i + 1; n > 1 {
			what += l.tell(text{" (try %d)", "（第 %d 次）"}, n)
		}
		result := l.tell(text{"no answer", "没有应答"})
		if t.Status != 0 {
			result = fmt.Sprint("HTTP ", t.Status)
		}
		good := p.Accepted && from+i+1 == len(p.Tries)
		why := t.Error
		if !good {
			why = cmp.Or(why, l.tell(text{"not accepted", "未接受"}))
		}
		l.line(t.At, what, good, result, t.Ms, why)
	}
}

// line prints one line. What came from outside can't act on the terminal.
func (l *sandboxLog) line(at time.Time, what string, good bool, result string, ms int64, why string) {
	mark := " "
	if !good {
		mark = "!"
	}
	out := fmt.Sprintf("%s %s %s  %s  %d ms", at.Format(time.TimeOnly), mark, what, result, ms)
	if why != "" {
		out += "  " + why
	}
	l.print(strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, l.scrub(out)) + "\n")
}
