package license_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/token"
)

// G: batch/items
func TestItemErrors(t *testing.T) {
	t.Parallel()
	api := apiOf(t, func(_ int, in sent) string { return in.failing(0, 701082) })
	got, err := license.LICBatchActiveAccount(api, some(1))
	require.NoError(t, err, "the call itself succeeds")
	var item *token.Error
	require.ErrorAs(t, got[0].Err(), &item)
	assert.Equal(t, 701082, item.Code)
	assert.Equal(t, "/cgi-bin/license/batch_active_account", item.Path)
	require.ErrorIs(t, got[0].Err(), token.Code(701082))
	assert.ErrorContains(t, got[0].Err(), "more than 20 days left")

	of := func(call string, code int, msg string) *token.Error {
		return &token.Error{Code: code, Msg: msg, Path: "/cgi-bin/license/" + call, Credential: "provider"}
	}
	assert.NoError(t, license.ActiveCodeResult{}.Err())
	assert.Equal(t, of("batch_active_account", 701082, ""), license.ActiveCodeResult{ErrCode: 701082}.Err())
	assert.NoError(t, license.TransferResult{}.Err())
	assert.Equal(t, of("batch_transfer_license", 701017, ""), license.TransferResult{ErrCode: 701017}.Err())
	assert.NoError(t, license.ShareResult{}.Err())
	assert.Equal(t, of("batch_share_active_code", 701055, "shared"), license.ShareResult{ErrCode: 701055, ErrMsg: "shared"}.Err())
}

// G: request/one-of-two batch/items
func TestAllItemsFailed(t *testing.T) {
	t.Parallel()
	api := apiOf(t, func(_ int, in sent) string { return in.failing(701024, 701003) })
	got, err := license.LICBatchActiveAccount(api, some(2))
	require.ErrorIs(t, err, token.Code(701024))
	require.Len(t, got, 2)
	require.ErrorIs(t, got[1].Err(), token.Code(701003))

	got, err = license.LICBatchActiveAccount(api, some(1500))
	require.ErrorIs(t, err, token.Code(701024))
	assert.Len(t, got, 1500, "every part was tried")
}

// G: batch/items
func TestAllItemsFailedWithoutAList(t *testing.T) {
	t.Parallel()
	for name, code := range map[string]int{"LICBatchActiveAccount": 701024, "LICBatchTransfer": 701024, "LICBatchShareActiveCode": 701024} {
		items, err := batchCalls[name].call(apiOf(t, func(int, sent) string { return `{"errcode":701024}` }), 1001)
		require.ErrorIs(t, err, token.Code(code), name)
		require.Len(t, items, 1001, "%s: every part was tried", name)
		for _, it := range items {
			require.ErrorIs(t, it.err, token.Code(code), name)
		}
	}
	results, err := license.LICBatchActiveAccount(apiOf(t, func(call int, in sent) string {
		if call == 1 {
			return `{"errcode":701010}`
		}
		return in.answer(nil)
	}), some(1001))
	require.NoError(t, err, "a part of unknown codes ends nothing")
	require.ErrorIs(t, results[999].Err(), token.Code(701010))
	require.NoError(t, results[1000].Err())
}

// A short answer must not pass for success.
// G: batch/missing-item
func TestAnItemThatTheAnswerLeavesOutIsItsError(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"LICBatchActiveAccount", "LICBatchTransfer"} {
		api := apiOf(t, func(_ int, in sent) string { return in.answer(nil, "LC00001", "LC01001") })
		items, err := batchCalls[name].call(api, 1500)
		require.NoError(t, err, "the others were done")
		require.Len(t, items, 1500, name)
		for i, it := range items {
			require.Equal(t, fmt.Sprintf("LC%05d", i), it.key, "results stand in the order of the items")
			if i != 1 && i != 1001 {
				require.NoError(t, it.err)
				continue
			}
			require.ErrorIs(t, it.err, token.ErrOutcomeUnknown, "%s %d", name, i)
			assert.ErrorContains(t, it.err, "leaves this item out")
		}
	}
	results, err := license.LICBatchActiveAccount(apiOf(t, func(int, sent) string { return `{"errcode":0}` }), some(1))
	require.NoError(t, err)
	assert.Equal(t, []license.ActiveCodeResult{{"LC00000", "u00000", license.ItemMissing}}, results, "also for who looks at ErrCode only")

	details, err := license.LICBatchActiveCodeDetail(apiOf(t, func(_ int, in sent) string { return in.answer(nil, "LC00001") }), codesOf(3))
	require.NoError(t, err)
	assert.Len(t, details.ActiveInfoList, 2)
	assert.Empty(t, details.InvalidActiveCodeList, "WeCom did not say that it does not know the code")
	assert.Equal(t, []string{"LC00001"}, details.MissingActiveCodeList)
}

