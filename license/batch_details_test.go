package license_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/token"
)

// G: batch/parts batch/missing-item
func TestBatchDetailsAreJoined(t *testing.T) {
	t.Parallel()
	api := apiOf(t, func(call int, in sent) string {
		if call == 3 {
			return `{"errcode":40058}`
		}
		return fmt.Sprintf(`{"active_info_list":[{"active_code":%q}],"invalid_active_code_list":[%q]}`, in.Codes[0], in.Codes[1])
	})
	var codes []string
	for i := range 2002 {
		codes = append(codes, strconv.Itoa(i))
	}
	got, err := license.LICBatchActiveCodeDetail(api, codes)
	require.ErrorIs(t, err, token.Code(40058))
	require.Len(t, got.ActiveInfoList, 2)
	assert.Equal(t, "1000", got.ActiveInfoList[1].ActiveCode)
	assert.Equal(t, []string{"1", "1001"}, got.InvalidActiveCodeList)
	assert.Len(t, got.MissingActiveCodeList, 1996, "what the answers leave out is no success")
}

// G: batch/parts
func TestDetailsStandInOrder(t *testing.T) {
	t.Parallel()
	api := apiOf(t, func(_ int, in sent) string {
		text := in.answer(map[string]int{"LC00001": 1, "LC00003": 1})
		text = strings.Replace(text, `"active_info_list":[`, `"active_info_list":[{"active_code":"stray"},`, 1)
		return strings.Replace(text, `"invalid_active_code_list":[`, `"invalid_active_code_list":["other",`, 1)
	})
	details, err := license.LICBatchActiveCodeDetail(api, codesOf(5))
	require.NoError(t, err)
	var known []string
	for _, info := range details.ActiveInfoList {
		known = append(known, info.ActiveCode)
	}
	assert.Equal(t, []string{"LC00000", "LC00002", "LC00004", "stray"}, known)
	assert.Equal(t, []string{"LC00001", "LC00003", "other"}, details.InvalidActiveCodeList)
}

// A thousand dead codes at the head of the list hide none of the others.
// G: batch/goes-on
func TestUnknownCodesHideNoOthers(t *testing.T) {
	t.Parallel()
	for _, list := range []string{"", `,"invalid_active_code_list":["LC00001","LC00000"]`} {
		api := apiOf(t, func(call int, in sent) string {
			if call == 1 {
				return `{"errcode":701010` + list + `}`
			}
			return in.answer(map[string]int{"LC01001": 701021})
		})
		details, err := license.LICBatchActiveCodeDetail(api, codesOf(1002))
		require.NoError(t, err)
		require.Len(t, details.ActiveInfoList, 1)
		assert.Equal(t, "LC01000", details.ActiveInfoList[0].ActiveCode)
		assert.Equal(t, append(codesOf(1000), "LC01001"), details.InvalidActiveCodeList)
		assert.Empty(t, details.MissingActiveCodeList)
	}
	details, err := license.LICBatchActiveCodeDetail(apiOf(t, func(int, sent) string { return `{"errcode":701010}` }), codesOf(1001))
	require.ErrorIs(t, err, token.Code(701010))
	require.NotNil(t, details)
	assert.Equal(t, codesOf(1001), details.InvalidActiveCodeList, "the list is there, also beside the error")
}
