package callback

import "sync"

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

// isExchanging reports whether an auth code of a route is being exchanged here.
func (r *runner) isExchanging(route string) bool { return r.exchanges.by(route, 0) > 0 }
