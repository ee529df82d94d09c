package desk

import (
	"math"
	"testing"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const advancedPath = "/cgi-bin/advanced_api/"

func (w counter) adv(code int, name string, in obj) obj {
	w.T.Helper()
	out := w.post(advancedPath+name, in)
	assert.Equal(w.T, code, faketest.Errcode(out), "%s %v: %v", name, in, out)
	return out
}

// advOrder is an order of the given kind; -1 leaves the kind out.
func advOrder(kind int, chat obj) obj {
	in := obj{"custom_corpid": faketest.Corp, "buyer_userid": testBuyer, "chat_archive_api": chat}
	if kind >= 0 {
		in["order_type"] = kind
	}
	return in
}

func chat(edition, count int) obj { return obj{"edition": edition, "purchase_count": count} }

func (w counter) advBuy(kind int, c obj) string {
	w.T.Helper()
	id := w.adv(codeOK, "create_order", advOrder(kind, c))["order_id"].(string)
	require.NoError(w.T, w.MoveAdvancedOrder(w.T.Context(), id, orderPaid))
	return id
}

func (w counter) editions() []obj {
	w.T.Helper()
	out := w.adv(codeOK, "get_corp_buy_info", obj{"advanced_api_type": 1, "custom_corpid": faketest.Corp})
	return faketest.List(out["chat_archive_api_buy_info"].(obj), "edition_list")
}

func TestAdvancedCreateRefusals(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	late := chat(2, 1)
	late["take_effect_time"] = w.unix() - 2*dayInSecs
	far := chat(2, 1)
	far["take_effect_time"] = math.MaxInt64
	typed := advOrder(0, chat(2, 1))
	typed["advanced_api_type"] = 2
	for _, row := range []struct {
		code int
		in   obj
	}{
		{platform.CodeBadParam, typed},
		{codeAdvMissing, obj{"custom_corpid": faketest.Corp, "buyer_userid": testBuyer}},
		{platform.CodeBadCorp, obj{"custom_corpid": "wpNobody", "buyer_userid": testBuyer, "chat_archive_api": chat(2, 1)}},
		{codeBadAdvOrder, advOrder(4, chat(2, 1))},
		{codeBadAdvOrder, advOrder(0, chat(1, 1))},
		{codeBadAdvCount, advOrder(0, chat(2, 0))},
		{codeBadAdvCount, advOrder(0, chat(2, 1_000_001))},
		{codeAdvStart, advOrder(0, late)},
		{codeAdvStart, advOrder(0, far)},
		{codePriceTooHigh, advOrder(0, chat(3, 1_000_000))},
		{codeAdvNotBought, advOrder(1, chat(2, 1))},
		{codeAdvNotBought, advOrder(2, chat(2, 0))},
		{codeAdvNotBought, advOrder(3, chat(3, 1))},
		{codeAdvTarget, advOrder(3, chat(2, 1))},
	} {
		w.adv(row.code, "create_order", row.in)
	}
	w.facts(faketest.Corp, LicenseFacts{Overseas: true})
	w.adv(codeAdvOverseas, "create_order", advOrder(0, chat(2, 1)))
	w.facts(faketest.Corp, LicenseFacts{})
	w.adv(codeOK, "create_order", advOrder(-1, chat(2, 1)))
	w.adv(codeAdvOpenOrder, "create_order", advOrder(-1, chat(2, 1)))
}

func TestAdvancedLife(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	begin := int(w.unix())
	first := w.adv(codeOK, "create_order", advOrder(-1, chat(2, 40)))["order_id"].(string)
	detail := w.adv(codeOK, "get_order", obj{"order_id": first})["order"]
	assert.Equal(t, obj{
		"advanced_api_type": 1.0, "order_id": first, "order_type": 0.0, "order_status": 0.0, "custom_corpid": faketest.Corp,
		"create_time": float64(begin), "buyer_userid": testBuyer, "paid_price": 40 * 30000.0,
		"chat_archive_api": obj{
			"edition": 2.0, "purchase_count": 40.0, "purchase_duration_days": 365.0,
			"take_effect_time": float64(begin), "end_time": float64(begin + 365*dayInSecs),
		},
	}, detail)
	assert.Empty(t, w.editions())
	w.adv(codeOK, "submit_pay", obj{"order_id": first, "payer_userid": testBuyer})
	assert.Equal(t, xmlOf(
		platform.Text("ServiceCorpId", faketest.Provider), platform.Text("InfoType", "advanced_api_pay_success"), platform.Text("AuthCorpId", faketest.Corp),
		platform.Text("AdvanceApiType", "1"), platform.Text("OrderId", first), platform.Text("BuyerUserId", testBuyer), platform.Number("TimeStamp", w.unix()),
	), w.toldSoon("advanced_api_pay_success")[0])
	assert.Equal(t, 100_000_000-40*30000, w.balanceLeft())

	w.adv(codeAdvBought, "create_order", advOrder(0, chat(2, 1)))
	w.adv(platform.CodeBadParam, "create_order", advOrder(-1, chat(2, 1))) // order_type may only be left out the first time
	w.Clock.Add(165 * day)
	w.advBuy(advSeats, chat(2, 10))
	assert.Equal(t, 50, faketest.Num(w.editions()[0], "purchase_count"))
	w.adv(codeAdvTooEarly, "create_order", advOrder(2, chat(2, 0)))
	w.Clock.Add(140 * day) // 60 left
	w.advBuy(advRenewal, chat(2, 0))
	w.adv(codeAdvWaiting, "create_order", advOrder(2, chat(2, 0)))
	list := w.editions()
	require.Len(t, list, 2)
	assert.Equal(t, begin+2*365*dayInSecs, faketest.Num(list[1], "end_time"), "from the old end on")
	assert.Equal(t, 50, faketest.Num(list[1], "purchase_count"))
	w.Clock.Add(61 * day)
	assert.Len(t, w.editions(), 1, "the expired period has a newer one")
	w.Clock.Add(400 * day)
	assert.Len(t, w.editions(), 1, "nothing newer: the expired one is shown")
	w.adv(codeAdvNotBought, "create_order", advOrder(1, chat(2, 1)))
	again := chat(2, 0)
	again["take_effect_time"] = w.unix() + 100
	w.advBuy(advRenewal, again)
	assert.EqualValues(t, w.unix()+100, faketest.Num(w.editions()[0], "begin_time"), "a renewal after the end starts when it says")
	again["target_edition_info"] = obj{"begin_time": 1, "end_time": 2}
	w.Clock.Add(time.Hour)
	w.adv(codeAdvOldPeriod, "create_order", advOrder(2, again))
}

func TestAdvancedUpgrade(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	begin := int(w.unix())
	w.advBuy(advNew, chat(2, 40))
	w.adv(codeBadAdvCount, "create_order", advOrder(3, chat(3, 41)))
	other := chat(3, 40)
	other["old_edition_info"] = obj{"begin_time": begin, "end_time": begin + 1}
	w.adv(codeAdvOldPeriod, "create_order", advOrder(3, other))
	other["old_edition_info"] = obj{"begin_time": begin, "end_time": begin + 365*dayInSecs}
	id := w.advBuy(advUpgrade, other)
	detail := w.adv(codeOK, "get_order", obj{"order_id": id})["order"].(obj)
	assert.Equal(t, 40*45000, faketest.Num(detail["chat_archive_api"].(obj), "original_price"))
	assert.Equal(t, 40*15000, faketest.Num(detail, "paid_price"))
	list := w.editions()
	require.Len(t, list, 1)
	assert.Equal(t, 3, faketest.Num(list[0], "edition"))

	require.NoError(t, w.MoveAdvancedOrder(t.Context(), id, orderRefunding))
	w.adv(codeAdvOpenOrder, "create_order", advOrder(1, chat(3, 1)))
	require.NoError(t, w.MoveAdvancedOrder(t.Context(), id, orderRefundRefused))
	require.NoError(t, w.MoveAdvancedOrder(t.Context(), id, orderRefunding))
	require.NoError(t, w.MoveAdvancedOrder(t.Context(), id, orderRefunded))
	told := w.told("advanced_api_refund")
	require.Len(t, told, 2)
	assert.Contains(t, told[0], "<OrderStatus>2</OrderStatus>")
	assert.Contains(t, told[1], "<OrderStatus>1</OrderStatus>")
	assert.Equal(t, 2, faketest.Num(w.editions()[0], "edition"))
}

func TestAdvancedPayAndCancel(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	id := w.adv(codeOK, "create_order", advOrder(0, chat(2, 2)))["order_id"].(string)
	pay := func(code int) { w.adv(code, "submit_pay", obj{"order_id": id, "payer_userid": testBuyer}) }
	w.SetBalance("", 59999)
	pay(codeLowBalance)
	w.SetBalance("", -1)
	pay(codeNoPrepaid)
	w.policy(func(p *LicensePolicy) { p.SinglePayLimit = 1 })
	w.SetBalance("", 60000)
	pay(codeAboveOnePayment)
	w.adv(codeOK, "cancel_order", obj{"order_id": id})
	assert.Contains(t, w.toldSoon("advanced_api_cancel")[0], id)
	w.adv(codeAdvNotUnpaid, "cancel_order", obj{"order_id": id})
	pay(codeNotUnpaid)
	for _, name := range []string{"get_order", "cancel_order"} {
		w.adv(codeNoSuchOrder, name, obj{"order_id": "AO-none"})
	}
	assert.Error(t, w.MoveAdvancedOrder(t.Context(), id, orderPaid))
	assert.Error(t, w.MoveAdvancedOrder(t.Context(), "AO-none", orderPaid))
}

func TestAdvancedList(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	start := int(w.unix())
	for range 3 {
		id := w.adv(codeOK, "create_order", advOrder(0, chat(2, 1)))["order_id"].(string)
		require.NoError(t, w.MoveAdvancedOrder(t.Context(), id, orderExpired))
		w.Clock.Add(time.Hour)
	}
	out := w.adv(codeOK, "list_order", obj{"limit": 2})
	assert.Equal(t, 1, faketest.Num(out, "has_more"))
	out = w.adv(codeOK, "list_order", obj{"limit": 2, "cursor": out["next_cursor"]})
	require.Len(t, faketest.List(out, "order_list"), 1)
	assert.Equal(t, orderExpired, faketest.Num(faketest.List(out, "order_list")[0], "order_status"))
	out = w.adv(codeOK, "list_order", obj{"start_time": start, "end_time": start + 3600})
	assert.Len(t, faketest.List(out, "order_list"), 1, "half-open")
	assert.Empty(t, faketest.List(w.adv(codeOK, "list_order", obj{"custom_corpid": testCorp2}), "order_list"))
	w.adv(platform.CodeBadParam, "list_order", obj{"start_time": start})
	w.adv(platform.CodeBadParam, "list_order", obj{"advanced_api_type": 2})
	w.adv(platform.CodeBadParam, "get_corp_buy_info", obj{"advanced_api_type": 2, "custom_corpid": faketest.Corp})
}
