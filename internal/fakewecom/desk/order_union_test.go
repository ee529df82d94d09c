package desk

import (
	"fmt"
	"testing"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func buyItem(corpId string, base, months int) obj {
	return obj{"corpid": corpId, "account_count": obj{"base_count": base}, "account_duration": obj{"months": months}}
}

func buyList(items ...obj) obj { return obj{"buy_list": append([]obj{}, items...)} }

// union places an order for both corps and returns the parent's id.
func (w counter) union() string {
	w.T.Helper()
	in := buyList(buyItem(faketest.Corp, 5, 3), buyItem(testCorp2, 2, 6))
	in["buy_list"].([]obj)[0]["auto_active_status"] = 0
	id := w.ok("create_new_order_job", in)["jobid"]
	out := w.ok("submit_new_order_job", obj{"jobid": id, "buyer_userid": testBuyer})
	assert.Equal(w.T, id, out["jobid"])
	out = w.ok("new_order_job_result", obj{"jobid": id})
	require.Equal(w.T, jobDone, faketest.Num(out, "status"))
	return out["order_id"].(string)
}

func TestUnionJobItems(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	w.facts(testCorp2, LicenseFacts{Legacy: LegacyMigrating})
	require.NoError(t, w.AddCorp(platform.Corp{Id: "wpTest", Test: true}))
	_, err := w.Install(t.Context(), faketest.Suite, "wpTest", platform.InstallOptions{FromProviderSite: true})
	require.NoError(t, err)
	create := func(code int, in obj) obj { return w.refused(code, "create_new_order_job", in) }
	many := make([]obj, 11)
	for i := range many {
		many[i] = buyItem(fmt.Sprint("wp", i), 1, 1)
	}
	create(codeEmptyList, buyList())
	create(codeListTooLong, buyList(many...))
	create(platform.CodeBadParam, buyList(buyItem(faketest.Corp, 0, 1)))
	create(platform.CodeBadParam, buyList(buyItem(faketest.Corp, 1, 61)))
	bad := buyItem(faketest.Corp, 1, 1)
	bad["auto_active_status"] = 2
	create(codeBadAutoStatus, buyList(bad))

	out := create(codeNoValidCorp, buyList(buyItem("wpTest", 1, 1), buyItem("wpNobody", 1, 1), buyItem(testCorp2, 1, 1)))
	invalid := faketest.List(out, "invalid_list")
	require.Len(t, invalid, 3)
	for i, want := range []int{codeUnionTestCorp, codeNotInstalled, codeMigrating} {
		assert.Equal(t, want, faketest.Num(invalid[i], "errcode"))
		assert.NotEmpty(t, invalid[i]["errmsg"])
	}
	assert.NotContains(t, out, "jobid")
	out = create(codeOK, buyList(buyItem(faketest.Corp, 1, 1), buyItem(faketest.Corp, 2, 1)))
	assert.Equal(t, codeSameCorp, faketest.Num(faketest.List(out, "invalid_list")[0], "errcode"))
	again := buyList(buyItem(faketest.Corp, 1, 1))
	again["jobid"] = out["jobid"]
	create(codeNoValidCorp, again)
	again["jobid"] = "NJ-mine"
	create(codeNoSuchOrder, again)
	w.refused(codeNotSubmitted, "new_order_job_result", obj{"jobid": out["jobid"]})
	w.refused(codeNotSubmitted, "new_order_job_result", obj{"jobid": "NJ-mine"})

	w.host.Locked(func() {
		w.desk("").jobs[out["jobid"].(string)].buys = make([]purchaseReq, licUnionJobMax)
	})
	again["jobid"] = out["jobid"]
	create(codeUnionJobFull, again)
}

func TestUnionOrder(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	w.policy(func(p *LicensePolicy) { p.JobDelay = time.Minute })
	id := w.ok("create_new_order_job", buyList(buyItem(faketest.Corp, 5, 3), buyItem(testCorp2, 2, 6)))["jobid"]
	submitIt := obj{"jobid": id, "buyer_userid": testBuyer}
	w.ok("submit_new_order_job", submitIt)
	w.refused(codeSubmitted, "submit_new_order_job", submitIt)
	w.refused(codeNoSuchOrder, "submit_new_order_job", obj{"jobid": "NJ-mine", "buyer_userid": testBuyer})
	out := w.ok("new_order_job_result", obj{"jobid": id})
	assert.Equal(t, jobRunning, faketest.Num(out, "status"))
	assert.NotContains(t, out, "order_id")

	w.place(testCorp2, 1, 0, 1, 0) // an unpaid order gets in between
	w.Clock.Add(time.Minute)
	out = w.ok("new_order_job_result", obj{"jobid": id})
	assert.Equal(t, jobDone, faketest.Num(out, "status"), "partial success")
	fails := faketest.List(out, "fail_list")
	require.Len(t, fails, 1)
	assert.Equal(t, testCorp2, fails[0]["corpid"])
	assert.Equal(t, codeUnpaidOrder, faketest.Num(fails[0], "errcode"))

	w.Clock.Add(7*day - time.Minute)
	w.refused(codeJobGone, "new_order_job_result", obj{"jobid": id})
}

func TestUnionJobFails(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	w.policy(func(p *LicensePolicy) { p.JobDelay = time.Minute })
	id := w.ok("create_new_order_job", buyList(buyItem(faketest.Corp, 5, 3)))["jobid"]
	w.ok("submit_new_order_job", obj{"jobid": id, "buyer_userid": testBuyer})
	w.place(faketest.Corp, 1, 0, 1, 0)
	w.Clock.Add(time.Minute)
	out := w.ok("new_order_job_result", obj{"jobid": id}) // errcode 0, status 3
	assert.Equal(t, jobFailed, faketest.Num(out, "status"))
	assert.Len(t, faketest.List(out, "fail_list"), 1)
}

func TestUnionOrderPaid(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	parent := w.union()
	for _, name := range []string{"get_order", "list_order_account"} {
		w.refused(codeParentOrder, name, obj{"order_id": parent})
	}
	w.refused(codeUnpaidOrder, "create_new_order", order(testCorp2, 1, 0, 1, 0))
	out := w.ok("get_union_order", obj{"order_id": parent, "limit": 1})
	assert.Equal(t, 1, faketest.Num(out, "has_more"))
	rest := w.ok("get_union_order", obj{"order_id": parent, "limit": 1, "cursor": out["next_cursor"]})
	subs := append(faketest.List(out, "buy_list"), faketest.List(rest, "buy_list")...)
	require.Len(t, subs, 2)
	assert.Equal(t, obj{
		"sub_order_id": subs[0]["sub_order_id"], "corpid": faketest.Corp,
		"account_count":    obj{"base_count": 5.0, "external_contact_count": 0.0},
		"account_duration": obj{"months": 3.0, "days": 0.0},
	}, subs[0])
	head := out["order"].(obj)
	assert.Equal(t, orderUnion, faketest.Num(head, "order_type"))
	assert.Equal(t, orderUnpaid, faketest.Num(head, "order_status"))
	assert.Equal(t, 5*5000/4+2*5000/2, faketest.Num(head, "price"))
	assert.NotContains(t, head, "pay_time")

	sub := subs[1]["sub_order_id"].(string)
	assert.Error(t, w.PayOrder(t.Context(), sub))
	w.refused(codeOrderBusy, "cancel_order", obj{"order_id": sub, "corpid": testCorp2})
	w.refused(codeNoSuchOrder, "submit_pay_job", obj{"order_id": sub, "payer_userid": testBuyer})
	w.refused(codeNoSuchOrder, "get_union_order", obj{"order_id": sub})
	require.NoError(t, w.PayOrder(t.Context(), parent))
	assert.Error(t, w.RequestRefund(t.Context(), parent))

	told := w.told("license_pay_success")
	require.Len(t, told, 2, "one per corp")
	assert.Contains(t, told[1], "<AuthCorpId><![CDATA["+testCorp2+"]]></AuthCorpId><OrderId><![CDATA["+sub+"]]></OrderId>")
	assert.Len(t, w.codesOf(sub), 2)
	assert.Equal(t, orderPaid, w.statusOf(sub))
	for corpId, want := range map[string]int{faketest.Corp: 0, testCorp2: 1} {
		assert.Equal(t, want, faketest.Num(w.ok("get_auto_active_status", obj{"corpid": corpId}), "auto_active_status"), "on unless sent as 0")
	}
}

func TestUnionOrderCancelled(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	parent := w.union()
	w.refused(platform.CodeBadParam, "cancel_order", obj{"order_id": parent, "corpid": faketest.Corp})
	w.ok("cancel_order", obj{"order_id": parent})
	assert.Equal(t, orderCancelled, faketest.Num(w.ok("get_union_order", obj{"order_id": parent})["order"].(obj), "order_status"))
	w.refused(codeNotUnpaid, "cancel_order", obj{"order_id": parent})
	w.place(faketest.Corp, 1, 0, 1, 0) // the sub orders are closed too
}
