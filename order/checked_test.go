package order_test

import (
	"strings"
	"testing"

	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/internal/testworld"
	"github.com/gothird/wecom/order"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// G: endpoint/checked
func TestDatesAndEditionsRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	api := testworld.Api(t.Context(), spectest.Refuse(t))
	for _, date := range []string{"2026-04-01", "20261301", "20260230", "2026040", "x"} {
		bought := thirdApp()
		bought.ProductList.ThirdApp.BuyInfoList[0].TakeEffectDate = date
		_, err := order.PaytoolOpenOrder(api, cashierKey, bought)
		assert.ErrorContains(t, err, "take_effect_date is \""+date)
		bought = thirdApp()
		bought.ProductList.ThirdApp.TakeEffectDate = date
		_, err = order.PaytoolOpenOrder(api, cashierKey, bought)
		assert.ErrorContains(t, err, "third_app.take_effect_date is \""+date)
	}
	assert.ErrorContains(t, order.PaytoolCloseOrder(api, cashierKey, strings.Repeat("x", 65)), "order_id has 65 bytes: at most 64")
	for want, buy := range map[string]order.ChatArchiveBuy{
		"old_edition is 1: it must be 2, or 0": {Edition: 3, OldEdition: 1, PurchaseCount: 1},
		"take_effect_time is -1":               {Edition: 3, TakeEffectTime: -1, PurchaseCount: 1},
	} {
		_, err := order.AdvancedCreateOrder(api, &order.AdvancedOrder{BuyerUserId: buyer, ChatArchiveApi: &buy})
		assert.ErrorContains(t, err, want)
	}
	closing := testworld.Api(t.Context(), spectest.Canned(func(string, []byte) string { return "{}" }))
	require.NoError(t, order.PaytoolCloseOrder(closing, cashierKey, strings.Repeat("x", 64)))
}
