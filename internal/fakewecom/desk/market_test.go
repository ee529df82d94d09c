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

const servicePath = "/cgi-bin/service/"

func appOrder() AppOrder {
	return AppOrder{
		SuiteId: faketest.Suite, CorpId: faketest.Corp, Operator: "woAnna", EditionId: "RLS1",
		EditionName: "Standard", Price: 9900, Users: 50, Days: 365,
	}
}

func TestAppOrders(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	ctx := t.Context()
	id, err := w.PlaceAppOrder(ctx, appOrder())
	require.NoError(t, err)
	assert.Equal(t, xmlOf(
		platform.Text("SuiteId", faketest.Suite), platform.Text("PaidCorpId", faketest.Corp), platform.Text("InfoType", "open_order"),
		platform.Number("TimeStamp", w.unix()), platform.Text("OrderId", id), platform.Text("OperatorId", "woAnna"),
	), w.LastPush().Payload)
	assert.Equal(t, faketest.Suite, w.LastPush().Receive)
	assert.Equal(t, "/command", w.LastPush().Path)

	made := float64(w.unix())
	want := obj{
		"errcode": 0.0, "errmsg": "ok", "orderid": id, "order_status": 0.0, "order_type": 0.0, "paid_corpid": faketest.Corp,
		"operator_id": "woAnna", "suiteid": faketest.Suite, "edition_id": "RLS1", "edition_name": "Standard", "price": 9900.0,
		"user_count": 50.0, "order_period": 365.0, "order_time": made, "order_from": 0.0, "operator_corpid": faketest.Corp,
		"service_share_amount": 8910.0, "platform_share_amount": 990.0, "dealer_share_amount": 0.0,
	}
	assert.Equal(t, want, w.post(servicePath+"get_order", obj{"orderid": id}))
	w.Clock.Add(time.Minute)
	require.NoError(t, w.MoveAppOrder(ctx, id, orderPaid))
	assert.Contains(t, w.LastPush().Payload, "pay_for_app_success")
	want["order_status"], want["paid_time"], want["begin_time"], want["end_time"] = 1.0, made+60, made+60, made+60+365*dayInSecs
	assert.Equal(t, want, w.post(servicePath+"get_order", obj{"orderid": id}))

	assert.Error(t, w.MoveAppOrder(ctx, id, orderCancelled))
	assert.Error(t, w.MoveAppOrder(ctx, "N0-none", orderPaid))
	require.NoError(t, w.MoveAppOrder(ctx, id, orderRefunding))
	require.NoError(t, w.MoveAppOrder(ctx, id, orderRefunded))
	assert.Contains(t, w.LastPush().Payload, "<InfoType><![CDATA[refund]]></InfoType>")
	assert.Equal(t, codeNoAppOrder, faketest.Errcode(w.post(servicePath+"get_order", obj{"orderid": "N0-none"})))
}

func TestAppOrderList(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	start := int(w.unix())
	other := appOrder()
	other.SuiteId, other.From, other.Operator = faketest.Template, 1, ""
	test := appOrder()
	test.Test = true
	ids := map[string]string{}
	for name, a := range map[string]AppOrder{"mine": appOrder(), "other": other, "test": test} {
		id, err := w.PlaceAppOrder(t.Context(), a)
		require.NoError(t, err)
		ids[name] = id
	}
	find := func(from, to, mode int) []obj {
		return faketest.List(w.post(servicePath+"get_order_list", obj{"start_time": from, "end_time": to, "test_mode": mode}), "order_list")
	}
	require.Len(t, find(start, start+1, 0), 1, "of the token's suite")
	assert.Equal(t, ids["mine"], find(start, start+1, 0)[0]["orderid"])
	assert.Equal(t, ids["test"], find(start, start+1, 1)[0]["orderid"])
	assert.Empty(t, find(start-1, start, 0))
	for _, bad := range []obj{
		{"start_time": start, "end_time": start - 1}, {"start_time": start, "end_time": start, "test_mode": 2}, {"start_time": start},
	} {
		assert.Equal(t, platform.CodeBadParam, faketest.Errcode(w.post(servicePath+"get_order_list", bad)))
	}
	out := w.CallAs("get_order", faketest.Template, "", obj{"orderid": ids["other"]})
	assert.Equal(t, faketest.Provider, out["operator_corpid"])
	assert.NotContains(t, out, "operator_id")
	assert.Equal(t, codeNoAppOrder, faketest.Errcode(w.post(servicePath+"get_order", obj{"orderid": ids["other"]})), "another suite's")
	_, err := w.PlaceAppOrder(t.Context(), AppOrder{SuiteId: "wwNone"})
	assert.Error(t, err)
	_, err = w.PlaceAppOrder(t.Context(), AppOrder{SuiteId: faketest.Suite, CorpId: "wpNobody"})
	assert.Error(t, err)
}

func TestProlongTry(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	end := w.unix() + 5*dayInSecs
	ask := func(days int) obj {
		return w.post(servicePath+"prolong_try", obj{"buyer_corpid": faketest.Corp, "prolong_days": days})
	}
	assert.Equal(t, platform.CodeBadParam, faketest.Errcode(ask(7)), "no trial")
	require.NoError(t, w.SetAppTrial(faketest.Suite, faketest.Corp, time.Unix(end, 0)))
	assert.EqualValues(t, end+7*dayInSecs, faketest.Num(ask(7), "try_end_time"))
	w.Clock.Add(30 * day) // after the trial
	assert.EqualValues(t, w.unix()+53*dayInSecs, faketest.Num(ask(53), "try_end_time"))
	assert.Equal(t, platform.CodeBadParam, faketest.Errcode(ask(1)), "60 days in all")
	assert.Equal(t, platform.CodeBadParam, faketest.Errcode(ask(-1)))
	assert.Equal(t, platform.CodeBadParam, faketest.Errcode(ask(math.MaxInt64)))
	assert.Equal(t, platform.CodeBadCorp, faketest.Errcode(w.post(servicePath+"prolong_try", obj{"buyer_corpid": "wpNobody", "prolong_days": 1})))
}
