package license_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/internal/testworld"
	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// G: endpoint/checked batch/duplicates
func TestRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	codes := func(codes ...string) (list []license.ActiveCode) {
		for i, c := range codes {
			list = append(list, license.ActiveCode{ActiveCode: c, UserId: "u" + strconv.Itoa(i)})
		}
		return list
	}
	api := testworld.Api(t.Context(), spectest.Refuse(t))
	for want, call := range map[string]func() error{
		"active_code is empty": func() error { return license.LICActiveAccount(api, "", "u") },
		"userid is empty":      func() error { return license.LICActiveAccount(api, "c", "") },
		"type is 3: it must be 1 to 2": func() error {
			return license.LICActiveAccountByType(api, 3, "u")
		},
		"wecom: userid is empty": func() error { return license.LICActiveAccountByType(api, license.TypeBase, "") },
		"wecom: active_code is empty": func() error {
			_, err := license.LICActiveCodeDetail(api, "")
			return err
		},
		"wecom: userid is": func() error { _, err := license.LICGetActiveByUser(api, ""); return err },
		"active_code_list[1]: active_code is empty": func() error {
			_, err := license.LICBatchActiveCodeDetail(api, []string{"a", ""})
			return err
		},
		"transfer_list[0]: handover_userid is empty": func() error {
			_, err := license.LICBatchTransfer(api, []license.Transfer{{"", "a"}})
			return err
		},
		"share_list[0]: active_code is empty": func() error {
			_, err := license.LICBatchShareActiveCode(api, "wp2", license.LinkGroup, []license.ShareActiveCode{{""}})
			return err
		},
		"active_list is empty": func() error { _, err := license.LICBatchActiveAccount(api, nil); return err },
		"active_list[1]: active_code is empty": func() error {
			_, err := license.LICBatchActiveAccount(api, codes("a", ""))
			return err
		},
		"active_list[0] and active_list[2] are the same: a": func() error {
			_, err := license.LICBatchActiveAccount(api, codes("a", "b", "a"))
			return err
		},
		"active_list[0] and active_list[1] are the same: u": func() error {
			_, err := license.LICBatchActiveAccount(api, []license.ActiveCode{{"a", "u"}, {"b", "u"}})
			return err
		},
		"active_code_list is empty": func() error { _, err := license.LICBatchActiveCodeDetail(api, nil); return err },
		"active_code_list[0] and active_code_list[1] are the same": func() error {
			_, err := license.LICBatchActiveCodeDetail(api, []string{"a", "a"})
			return err
		},
		"limit is 1001: it must be 0 to 1000": func() error { _, err := license.LICListActived(api, license.Cursor{Limit: 1001}); return err },
		"transfer_list is empty":              func() error { _, err := license.LICBatchTransfer(api, nil); return err },
		"takeover_userid is empty":            func() error { _, err := license.LICBatchTransfer(api, []license.Transfer{{"a", ""}}); return err },
		"are the same member":                 func() error { _, err := license.LICBatchTransfer(api, []license.Transfer{{"a", "a"}}); return err },
		"transfer_list[0] and transfer_list[1] are the same: a": func() error {
			_, err := license.LICBatchTransfer(api, []license.Transfer{{"a", "b"}, {"a", "c"}})
			return err
		},
		"to_corpid is empty": func() error {
			_, err := license.LICBatchShareActiveCode(api, "", license.LinkChain, []license.ShareActiveCode{{"a"}})
			return err
		},
		"corp_link_type is 2: it must be 0 to 1": func() error {
			_, err := license.LICBatchShareActiveCode(api, "wp2", 2, []license.ShareActiveCode{{"a"}})
			return err
		},
		"share_list[0] and share_list[1] are the same: a": func() error {
			_, err := license.LICBatchShareActiveCode(api, "wp2", license.LinkGroup, []license.ShareActiveCode{{"a"}, {"a"}})
			return err
		},
		"suite_id is empty": func() error { _, err := license.LICGetAppInfo(api, "", ""); return err },
		`appid is "x"`:      func() error { _, err := license.LICGetAppInfo(api, "s", "x"); return err },
		"auto_active_status is 2: it must be 0 to 1":  func() error { return license.LICSetAutoActiveStatus(api, 2) },
		"auto_active_status is -1: it must be 0 to 1": func() error { return license.LICSetAutoActiveStatus(api, -1) },
	} {
		assert.ErrorContains(t, call(), want)
	}
}

