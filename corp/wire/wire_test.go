package wire_test

import (
	"testing"

	"github.com/gothird/wecom/internal/spectest"
)

// G: endpoint/names
func TestTags(t *testing.T) {
	spectest.Names(t, ".")
	spectest.Tags(t, ".", nil)
}
