package callback

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
)

// What is known by name is bounded: when it is full, it begins anew.
func TestWhatIsKnownByNameIsBounded(t *testing.T) {
	t.Parallel()
	const most = 10_000
	var c counters
	var r removals
	var l losses
	for i := range most + 1 {
		if i == most {
			assert.Len(t, c.count, most)
			assert.Len(t, r.reported, most)
			assert.Len(t, l.count, most)
		}
		name := strconv.Itoa(i)
		c.add(name)
		r.isFirst(name)
		l.end(name, true)
	}
	assert.Equal(t, map[string]int{"10000": 1}, c.count)
	assert.Equal(t, map[string]bool{"10000": true}, r.reported)
	assert.Equal(t, map[string]int{"10000": 1}, l.count)
}
