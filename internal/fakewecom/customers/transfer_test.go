package customers

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// handsOver asks for a transfer: the errcode of each customer.
func (w *world) handsOver(path, from, to string, customers ...string) (codes []int) {
	w.T.Helper()
	out := w.good(path, obj{"handover_userid": from, "takeover_userid": to, "external_userid": customers})
	for _, o := range faketest.List(out, "customer") {
		codes = append(codes, faketest.Num(o, "errcode"))
	}
	return codes
}

// result is how far transfers are: customer, status, time.
func (w *world) results(path, from, to string) (all []string) {
	w.T.Helper()
	for _, o := range faketest.List(w.good(path, obj{"handover_userid": from, "takeover_userid": to}), "customer") {
		all = append(all, fmt.Sprint(o["external_userid"], " ", faketest.Num(o, "status"), " ", faketest.Num(o, "takeover_time")))
	}
	return all
}

const (
	onJob    = "transfer_customer"
	resigned = "resigned/transfer_customer"
	begun    = 1_760_000_000
	day      = 24 * 60 * 60
)

// A customer changes hands after a day, and the apps are told.
func TestCustomersAreTransferred(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.add("woAnna", "wmLi")
	w.add("woAnna", "wmWu")
	w.add("woBo", "wmWu")
	require.NoError(t, w.RemarkCustomer(t.Context(), corpId, "woAnna", "wmLi", "Mr Li"))
	w.told()
	assert.Equal(t, []int{0, 0, 40096, 40131}, w.handsOver(onJob, "woAnna", "woBo", "wmLi", "wmWu", "li", "wmHu"))
	assert.Equal(t, []int{40129}, w.handsOver(onJob, "woAnna", "woDan", "wmLi"))
	waiting := fmt.Sprint(" 2 ", begun+day)
	assert.Equal(t, []string{"wmLi" + waiting, "wmWu" + waiting}, w.results("transfer_result", "woAnna", "woBo"))
	assert.Empty(t, w.told())
	assert.Equal(t, []string{"wmLi", "wmWu"}, strs(w.good("list", obj{"userid": "woAnna"}), "external_userid"))

	w.Clock.Add(transferTime)
	require.NoError(t, w.Settle(t.Context()))
	event := func(change, user, customer, more string) string {
		return "<ChangeType>" + change + "</ChangeType><UserID>" + user + "</UserID><ExternalUserID>" + customer + "</ExternalUserID>" + more
	}
	const source = "<Source>DELETE_BY_TRANSFER</Source>"
	assert.Equal(t, []string{event(changeRemoved, "woAnna", "wmLi", source), event(changeAdded, "woBo", "wmLi", ""), event(changeRemoved, "woAnna", "wmWu", source)},
		w.toldOne(), "Wu is Bo's already")
	done := fmt.Sprint(" 1 ", begun+day)
	assert.Equal(t, []string{"wmLi" + done, "wmWu" + done}, w.results("transfer_result", "woAnna", "woBo"))
	assert.Empty(t, w.results("resigned/transfer_result", "woAnna", "woBo"))
	follow := faketest.List(w.good("get", obj{"external_userid": "wmLi"}), "follow_user")
	assert.Equal(t, []any{"woBo", "Mr Li", 202.0}, []any{follow[0]["userid"], follow[0]["remark"], follow[0]["add_way"]})
	assert.Len(t, follow, 1)

	require.Equal(t, []int{0}, w.handsOver(onJob, "woBo", "woAnna", "wmLi"))
	w.Clock.Add(transferTime)
	require.NoError(t, w.Settle(t.Context()))
	assert.Equal(t, []string{event(changeRemoved, "woBo", "wmLi", source)}, w.toldOne(), "Anna had him before")
	assert.Equal(t, []int{40128}, w.handsOver(onJob, "woAnna", "woDan", "wmLi"), "twice in 90 days")
	w.Clock.Add(transferEvery)
	assert.Equal(t, []int{0}, w.handsOver(onJob, "woAnna", "woDan", "wmLi"))
}

