package callback

import (
	"sync"
	"time"

	"github.com/gothird/wecom/internal/clock"
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

// removals holds the installations that this process has removed, by suite and corp.
type removals struct {
	mu   sync.Mutex
	at   map[string]time.Time
	told map[string]time.Time // reported that waiting notices end
}

// note remembers a removal: notices that were put before the cancel_auth end without being
// processed. Notices put after it may belong to the next installation, even if the
// cancel_auth is processed late.
func (r *removals) note(key string, put time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.at == nil || len(r.at) >= maxCounters {
		r.at = map[string]time.Time{}
	}
	r.at[key] = put
	delete(r.told, key)
}

func (r *removals) of(key string) (at time.Time, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	at, ok = r.at[key]
	return at, ok
}

// isFirst reports whether the removal was not reported yet.
func (r *removals) isFirst(key string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, told := r.told[key]; told {
		return false
	}
	if r.told == nil || len(r.told) >= maxCounters {
		r.told = map[string]time.Time{}
	}
	r.told[key] = clock.Now()
	return true
}
