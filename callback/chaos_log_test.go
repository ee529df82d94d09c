package callback_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"time"
)

// chaosLog is what the children have written down, as far as it was read.
type chaosLog struct {
	name string

	mu      sync.Mutex
	offset  int64
	lines   int
	records map[string]*chaosRecord // by id of the notice
	calls   []*chaosCall            // in the order of their beginnings
	kept    map[string]bool         // fingerprints of auth codes whose answers are on the disk
	ills    map[int][]chaosSpan     // by life; without an end: until the end of the life
	late    map[int][]chaosLateness // by life
	born    map[int]time.Time
	steps   map[int][]time.Time // of the clock, by life
	strange []string
}

// chaosRecord is what was done about one notice.
type chaosRecord struct{ calls []*chaosCall }

// chaosCall is one run of a function. Places are those in the log, in which there are no two
// processes at once.
type chaosCall struct {
	id, function, outcome string // outcome: "" if the process died meanwhile
	life                  int
	begin, end            time.Time
	from, to              int // places; to is 0 like end
}

type chaosLateness struct {
	at   time.Time
	late time.Duration
}

func newChaosLog(name string) *chaosLog {
	return &chaosLog{name: name, records: map[string]*chaosRecord{}, kept: map[string]bool{},
		ills: map[int][]chaosSpan{}, late: map[int][]chaosLateness{}, born: map[int]time.Time{}, steps: map[int][]time.Time{}}
}

// read takes in what is new.
func (l *chaosLog) read() {
	l.mu.Lock()
	defer l.mu.Unlock()
	f, err := os.Open(l.name)
	if err != nil {
		return // nothing was written yet
	}
	defer f.Close()
	text, err := io.ReadAll(io.NewSectionReader(f, l.offset, 1<<40))
	if err != nil {
		l.strange = append(l.strange, err.Error())
		return
	}
	whole := text[:bytes.LastIndexByte(text, '\n')+1]
	l.offset += int64(len(whole))
	for lines := bufio.NewScanner(bytes.NewReader(whole)); lines.Scan(); {
		l.take(lines.Text())
	}
}

func (l *chaosLog) take(line string) {
	l.lines++
	var what, function, id, outcome string
	var life int
	var nanos int64
	if _, err := fmt.Sscan(line, &what, &life, &function, &id, &nanos, &outcome); err != nil {
		l.strange = append(l.strange, "a line in the log: "+line)
		return
	}
	at := time.Unix(0, nanos)
	switch what {
	case "born":
		l.born[life] = at
	case "begin":
		l.begin(&chaosCall{id: id, function: function, life: life, begin: at, from: l.lines})
	case "end":
		l.records[id].end(life, function, at, outcome, l.lines)
	case "kept":
		l.kept[id] = true
	case "ill":
		l.ills[life] = append(l.ills[life], chaosSpan{from: at})
	case "well":
		spans := l.ills[life]
		spans[len(spans)-1].to = at
	case "step":
		l.steps[life] = append(l.steps[life], at)
	case "late":
		late, _ := time.ParseDuration(outcome + "ns")
		l.late[life] = append(l.late[life], chaosLateness{at, late})
	}
}

func (l *chaosLog) begin(c *chaosCall) {
	r := l.records[c.id]
	if r == nil {
		r = &chaosRecord{}
		l.records[c.id] = r
	}
	r.calls, l.calls = append(r.calls, c), append(l.calls, c)
}

func (r *chaosRecord) end(life int, function string, at time.Time, outcome string, place int) {
	for i := len(r.calls) - 1; i >= 0; i-- {
		if c := r.calls[i]; c.life == life && c.function == function && c.to == 0 {
			c.end, c.outcome, c.to = at, outcome, place
			return
		}
	}
}

func (c *chaosCall) succeeded() bool { return c.outcome == "done" || c.outcome == "gaveup" }

// finished reports whether both functions have succeeded.
func (r *chaosRecord) finished() bool {
	if r == nil {
		return false
	}
	done := map[string]bool{}
	for _, c := range r.calls {
		if c.succeeded() {
			done[c.function] = true
		}
	}
	return done["a"] && done["b"]
}

// failed reports whether a function has failed.
func (r *chaosRecord) failed() bool {
	return r != nil && slices.ContainsFunc(r.calls, func(c *chaosCall) bool { return c.outcome == "failed" || c.outcome == "panicked" })
}

// deaths counts the lives that ended while a function of the notice ran.
func (r *chaosRecord) deaths() int {
	if r == nil {
		return 0
	}
	lives := map[int]bool{}
	for _, c := range r.calls {
		if c.to == 0 {
			lives[c.life] = true
		}
	}
	return len(lives)
}

func (l *chaosLog) record(id string) *chaosRecord {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.records[id]
}

func (l *chaosLog) keeps(fingerprint string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.kept[fingerprint]
}

// beat notes how late the parent is.
func (l *chaosLog) beat(over <-chan struct{}) {
	for {
		begin := time.Now()
		select {
		case <-over:
			return
		case <-time.After(chaosPulse):
		}
		if late := time.Since(begin) - chaosPulse; late > chaosLate {
			l.mu.Lock()
			l.late[0] = append(l.late[0], chaosLateness{time.Now(), late})
			l.mu.Unlock()
		}
	}
}

// lateness is how late the process was in all, between two moments.
func (l *chaosLog) lateness(life int, from, to time.Time) (sum time.Duration) {
	for _, s := range l.late[life] {
		if s.at.After(from) && s.at.Add(-s.late).Before(to) {
			sum += s.late
		}
	}
	return sum
}
