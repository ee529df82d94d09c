package callback

import "sync"

// removals reports once for each removal that waiting notices are not processed.
type removals struct {
	mu       sync.Mutex
	reported map[string]bool // by suite and corp
}

// note notes a removal of a corp: isFirst is true for it once more.
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