// G: endpoint/corp
func TestNoCorpBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	unbound := testworld.Api(t.Context(), spectest.Refuse(t)).WithCorp("")
	for _, row := range rows {
		if row.Go == "LICGetAccountBalance" || row.Go == "LICBatchShareActiveCode" || row.Go == "LICSupportPolicy" {
			continue // the first needs no corp, the rows of the others bind one
		}
		value, err := row.Call(unbound)
		assert.ErrorIs(t, err, token.ErrNoCorp, row.Go)
		assert.Empty(t, value, row.Go)
	}
	_, err := license.LICBatchShareActiveCode(unbound, "wp2", license.LinkChain, []license.ShareActiveCode{{"a"}})
	require.ErrorIs(t, err, token.ErrNoCorp)
	_, err = license.LICSupportPolicy(unbound)
	require.ErrorIs(t, err, token.ErrNoCorp)
}

// G: error/nil
func TestNoApiIsAnError(t *testing.T) {
	t.Parallel()
	for _, api := range []*token.Api{nil, {}} {
		assert.Error(t, license.LICActiveAccount(api, "a", "b"))
		_, err := license.LICGetAccountBalance(api)
		assert.Error(t, err)
		assert.Error(t, last(license.LICAllActived(api)))
	}
}

// batch is the part of each batch request that these tests look at.
type batch struct {
	ActiveList []license.ActiveCode `json:"active_list"`
	Codes      []string             `json:"active_code_list"`
}

// some returns n activations.
func some(n int) (codes []license.ActiveCode) {
	for i := range n {
		codes = append(codes, license.ActiveCode{fmt.Sprintf("LC%05d", i), fmt.Sprintf("u%05d", i)})
	}
	return codes
}

// results answers a part, backwards, each item with errcode.
func results(t *testing.T, body []byte, head string, errcode int) string {
	t.Helper()
	var in batch
	require.NoError(t, json.Unmarshal(body, &in))
	var out []string
	for _, c := range in.ActiveList {
		item := fmt.Sprintf(`{"active_code":%q,"userid":"enc-%s","errcode":%d}`, c.ActiveCode, c.UserId, errcode)
		out = append([]string{item}, out...)
	}
	return fmt.Sprintf(`{%s,"active_result":[%s]}`, head, strings.Join(out, ","))
}

// G: batch/parts
func TestBatchesGoInParts(t *testing.T) {
	t.Parallel()
	var sizes []int
	api := testworld.Api(t.Context(), spectest.Canned(func(_ string, body []byte) string {
		var in batch
		require.NoError(t, json.Unmarshal(body, &in))
		sizes = append(sizes, len(in.ActiveList))
		return results(t, body, `"errcode":0`, 0)
	}))
	codes := some(2001)
	got, err := license.LICBatchActiveAccount(api, codes)
	require.NoError(t, err)
	assert.Equal(t, []int{1000, 1000, 1}, sizes)
	require.Len(t, got, len(codes))
	for i, r := range got {
		require.Equal(t, codes[i].ActiveCode, r.ActiveCode, "results stand in the order of the codes")
		require.NoError(t, r.Err())
	}
}

// G: batch/how-far
func TestBatchKeepsWhatWasDoneWhenAPartFails(t *testing.T) {
	t.Parallel()
	calls := 0
	api := testworld.Api(t.Context(), spectest.Canned(func(_ string, body []byte) string {
		if calls++; calls == 2 {
			return ""
		}
		return results(t, body, `"errcode":0`, 0)
	}))
	got, err := license.LICBatchActiveAccount(api, some(3000))
	require.ErrorIs(t, err, token.ErrOutcomeUnknown)
	assert.Len(t, got, 1000)
	assert.Equal(t, 2, calls, "the part is not sent again, nor are those after it")
}

