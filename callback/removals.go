package callback

import (
	"sync"
)

// counters count by name; when there are too many names they are cleared.
type counters struct {
	mu    sync.Mutex
	count map[string]int
}

func (c *counters) add(name string) int { return c.by(name, 1) }

func (c *counters) by(name string, n int) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.count == nil || len(c.count) >= maxCounters {
		c.count = map[string]int{}
	}
	c.count[name] += n
	return c.count[name]
}

// exchanging reports whether an auth code of a route is being exchanged here.
func (r *runner) exchanging(route string) bool { return r.exchanges.by(route, 0) > 0 }

// removals reports once for each removal that waiting notices are not processed.
type removals struct {
	mu       sync.Mutex
	reported map[string]bool // by suite and corp
}

// note lets the next removal of a corp be reported.
func (r *removals) note(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.reported, key)
}

// isFirst reports whether the removal was not reported yet.
func (r *removals) isFirst(key string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.reported[key] {
		return false
	}
	if r.reported == nil || len(r.reported) >= maxCounters {
		r.reported = map[string]bool{}
	}
	r.reported[key] = true
	return true
}
