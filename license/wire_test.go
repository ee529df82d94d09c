package license_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/internal/testworld"
	"github.com/gothird/wecom/license"
)

// WeCom's numbers, as its documents have them, and the one that saved records hold.
// G: endpoint/documented
func TestWireValues(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []int{1, 2}, []int{license.TypeBase, license.TypeInterop})
	assert.Equal(t, []int{1, 2, 3, 4, 5, 6}, []int{
		license.CodeUnbound, license.CodeBound, license.CodeExpired, license.CodeTransfer, license.CodeMerged, license.CodeShared,
	})
	assert.Equal(t, []int{0, 1}, []int{license.LinkChain, license.LinkGroup})
	assert.Equal(t, -2, license.ItemMissing)
}

// G: endpoint/zeros
func TestAppIdZeroIsSent(t *testing.T) {
	t.Parallel()
	for appid, want := range map[string]string{"": `{"corpid":"` + corp + `","suite_id":"s"}`, "0": `{"corpid":"` + corp + `","suite_id":"s","appid":0}`} {
		api := testworld.Api(t.Context(), spectest.Canned(func(_ string, body []byte) string {
			assert.JSONEq(t, want, string(body))
			return `{"license_status":0}`
		}))
		_, err := license.LICGetAppInfo(api, "s", appid)
		require.NoError(t, err)
	}
}
