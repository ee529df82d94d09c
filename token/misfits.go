package token

import (
	"strings"
	"sync"
)

// misfits remembers which fields had an undocumented shape, so that each is logged once.
type misfits struct {
	mu   sync.Mutex
	seen map[string]bool
}

const maxMisfits = 1000 // remembered, and so logged

func (m *misfits) logNew(a *Api, path string, fields []string) {
	if len(fields) == 0 {
		return
	}
	m.mu.Lock()
	var fresh []string
	for _, f := range fields {
		key := path + " " + withoutIndex(f)
		if m.seen[key] || len(m.seen) >= maxMisfits {
			continue
		}
		if m.seen == nil {
			m.seen = map[string]bool{}
		}
		m.seen[key] = true
		fresh = append(fresh, f)
	}
	m.mu.Unlock()
	for _, f := range fresh {
		a.core.log.WarnContext(a.ctx, "wecom: a field of the answer is of another shape than documented, and left empty", "path", path, "field", f)
	}
}

// withoutIndex removes list indexes, so that a field has one name in all elements.
func withoutIndex(field string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, field)
}
