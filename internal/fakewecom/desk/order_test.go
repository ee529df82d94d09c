package desk

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOrderFromPlacingToCodes(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	id := w.place(faketest.Corp, 3, 2, 12, 7)
	made := w.unix()
	want := obj{
		"order_id": id, "order_type": 1.0, "order_status": 0.0, "corpid": faketest.Corp,
		"price":            float64((3*5000+2*10000)*379/372 + 1), // a broken fen counts in full
		"account_count":    obj{"base_count": 3.0, "external_contact_count": 2.0},
		"account_duration": obj{"months": 12.0, "days": 7.0}, "create_time": float64(made),
	}
	assert.Equal(t, want, w.ok("get_order", obj{"order_id": id})["order"])
	w.refused(codeNotPaid, "list_order_account", obj{"order_id": id})
	w.policy(func(p *LicensePolicy) { p.UnpaidAccountsEmpty = true })
	assert.Equal(t, []any{}, w.ok("list_order_account", obj{"order_id": id})["account_list"])

	w.Clock.Add(time.Minute)
	require.NoError(t, w.PayOrder(t.Context(), id))
	want["order_status"], want["pay_time"] = 1.0, float64(made+60)
	assert.Equal(t, want, w.ok("get_order", obj{"order_id": id})["order"])
	assert.Equal(t, []string{xmlOf(
		platform.Text("ServiceCorpId", faketest.Provider), platform.Text("InfoType", "license_pay_success"),
		platform.Text("AuthCorpId", faketest.Corp), platform.Text("OrderId", id), platform.Text("BuyerUserId", testBuyer),
		platform.Number("TimeStamp", made+60),
	)}, w.told("license_pay_success"))
	assert.Equal(t, faketest.Provider, w.LastPush().Receive)
	assert.Equal(t, "/system", w.LastPush().Path)

	first := w.ok("list_order_account", obj{"order_id": id, "limit": 4})
	assert.Equal(t, 1, faketest.Num(first, "has_more"))
	next := w.ok("list_order_account", obj{"order_id": id, "limit": 4, "cursor": first["next_cursor"]})
	assert.Equal(t, 0, faketest.Num(next, "has_more"))
	kinds, seen := []int{}, map[any]bool{}
	for _, a := range append(faketest.List(first, "account_list"), faketest.List(next, "account_list")...) {
		kinds = append(kinds, faketest.Num(a, "type"))
		seen[a["active_code"]] = true
		assert.NotContains(t, a, "userid")
	}
	assert.Equal(t, []int{1, 1, 1, 2, 2}, kinds)
	assert.Len(t, seen, 5, "no code twice")
}

func TestOrderUnknown(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	for _, name := range []string{"get_order", "list_order_account", "get_union_order"} {
		w.refused(codeNoSuchOrder, name, obj{"order_id": "OI-none"})
	}
	w.refused(codeNoSuchOrder, "cancel_order", obj{"order_id": "OI-none", "corpid": faketest.Corp})
	w.refused(codeNoSuchOrder, "submit_pay_job", obj{"order_id": "OI-none", "payer_userid": testBuyer})
}

func TestSlowGeneration(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	w.policy(func(p *LicensePolicy) { p.GenerateDelay = time.Hour })
	id := w.place(faketest.Corp, 1, 0, 1, 0)
	require.NoError(t, w.PayOrder(t.Context(), id))
	assert.Equal(t, orderPaid, w.statusOf(id))
	assert.Empty(t, w.told("license_pay_success"), "comes after the codes")
	w.refused(codeGenerating, "list_order_account", obj{"order_id": id})
	w.refused(codeOrderGenerating, "create_new_order", order(faketest.Corp, 1, 0, 1, 0))
	code := w.desk("").orders[id].codes[0].code
	w.refused(codeGenerating, "active_account", obj{"active_code": code, "corpid": faketest.Corp, "userid": "woBo"})
	w.refused(codeIllegalCode, "get_active_info_by_code", obj{"active_code": code, "corpid": faketest.Corp})
	w.Clock.Add(time.Hour)
	require.NoError(t, w.Settle(t.Context()))
	assert.Len(t, w.told("license_pay_success"), 1)
	assert.EqualValues(t, w.unix(), faketest.Num(w.info(faketest.Corp, w.codesOf(id)[0]), "create_time"))
	require.NoError(t, w.Settle(t.Context()))
	assert.Len(t, w.told("license_pay_success"), 1, "once")

	require.NoError(t, w.SetTestCorp(testCorp2, true))
	id = w.place(testCorp2, 1, 0, 1, 0)
	require.NoError(t, w.PayOrder(t.Context(), id))
	assert.Len(t, w.codesOf(id), 1, "codes of test orders are there at once")
}

