package wire_test

import (
	"testing"

	"github.com/gothird/wecom/internal/spectest"
)

func TestTags(t *testing.T) { // T-32
	spectest.Names(t, ".")
	spectest.Tags(t, ".", nil)
}
