package desk

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// with is a copy of o with some keys replaced.
func with(o obj, change obj) obj {
	o = maps.Clone(o)
	maps.Copy(o, change)
	return o
}

func customised(item obj) obj {
	return obj{
		"business_type": 2, "custom_corpid": faketest.Corp, "pay_type": 0,
		"product_list": obj{"customized_app": obj{"order_type": 0, "buy_info_list": []obj{item}}},
	}
}

func customItem() obj {
	return obj{"suiteid": faketest.Template, "duration_days": 365, "user_count": 20, "total_price": 199900}
}

func thirdApp(kind int, items ...obj) obj {
	return obj{
		"business_type": 1, "custom_corpid": faketest.Corp, "pay_type": 0,
		"product_list": obj{"third_app": obj{"order_type": kind, "buy_info_list": append([]obj{}, items...)}},
	}
}

func thirdItem(change obj) obj {
	return with(obj{"suiteid": faketest.Suite, "edition_id": "RLS1", "duration_days": 365, "user_count": 20}, change)
}

func discount(change obj) obj {
	return thirdItem(obj{"discount_info": with(obj{"discount_type": 2, "discount_ratio": 50, "discount_remarks": "old friend"}, change)})
}

func TestCashierOrderForm(t *testing.T) {
	t.Parallel()
	w := newCashierWorld(t)
	w.at(1772330400) // 2026-03-01 10:00 in Beijing
	items := make([]obj, 21)
	for i := range items {
		items[i] = thirdItem(nil)
	}
	solution := obj{
		"business_type": 3, "pay_type": 0, "product_list": obj{"promotion_case": obj{
			"order_type": 0, "case_id": "c1", "promotion_edition_name": "Big", "duration_days": 30,
			"take_effect_date": "20260302", "buy_info_list": []obj{{"suiteid": faketest.Suite, "user_count": 3}},
		}},
	}
	for _, row := range []struct {
		code int
		in   obj
	}{
		{platform.CodeBadParam, with(customised(customItem()), obj{"business_type": 4})},
		{platform.CodeBadParam, with(customised(customItem()), obj{"business_type": 1})}, // the product of another type
		{platform.CodeBadParam, with(customised(customItem()), obj{"pay_type": 3})},
		{platform.CodeBadParam, with(customised(customItem()), obj{"custom_corpid": nil})},
		{platform.CodeBadParam, with(customised(customItem()), obj{"custom_corpid": strings.Repeat("w", 65)})},
		{platform.CodeBadParam, with(customised(customItem()), obj{"pay_type": 1})}, // no receipt
		{platform.CodeBadParam, customised(with(customItem(), obj{"total_price": 0}))},
		{platform.CodeBadParam, customised(with(customItem(), obj{"total_price": advMaxFen + 1}))},
		{platform.CodeBadParam, thirdApp(3, thirdItem(nil))},
		{platform.CodeBadParam, thirdApp(0)},
		{platform.CodeBadParam, thirdApp(0, items...)},
		{platform.CodeBadParam, thirdApp(0, thirdItem(obj{"user_count": 1_000_001}))},
		{platform.CodeBadParam, thirdApp(0, thirdItem(obj{"duration_days": 1826}))},
		{platform.CodeBadParam, thirdApp(2, thirdItem(obj{"duration_days": nil}))},
		{platform.CodeBadParam, thirdApp(0, thirdItem(obj{"suiteid": strings.Repeat("w", 65)}))},
		{platform.CodeBadParam, thirdApp(0, thirdItem(obj{"take_effect_date": "20260301"}))},
		{platform.CodeBadParam, thirdApp(0, thirdItem(obj{"take_effect_date": "20270302"}))},
		{platform.CodeBadParam, thirdApp(0, thirdItem(obj{"take_effect_date": "2026-3-2"}))},
		{platform.CodeBadParam, thirdApp(0, discount(obj{"discount_type": 3}))},
		{platform.CodeBadParam, thirdApp(0, discount(obj{"discount_ratio": 9}))},
		{platform.CodeBadParam, thirdApp(0, discount(obj{"discount_ratio": 100}))},
		{platform.CodeBadParam, thirdApp(0, discount(obj{"discount_remarks": strings.Repeat("x", 257)}))},
		{platform.CodeBadParam, thirdApp(0, discount(obj{"discount_type": 1, "discount_amount": 10_000_001}))},
		{platform.CodeBadParam, with(thirdApp(1, discount(obj{"discount_type": 1, "discount_amount": 5})), obj{"custom_corpid": nil})},
		{codeOK, with(thirdApp(0, discount(obj{"discount_type": 1, "discount_amount": 5})), obj{"custom_corpid": nil})},
		{codeOK, thirdApp(0, discount(nil))},
		{codeAppOrderUnpaid, thirdApp(0, thirdItem(nil))},
		{codeOK, solution},
		{codeAppNotInstalled, customised(with(customItem(), obj{"suiteid": "dkNone"}))},
		{codeAppNotInstalled, with(customised(customItem()), obj{"custom_corpid": "wpNobody"})},
	} {
		w.pay(row.code, "open_order", row.in)
	}
	w.SetCashier("", cashierKey, false)
	w.pay(codeNoMerchant, "open_order", customised(customItem()))
	w.pay(codeOK, "open_order", with(customised(customItem()), obj{"pay_type": 2}))
}