// Results that answer to nothing that was sent, or twice to the same, come at the end.
// G: batch/missing-item
func TestResultsThatBelongToNoItem(t *testing.T) {
	t.Parallel()
	api := apiOf(t, func(call int, in sent) string {
		extra := fmt.Sprintf(`{"active_code":"stray%d","errcode":0},{"active_code":%q,"errcode":701003},`, call, in.ActiveList[0].ActiveCode)
		return strings.Replace(in.answer(nil), `"active_result":[`, `"active_result":[`+extra, 1)
	})
	got, err := license.LICBatchActiveAccount(api, some(1001))
	require.NoError(t, err)
	require.Len(t, got, 1005)
	assert.Equal(t, 701003, got[0].ErrCode, "of two results the first counts")
	for i, r := range got[:1001] {
		require.Equal(t, fmt.Sprintf("LC%05d", i), r.ActiveCode)
	}
	var rest []string
	for _, r := range got[1001:] {
		rest = append(rest, r.ActiveCode)
	}
	assert.Equal(t, []string{"stray1", "LC00000", "stray2", "LC01000"}, rest)

	failed, err := license.LICBatchShareActiveCode(apiOf(t, func(int, sent) string {
		return `{"share_result":[{"active_code":"other form","errcode":701055},{"active_code":"b","errcode":701003},{"active_code":"a","errcode":701021}]}`
	}), "wpDown", license.LinkGroup, []license.ShareActiveCode{{"a"}, {"b"}, {"c"}})
	require.NoError(t, err)
	assert.Equal(t, []license.ShareResult{{"a", 701021, ""}, {"b", 701003, ""}, {"other form", 701055, ""}}, failed, "no failure is dropped")
}

// Plain userids come back encrypted, in the order in which they were sent.
// G: batch/parts
func TestTransferOfPlainUserids(t *testing.T) {
	t.Parallel()
	pairs := []license.Transfer{{"zhou", "lin"}, {"wo2", "wo3"}, {"chen", "li"}}
	encrypted := `{"handover_userid":"woZ","takeover_userid":"woL","errcode":0},{"handover_userid":"woC","takeover_userid":"woI","errcode":701017}`
	api := apiOf(t, func(int, sent) string {
		return `{"transfer_result":[{"handover_userid":"wo2","takeover_userid":"wo3","errcode":701018},` + encrypted + `]}`
	})
	got, err := license.LICBatchTransfer(api, pairs)
	require.NoError(t, err)
	assert.Equal(t, []license.TransferResult{{"woZ", "woL", 0}, {"wo2", "wo3", 701018}, {"woC", "woI", 701017}}, got)

	got, err = license.LICBatchTransfer(apiOf(t, func(int, sent) string { return `{"transfer_result":[` + encrypted + `]}` }), pairs)
	require.NoError(t, err)
	require.Len(t, got, 5, "two results for three pairs: nobody can tell whose")
	for i, r := range got[:3] {
		assert.Equal(t, license.TransferResult{pairs[i].HandoverUserId, pairs[i].TakeoverUserId, license.ItemMissing}, r)
	}
	assert.Equal(t, "woZ", got[3].HandoverUserId)

	twice := `{"handover_userid":"wo2","takeover_userid":"wo3","errcode":0},{"handover_userid":"wo2","takeover_userid":"wo3","errcode":0}`
	got, err = license.LICBatchTransfer(apiOf(t, func(int, sent) string { return `{"transfer_result":[` + twice + `]}` }), pairs[:2])
	require.NoError(t, err)
	require.Error(t, got[0].Err(), "the second result of one pair is not that of another")
}