// G: batch/items
func TestItemErrors(t *testing.T) {
	t.Parallel()
	api := testworld.Api(t.Context(), spectest.Canned(func(_ string, body []byte) string {
		return results(t, body, `"errcode":0`, 701082)
	}))
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

// G: request/one-of-two batch/items
func TestAllItemsFailed(t *testing.T) {
	t.Parallel()
	api := testworld.Api(t.Context(), spectest.Canned(func(_ string, body []byte) string {
		return results(t, body, `"errcode":701024,"errmsg":"all failed"`, 701003)
	}))
	got, err := license.LICBatchActiveAccount(api, some(2))
	require.ErrorIs(t, err, token.Code(701024))
	require.Len(t, got, 2)
	require.ErrorIs(t, got[1].Err(), token.Code(701003))

	got, err = license.LICBatchActiveAccount(api, some(1500))
	require.ErrorIs(t, err, token.Code(701024))
	assert.Len(t, got, 1500, "every part was tried")
}

// A batch of which the first thousand are done already must get on with the rest.
// G: batch/goes-on
func TestAPartThatFailedWhollyEndsNothing(t *testing.T) {
	t.Parallel()
	calls := 0
	api := testworld.Api(t.Context(), spectest.Canned(func(_ string, body []byte) string {
		if calls++; calls == 1 {
			return results(t, body, `"errcode":701024`, 701003)
		}
		return results(t, body, `"errcode":0`, 0)
	}))
	got, err := license.LICBatchActiveAccount(api, some(1001))
	require.NoError(t, err)
	require.Len(t, got, 1001)
	require.Error(t, got[999].Err())
	require.NoError(t, got[1000].Err())
}

// G: batch/parts batch/missing-item
func TestBatchDetailsAreJoined(t *testing.T) {
	t.Parallel()
	calls := 0
	api := testworld.Api(t.Context(), spectest.Canned(func(_ string, body []byte) string {
		var in batch
		require.NoError(t, json.Unmarshal(body, &in))
		if calls++; calls == 3 {
			return `{"errcode":40058}`
		}
		return fmt.Sprintf(`{"active_info_list":[{"active_code":%q}],"invalid_active_code_list":[%q]}`, in.Codes[0], in.Codes[1])
	}))
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

// G: endpoint/pages endpoint/cursor
func TestAllActivedWalksThePages(t *testing.T) {
	t.Parallel()
	pages := map[string]string{
		"":   `{"account_list":[{"userid":"a"},{"userid":"b"}],"has_more":1,"next_cursor":"c1"}`,
		"c1": `{"account_list":[],"has_more":1,"next_cursor":"c2"}`,
		"c2": `{"account_list":[{"userid":"c"}],"has_more":0,"next_cursor":"c3"}`,
	}
	answer := func(_ string, body []byte) string {
		var in license.Cursor
		require.NoError(t, json.Unmarshal(body, &in))
		assert.Equal(t, 1000, in.Limit)
		return pages[in.Cursor]
	}
	var users []string
	for a, err := range license.LICAllActived(testworld.Api(t.Context(), spectest.Canned(answer))) {
		require.NoError(t, err)
		users = append(users, a.UserId)
	}
	assert.Equal(t, []string{"a", "b", "c"}, users)

	pages["c2"] = `{"account_list":[{"userid":"c"}],"has_more":1,"next_cursor":"c1"}`
	require.ErrorIs(t, last(license.LICAllActived(testworld.Api(t.Context(), spectest.Canned(answer)))), paging.ErrCursor)

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	count, lastErr := 0, error(nil)
	for _, err := range license.LICAllActived(testworld.Api(ctx, spectest.Canned(answer))) {
		cancel()
		if lastErr = err; err == nil {
			count++
		}
	}
	require.ErrorIs(t, lastErr, context.Canceled)
	assert.Equal(t, 2, count)
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
