package paging_test

import (
	"testing"

	"github.com/gothird/wecom/internal/paging"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A walk that begins in the middle asks for that page first, and does not come back to it.
// G: endpoint/cursor
func TestTheStartIsACursorLikeAnyOther(t *testing.T) {
	t.Parallel()
	for name, chain := range map[string]map[string]string{
		"at once": {"s": "s"},
		"later":   {"s": "a", "a": "b", "b": "s"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var asked []string
			var last error
			for _, err := range paging.All(t.Context(), "s", func(cursor string) ([]int, string, error) {
				asked = append(asked, cursor)
				return []int{1}, chain[cursor], nil
			}) {
				last = err
			}
			require.ErrorIs(t, last, paging.ErrCursor)
			assert.ErrorContains(t, last, `"s"`)
			assert.Len(t, asked, len(chain), "each page is asked for once")
			assert.Equal(t, "s", asked[0])
		})
	}
}
