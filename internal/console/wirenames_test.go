package console

import (
	"testing"

	"github.com/gothird/wecom/internal/spectest"
)

// G: endpoint/names
func TestWireNames(t *testing.T) {
	t.Parallel()
	spectest.WireNames(t, ".", nil)
}
