package callback_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

const (
	chaosHangs   = 200 * time.Millisecond
	chaosPrompt  = time.Second
	chaosPatient = 11 * time.Second // beside what hangs; twice that beside what runs alone and hangs
)

// checkDelays looks at how long notices waited for their first start, in the life that had
// answered.
func (w *chaosWorld) checkDelays() {
	byLife, asked := w.working(), w.exchanges()
	for _, p := range w.order {
		start, life, ok := w.started(p, asked)
		if !ok || life != p.life || len(w.log.steps[life]) > 0 || w.disturbed(life, p.answered, start) {
			continue
		}
		kind, limit := w.promise(p, start, byLife[life])
		if kind == "" {
			continue
		}
		late := max(0, start.Sub(p.answered))
		w.figures[kind]++
		w.slowest[kind] = max(w.slowest[kind], late)
		if late > limit+w.stalled(life, p.answered.Add(-chaosPrompt), start) {
			w.problem("delay: %s, a %s of %s, started %s after its answer in life %d (%s), with a machine that was %s late",
				p.id, p.kind, p.corp.id, late, life, kind, w.stalled(life, p.answered.Add(-chaosPrompt), start))
		}
	}
}

// working are the calls that take a worker, by life.
func (w *chaosWorld) working() map[int][]*chaosCall {
	byLife := map[int][]*chaosCall{}
	for _, p := range w.order {
		for _, c := range w.calls(p) {
			if !p.urgent {
				byLife[c.life] = append(byLife[c.life], c)
			}
		}
	}
	return byLife
}

// started is when work on a notice began: for an auth code, when WeCom was asked for it.
func (w *chaosWorld) started(p *chaosPush, asked []platform.Request) (at time.Time, life int, ok bool) {
	if p.answered.IsZero() {
		return at, 0, false
	}
	if p.code != "" {
		for _, r := range asked {
			if strings.Contains(r.Body, platform.Mark(p.code)) {
				_, err := fmt.Sscan(r.Query.Get("life"), &life)
				return r.Time, life, err == nil
			}
		}
		return at, 0, false
	}
	calls := w.calls(p)
	if len(calls) == 0 {
		return at, 0, false
	}
	return calls[0].begin, calls[0].life, true
}

// promise is how soon a notice is to start, and in which case that is.
func (w *chaosWorld) promise(p *chaosPush, start time.Time, calls []*chaosCall) (kind string, limit time.Duration) {
	switch {
	case p.answered.Sub(w.log.born[p.life]) < w.restart():
		return "", 0
	case p.code != "":
		return "auth codes", chaosPrompt
	case p.urgent:
		return "welcome codes", chaosPrompt
	case !p.probe:
		return "", 0
	case w.someoneAlone(p.life, p.answered):
		return "probes beside one that runs alone", 2 * chaosPatient
	case hanging(calls, p.answered, start) < chaosWorkers:
		return "probes", chaosPrompt
	}
	return "probes beside hanging functions", chaosPatient
}

// someoneAlone reports whether there is a notice that has killed two lives, or was there when
// they ended: before it runs the others must end, and while it runs no other may begin.
func (w *chaosWorld) someoneAlone(life int, at time.Time) bool {
	return slices.ContainsFunc(w.order, func(p *chaosPush) bool {
		died := map[int]bool{}
		for _, c := range w.calls(p) {
			if c.life < life && c.to == 0 {
				died[c.life] = true
			}
		}
		last, running := w.lastOf(p, life)
		return len(died) >= 2 && (running || last.After(at))
	})
}

// restart is the time in which what waited for the process has its turn.
func (w *chaosWorld) restart() time.Duration {
	if w.long {
		return 3 * time.Second
	}
	return time.Second
}

// hanging counts the functions that ran for long, between two moments.
func hanging(calls []*chaosCall, from, to time.Time) (n int) {
	for _, c := range calls {
		if c.begin.Before(to) && (c.to == 0 || c.end.After(from) && c.end.Sub(c.begin) > chaosHangs) {
			n++
		}
	}
	return n
}
