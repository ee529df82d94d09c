package spec_test

import (
	"testing"

	"github.com/gothird/wecom/internal/spectest"
)

func TestWireNames(t *testing.T) {
	t.Parallel()
	spectest.WireNames(t, ".", nil)
}
