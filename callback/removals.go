package callback

import (
	"sync"
)

// counters count by name, for as many names as there is room for.
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

// removals says once for each removal that what was waiting is not processed.
type removals struct {
	mu   sync.Mutex
	told map[string]bool // by suite and corp
}

// note begins with a removal.
func (r *removals) note(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.told, key)
}

// isFirst reports whether it has not been said yet.
func (r *removals) isFirst(key string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.told[key] {
		return false
	}
	if r.told == nil || len(r.told) >= maxCounters {
		r.told = map[string]bool{}
	}
	r.told[key] = true
	return true
}
