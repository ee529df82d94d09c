package wecomtest_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

// buy orders one account for two months and returns the order.
func buy(t *testing.T, corp *wecomtest.Corp) string {
	id, err := order.ORCreate(corp.Api(), &order.Order{CorpId: corp.Id, BuyerUserId: "buyer",
		AccountCount: order.AccountCount{BaseCount: 1}, AccountDuration: order.AccountDuration{Months: 2}})
	require.NoError(t, err)
	return id
}

// G: wecomtest/money
func TestAccountOfTheProvider(t *testing.T) {
	t.Parallel()
	w := wecomtest.New(t)
	balance := func(want int64) {
		fen, err := license.LICGetAccountBalance(w.Api())
		require.NoError(t, err)
		assert.Equal(t, want, fen)
	}
	balance(100_000_000)
	w.SetBalance(5)
	balance(5)
	w.SetBalance(0)
	balance(0)
	w.SetBalance(-1)
	_, err := license.LICGetAccountBalance(w.Api())
	assert.ErrorIs(t, err, token.Code(90432))
}

// G: wecomtest/money
func TestRefunds(t *testing.T) {
	t.Parallel()
	w := wecomtest.New(t)
	told := make(chan *callback.LicenseRefundEvent, 2)
	inbox, err := callback.NewInbox(callback.Config{})
	require.NoError(t, err)
	callback.On(inbox, func(_ context.Context, _ *callback.Notice, e *callback.LicenseRefundEvent) error {
		told <- e
		return nil
	})
	h, err := inbox.Handler(w.Api(), w.URL(w.Api(), callback.System))
	require.NoError(t, err)
	w.Deliver(w.Api(), callback.System, h)
	w.Go(inbox.Run)
	corp := w.Install(wecomtest.Corp{})
	status := func(orderId string) int {
		detail, err := order.ORGetDetail(corp.Api(), orderId)
		require.NoError(t, err)
		return detail.OrderStatus
	}
	for _, granted := range []bool{false, true} {
		orderId := buy(t, corp)
		corp.Pay(orderId)
		corp.Refund(orderId, granted)
		e := <-told
		assert.Equal(t, orderId, e.OrderId)
		want := map[bool]int{true: order.OrderRefunded, false: order.OrderRefundRefused}[granted]
		assert.Equal(t, want, status(orderId))
	}
}

// G: wecomtest/money
func TestCashier(t *testing.T) {
	t.Parallel()
	w := wecomtest.New(t, wecomtest.Customized(1))
	corp := w.Install(wecomtest.Corp{App: w.Suite(1)})
	open := func(payType int) string {
		o, err := order.PaytoolOpenOrder(corp.Api(), w.PaytoolKey(), &order.PaytoolOrder{BusinessType: order.PaytoolCustomized, PayType: payType, CustomCorpId: corp.Id,
			ProductList: order.PaytoolProducts{CustomizedApp: &order.PaytoolProduct{BuyInfoList: []order.PaytoolItem{{SuiteId: corp.App.SuiteId(), TotalPrice: 100_00, UserCount: 20, DurationDays: 365}}}}})
		require.NoError(t, err)
		return o.OrderId
	}
	status := func(orderId string) int {
		detail, err := order.PaytoolGetOrderDetail(corp.Api(), w.PaytoolKey(), orderId)
		require.NoError(t, err)
		return detail.OrderStatus
	}
	byClient := open(order.PaytoolByClient)
	unpaid := status(byClient)
	corp.Pay(byClient)
	assert.NotEqual(t, unpaid, status(byClient))
	err := wecomtest.Run(func(t testing.TB) {
		w := wecomtest.New(t)
		w.Install(wecomtest.Corp{}).Pay(byClient)
	})
	assert.ErrorContains(t, err, "no license order", "another WeCom does not know it")
	_, err = order.PaytoolGetOrderDetail(corp.Api(), "another key", byClient)
	assert.Error(t, err)
}