func TestCancelOrder(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	id := w.place(faketest.Corp, 1, 0, 1, 0)
	cancel := func(code int, corpId string) {
		t.Helper()
		in := obj{"order_id": id}
		if corpId != "" {
			in["corpid"] = corpId
		}
		w.refused(code, "cancel_order", in)
	}
	cancel(41002, "")
	cancel(codeForeignOrder, testCorp2)
	cancel(codeOK, faketest.Corp)
	assert.Equal(t, orderCancelled, w.statusOf(id))
	cancel(codeNotUnpaid, faketest.Corp)
	assert.Error(t, w.PayOrder(t.Context(), id))
	id = w.place(faketest.Corp, 1, 0, 1, 0) // a closed one is not in the way
	require.NoError(t, w.PayOrder(t.Context(), id))
	cancel(codeNotUnpaid, faketest.Corp)
	assert.Empty(t, w.told("cancel_order"), "no push is documented")
}

func TestUnpaidOrderExpires(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	id := w.place(faketest.Corp, 1, 0, 1, 0)
	w.Clock.Add(7*day - time.Second)
	assert.Equal(t, orderUnpaid, w.statusOf(id))
	w.Clock.Add(time.Second)
	assert.Equal(t, orderExpired, w.statusOf(id))
	w.refused(codeNotUnpaid, "cancel_order", obj{"order_id": id, "corpid": faketest.Corp})
	assert.Error(t, w.PayOrder(t.Context(), id))

	w.policy(func(p *LicensePolicy) { p.UnpaidLife = 0 })
	id = w.place(faketest.Corp, 1, 0, 1, 0)
	w.Clock.Add(1000 * day)
	assert.Equal(t, orderUnpaid, w.statusOf(id))
	require.NoError(t, w.ExpireOrder(t.Context(), id))
	assert.Equal(t, orderExpired, w.statusOf(id))
	assert.Error(t, w.ExpireOrder(t.Context(), id))
}

func TestRefund(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	ctx := t.Context()
	id := w.place(faketest.Corp, 2, 0, 1, 0)
	assert.Error(t, w.RequestRefund(ctx, id), "unpaid")
	require.NoError(t, w.PayOrder(ctx, id))
	codes := w.codesOf(id)
	w.activate(codes[0], "woAnna")
	assert.Error(t, w.DecideRefund(ctx, id, true), "nobody asked")
	require.NoError(t, w.RequestRefund(ctx, id))
	assert.Equal(t, orderRefunding, w.statusOf(id))
	w.refused(codeRefunding, "create_new_order", order(faketest.Corp, 1, 0, 1, 0))
	require.NoError(t, w.DecideRefund(ctx, id, false))
	assert.Equal(t, orderRefundRefused, w.statusOf(id))
	assert.Contains(t, w.told("license_refund")[0], "<OrderStatus>2</OrderStatus>")
	assert.Equal(t, licUnbound, faketest.Num(w.info(faketest.Corp, codes[1]), "status"))

	require.NoError(t, w.RequestRefund(ctx, id))
	require.NoError(t, w.DecideRefund(ctx, id, true))
	assert.Equal(t, orderRefunded, w.statusOf(id))
	told := w.told("license_refund")
	require.Len(t, told, 2)
	assert.Equal(t, xmlOf(
		platform.Text("ServiceCorpId", faketest.Provider), platform.Text("InfoType", "license_refund"), platform.Text("AuthCorpId", faketest.Corp),
		platform.Text("OrderId", id), platform.Number("OrderStatus", 1), platform.Number("TimeStamp", w.unix()),
	), told[1])
	assert.Equal(t, licExpired, faketest.Num(w.info(faketest.Corp, codes[0]), "status"))
	w.refused(codeIllegalCode, "get_active_info_by_code", obj{"corpid": faketest.Corp, "active_code": codes[1]})
	w.refused(codeNoSuchCode, "active_account", obj{"corpid": faketest.Corp, "active_code": codes[1], "userid": "woBo"})

	w.policy(func(p *LicensePolicy) { p.RefundKeepsCodes = true })
	id = w.place(faketest.Corp, 1, 0, 1, 0)
	require.NoError(t, w.PayOrder(ctx, id))
	require.NoError(t, w.RequestRefund(ctx, id))
	require.NoError(t, w.DecideRefund(ctx, id, true))
	w.activate(w.codesOf(id)[0], "woBo")
}

