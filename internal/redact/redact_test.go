package redact_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/gothird/wecom/internal/redact"
)

func TestMask(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "***", redact.Mask("x"))
	assert.Equal(t, "***", redact.Mask("a much longer secret"), "the length says nothing")
	assert.Empty(t, redact.Mask(""), "what is not set can be seen")
}