func TestCashierOrder(t *testing.T) {
	t.Parallel()
	w := newCashierWorld(t)
	out := w.pay(codeOK, "open_order", with(customised(customItem()), obj{"creator": "demoAdmin"}))
	id := out["order_id"].(string)
	assert.Contains(t, out["order_url"], id)
	assert.Equal(t, 199900, faketest.Num(out, "origin_price"))
	assert.Equal(t, 199900, faketest.Num(out, "paid_price"))
	detail := func() obj { return w.pay(codeOK, "get_order_detail", obj{"order_id": id})["pay_order"].(obj) }
	want := obj{
		"order_id": id, "create_time": float64(w.unix()), "custom_corpid": faketest.Corp, "custom_corp_name": "Bakery " + faketest.Corp,
		"buy_content": faketest.Template, "origin_price": 199900.0, "paid_price": 199900.0, "order_status": 1.0, "order_from": 2.0,
		"creator": "demoAdmin", "pay_type": 0.0, "business_type": 2.0,
		"product_list": obj{"customized_app": obj{"order_type": 0.0, "buy_info_list": []any{obj{
			"suiteid": faketest.Template, "user_count": 20.0, "duration_days": 365.0, "origin_price": 199900.0,
			"paid_price": 199900.0, "take_effect_date": "",
		}}}},
	}
	assert.Equal(t, want, detail())
	w.Clock.Add(time.Minute)
	require.NoError(t, w.PayOrder(w.T.Context(), id))
	paid := detail()
	assert.Equal(t, cashPaid, faketest.Num(paid, "order_status"))
	assert.EqualValues(t, w.unix(), faketest.Num(paid, "paid_time"))
	assert.NotEmpty(t, paid["channel_order_id"])
	w.pay(codeAppOrderPaid, "close_order", obj{"order_id": id})
	assert.Error(t, w.PayOrder(w.T.Context(), id))
	assert.Error(t, w.PayOrder(w.T.Context(), "N0-none"))

	id = w.pay(codeOK, "open_order", customised(customItem()))["order_id"].(string)
	w.pay(codeOK, "close_order", obj{"order_id": id})
	assert.Equal(t, cashCancelled, faketest.Num(detail(), "order_status"))
	w.pay(codeAppOrderClosed, "close_order", obj{"order_id": id})
	for _, name := range []string{"close_order", "get_order_detail"} {
		w.pay(codeNoAppOrder, name, obj{"order_id": "N0-none"})
	}
}

func TestCashierProducts(t *testing.T) {
	t.Parallel()
	w := newCashierWorld(t)
	solution := obj{"business_type": 3, "pay_type": 0, "product_list": obj{"promotion_case": obj{
		"order_type": 1, "case_id": "c1", "promotion_edition_name": "Big", "buy_info_list": []obj{{"suiteid": faketest.Suite, "user_count": 3}},
	}}}
	for _, row := range []struct {
		in      obj
		name    string
		product obj
	}{
		{thirdApp(2, thirdItem(obj{"take_effect_date": "20251201"})), faketest.Suite, obj{"third_app": obj{"order_type": 2.0, "buy_info_list": []any{obj{
			"suiteid": faketest.Suite, "edition_id": "RLS1", "user_count": 20.0, "duration_days": 365.0, "origin_price": 0.0,
			"paid_price": 0.0, "take_effect_date": "20251201",
		}}}}},
		{solution, "Big", obj{"promotion_case": obj{
			"order_type": 1.0, "case_id": "c1", "promotion_edition_name": "Big", "duration_days": 0.0,
			"buy_info_list": []any{obj{"suiteid": faketest.Suite, "user_count": 3.0, "take_effect_date": ""}},
		}}},
	} {
		id := w.pay(codeOK, "open_order", row.in)["order_id"]
		got := w.pay(codeOK, "get_order_detail", obj{"order_id": id})["pay_order"].(obj)
		assert.Equal(t, row.name, got["buy_content"])
		assert.Equal(t, row.product, got["product_list"])
	}
}

