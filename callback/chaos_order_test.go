package callback_test

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// chaosSettling is between the end of a function and its outcome, on a disk that works.
const chaosSettling = time.Second

// chaosEnd is how a life ended.
type chaosEnd struct {
	at   time.Time
	well bool
}

// disturbed reports whether the Store, the disk or the files of a life failed between two
// moments, or had failed just before, so that it had not been tried again yet.
func (w *chaosWorld) disturbed(life int, from, to time.Time) bool {
	meets := func(s chaosSpan) bool {
		if s.to.IsZero() {
			return s.from.Before(to)
		}
		after := s.to.Add(s.to.Sub(s.from) + 2*time.Second)
		return s.from.Before(to) && after.After(from)
	}
	return slices.ContainsFunc(w.blackout, meets) || slices.ContainsFunc(w.log.ills[life], meets)
}

// stalled is how late the machine was between two moments, here and there.
func (w *chaosWorld) stalled(life int, from, to time.Time) time.Duration {
	return 5 * (w.log.lateness(life, from, to) + w.log.lateness(0, from, to))
}

// checkRepeated looks at functions that ran again after they had succeeded.
func (w *chaosWorld) checkRepeated() {
	settled := map[int]int{} // by life: notices of which no function ran when it ended
	for _, p := range w.order {
		for life, running := range w.repeats(p) {
			w.figures["repeated"]++
			if !running && !p.urgent {
				settled[life]++
			}
		}
	}
	for life, n := range settled {
		if n > chaosWorkers {
			w.problem("life %d: %d notices were repeated of which no function ran when it ended: there are %d workers", life, n, chaosWorkers)
		}
	}
}

// repeats are the lives in which functions of a notice succeeded in vain, and whether another
// of its functions ran at their ends.
func (w *chaosWorld) repeats(p *chaosPush) map[int]bool {
	calls := w.calls(p)
	lives := map[int]bool{}
	excused := map[string]int{}
	if p.again {
		excused["a"] = int(p.deliveries.Load()) - 1
		excused["b"] = excused["a"]
	}
	for i, c := range calls {
		next := slices.IndexFunc(calls[i+1:], func(n *chaosCall) bool { return n.function == c.function })
		if next < 0 || !c.succeeded() {
			continue
		}
		running, why := w.mayRepeat(p, c, calls[i+1+next])
		switch {
		case why == "":
			lives[c.life] = running
		case excused[c.function] > 0:
			excused[c.function]--
			w.figures["processed again because they were delivered again"]++
		default:
			w.problem("%s of %s, a %s (%s), was done in life %d and ran again in life %d: %s", c.function, p.id, p.kind, p.order, c.life, calls[i+1+next].life, why)
		}
	}
	return lives
}

// mayRepeat says why a function may not run again.
func (w *chaosWorld) mayRepeat(p *chaosPush, c, next *chaosCall) (running bool, why string) {
	switch {
	case w.lostLease(p, c, next):
		return true, ""
	case next.life == c.life:
		return false, "in the same life"
	}
	last, running := w.lastOf(p, c.life)
	end := w.ends[c.life]
	late := end.at.Sub(last)
	switch {
	case w.disturbed(c.life, last, end.at):
	case end.well:
		return running, "that life ended well"
	case !running && late > chaosSettling+w.stalled(c.life, last, end.at):
		return running, fmt.Sprintf("the life ended %s later", late)
	}
	return running, ""
}

// lastOf is when the last function of a notice ended in a life, and whether one ran when the
// life ended.
func (w *chaosWorld) lastOf(p *chaosPush, life int) (last time.Time, running bool) {
	for _, c := range w.calls(p) {
		if c.life == life && c.end.After(last) {
			last = c.end
		}
		running = running || c.life == life && c.to == 0
	}
	return last, running
}

// lostLease reports whether the clock has stepped or the disk was away while the functions of
// a notice ran, or just before or after. To a queue that is a lease that has ended: what was
// in progress then is processed again.
func (w *chaosWorld) lostLease(p *chaosPush, c, next *chaosCall) bool {
	last := c.end
	for _, other := range w.calls(p) {
		if other.life == c.life && other.from < next.from && other.end.After(last) {
			last = other.end
		}
	}
	from, to := c.begin.Add(-chaosSettling), last.Add(chaosSettling+w.stalled(c.life, last, last.Add(chaosSettling)))
	if to.After(next.begin) {
		to = next.begin
	}
	return w.disturbed(c.life, from, to) || slices.ContainsFunc(w.log.steps[c.life], func(at time.Time) bool {
		return at.After(from) && at.Before(to)
	})
}

// checkOrder looks at first starts in each lane, and at what runs at once in one.
func (w *chaosWorld) checkOrder() {
	lanes := map[string][]*chaosPush{}
	for _, p := range w.order {
		if p.lane != "" && len(w.calls(p)) > 0 {
			lanes[p.lane] = append(lanes[p.lane], p)
		}
	}
	for name, lane := range lanes {
		w.checkLane(name, lane)
	}
	w.figures["lanes"] = len(lanes)
}

func (w *chaosWorld) checkLane(name string, lane []*chaosPush) {
	w.checkAlone(name, lane)
	first := func(p *chaosPush) int { return w.calls(p)[0].from }
	excused := map[int]bool{} // lives that have ended: one of the lane may have been in progress
	for _, p := range lane {
		over := math.MaxInt
		var by *chaosPush
		for _, other := range lane {
			if other.kind != "kf" && !p.answered.IsZero() && other.sent.After(p.answered) && first(other) < min(first(p), over) {
				over, by = first(other), other
			}
		}
		if by == nil {
			continue
		}
		w.figures["overtaken"]++
		if !w.excuse(p, by, excused) {
			w.problem("order in %s: %s (%s, answered by life %d) started in life %d after %s (%s, answered by life %d), which started in life %d",
				name, p.id, p.order, p.life, w.calls(p)[0].life, by.id, by.order, by.life, w.calls(by)[0].life)
		}
	}
}

// excuse finds a life that ended after a notice was answered, and before the one that has
// overtaken it started, and which excuses no other of the lane.
func (w *chaosWorld) excuse(p, by *chaosPush, excused map[int]bool) bool {
	for life := p.life; life < w.calls(by)[0].life; life++ {
		if !excused[life] {
			excused[life] = true
			return true
		}
	}
	return false
}

// checkAlone finds functions of one lane that ran at once.
func (w *chaosWorld) checkAlone(name string, lane []*chaosPush) {
	var calls []*chaosCall
	for _, p := range lane {
		calls = append(calls, w.calls(p)...)
	}
	slices.SortFunc(calls, func(a, b *chaosCall) int { return a.from - b.from })
	for i, c := range calls[:max(0, len(calls)-1)] {
		// Of those that run at once two are neighbours by their beginnings.
		if next := calls[i+1]; c.overlaps(next) {
			w.problem("in %s %s and %s ran at once, in life %d", name, c.id, next.id, c.life)
		}
	}
}

// overlaps reports whether a call ran when a later one began.
func (c *chaosCall) overlaps(later *chaosCall) bool {
	return c.life == later.life && (c.to == 0 || c.to > later.from)
}
