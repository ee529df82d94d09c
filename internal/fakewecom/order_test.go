package fakewecom

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOrderFromPlacingToCodes(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	id := w.place(testCorp, 3, 2, 12, 7)
	made := w.unix()
	want := obj{
		"order_id": id, "order_type": 1.0, "order_status": 0.0, "corpid": testCorp,
		"price":            float64((3*5000+2*10000)*379/372 + 1), // a broken fen counts in full
		"account_count":    obj{"base_count": 3.0, "external_contact_count": 2.0},
		"account_duration": obj{"months": 12.0, "days": 7.0}, "create_time": float64(made),
	}
	assert.Equal(t, want, w.ok("get_order", obj{"order_id": id})["order"])
	w.refused(codeNotPaid, "list_order_account", obj{"order_id": id})
	w.policy(func(p *LicensePolicy) { p.UnpaidAccountsEmpty = true })
	assert.Equal(t, []any{}, w.ok("list_order_account", obj{"order_id": id})["account_list"])

	w.clock.add(time.Minute)
	require.NoError(t, w.PayOrder(t.Context(), id))
	want["order_status"], want["pay_time"] = 1.0, float64(made+60)
	assert.Equal(t, want, w.ok("get_order", obj{"order_id": id})["order"])
	assert.Equal(t, []string{xmlOf(
		Text("ServiceCorpId", testProvider), Text("InfoType", "license_pay_success"),
		Text("AuthCorpId", testCorp), Text("OrderId", id), Text("BuyerUserId", testBuyer),
		Number("TimeStamp", made+60),
	)}, w.told("license_pay_success"))
	assert.Equal(t, testProvider, w.lastPush().Receive)
	assert.Equal(t, "/system", w.lastPush().Path)

	first := w.ok("list_order_account", obj{"order_id": id, "limit": 4})
	assert.Equal(t, 1, num(first, "has_more"))
	next := w.ok("list_order_account", obj{"order_id": id, "limit": 4, "cursor": first["next_cursor"]})
	assert.Equal(t, 0, num(next, "has_more"))
	kinds, seen := []int{}, map[any]bool{}
	for _, a := range append(list(first, "account_list"), list(next, "account_list")...) {
		kinds = append(kinds, num(a, "type"))
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
	w.refused(codeNoSuchOrder, "cancel_order", obj{"order_id": "OI-none", "corpid": testCorp})
	w.refused(codeNoSuchOrder, "submit_pay_job", obj{"order_id": "OI-none", "payer_userid": testBuyer})
}

func TestSlowGeneration(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	w.policy(func(p *LicensePolicy) { p.GenerateDelay = time.Hour })
	id := w.place(testCorp, 1, 0, 1, 0)
	require.NoError(t, w.PayOrder(t.Context(), id))
	assert.Equal(t, orderPaid, w.statusOf(id))
	assert.Empty(t, w.told("license_pay_success"), "comes after the codes")
	w.refused(codeGenerating, "list_order_account", obj{"order_id": id})
	w.refused(codeOrderGenerating, "create_new_order", order(testCorp, 1, 0, 1, 0))
	code := w.desk("").orders[id].codes[0].code
	w.refused(codeGenerating, "active_account", obj{"active_code": code, "corpid": testCorp, "userid": "woBo"})
	w.refused(codeIllegalCode, "get_active_info_by_code", obj{"active_code": code, "corpid": testCorp})
	w.clock.add(time.Hour)
	require.NoError(t, w.SettleLicenses(t.Context(), testProvider))
	assert.Len(t, w.told("license_pay_success"), 1)
	assert.EqualValues(t, w.unix(), num(w.info(testCorp, w.codesOf(id)[0]), "create_time"))
	require.NoError(t, w.SettleLicenses(t.Context(), ""))
	assert.Len(t, w.told("license_pay_success"), 1, "once")

	require.NoError(t, w.SetTestCorp(testCorp2, true))
	id = w.place(testCorp2, 1, 0, 1, 0)
	require.NoError(t, w.PayOrder(t.Context(), id))
	assert.Len(t, w.codesOf(id), 1, "codes of test orders are there at once")
}

func TestCancelOrder(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	id := w.place(testCorp, 1, 0, 1, 0)
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
	cancel(codeOK, testCorp)
	assert.Equal(t, orderCancelled, w.statusOf(id))
	cancel(codeNotUnpaid, testCorp)
	assert.Error(t, w.PayOrder(t.Context(), id))
	id = w.place(testCorp, 1, 0, 1, 0) // a closed one is not in the way
	require.NoError(t, w.PayOrder(t.Context(), id))
	cancel(codeNotUnpaid, testCorp)
	assert.Empty(t, w.told("cancel_order"), "no push is documented")
}

func TestUnpaidOrderExpires(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	id := w.place(testCorp, 1, 0, 1, 0)
	w.clock.add(7*day - time.Second)
	assert.Equal(t, orderUnpaid, w.statusOf(id))
	w.clock.add(time.Second)
	assert.Equal(t, orderExpired, w.statusOf(id))
	w.refused(codeNotUnpaid, "cancel_order", obj{"order_id": id, "corpid": testCorp})
	assert.Error(t, w.PayOrder(t.Context(), id))

	w.policy(func(p *LicensePolicy) { p.UnpaidLife = 0 })
	id = w.place(testCorp, 1, 0, 1, 0)
	w.clock.add(1000 * day)
	assert.Equal(t, orderUnpaid, w.statusOf(id))
	require.NoError(t, w.ExpireOrder(t.Context(), id))
	assert.Equal(t, orderExpired, w.statusOf(id))
	assert.Error(t, w.ExpireOrder(t.Context(), id))
}

func TestRefund(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	ctx := t.Context()
	id := w.place(testCorp, 2, 0, 1, 0)
	assert.Error(t, w.RequestRefund(ctx, id), "unpaid")
	require.NoError(t, w.PayOrder(ctx, id))
	codes := w.codesOf(id)
	w.activate(codes[0], "woAnna")
	assert.Error(t, w.DecideRefund(ctx, id, true), "nobody asked")
	require.NoError(t, w.RequestRefund(ctx, id))
	assert.Equal(t, orderRefunding, w.statusOf(id))
	w.refused(codeRefunding, "create_new_order", order(testCorp, 1, 0, 1, 0))
	require.NoError(t, w.DecideRefund(ctx, id, false))
	assert.Equal(t, orderRefundRefused, w.statusOf(id))
	assert.Contains(t, w.told("license_refund")[0], "<OrderStatus>2</OrderStatus>")
	assert.Equal(t, licUnbound, num(w.info(testCorp, codes[1]), "status"))

	require.NoError(t, w.RequestRefund(ctx, id))
	require.NoError(t, w.DecideRefund(ctx, id, true))
	assert.Equal(t, orderRefunded, w.statusOf(id))
	told := w.told("license_refund")
	require.Len(t, told, 2)
	assert.Equal(t, xmlOf(
		Text("ServiceCorpId", testProvider), Text("InfoType", "license_refund"), Text("AuthCorpId", testCorp),
		Text("OrderId", id), Number("OrderStatus", 1), Number("TimeStamp", w.unix()),
	), told[1])
	assert.Equal(t, licExpired, num(w.info(testCorp, codes[0]), "status"))
	w.refused(codeIllegalCode, "get_active_info_by_code", obj{"corpid": testCorp, "active_code": codes[1]})
	w.refused(codeNoSuchCode, "active_account", obj{"corpid": testCorp, "active_code": codes[1], "userid": "woBo"})

	w.policy(func(p *LicensePolicy) { p.RefundKeepsCodes = true })
	id = w.place(testCorp, 1, 0, 1, 0)
	require.NoError(t, w.PayOrder(ctx, id))
	require.NoError(t, w.RequestRefund(ctx, id))
	require.NoError(t, w.DecideRefund(ctx, id, true))
	w.activate(w.codesOf(id)[0], "woBo")
}

func TestTestCorp(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	require.NoError(t, w.SetTestCorp(testCorp, true))
	ask := func(code, base, months, days int) {
		t.Helper()
		w.refused(code, "create_new_order", order(testCorp, base, 0, months, days))
	}
	ask(codeTestCount, 1001, 1, 0)
	ask(codeTestDuration, 1, 2, 0)
	ask(codeTestDuration, 1, 1, 1)
	ask(codeTestDuration, 1, 0, 31)
	id := w.place(testCorp, 1000, 0, 1, 0)
	assert.Equal(t, 0, num(w.ok("get_order", obj{"order_id": id})["order"].(obj), "price"), "test orders cost nothing")
	require.NoError(t, w.PayOrder(t.Context(), id))
	code := w.codesOf(id)[0]
	w.activate(code, "woAnna")
	assert.Len(t, list(w.ok("list_order", obj{"corpid": testCorp}), "order_list"), 1)
	assert.Empty(t, list(w.ok("list_order", obj{}), "order_list"), "formal orders only")

	require.NoError(t, w.SetTestCorp(testCorp, false))
	assert.Equal(t, orderVoid, w.statusOf(id))
	assert.Equal(t, licExpired, num(w.info(testCorp, code), "status"))
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
	code := w.buy(testCorp, 1, 0, 1, 0)[0]
	race := func(name string, in func(i int) obj) (won int32) {
		var wg sync.WaitGroup
		var n atomic.Int32
		for i := range 16 {
			wg.Go(func() {
				if errcode(w.lic(name, in(i))) == 0 {
					n.Add(1)
				}
			})
		}
		wg.Wait()
		return n.Load()
	}
	assert.EqualValues(t, 1, race("active_account", func(i int) obj {
		return obj{"active_code": code, "corpid": testCorp, "userid": fmt.Sprintf("woM%02d", i)}
	}))
	assert.EqualValues(t, 1, race("create_new_order", func(int) obj { return order(testCorp, 1, 0, 1, 0) }))
}

func TestPlainCorpId(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	plain := w.corps[testCorp].PlainId
	id := w.place(plain, 1, 0, 1, 0)
	assert.Equal(t, testCorp, w.ok("get_order", obj{"order_id": id})["order"].(obj)["corpid"], "answers carry the encrypted form")
	w.ok("cancel_order", obj{"order_id": id, "corpid": plain})
}

func TestMigrationOrders(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	w.facts(testCorp, LicenseFacts{Legacy: LegacyUnmigrated})
	w.refused(codeMustMigrate, "create_new_order", order(testCorp, 1, 0, 1, 0))
	w.facts(testCorp, LicenseFacts{Legacy: LegacyMigrating})
	w.refused(codeMigrating, "create_new_order", order(testCorp, 1, 0, 1, 0))
	for contract, kind := range map[bool]int{false: orderLegacy, true: orderContract} {
		id, err := w.MigrateOrder(t.Context(), "", ConsoleOrder{CorpId: testCorp, Base: 2, Months: 12}, contract)
		require.NoError(t, err)
		out := w.ok("get_order", obj{"order_id": id})["order"].(obj)
		assert.Equal(t, kind, num(out, "order_type"))
		assert.NotContains(t, out, "pay_time")
		assert.Len(t, w.codesOf(id), 2)
	}
	assert.Empty(t, w.told("license_pay_success"))
	w.place(testCorp, 1, 0, 1, 0)
}
