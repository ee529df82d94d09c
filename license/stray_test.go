package license_test

import (
	"fmt"
	"testing"

	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What a request says of codes that were not asked for is handed on if every item failed,
// and not if the request was refused.
// G: batch/missing-item batch/how-far
func TestStraysOfFailedRequests(t *testing.T) {
	t.Parallel()
	call := func(errcode int) ([]license.ActiveCodeResult, error) {
		return license.LICBatchActiveAccount(apiOf(t, func(call int, in sent) string {
			if call == 1 {
				return in.answer(nil)
			}
			return fmt.Sprintf(`{"errcode":%d,"active_result":[{"active_code":"stray","errcode":701003}]}`, errcode)
		}), some(1001))
	}
	got, err := call(701024)
	require.NoError(t, err)
	require.Len(t, got, 1002)
	require.ErrorIs(t, got[1000].Err(), token.Code(701024))
	assert.Equal(t, "stray", got[1001].ActiveCode)

	got, err = call(45009)
	require.ErrorIs(t, err, token.Code(45009))
	assert.Len(t, got, 1000)
}