func TestCashierOrderConfirmsItself(t *testing.T) {
	t.Parallel()
	w := newCashierWorld(t)
	free := w.pay(codeOK, "open_order", with(customised(customItem()), obj{"pay_type": 2}))
	assert.Equal(t, 0, faketest.Num(free, "paid_price"))
	paid := w.pay(codeOK, "open_order", with(thirdApp(0, thirdItem(nil)), obj{"pay_type": 1, "bank_receipt_media_id": "m"}))
	assert.NotContains(t, paid, "origin_price", "not determinable")
	status := func(o obj) int {
		return faketest.Num(w.pay(codeOK, "get_order_detail", obj{"order_id": o["order_id"]})["pay_order"].(obj), "order_status")
	}
	assert.Equal(t, cashWaiting, status(free))
	require.NoError(t, w.PayOrder(w.T.Context(), paid["order_id"].(string)))
	assert.Equal(t, cashFinished, status(paid))
	w.Clock.Add(72*time.Hour - time.Second)
	assert.Equal(t, cashWaiting, status(free))
	w.Clock.Add(time.Second)
	assert.Equal(t, cashFinished, status(free))
}

func TestCashierList(t *testing.T) {
	t.Parallel()
	w := newCashierWorld(t)
	start := int(w.unix())
	for range 3 {
		id := w.pay(codeOK, "open_order", customised(customItem()))["order_id"]
		w.pay(codeOK, "close_order", obj{"order_id": id})
		w.Clock.Add(time.Minute)
	}
	out := w.pay(codeOK, "get_order_list", obj{"limit": 2})
	assert.Equal(t, 1, faketest.Num(out, "has_more"))
	out = w.pay(codeOK, "get_order_list", obj{"limit": 2, "cursor": out["next_cursor"]})
	assert.Len(t, faketest.List(out, "pay_order_list"), 1)
	assert.Len(t, faketest.List(w.pay(codeOK, "get_order_list", obj{"limit": 2, "start_time": start, "end_time": start + 60}), "pay_order_list"), 1)
	assert.Empty(t, faketest.List(w.pay(codeOK, "get_order_list", obj{"limit": 2, "business_type": 1}), "pay_order_list"))
	w.pay(platform.CodeBadParam, "get_order_list", obj{"limit": 2001})
	w.pay(platform.CodeBadParam, "get_order_list", obj{"limit": 1, "start_time": start})
}

func TestInvoices(t *testing.T) {
	t.Parallel()
	w := newCashierWorld(t)
	for i, id := range []string{"N1", "N2", "N3"} {
		w.AddInvoice("", Invoice{OrderId: id, CorpId: faketest.Corp, Applied: w.unix() + int64(i), Paid: 9900, Title: "Bakery Ltd", TaxNumber: "91"})
	}
	call := func(code int, name string, in obj) obj {
		t.Helper()
		out := w.post(paytoolPath+name, in)
		assert.Equal(t, code, faketest.Errcode(out), "%v: %v", in, out)
		return out
	}
	out := call(codeOK, "get_invoice_list", obj{"limit": 2})
	assert.Equal(t, obj{
		"order_id": "N1", "custom_corpid": faketest.Corp, "apply_time": float64(w.unix()), "invoice_type": 0.0, "paid_price": 9900.0,
		"invoice_status": 0.0, "invoice_title": "Bakery Ltd", "tax_number": "91", "invoice_note": "",
	}, faketest.List(out, "invoice_list")[0])
	assert.Len(t, faketest.List(call(codeOK, "get_invoice_list", obj{"cursor": out["next_cursor"]}), "invoice_list"), 1)
	call(platform.CodeBadParam, "get_invoice_list", obj{"limit": 101})
	call(platform.CodeBadParam, "get_invoice_list", obj{"end_time": w.unix()})

	mark := func(id string, status int, note string) obj {
		return obj{"order_id": id, "oper_userid": "demoAdmin", "invoice_status": status, "invoice_note": note}
	}
	call(platform.CodeBadParam, "mark_invoice_status", mark("N1", 4, "x"))
	call(platform.CodeBadParam, "mark_invoice_status", mark("N1", 1, strings.Repeat("x", 201)))
	call(codeNoAppOrder, "mark_invoice_status", mark("N9", 1, "x"))
	call(codeOK, "mark_invoice_status", mark("N1", 2, "sent"))
	call(codeOK, "mark_invoice_status", mark("N1", 3, "too late"))
	first := faketest.List(call(codeOK, "get_invoice_list", obj{}), "invoice_list")[0]
	assert.Equal(t, 2, faketest.Num(first, "invoice_status"))
	assert.Equal(t, "sent", first["invoice_note"])
	w.SetCashier("", cashierKey, false)
	call(codeNoMerchant, "get_invoice_list", obj{})
}
