package titles

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/gothird/wecom/internal/spec"
)

func TestEachKindHasOneTitle(t *testing.T) {
	t.Parallel()
	kinds := map[string]bool{}
	for _, e := range spec.Events() {
		kinds[e.Short()] = true
		assert.Equal(t, e.Short(), Of(e.Short()).Kind)
	}
	for _, x := range All() {
		assert.True(t, kinds[x.Kind], "there is no event %s, or it has two titles", x.Kind)
		assert.Regexp(t, `^[ -~]+$`, x.En, x.Kind)
		assert.Regexp(t, `\p{Han}`, x.Zh, x.Kind)
		delete(kinds, x.Kind)
	}
	assert.Empty(t, kinds, "each has one")
	assert.Zero(t, Of("none"))
}
