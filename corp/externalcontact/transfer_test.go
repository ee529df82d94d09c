package externalcontact_test

import (
	"strings"
	"testing"

	"github.com/gothird/wecom/corp/externalcontact"
	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// G: batch/parts batch/how-far
func TestManyCustomersForAnotherMember(t *testing.T) {
	t.Parallel()
	ids := many("wm", 101)
	rest := strings.Join(ids[2:100], `"},{"external_userid":"`)
	api, asked := corptest.Script(t, `{"customer":[{"external_userid":"wm000","errcode":0},{"external_userid":"wm001","errcode":"40128"},{"external_userid":"`+rest+`"}]}`, `{"customer":[{"external_userid":"wm100"}]}`)
	got, err := externalcontact.TransferCustomer(api, toWang, ids, "您好")
	require.NoError(t, err)
	assert.Equal(t, []externalcontact.TransferStart{{ExternalUserId: "wm000"}, {ExternalUserId: "wm001", ErrCode: 40128}, {ExternalUserId: "wm100"}}, append(got[:2:2], got[100]))
	assert.Len(t, got, 101)
	assert.Equal(t, `/cgi-bin/externalcontact/transfer_customer {"handover_userid":"woLin","takeover_userid":"woWang","external_userid":["wm100"],"transfer_success_msg":"您好"}`, asked()[1])

	api, asked = corptest.Script(t, `{"customer":[{"external_userid":"wm000"}]}`, `{"errcode":40205}`)
	got, err = externalcontact.ResignedTransferCustomer(api, toWang, many("wm", 300))
	var partial *token.PartialError
	require.ErrorAs(t, err, &partial)
	require.ErrorIs(t, err, token.Code(40205))
	assert.Equal(t, 100, partial.Done)
	assert.Len(t, got, 100, "those that the answer leaves out are missing")
	assert.Len(t, asked(), 2)
}

// G: endpoint/pages
func TestAllTransfers(t *testing.T) {
	t.Parallel()
	api, _ := corptest.Script(t, `{"customer":[{"external_userid":"wmA","status":1,"takeover_time":1767229200}],"next_cursor":"c2"}`, `{"customer":[{"external_userid":"wmB","status":3}]}`)
	var got []externalcontact.Transfer
	for c, err := range externalcontact.AllTransfers(api, toWang) {
		require.NoError(t, err)
		got = append(got, c)
	}
	assert.Equal(t, []externalcontact.Transfer{
		{ExternalUserId: "wmA", Status: externalcontact.TransferDone, TakeoverTime: 1767229200}, {ExternalUserId: "wmB", Status: externalcontact.TransferRefused},
	}, got)

	api, _ = corptest.Script(t, `{"customer":[],"next_cursor":"c2"}`, `{"customer":[],"next_cursor":"c2"}`)
	require.ErrorIs(t, last(externalcontact.AllResignedTransfers(api, toWang)), paging.ErrCursor)
	assert.Equal(t, []int{1, 2, 3, 4, 5}, []int{
		externalcontact.TransferDone, externalcontact.TransferWaiting, externalcontact.TransferRefused, externalcontact.TransferTooMany, externalcontact.TransferUnknown,
	})
}

// The last page says so, or has no cursor: WeCom knows both.
// G: endpoint/pages
func TestAllUnassigned(t *testing.T) {
	t.Parallel()
	for _, end := range []string{`"is_last":true,"next_cursor":"c3"`, `"is_last":true`, `"next_cursor":""`} {
		api, asked := corptest.Script(t, `{"info":[{"handover_userid":"woLin","external_userid":"wmA","dimission_time":1767229200}],"is_last":false,"next_cursor":"c2"}`,
			`{"info":[{"external_userid":"wmB"}],`+end+`}`)
		var ids []string
		for c, err := range externalcontact.AllUnassigned(api) {
			require.NoError(t, err)
			ids = append(ids, c.ExternalUserId)
		}
		assert.Equal(t, []string{"wmA", "wmB"}, ids)
		assert.Len(t, asked(), 2)
	}
	api, _ := corptest.Script(t, `{"next_cursor":"c2"}`, `{"errcode":48002}`)
	require.ErrorIs(t, last(externalcontact.AllUnassigned(api)), token.Code(48002))
}

// G: endpoint/checked
func TestTransfersRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	api, _ := corptest.Script(t)
	start := func(h externalcontact.Handover, message string, ids ...string) func() error {
		return func() error { _, err := externalcontact.TransferCustomer(api, h, ids, message); return err }
	}
	unassigned := func(p externalcontact.UnassignedPages) func() error {
		return func() error { _, err := externalcontact.GetUnassignedList(api, p); return err }
	}
	for want, call := range map[string]func() error{
		"handover_userid is empty":                             start(externalcontact.Handover{TakeoverUserId: "wo"}, "", "wm"),
		"wecom: takeover_userid is empty":                      start(externalcontact.Handover{HandoverUserId: "wo"}, "", "wm"),
		"takeover_userid is handover_userid":                   start(externalcontact.Handover{HandoverUserId: "wo", TakeoverUserId: "wo"}, "", "wm"),
		"external_userid is empty":                             start(toWang, ""),
		"external_userid[1] is empty":                          start(toWang, "", "wm", ""),
		"transfer_success_msg has 201 characters: at most 200": start(toWang, strings.Repeat("字", 201), "wm"),
		"page_id is -1":                                        unassigned(externalcontact.UnassignedPages{PageId: -1}),
		"page_size is 1001":                                    unassigned(externalcontact.UnassignedPages{PageSize: 1001}),
		"there are page_id and cursor":                         unassigned(externalcontact.UnassignedPages{PageId: 1, Cursor: "c"}),
	} {
		require.ErrorContains(t, call(), want)
	}
	for _, read := range []func(*token.Api, externalcontact.Handover, string) (*externalcontact.TransferPage, error){externalcontact.TransferResult, externalcontact.ResignedTransferResult} {
		_, err := read(api, externalcontact.Handover{HandoverUserId: "wo"}, "")
		require.ErrorContains(t, err, "takeover_userid is empty")
	}
}

// G: endpoint/checked
func TestTransfersThatAreJustLegal(t *testing.T) {
	t.Parallel()
	api, asked := corptest.Script(t, `{"customer":[{}]}`, `{}`)
	_, err := externalcontact.TransferCustomer(api, toWang, many("wm", 100), strings.Repeat("字", 200))
	require.NoError(t, err)
	_, err = externalcontact.GetUnassignedList(api, externalcontact.UnassignedPages{PageSize: 1000})
	require.NoError(t, err)
	assert.Len(t, asked(), 2)
}
