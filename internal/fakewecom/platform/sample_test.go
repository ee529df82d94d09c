package platform

import (
	"testing"

	"github.com/gothird/wecom/internal/spec"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A walk over an endpoint without a state ends after its sample.
func TestASampleIsTheLastPage(t *testing.T) {
	t.Parallel()
	paged := 0
	for _, e := range spec.Endpoints() {
		if e.Paging == nil {
			continue
		}
		paged++
		out, err := sampleAnswer(&Call{ep: &e})
		require.NoError(t, err)
		items, ok := out[e.Paging.Items].([]any)
		require.True(t, ok, e.Path)
		assert.NotEmpty(t, items, e.Path)
		switch e.Paging.More {
		case "":
			assert.NotContains(t, out, e.Paging.Next, e.Path)
		case "has_more":
			assert.EqualValues(t, 0, out["has_more"], e.Path)
		case "is_last":
			assert.Equal(t, true, out["is_last"], e.Path)
		case "total":
			assert.EqualValues(t, len(items), out["total"], e.Path)
		default:
			assert.Equal(t, "full page", e.Paging.More, e.Path)
		}
	}
	assert.Positive(t, paged)
}
