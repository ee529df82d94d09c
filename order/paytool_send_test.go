package order_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/internal/testworld"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/token"
)

// G: order/cashier
func TestCashierAgainstTheFake(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := testworld.New(platform.Options{}, nil)
		w.SetCashier("", string(cashierKey), true)
		w.AuthCode(testworld.Suite, corp)
		api := w.Api().WithCorp(corp)
		opened, err := order.PaytoolOpenOrder(api, cashierKey, thirdApp())
		require.NoError(t, err)
		detail, err := order.PaytoolGetOrderDetail(api, cashierKey, opened.OrderId)
		require.NoError(t, err)
		assert.Equal(t, opened.OrderId, detail.OrderId)
		assert.Equal(t, "standard", detail.ProductList.ThirdApp.BuyInfoList[0].EditionId)
		n, err := count(order.PaytoolAllOrders(api, cashierKey, order.PaytoolListCond{}))
		require.NoError(t, err)
		assert.Equal(t, 1, n)
		require.Error(t, order.PaytoolCloseOrder(api, "wrong key", opened.OrderId))
		require.NoError(t, order.PaytoolCloseOrder(api, cashierKey, opened.OrderId))
	})
}

// A query that is lost has changed nothing: it is repeated, and no outcome is unknown.
// G: request/retries
func TestCashierQueriesAreReads(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for name, call := range map[string]func(api *token.Api) error{
			"PaytoolGetOrderDetail": func(api *token.Api) error { _, err := order.PaytoolGetOrderDetail(api, cashierKey, "N1"); return err },
			"PaytoolGetOrderList": func(api *token.Api) error {
				_, err := order.PaytoolGetOrderList(api, cashierKey, &order.PaytoolListCond{Limit: 1})
				return err
			},
		} {
			calls := 0
			err := call(testworld.Api(t.Context(), spectest.Canned(func(string, []byte) string { calls++; return "" })))
			require.Error(t, err)
			require.NotErrorIs(t, err, token.ErrOutcomeUnknown, name)
			assert.Equal(t, 3, calls, name)
		}
		calls := 0
		err := order.PaytoolCloseOrder(testworld.Api(t.Context(), spectest.Canned(func(string, []byte) string { calls++; return "" })), cashierKey, "N1")
		require.ErrorIs(t, err, token.ErrOutcomeUnknown)
		assert.Equal(t, 1, calls, "a write goes out once")
	})
}

// More users come without a duration of their own.
func TestCashierSellsMoreUsersWithoutADuration(t *testing.T) {
	t.Parallel()
	api := testworld.Api(t.Context(), spectest.Canned(func(string, []byte) string { return `{"order_id":"o"}` }))
	bought := thirdApp()
	bought.ProductList.ThirdApp.OrderType = order.PaytoolMoreUsers
	bought.ProductList.ThirdApp.BuyInfoList[0].DurationDays = 0
	opened, err := order.PaytoolOpenOrder(api, cashierKey, bought)
	require.NoError(t, err)
	assert.Equal(t, "o", opened.OrderId)
}

// What WeCom takes is sent: checks refuse nothing that it may accept.
// G: endpoint/checked
func TestLegalCashierOrdersAreSent(t *testing.T) {
	t.Parallel()
	item := func(change func(*order.PaytoolItem)) func(*order.PaytoolOrder) {
		return func(o *order.PaytoolOrder) { change(&o.ProductList.ThirdApp.BuyInfoList[0]) }
	}
	amount := &order.PaytoolDiscount{DiscountType: 1, DiscountAmount: 10000000, DiscountRemarks: strings.Repeat("r", 256)}
	legal := map[string]func(*order.PaytoolOrder){
		"no number of users": item(func(i *order.PaytoolItem) { i.UserCount = 0 }),
		"most users":         item(func(i *order.PaytoolItem) { i.UserCount, i.DurationDays = 1000000, 1825 }),
		"no discount":        item(func(i *order.PaytoolItem) { i.DiscountInfo = nil }),
		"least ratio":        item(func(i *order.PaytoolItem) { i.DiscountInfo.DiscountRatio = 10 }),
		"most ratio":         item(func(i *order.PaytoolItem) { i.DiscountInfo.DiscountRatio = 99 }),
		"least amount": item(func(i *order.PaytoolItem) {
			i.DiscountInfo = &order.PaytoolDiscount{DiscountType: 1, DiscountAmount: 1, DiscountRemarks: "r"}
		}),
		"an amount of a new order":  item(func(i *order.PaytoolItem) { i.DiscountInfo = amount }),
		"the client is told":        func(o *order.PaytoolOrder) { o.ProductList.ThirdApp.NotifyCustomCorp = ptr(1) },
		"a renewal by a percentage": func(o *order.PaytoolOrder) { o.ProductList.ThirdApp.OrderType = order.PaytoolRenewal },
		"a renewal by an amount": func(o *order.PaytoolOrder) {
			o.CustomCorpId, o.ProductList.ThirdApp.OrderType = corp, order.PaytoolRenewal
			o.ProductList.ThirdApp.BuyInfoList[0].DiscountInfo = amount
		},
		"most items": func(o *order.PaytoolOrder) {
			for len(o.ProductList.ThirdApp.BuyInfoList) < 20 {
				o.ProductList.ThirdApp.BuyInfoList = append(o.ProductList.ThirdApp.BuyInfoList, o.ProductList.ThirdApp.BuyInfoList[0])
			}
		},
		"the dearest": func(o *order.PaytoolOrder) {
			o.BusinessType, o.CustomCorpId = order.PaytoolCustomized, corp
			o.ProductList = order.PaytoolProducts{CustomizedApp: o.ProductList.ThirdApp}
			o.ProductList.CustomizedApp.BuyInfoList[0].TotalPrice = 500000000
		},
	}
	sent := 0
	api := testworld.Api(t.Context(), spectest.Canned(func(string, []byte) string { sent++; return `{"order_id":"o"}` }))
	for name, change := range legal {
		bought := thirdApp()
		change(bought)
		_, err := order.PaytoolOpenOrder(api, cashierKey, bought)
		assert.NoError(t, err, name)
	}
	assert.Equal(t, len(legal), sent)
}
