package wire_test

import (
	"testing"

	"github.com/gothird/wecom/internal/spectest"
)

// G: endpoint/names
func TestWireNames(t *testing.T) { spectest.WireNames(t, ".", nil) }
