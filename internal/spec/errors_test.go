package spec_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/spec"
)

func TestErrorCodesAreWhole(t *testing.T) {
	t.Parallel()
	list := spec.ErrorCodes()
	require.Len(t, list, 721)
	known := map[int]bool{}
	for i, e := range list {
		assert.True(t, i == 0 || list[i-1].Code < e.Code, "%d is not in order", e.Code)
		known[e.Code] = true
		assert.NotEmpty(t, e.Meaning, "%d", e.Code)
		assert.Contains(t, []string{"", spec.ClassToken, spec.ClassRate, spec.ClassBusy, spec.ClassLater, spec.ClassLost}, e.Class, "%d", e.Code)
		assert.Equal(t, e.Class == spec.ClassToken, len(e.Tokens) > 0, "%d", e.Code)
		for _, credential := range e.Tokens {
			assert.Contains(t, []string{spec.CredentialProvider, spec.CredentialSuite, spec.CredentialCorp}, credential, "%d", e.Code)
		}
	}
	for _, e := range spec.Endpoints() {
		for _, code := range e.Errors {
			assert.True(t, known[code], "%s names %d", e.Name, code)
		}
	}
}

func TestErrorCodesAreACopy(t *testing.T) {
	t.Parallel()
	spec.ErrorCodes()[0].Code = 7
	assert.Equal(t, -1, spec.ErrorCodes()[0].Code)
}
