package license_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/internal/testworld"
	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sent is a request of any batch.
type sent struct {
	ActiveList []license.ActiveCode      `json:"active_list"`
	Transfers  []license.Transfer        `json:"transfer_list"`
	ShareList  []license.ShareActiveCode `json:"share_list"`
	Codes      []string                  `json:"active_code_list"`
}

// answer is WeCom's answer to it: each item succeeds but for those in errcodes, told by
// their code or giver, and those in absent are left out.
func (s sent) answer(errcodes map[string]int, absent ...string) string {
	var active, transfer, share []string
	for _, c := range s.ActiveList {
		if !slices.Contains(absent, c.ActiveCode) {
			active = append(active, fmt.Sprintf(`{"active_code":%q,"userid":"enc-%s","errcode":%d}`, c.ActiveCode, c.UserId, errcodes[c.ActiveCode]))
		}
	}
	for _, p := range s.Transfers {
		if !slices.Contains(absent, p.HandoverUserId) {
			transfer = append(transfer, fmt.Sprintf(`{"handover_userid":%q,"takeover_userid":%q,"errcode":%d}`, p.HandoverUserId, p.TakeoverUserId, errcodes[p.HandoverUserId]))
		}
	}
	for _, c := range s.ShareList {
		if code := errcodes[c.ActiveCode]; code != 0 {
			share = append(share, fmt.Sprintf(`{"active_code":%q,"errcode":%d,"errmsg":"m"}`, c.ActiveCode, code))
		}
	}
	info, invalid := s.details(errcodes, absent)
	for _, list := range [][]string{active, transfer, share, info, invalid} {
		slices.Reverse(list) // in another order than asked
	}
	return fmt.Sprintf(`{"errcode":%d,"active_result":[%s],"transfer_result":[%s],"share_result":[%s],"active_info_list":[%s],"invalid_active_code_list":[%s]}`,
		errcodes[""], strings.Join(active, ","), strings.Join(transfer, ","), strings.Join(share, ","), strings.Join(info, ","), strings.Join(invalid, ","))
}

// details is the part of the answer about states.
func (s sent) details(errcodes map[string]int, absent []string) (info, invalid []string) {
	for _, c := range s.Codes {
		switch {
		case slices.Contains(absent, c):
		case errcodes[c] != 0:
			invalid = append(invalid, fmt.Sprintf("%q", c))
		default:
			info = append(info, fmt.Sprintf(`{"active_code":%q,"status":1}`, c))
		}
	}
	return info, invalid
}

// apiOf answers the numbered request of a batch with what reply says.
func apiOf(t *testing.T, reply func(call int, in sent) string) *token.Api {
	calls := 0
	return testworld.Api(t.Context(), spectest.Canned(func(_ string, body []byte) string {
		var in sent
		assert.NoError(t, json.Unmarshal(body, &in))
		calls++
		return reply(calls, in)
	}))
}

// item is what the results of all batches have in common.
type item struct {
	key string
	err error
}

// batchCalls calls each batch function for n items named after their number.
var batchCalls = map[string]struct {
	write bool
	call  func(api *token.Api, n int) ([]item, error)
}{
	"LICBatchActiveAccount": {true, func(api *token.Api, n int) (items []item, err error) {
		results, err := license.LICBatchActiveAccount(api, some(n))
		for _, r := range results {
			items = append(items, item{r.ActiveCode, r.Err()})
		}
		return items, err
	}},
	"LICBatchTransfer": {true, func(api *token.Api, n int) (items []item, err error) {
		var pairs []license.Transfer
		for _, c := range some(n) {
			pairs = append(pairs, license.Transfer{c.ActiveCode, "to-" + c.ActiveCode})
		}
		results, err := license.LICBatchTransfer(api, pairs)
		for _, r := range results {
			items = append(items, item{r.HandoverUserId, r.Err()})
		}
		return items, err
	}},
	"LICBatchShareActiveCode": {true, func(api *token.Api, n int) (items []item, err error) {
		var codes []license.ShareActiveCode
		for _, c := range some(n) {
			codes = append(codes, license.ShareActiveCode{c.ActiveCode})
		}
		results, err := license.LICBatchShareActiveCode(api, "wpDown", license.LinkChain, codes)
		for _, r := range results {
			items = append(items, item{r.ActiveCode, r.Err()})
		}
		return items, err
	}},
	"LICBatchActiveCodeDetail": {false, func(api *token.Api, n int) (items []item, err error) {
		details, err := license.LICBatchActiveCodeDetail(api, codesOf(n))
		if details == nil {
			return nil, err
		}
		for _, info := range details.ActiveInfoList {
			items = append(items, item{info.ActiveCode, nil})
		}
		return items, err
	}},
}