// A customer may refuse, and may be gone before the day is over.
func TestTransfersThatFail(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.add("woAnna", "wmLi")
	w.add("woAnna", "wmWu")
	w.told()
	require.ErrorContains(t, w.RefuseTransfer(t.Context(), corpId, "woBo", "wmLi"), "24 hours")
	w.handsOver(onJob, "woAnna", "woBo", "wmLi", "wmWu")
	require.NoError(t, w.RefuseTransfer(t.Context(), corpId, "woBo", "wmLi"))
	assert.Equal(t, []string{"<ChangeType>transfer_fail</ChangeType><FailReason>customer_refused</FailReason><UserID>woBo</UserID><ExternalUserID>wmLi</ExternalUserID>"}, w.toldOne())
	require.NoError(t, w.RemoveCustomer(t.Context(), corpId, "woAnna", "wmWu"))
	w.Clock.Add(transferTime)
	assert.Equal(t, []string{"wmLi 3 0", "wmWu 3 0"}, w.results("transfer_result", "woAnna", "woBo"))
	assert.Equal(t, []string{"wmLi"}, strs(w.good("list", obj{"userid": "woAnna"}), "external_userid"))
	assert.Equal(t, []int{0}, w.handsOver(onJob, "woAnna", "woBo", "wmLi"), "he is asked again")
	assert.Equal(t, []string{fmt.Sprint("wmLi 2 ", begun+2*day), "wmWu 3 0"}, w.results("transfer_result", "woAnna", "woBo"))

	for want, in := range map[int]obj{
		40130: {"handover_userid": "woAnna", "takeover_userid": "woAnna", "external_userid": []string{"wmLi"}},
		60011: {"handover_userid": "woAnna", "takeover_userid": "woCy", "external_userid": []string{"wmLi"}},
		40058: {"handover_userid": "woAnna", "takeover_userid": "woBo", "external_userid": []string{}},
	} {
		assert.Equal(t, want, w.code(onJob, in))
	}
	assert.Equal(t, 60011, w.code(onJob, obj{"handover_userid": "woEve", "takeover_userid": "woBo", "external_userid": []string{"wmLi"}}))
	assert.Equal(t, 60011, w.code("transfer_result", obj{"handover_userid": "woAnna", "takeover_userid": "woCy"}))
	assert.Equal(t, 50100, w.code("transfer_result", obj{"handover_userid": "woAnna", "takeover_userid": "woBo", "cursor": "x"}))
}

// The customers of a member who has left wait for another one.
func TestCustomersOfWhoHasLeft(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.add("woBo", "wmLi")
	w.add("woBo", "wmWu")
	w.add("woDan", "wmHu")
	assert.Equal(t, []int{40097}, w.handsOver(resigned, "woBo", "woAnna", "wmLi"))
	w.Clock.Add(time.Hour)
	w.leave("woBo")
	w.told()
	assert.Equal(t, 84061, w.code("get", obj{"external_userid": "wmLi"}))
	out := w.good("get_unassigned_list", obj{"page_size": 1})
	assert.Equal(t, []any{"wmLi", "woBo", begun + 3600.0, false}, []any{faketest.List(out, "info")[0]["external_userid"], faketest.List(out, "info")[0]["handover_userid"], faketest.List(out, "info")[0]["dimission_time"], out["is_last"]})
	out = w.good("get_unassigned_list", obj{"page_size": 1, "cursor": out["next_cursor"]})
	assert.Equal(t, []any{"wmWu", true, ""}, []any{faketest.List(out, "info")[0]["external_userid"], out["is_last"], out["next_cursor"]})
	out = w.good("get_unassigned_list", obj{"page_size": 1, "page_id": 1})
	assert.Equal(t, []string{"wmWu"}, texts(faketest.List(out, "info"), "external_userid"))
	assert.Equal(t, []any{true, nil}, []any{out["is_last"], out["next_cursor"]})
	out = w.good("get_unassigned_list", obj{"page_id": 7})
	assert.Equal(t, []any{[]any{}, true}, []any{out["info"], out["is_last"]})
	assert.Equal(t, 50100, w.code("get_unassigned_list", obj{"cursor": "x"}))

	assert.Equal(t, []int{0}, w.handsOver(resigned, "woBo", "woAnna", "wmLi"))
	assert.Equal(t, []string{"wmWu"}, texts(faketest.List(w.good("get_unassigned_list", obj{}), "info"), "external_userid"))
	w.Clock.Add(transferTime)
	assert.Equal(t, []string{fmt.Sprint("wmLi 1 ", begun+3600+day)}, w.results("resigned/transfer_result", "woBo", "woAnna"))
	assert.Equal(t, []string{"<ChangeType>add_external_contact</ChangeType><UserID>woAnna</UserID><ExternalUserID>wmLi</ExternalUserID>"}, w.toldOne())
	assert.Equal(t, 60011, w.code(resigned, obj{"handover_userid": "woNobody", "takeover_userid": "woAnna", "external_userid": []string{"wmLi"}}))
	w.Clock.Add(transferYear)
	assert.Equal(t, []int{40097}, w.handsOver(resigned, "woBo", "woAnna", "wmWu"), "a year is over")

	require.NoError(t, w.UpdateMember(corpId, platform.Member{UserId: "woBo"}))
	assert.Empty(t, w.good("get_unassigned_list", obj{})["info"], "he is back")
	assert.Equal(t, []string{"wmWu"}, strs(w.good("list", obj{"userid": "woBo"}), "external_userid"))
}
