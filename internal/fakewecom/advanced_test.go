package fakewecom

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const advancedPath = "/cgi-bin/advanced_api/"

func (w counter) adv(code int, name string, in obj) obj {
	w.t.Helper()
	out := w.post(advancedPath+name, in)
	assert.Equal(w.t, code, errcode(out), "%s %v: %v", name, in, out)
	return out
}

// advOrder is an order of the given kind; -1 leaves the kind out.
func advOrder(kind int, chat obj) obj {
	in := obj{"custom_corpid": testCorp, "buyer_userid": testBuyer, "chat_archive_api": chat}
	if kind >= 0 {
		in["order_type"] = kind
	}
	return in
}

func chat(edition, count int) obj { return obj{"edition": edition, "purchase_count": count} }

func (w counter) advBuy(kind int, c obj) string {
	w.t.Helper()
	id := w.adv(codeOK, "create_order", advOrder(kind, c))["order_id"].(string)
	require.NoError(w.t, w.MoveAdvancedOrder(w.t.Context(), id, orderPaid))
	return id
}

func (w counter) editions() []obj {
	w.t.Helper()
	out := w.adv(codeOK, "get_corp_buy_info", obj{"advanced_api_type": 1, "custom_corpid": testCorp})
	return list(out["chat_archive_api_buy_info"].(obj), "edition_list")
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
		{CodeBadParam, typed},
		{codeAdvMissing, obj{"custom_corpid": testCorp, "buyer_userid": testBuyer}},
		{CodeBadCorp, obj{"custom_corpid": "wpNobody", "buyer_userid": testBuyer, "chat_archive_api": chat(2, 1)}},
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
	w.facts(testCorp, LicenseFacts{Overseas: true})
	w.adv(codeAdvOverseas, "create_order", advOrder(0, chat(2, 1)))
	w.facts(testCorp, LicenseFacts{})
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
		"advanced_api_type": 1.0, "order_id": first, "order_type": 0.0, "order_status": 0.0, "custom_corpid": testCorp,
		"create_time": float64(begin), "buyer_userid": testBuyer, "paid_price": 40 * 30000.0,
		"chat_archive_api": obj{
			"edition": 2.0, "purchase_count": 40.0, "purchase_duration_days": 365.0,
			"take_effect_time": float64(begin), "end_time": float64(begin + 365*dayInSecs),
		},
	}, detail)
	assert.Empty(t, w.editions())
	w.adv(codeOK, "submit_pay", obj{"order_id": first, "payer_userid": testBuyer})
	assert.Equal(t, xmlOf(
		Text("ServiceCorpId", testProvider), Text("InfoType", "advanced_api_pay_success"), Text("AuthCorpId", testCorp),
		Text("AdvanceApiType", "1"), Text("OrderId", first), Text("BuyerUserId", testBuyer), Number("TimeStamp", w.unix()),
	), w.toldSoon("advanced_api_pay_success")[0])
	assert.Equal(t, 100_000_000-40*30000, w.balanceLeft())

	w.adv(codeAdvBought, "create_order", advOrder(0, chat(2, 1)))
	w.adv(CodeBadParam, "create_order", advOrder(-1, chat(2, 1))) // order_type may only be left out the first time
	w.clock.add(165 * day)
	w.advBuy(advSeats, chat(2, 10))
	assert.Equal(t, 50, num(w.editions()[0], "purchase_count"))
	w.adv(codeAdvTooEarly, "create_order", advOrder(2, chat(2, 0)))
	w.clock.add(140 * day) // 60 left
	w.advBuy(advRenewal, chat(2, 0))
	w.adv(codeAdvWaiting, "create_order", advOrder(2, chat(2, 0)))
	list := w.editions()
	require.Len(t, list, 2)
	assert.Equal(t, begin+2*365*dayInSecs, num(list[1], "end_time"), "from the old end on")
	assert.Equal(t, 50, num(list[1], "purchase_count"))
	w.clock.add(61 * day)
	assert.Len(t, w.editions(), 1, "the expired period has a newer one")
	w.clock.add(400 * day)
	assert.Len(t, w.editions(), 1, "nothing newer: the expired one is shown")
	w.adv(codeAdvNotBought, "create_order", advOrder(1, chat(2, 1)))
	again := chat(2, 0)
	again["take_effect_time"] = w.unix() + 100
	w.advBuy(advRenewal, again)
	assert.EqualValues(t, w.unix()+100, num(w.editions()[0], "begin_time"), "a renewal after the end starts when it says")
	again["target_edition_info"] = obj{"begin_time": 1, "end_time": 2}
	w.clock.add(time.Hour)
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
	assert.Equal(t, 40*45000, num(detail["chat_archive_api"].(obj), "original_price"))
	assert.Equal(t, 40*15000, num(detail, "paid_price"))
	list := w.editions()
	require.Len(t, list, 1)
	assert.Equal(t, 3, num(list[0], "edition"))

	require.NoError(t, w.MoveAdvancedOrder(t.Context(), id, orderRefunding))
	w.adv(codeAdvOpenOrder, "create_order", advOrder(1, chat(3, 1)))
	require.NoError(t, w.MoveAdvancedOrder(t.Context(), id, orderRefundRefused))
	require.NoError(t, w.MoveAdvancedOrder(t.Context(), id, orderRefunding))
	require.NoError(t, w.MoveAdvancedOrder(t.Context(), id, orderRefunded))
	told := w.told("advanced_api_refund")
	require.Len(t, told, 2)
	assert.Contains(t, told[0], "<OrderStatus>2</OrderStatus>")
	assert.Contains(t, told[1], "<OrderStatus>1</OrderStatus>")
	assert.Equal(t, 2, num(w.editions()[0], "edition"))
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
		w.clock.add(time.Hour)
	}
	out := w.adv(codeOK, "list_order", obj{"limit": 2})
	assert.Equal(t, 1, num(out, "has_more"))
	out = w.adv(codeOK, "list_order", obj{"limit": 2, "cursor": out["next_cursor"]})
	require.Len(t, list(out, "order_list"), 1)
	assert.Equal(t, orderExpired, num(list(out, "order_list")[0], "order_status"))
	out = w.adv(codeOK, "list_order", obj{"start_time": start, "end_time": start + 3600})
	assert.Len(t, list(out, "order_list"), 1, "half-open")
	assert.Empty(t, list(w.adv(codeOK, "list_order", obj{"custom_corpid": testCorp2}), "order_list"))
	w.adv(CodeBadParam, "list_order", obj{"start_time": start})
	w.adv(CodeBadParam, "list_order", obj{"advanced_api_type": 2})
	w.adv(CodeBadParam, "get_corp_buy_info", obj{"advanced_api_type": 2, "custom_corpid": testCorp})
}

func TestAdvanceAPI(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	for _, word := range []string{AdvancedInsufficient, AdvancedExpired, AdvancedTrialExpired} {
		require.NoError(t, w.AdvanceAPI(t.Context(), "", testCorp, word, 3))
		told := w.told(word)
		require.Len(t, told, 1)
		const edition = "<ChatArchiveApi><Edition><![CDATA[3]]></Edition></ChatArchiveApi>"
		assert.Equal(t, word != AdvancedTrialExpired, strings.Contains(told[0], edition))
	}
	assert.Error(t, w.AdvanceAPI(t.Context(), "", "wpNobody", AdvancedExpired, 3))
}