func codesOf(n int) (codes []string) {
	for _, c := range some(n) {
		codes = append(codes, c.ActiveCode)
	}
	return codes
}

// Whoever resumes a batch can tell what was answered, what may have been done, and what was
// not sent, whichever request failed and however.
// G: batch/how-far
func TestBatchesSayHowFarTheyCame(t *testing.T) {
	t.Parallel()
	for name, batch := range batchCalls {
		for failAt := 1; failAt <= 3; failAt++ {
			for _, failure := range []struct {
				text    string
				unknown bool
			}{{"", true}, {`<html>bad gateway</html>`, true}, {`{"errcode":45009}`, false}} {
				synctest.Test(t, func(t *testing.T) {
					calls := 0
					api := apiOf(t, func(_ int, in sent) string {
						if len(in.ActiveList)+len(in.Transfers)+len(in.ShareList)+len(in.Codes) == []int{1000, 1000, 500}[failAt-1] {
							if calls++; failAt != 2 || calls > 1 {
								return failure.text
							}
						}
						return in.answer(nil)
					})
					items, err := batch.call(api, 2500)
					var partial *token.PartialError
					require.ErrorAs(t, err, &partial, name)
					want := token.PartialError{Done: 1000 * (failAt - 1)}
					if failure.unknown && batch.write {
						want.Unknown = []int{1000, 1000, 500}[failAt-1]
						require.ErrorIs(t, err, token.ErrOutcomeUnknown)
					}
					assert.Equal(t, want, token.PartialError{Done: partial.Done, Unknown: partial.Unknown}, "%s, request %d, %q", name, failAt, failure.text)
					var refusal *token.Error
					require.ErrorAs(t, err, &refusal, "the reason can be reached")
					if name != "LICBatchShareActiveCode" {
						assert.Len(t, items, want.Done)
					}
				})
			}
		}
	}
}

// G: batch/how-far
func TestABatchOfOneRequestSaysThatNothingWasDone(t *testing.T) {
	t.Parallel()
	for name, batch := range batchCalls {
		items, err := batch.call(apiOf(t, func(int, sent) string { return `{"errcode":60020}` }), 2)
		var partial *token.PartialError
		require.ErrorAs(t, err, &partial, name)
		assert.Zero(t, partial.Done, name)
		assert.Zero(t, partial.Unknown, name)
		require.ErrorIs(t, err, token.Code(60020), name)
		assert.Empty(t, items, name)
	}
}

// Sharing can't be taken back, so the caller must know which codes to send again.
// G: batch/resumed
func TestSharingCanBeResumed(t *testing.T) {
	t.Parallel()
	var shared, sentAgain []license.ShareActiveCode
	api := apiOf(t, func(call int, in sent) string {
		if call == 3 {
			return `{"errcode":45009}`
		}
		shared = append(shared, in.ShareList...)
		return in.answer(map[string]int{"LC00500": 701055})
	})
	var codes []license.ShareActiveCode
	for _, c := range codesOf(3500) {
		codes = append(codes, license.ShareActiveCode{c})
	}
	failed, err := license.LICBatchShareActiveCode(api, "wpDown", license.LinkChain, codes)
	assert.Equal(t, []license.ShareResult{{"LC00500", 701055, "m"}}, failed)
	var partial *token.PartialError
	require.ErrorAs(t, err, &partial)
	require.Zero(t, partial.Unknown)

	rest := apiOf(t, func(_ int, in sent) string {
		sentAgain = append(sentAgain, in.ShareList...)
		return in.answer(nil)
	})
	_, err = license.LICBatchShareActiveCode(rest, "wpDown", license.LinkChain, codes[partial.Done:])
	require.NoError(t, err)
	assert.Equal(t, codes, append(shared, sentAgain...), "each code went out once")
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

// A page that says more without saying where is no end of the list.
// G: endpoint/cursor
func TestAllActivedTellsALostCursor(t *testing.T) {
	t.Parallel()
	api := testworld.Api(t.Context(), spectest.Canned(func(string, []byte) string {
		return `{"account_list":[{"userid":"a"}],"has_more":1,"next_cursor":""}`
	}))
	n, lastErr := 0, error(nil)
	for _, err := range license.LICAllActived(api) {
		if lastErr = err; err == nil {
			n++
		}
	}
	assert.ErrorContains(t, lastErr, "gives no cursor")
	assert.Equal(t, 1, n)
}