func TestTestCorp(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	require.NoError(t, w.SetTestCorp(faketest.Corp, true))
	ask := func(code, base, months, days int) {
		t.Helper()
		w.refused(code, "create_new_order", order(faketest.Corp, base, 0, months, days))
	}
	ask(codeTestCount, 1001, 1, 0)
	ask(codeTestDuration, 1, 2, 0)
	ask(codeTestDuration, 1, 1, 1)
	ask(codeTestDuration, 1, 0, 31)
	id := w.place(faketest.Corp, 1000, 0, 1, 0)
	assert.Equal(t, 0, faketest.Num(w.ok("get_order", obj{"order_id": id})["order"].(obj), "price"), "test orders cost nothing")
	require.NoError(t, w.PayOrder(t.Context(), id))
	code := w.codesOf(id)[0]
	w.activate(code, "woAnna")
	assert.Len(t, faketest.List(w.ok("list_order", obj{"corpid": faketest.Corp}), "order_list"), 1)
	assert.Empty(t, faketest.List(w.ok("list_order", obj{}), "order_list"), "formal orders only")

	require.NoError(t, w.SetTestCorp(faketest.Corp, false))
	assert.Equal(t, orderVoid, w.statusOf(id))
	assert.Equal(t, licExpired, faketest.Num(w.info(faketest.Corp, code), "status"))
	assert.Error(t, w.SetTestCorp("wpNobody", true))

	require.NoError(t, w.SetTestCorp(testCorp2, true))
	id = w.place(testCorp2, 1, 0, 1, 0)
	require.NoError(t, w.SetTestCorp(testCorp2, false))
	assert.Equal(t, orderVoid, w.statusOf(id))
	w.refused(codeNotUnpaid, "cancel_order", obj{"order_id": id, "corpid": testCorp2})
}

// TestLicenseConcurrency: one of many wins, whatever they race for.
func TestLicenseConcurrency(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	code := w.buy(faketest.Corp, 1, 0, 1, 0)[0]
	race := func(name string, in func(i int) obj) (won int32) {
		var wg sync.WaitGroup
		var n atomic.Int32
		for i := range 16 {
			wg.Go(func() {
				if faketest.Errcode(w.lic(name, in(i))) == 0 {
					n.Add(1)
				}
			})
		}
		wg.Wait()
		return n.Load()
	}
	assert.EqualValues(t, 1, race("active_account", func(i int) obj {
		return obj{"active_code": code, "corpid": faketest.Corp, "userid": fmt.Sprintf("woM%02d", i)}
	}))
	assert.EqualValues(t, 1, race("create_new_order", func(int) obj { return order(faketest.Corp, 1, 0, 1, 0) }))
}

func TestPlainCorpId(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	plain := w.host.Corp(faketest.Corp).PlainId
	id := w.place(plain, 1, 0, 1, 0)
	assert.Equal(t, faketest.Corp, w.ok("get_order", obj{"order_id": id})["order"].(obj)["corpid"], "answers carry the encrypted form")
	w.ok("cancel_order", obj{"order_id": id, "corpid": plain})
}

func TestMigrationOrders(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	w.facts(faketest.Corp, LicenseFacts{Legacy: LegacyUnmigrated})
	w.refused(codeMustMigrate, "create_new_order", order(faketest.Corp, 1, 0, 1, 0))
	w.facts(faketest.Corp, LicenseFacts{Legacy: LegacyMigrating})
	w.refused(codeMigrating, "create_new_order", order(faketest.Corp, 1, 0, 1, 0))
	for contract, kind := range map[bool]int{false: orderLegacy, true: orderContract} {
		id, err := w.MigrateOrder(t.Context(), "", ConsoleOrder{CorpId: faketest.Corp, Base: 2, Months: 12}, contract)
		require.NoError(t, err)
		out := w.ok("get_order", obj{"order_id": id})["order"].(obj)
		assert.Equal(t, kind, faketest.Num(out, "order_type"))
		assert.NotContains(t, out, "pay_time")
		assert.Len(t, w.codesOf(id), 2)
	}
	assert.Empty(t, w.told("license_pay_success"))
	w.place(faketest.Corp, 1, 0, 1, 0)
}
