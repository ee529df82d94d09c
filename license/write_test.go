package license_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/internal/testworld"
	"github.com/gothird/wecom/token"
)

// G: request/writes-once
func TestWritesAreNeverRepeated(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for _, row := range rows {
			write := !strings.Contains(row.Endpoint, "get_") && !strings.Contains(row.Endpoint, "list_") && row.Endpoint != "license/support_policy_query"
			calls := 0
			api := testworld.Api(t.Context(), spectest.Canned(func(string, []byte) string { calls++; return "" }))
			_, err := row.Call(api)
			require.Error(t, err, row.Go)
			assert.Equal(t, write, errors.Is(err, token.ErrOutcomeUnknown), row.Go)
			if write {
				assert.Equal(t, 1, calls, row.Go)
			}
		}
	})
}
